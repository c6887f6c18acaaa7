// SPDX-License-Identifier: GPL-2.0-only
// Every function that kernel/kthread.c exports is an operation, or says what to use instead.
// Must not know how an operation is carried out.
#include "scenarios/exported.hpp"
#include "scenarios/ops.hpp"
#include "tests/library_run.hpp"

#include <regex>

namespace {

using exports = std::vector<std::tuple<std::string, unsigned, bool>>;

// The source with its line numbers, which lies beside the project or further up; "": nowhere.
std::string numbered_source()
{
	std::filesystem::path folder = library::root;

	while (folder.has_relative_path()) {
		folder = folder.parent_path();
		const auto path = folder / "shared/seeds/002_d10e6fe1b6f9f949.txt";

		if (std::filesystem::exists(path))
			return library::text_of(path);
	}
	return "";
}

exports exported_by(const std::string &source)
{
	const std::regex line("(\\d+) EXPORT_SYMBOL(_GPL)?\\((\\w+)");
	exports found;

	for (std::sregex_iterator i(source.begin(), source.end(), line), end; i != end; ++i)
		found.emplace_back((*i)[3], std::stoul((*i)[1]), (*i)[2].matched);
	return found;
}

TEST_CASE("every exported function is an operation of that name, or says what to use instead")
{
	CHECK(scenario::exported_functions().size() == 31);
	for (const scenario::exported_row &row : scenario::exported_functions()) {
		CAPTURE(row.name);
		const auto *row_of_6_13 = scenario::find_operation(row.name, kernel::V6_13);
		CHECK((row_of_6_13 != nullptr) == !row.instead);
	}
}

TEST_CASE("the exported functions are those of the source, where that is at hand")
{
	const std::string source = numbered_source();
	exports listed;

	for (const scenario::exported_row &row : scenario::exported_functions())
		listed.emplace_back(row.name, row.line, row.gpl_only);
	if (source.empty())
		MESSAGE("the source of kernel/kthread.c is not here: not compared");
	else
		CHECK(listed == exported_by(source));
}

} // namespace
