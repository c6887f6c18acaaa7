// SPDX-License-Identifier: GPL-2.0-only
// The arrows between the rooms, and within sim/ those around the one choice point.
// Must not know where the files come from.

#include "tests/tidy_rules.hpp"

#include <algorithm>
#include <array>

namespace tidy {

namespace {

using names = std::vector<std::string>;

const std::array rooms = { "sim/", "model/", "scenarios/", "traces/", "cli/", "tests/", "bench/" };

struct arrow {
	std::string from; // files whose path begins so
	names to;	  // what their project includes may begin with
	std::string why;
};

// What a strategy may use beside the contract: things that know no machine either.
const names strategy_tools = {
	"own",		"sim/choice.hpp",   "sim/strategies.hpp", "sim/schedule.hpp",
	"sim/prng.hpp", "sim/id_table.hpp", "sim/priorities.hpp", "sim/dpor_"
};

// The first row that fits a file is the one that counts. `own` stands for the file's own header.
const std::vector<arrow> arrows = {
	{ "sim/choice.hpp", {}, "the contract includes no file of the project" },
	{ "sim/explore_dpor_branches.cpp", { "sim/explore_dpor.hpp" }, "one strategy in 6 files" },
	{ "sim/explore_dpor_possible.cpp", { "sim/explore_dpor.hpp" }, "one strategy in 6 files" },
	{ "sim/explore_dpor_races.cpp", { "sim/explore_dpor.hpp" }, "one strategy in 6 files" },
	{ "sim/explore_dpor_reversals.cpp", { "sim/explore_dpor.hpp" }, "one strategy in 6 files" },
	{ "sim/explore_dpor_waits.cpp", { "sim/explore_dpor.hpp" }, "one strategy in 6 files" },
	{ "sim/explore_", strategy_tools, "a strategy knows only the contract" },
	{ "sim/strategy_", strategy_tools, "a strategy knows only the contract" },
	{ "sim/", { "sim/" }, "sim/ has never heard of another room" },
	{ "model/", { "model/", "sim/" }, "model/ knows only sim/" },
	{ "scenarios/", { "scenarios/", "model/", "sim/" }, "scenarios/ knows model/ and sim/" },
	{ "traces/", { "traces/", "sim/" }, "traces/ knows only sim/" },
	{ "cli/", { "cli/", "scenarios/", "traces/", "model/", "sim/" }, "cli/ is no test" },
};

// The engine runs under any strategy, so it must not be able to name one.
const names engine = { "sim/machine", "sim/fiber",   "sim/arena", "sim/clock",	 "sim/timer_",
		       "sim/trace",   "sim/program", "sim/hooks", "sim/finding", "sim/prng" };
const names strategy_headers = { "sim/explore", "sim/strateg" };

bool begins_with_any(const std::string &path, const names &prefixes)
{
	return std::any_of(prefixes.begin(), prefixes.end(),
			   [&](const std::string &prefix) { return path.starts_with(prefix); });
}

struct include {
	std::string path;
	bool quoted;
};

// The file an #include names; an empty path if the line has none.
include include_of(const std::string &line)
{
	const auto hash = line.find_first_not_of(" \t");

	if (hash == line.npos || line[hash] != '#')
		return {};

	const auto word = line.find_first_not_of(" \t", hash + 1);

	if (word == line.npos || line.compare(word, 7, "include") != 0)
		return {};

	const auto open = line.find_first_of("\"<", word);
	const auto close = open == line.npos ? open : line.find_first_of("\">", open + 1);

	if (close == line.npos)
		return {};
	return { line.substr(open + 1, close - open - 1), line[open] == '"' };
}

std::string own_header(const std::string &path)
{
	return path.substr(0, path.rfind('.')) + ".hpp";
}

// Why `from` must not include the project's file `to`; empty if it may.
std::string forbidden(const std::string &from, const std::string &to)
{
	if (begins_with_any(from, engine) && begins_with_any(to, strategy_headers))
		return "the engine knows no strategy";
	for (const auto &row : arrows) {
		if (!from.starts_with(row.from))
			continue;

		const bool own = std::count(row.to.begin(), row.to.end(), "own") != 0 &&
				 to == own_header(from);

		return own || begins_with_any(to, row.to) ? "" : row.why;
	}
	return "";
}

} // namespace

void check_includes(const source &file, offences &found)
{
	for (std::size_t i = 0; i < file.literals.size(); i++) {
		const auto [to, quoted] = include_of(file.literals[i]);
		const bool ours =
			std::any_of(rooms.begin(), rooms.end(),
				    [&, &path = to](auto room) { return path.starts_with(room); });

		if (to.empty())
			continue;
		if (ours != quoted) {
			found.push_back({ file.path, i + 1,
					  "includes " + to +
						  ": a file of the project is included in "
						  "quotes and by its path from the root, others in "
						  "brackets" });
			continue;
		}

		const auto why = ours ? forbidden(file.path, to) : "";

		if (!why.empty())
			found.push_back({ file.path, i + 1, "includes " + to + ": " + why });
	}
}

} // namespace tidy
