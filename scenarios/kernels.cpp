// SPDX-License-Identifier: GPL-2.0-only
// Versions and fixes in words.
// Must not know JSON or the model's classes.
#include "scenarios/kernels.hpp"
#include "scenarios/scenario.hpp"

namespace scenario {

static void append(std::string &list, const char *name, const char *separator)
{
	if (!list.empty())
		list += separator;
	list += name;
}

std::string names_of(kernel_set set)
{
	std::string names;

	for (uint32_t v = 0; v < kernel::VERSIONS; v++)
		if (has_kernel(set, v))
			append(names, kernel::version_table()[v].name, ", ");
	return names;
}

static std::string names_of_fixes(kernel::fix_set fixes, const char *separator)
{
	std::string names;

	for (size_t i = 0; i < kernel::fix_table().size(); i++)
		if (fixes >> i & 1)
			append(names, kernel::fix_table()[i].commit, separator);
	return names;
}

std::string names_of_fixes(kernel::fix_set fixes)
{
	return names_of_fixes(fixes, ", ");
}

fix_sets fixes_of(kernel::version_id version)
{
	fix_sets all;

	for (const kernel::kernel_row &row : kernel::kernel_table())
		if (row.version == version) {
			all.without |= row.without;
			all.with |= row.with;
		}
	return all;
}

static void append_near(std::string &list, kernel::fix_set there, kernel::fix_set asked_for)
{
	const bool alone = (there & (there - 1)) == 0;

	if (there & asked_for)
		append(list, (names_of_fixes(there, " and ") + (alone ? " alone" : "")).c_str(),
		       ", or ");
}

std::string kernels_near(const kernel_choice &k)
{
	std::string there;

	for (const kernel::kernel_row &row : kernel::kernel_table())
		if (row.version == k.version) {
			append_near(there, row.without, k.without);
			append_near(there, row.with, k.with);
		}
	return there;
}

} // namespace scenario
