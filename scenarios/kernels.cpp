// SPDX-License-Identifier: GPL-2.0-only
// Versions and fixes in words.
// Must not know JSON or the model's classes.
#include "scenarios/kernels.hpp"

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

kernel::fix_set fixes_of(kernel::version_id version)
{
	kernel::fix_set all = 0;

	for (const kernel::kernel_row &row : kernel::kernel_table())
		if (row.version == version)
			all |= row.without;
	return all;
}

std::string kernels_near(kernel::version_id version, kernel::fix_set without)
{
	std::string there;

	for (const kernel::kernel_row &row : kernel::kernel_table()) {
		const bool alone = (row.without & (row.without - 1)) == 0;
		std::string fixes = names_of_fixes(row.without, " and ");

		if (row.version == version && row.without & without)
			append(there, (fixes + (alone ? " alone" : "")).c_str(), ", or ");
	}
	return there;
}

} // namespace scenario
