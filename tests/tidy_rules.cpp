// SPDX-License-Identifier: GPL-2.0-only
// The rules about words, headings, shape and names.
// Must not know where the files come from.

#include "tests/tidy_rules.hpp"

#include <algorithm>

namespace tidy {

namespace {

constexpr std::size_t max_lines = 450;
constexpr std::size_t max_columns = 100;
constexpr std::size_t tab_columns = 8;

// Files that may be longer than the limit. Empty, and meant to stay so.
const std::vector<std::string> long_files = {};

struct ban {
	std::string word;
	std::string why;
	bool in_literals = false;
};

const std::vector<ban> bans = {
	{ "<chrono>", "time is virtual" },
	{ "<ctime>", "time is virtual" },
	{ "clock_gettime", "time is virtual" },
	{ "gettimeofday", "time is virtual" },
	{ "<random>", "use sim/prng.hpp, which gives the same numbers on every compiler" },
	{ "random_device", "use sim/prng.hpp" },
	{ "rand", "use sim/prng.hpp" },
	{ "srand", "use sim/prng.hpp" },
	{ "unordered_map", "its order is nobody's" },
	{ "unordered_set", "its order is nobody's" },
	{ "unordered_multimap", "its order is nobody's" },
	{ "unordered_multiset", "its order is nobody's" },
	{ "std::hash", "it differs between libraries" },
	{ "float", "integers only" },
	{ "double", "integers only" },
	{ "getenv", "a result depends on the scenario alone" },
	{ "secure_getenv", "a result depends on the scenario alone" },
	{ "%p", "objects print as names", true },
};

// Descriptors of trace events carry the kernel's print formats; the writers print the name of the
// object for a %p there, and nothing hands these texts to printf.
const std::vector<std::string> print_formats = { "model/events.cpp", "model/events.hpp" };

// Where preemption points are made. Everything else in model/ uses the types of these files.
const std::vector<std::string> preemption_files = { "model/shared.hpp", "model/kernel.hpp",
						   "model/kernel.cpp" };

// In two halves, or this file would break its own rule.
const std::vector<std::string> foreign_paths = { std::string("/wo") + "rk/",
						 std::string("/tmp/ba") + "sh" };

// The folders of CMakeLists.txt.
const std::vector<std::string> built_folders = { "sim",	   "model", "model/bugs", "scenarios",
						 "traces", "cli",   "tests",	  "bench" };

bool is_one_of(const std::string &name, const std::vector<std::string> &list)
{
	return std::find(list.begin(), list.end(), name) != list.end();
}

bool is_simulated(const source &file)
{
	return file.path.starts_with("sim/") || file.path.starts_with("model/");
}

std::string folder_of(const std::string &path)
{
	return path.substr(0, std::min(path.rfind('/'), path.size()));
}

// Up to the first dot: the scenario of mod-vs-cancel.ftrace.txt is mod-vs-cancel.
std::string stem_of(const std::string &path)
{
	const auto name = path.substr(path.rfind('/') + 1);

	return name.substr(0, name.find('.'));
}

// A format with flags or a width before the p counts, "%%p" does not.
std::size_t find_format(const std::string &line)
{
	for (auto at = line.find('%'); at != line.npos; at = line.find('%', at)) {
		const auto letter = line.find_first_not_of("-+ #0123456789.*", at + 1);

		if (letter != line.npos && line[letter] == 'p')
			return at;
		at = letter == line.npos ? letter : letter + (line[letter] == '%');
	}
	return line.npos;
}

std::size_t columns_of(const std::string &line)
{
	std::size_t columns = 0;

	for (const char c : line) {
		if (c == '\t')
			columns += tab_columns - columns % tab_columns;
		else if ((static_cast<unsigned char>(c) & 0xc0) !=
			 0x80) // not inside a UTF-8 letter
			columns++;
	}
	return columns;
}

// The type in the angle brackets that open at `open`.
std::string template_argument(const std::string &line, std::size_t open)
{
	int depth = 0;

	for (auto at = open; at < line.size(); at++) {
		depth += line[at] == '<' ? 1 : line[at] == '>' ? -1 : 0;
		if (depth == 0)
			return line.substr(open + 1, at - open - 1);
	}
	return line.substr(open + 1);
}

// Alone or behind `&`, "/" begins a path; behind a name it only continues one.
bool begins_path(const std::string &line, std::size_t at)
{
	return at == 0 || !(is_word_character(line[at - 1]) || line[at - 1] == '.' ||
			    line[at - 1] == '-' || line[at - 1] == '*' || line[at - 1] == '}');
}

// machine().step(, m->step( or sim::step(: a member or a name of another room, not a local one.
bool calls_step(const std::string &line)
{
	const auto at = find_word(line, "step(");

	return at != line.npos && at > 0 &&
	       std::string(".>:").find(line[at - 1]) != std::string::npos;
}

} // namespace

void check_bans(const source &file, offences &found)
{
	if (!is_simulated(file))
		return;
	for (std::size_t i = 0; i < file.code.size(); i++) {
		for (const auto &[word, why, in_literals] : bans) {
			const auto at = in_literals ? find_format(file.literals[i])
						    : find_word(file.code[i], word);

			if (in_literals && is_one_of(file.path, print_formats))
				continue;
			if (at != std::string::npos)
				found.push_back({ file.path, i + 1, word + " is banned: " + why });
		}
	}
}

void check_pointer_casts(const source &file, offences &found)
{
	const std::string cast = "reinterpret_cast";

	if (!is_simulated(file) || file.path == "sim/arena.hpp")
		return;
	for (std::size_t i = 0; i < file.code.size(); i++) {
		const auto &line = file.code[i];
		const auto at = find_word(line, cast);
		const auto open = at == line.npos ? at : line.find('<', at);
		bool bad = find_word(line, "uintptr_t") != line.npos ||
			   find_word(line, "intptr_t") != line.npos;

		if (open != line.npos)
			bad |= template_argument(line, open).find_first_of("*&") == line.npos;
		if (bad)
			found.push_back({ file.path, i + 1,
					  "a pointer becomes an integer only in sim/arena.hpp" });
	}
}

void check_preemption_points(const source &file, offences &found)
{
	if (!file.path.starts_with("model/") || is_one_of(file.path, preemption_files))
		return;
	for (std::size_t i = 0; i < file.code.size(); i++) {
		const auto &line = file.code[i];
		const bool by_hand = find_word(line, "visible(") != line.npos || calls_step(line);

		if (by_hand)
			found.push_back(
				{ file.path, i + 1,
				  "a preemption point by hand: they live in the data types" });
	}
}

void check_heading(const source &file, offences &found)
{
	const auto &lines = file.lines;

	if (lines.empty() || lines[0] != "// SPDX-License-Identifier: GPL-2.0-only")
		found.push_back({ file.path, 1, "line 1 is not the SPDX line" });
	if (lines.size() < 2 || !lines[1].starts_with("// ") || lines[1].size() < 10)
		found.push_back(
			{ file.path, 2, "line 2 is no comment that says what the file is" });
}

void check_shape(const source &file, offences &found)
{
	if (file.lines.size() > max_lines && !is_one_of(file.path, long_files))
		found.push_back({ file.path, file.lines.size(),
				  "has " + std::to_string(file.lines.size()) +
					  " lines, more than " + std::to_string(max_lines) });
	for (std::size_t i = 0; i < file.lines.size(); i++) {
		const auto &line = file.lines[i];
		const auto columns = columns_of(line);

		if (columns > max_columns)
			found.push_back({ file.path, i + 1,
					  std::to_string(columns) + " columns, more than " +
						  std::to_string(max_columns) });
		if (!line.empty() && std::string(" \t\r").find(line.back()) != std::string::npos)
			found.push_back({ file.path, i + 1, "blanks at the end of the line" });
	}
}

void check_is_built(const source &file, offences &found)
{
	if (file.path.ends_with(".cpp") && !is_one_of(folder_of(file.path), built_folders))
		found.push_back({ file.path, 0, "CMakeLists.txt does not look into this folder" });
	if (!file.path.starts_with("tests/") || file.path.ends_with("_test.cpp"))
		return;
	for (std::size_t i = 0; i < file.code.size(); i++)
		if (find_word(file.code[i], "TEST_CASE") != std::string::npos)
			found.push_back({ file.path, i + 1,
					  "ctest runs only test cases in files named *_test.cpp" });
}

void check_foreign_paths(const source &file, offences &found)
{
	for (std::size_t i = 0; i < file.lines.size(); i++)
		for (const auto &path : foreign_paths) {
			const auto at = file.lines[i].find(path);

			if (at != std::string::npos && begins_path(file.lines[i], at))
				found.push_back(
					{ file.path, i + 1, "names a path of one machine" });
		}
}

void check_thread_local(const std::vector<source> &files, offences &found)
{
	std::size_t count = 0;

	for (const auto &file : files)
		for (std::size_t i = 0; i < file.code.size(); i++) {
			if (find_word(file.code[i], "thread_local") == std::string::npos)
				continue;
			if (file.path == "sim/machine.hpp" &&
			    find_word(file.code[i], "extern") != std::string::npos)
				continue;
			if (file.path != "sim/machine.cpp" || ++count > 1)
				found.push_back({ file.path, i + 1,
						  "thread_local: only one, in sim/machine.cpp" });
		}
}

void check_scenarios_named(const std::vector<source> &scenarios, const source &readme,
			   offences &found)
{
	for (const auto &scenario : scenarios) {
		const auto stem = stem_of(scenario.path);
		const auto folder = folder_of(scenario.path);
		const auto family = folder.substr(folder.rfind('/') + 1);
		const std::vector<std::string> forms = { "`" + stem + "`", stem + ".json",
							 family + "/" + stem };
		bool named = false;

		for (const auto &line : readme.lines)
			for (const auto &form : forms)
				named |= find_word(line, form) != line.npos;
		if (!named)
			found.push_back({ scenario.path, 0, "is not named in " + readme.path });
	}
}

void check_golden_traces(const std::vector<source> &golden, const std::vector<source> &scenarios,
			 offences &found)
{
	for (const auto &trace : golden) {
		const auto stem = stem_of(trace.path);
		const bool known = std::any_of(
			scenarios.begin(), scenarios.end(),
			[&](const source &scenario) { return stem_of(scenario.path) == stem; });

		if (!known && stem != "README")
			found.push_back({ trace.path, 0, "no scenario has the name " + stem });
	}
}

} // namespace tidy
