// SPDX-License-Identifier: GPL-2.0-only
// Holds the whole repository to the rules that no compiler checks.
// Knows no rule itself: tidy_rules.hpp has them, and tidy_rules_test.cpp proves that they bite.

#include "tests/support_paths.hpp"
#include "tests/tidy_rules.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace {

const std::vector<std::string> rooms = { "sim", "model", "scenarios", "traces",
					 "cli", "tests", "bench" };

const std::vector<tidy::source> &sources()
{
	static const auto files = tidy::read_tree(support::source_dir(), rooms, { ".cpp", ".hpp" });

	return files;
}

// scenarios/<family>/<name>.json; schema.json beside the families is none.
const std::vector<tidy::source> &scenarios()
{
	static const auto files = [] {
		auto all = tidy::read_tree(support::source_dir(), { "scenarios" }, { ".json" });

		std::erase_if(all, [](const tidy::source &file) {
			return std::count(file.path.begin(), file.path.end(), '/') < 2;
		});
		return all;
	}();

	return files;
}

using rule = void (*)(const tidy::source &, tidy::offences &);

void hold_all_to(rule check, const std::vector<tidy::source> &files)
{
	tidy::offences found;

	for (const auto &file : files)
		check(file, found);
	CHECK_MESSAGE(found.empty(), tidy::to_text(found));
}

} // namespace

TEST_CASE("the tidy rules see the sources of the project")
{
	const auto &files = sources();

	CHECK(std::any_of(files.begin(), files.end(), [](const tidy::source &file) {
		return file.path == "tests/tidy_test.cpp" && file.lines.size() > 50;
	}));
}

TEST_CASE("every include follows the arrows between the rooms, and the engine knows no strategy")
{
	hold_all_to(tidy::check_includes, sources());
}

TEST_CASE("nothing in sim/ and model/ can make two runs differ")
{
	hold_all_to(tidy::check_bans, sources());
}

TEST_CASE("a pointer becomes an integer only in the arena")
{
	hold_all_to(tidy::check_pointer_casts, sources());
}

TEST_CASE("no variable of sim/ and model/ outlives an execution")
{
	hold_all_to(tidy::check_mutable_statics, sources());
}

TEST_CASE("the project has one thread_local at most")
{
	tidy::offences found;

	tidy::check_thread_local(sources(), found);
	CHECK_MESSAGE(found.empty(), tidy::to_text(found));
}

TEST_CASE("no function of the model contains a preemption point written by hand")
{
	hold_all_to(tidy::check_preemption_points, sources());
}

TEST_CASE("every source begins with its licence and says what it is")
{
	hold_all_to(tidy::check_heading, sources());
}

TEST_CASE("no source is longer than 450 lines or wider than 100 columns, or ends lines in blanks")
{
	hold_all_to(tidy::check_shape, sources());
}

TEST_CASE("every source is built and every test case is run by ctest")
{
	hold_all_to(tidy::check_is_built, sources());
}

TEST_CASE("every scenario is named in scenarios/README.md")
{
	const auto readme =
		tidy::read_tree(support::source_dir(), { "scenarios" }, { "README.md" });
	tidy::offences found;

	tidy::check_scenarios_named(scenarios(),
				    readme.empty() ? tidy::make_source("scenarios/README.md", "")
						   : readme.front(),
				    found);
	CHECK_MESSAGE(found.empty(), tidy::to_text(found));
}

TEST_CASE("every golden trace belongs to a scenario")
{
	tidy::offences found;

	tidy::check_golden_traces(
		tidy::read_tree(support::source_dir(), { "traces/golden" }, { "" }), scenarios(),
		found);
	CHECK_MESSAGE(found.empty(), tidy::to_text(found));
}

TEST_CASE("no file of the repository names a path of one machine")
{
	auto places = rooms;

	places.insert(places.end(), { "docs", "cmake", ".ci", "README.md", "CMakeLists.txt",
				      "CMakePresets.json", "ksim", "packages.txt" });
	hold_all_to(tidy::check_foreign_paths,
		    tidy::read_tree(support::source_dir(), places, { "" }));
}
