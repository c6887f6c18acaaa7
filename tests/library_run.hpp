// SPDX-License-Identifier: GPL-2.0-only
// Finding, reading and running the scenarios of the library, for tests.
// Must not know what is expected of any of them.
#pragma once

#include "scenarios/explore.hpp"
#include "scenarios/program.hpp"
#include "scenarios/reader.hpp"
#include "scenarios/run.hpp"
#include "tests/support_paths.hpp"
#include "traces/formats.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace library {

inline const std::string root = support::source_dir();

// A scenario as a test has written it, which must be a good one.
inline scenario::scenario parse(const std::string &text, const std::string &file = "test")
{
	scenario::scenario out;
	scenario::diagnostics errors;
	const bool good = scenario::read_scenario(file, text, out, errors);

	INFO(errors.print());
	REQUIRE(good);
	return out;
}

inline std::string text_of(const std::string &path)
{
	std::ifstream in(path, std::ios::binary);
	std::stringstream text;

	text << in.rdbuf();
	return text.str();
}

// All scenario files, relative to scenarios/, in the order of their names.
inline std::vector<std::string> files()
{
	const std::filesystem::path top = root + "/scenarios";
	std::vector<std::string> found;

	for (const auto &entry : std::filesystem::recursive_directory_iterator(top)) {
		const auto &path = entry.path();

		if (path.extension() == ".json" && path.filename() != "schema.json")
			found.push_back(path.lexically_relative(top).generic_string());
	}
	std::sort(found.begin(), found.end());
	return found;
}

inline scenario::scenario read(const std::string &file)
{
	return parse(text_of(root + "/scenarios/" + file), file);
}

inline scenario::explore_result explored(const scenario::scenario &s,
					 scenario::until when = scenario::until::the_end)
{
	const sim::explore_plan plan = scenario::plan_of(s, s.explore);

	REQUIRE(scenario::cannot_explore(s, plan) == "");
	return conclude(s, plan, search(s, plan, {}, nullptr, when));
}

// A single run of what may go on for ever shows nothing.
inline bool is_endless(const scenario::scenario &s, const scenario::run_result &r)
{
	return scenario::asks_for_livelock(s) && r.how == sim::ending::bound;
}

// A scenario and its variants, which are complete scenarios too.
inline std::vector<scenario::scenario> with_variants(const std::string &file)
{
	scenario::scenario base = read(file);
	std::vector<scenario::scenario> all = base.variants;

	all.insert(all.begin(), base);
	return all;
}

struct outcome {
	scenario::run_result result;
	std::string trace; // as ftrace text
};

inline outcome run(const scenario::scenario &s, scenario::run_options options = {})
{
	traces::string_sink out;
	auto writer = traces::find_format("ftrace")->make(
		out, { s.name, s.kernel_text, s.machine.cpu_count, nullptr });
	outcome o;

	options.sink = writer.get();
	o.result = scenario::run_scenario(s, options);
	writer->finish();
	o.trace = out.text();
	return o;
}

} // namespace library
