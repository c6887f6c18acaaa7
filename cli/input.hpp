// SPDX-License-Identifier: GPL-2.0-only
// Reading scenario files and schedules for the subcommands, and saying what is wrong with them.
// It must not know what is done with a scenario.
#pragma once
#include <string>
#include <vector>
#include "scenarios/reader.hpp"
#include "sim/schedule.hpp"

namespace cli {

struct input {
	std::string file, text;
	scenario::scenario scenario;
	scenario::diagnostics diagnostics;
	std::string why_not; // lines, where it could not be read; stderr has said them
};

// False: `why_not` is a line; more than `most` bytes are none that anybody wrote.
bool read_file(const std::string &file, size_t most, std::string &text, std::string &why_not);

// Also by another name: through a link, or from another folder.
bool is_same_file(const std::string &a, const std::string &b);

// "-" is the standard input. False: stderr says what is wrong with it. `kernel`: another one than
// the text names, see read_scenario_on().
bool read_input(const std::string &file, input &out, const std::string &kernel = "");
// The same of a text that somebody has read already.
bool read_input(const std::string &file, std::string text, input &out,
		const std::string &kernel = "");

// The scenario itself, or one of its variants (from 1). Null: stderr says which there are.
const scenario::scenario *pick_variant(const input &in, unsigned variant);

// NAME@VERSION:SCHEDULE, as it is printed. False: stderr says what is wrong.
std::string print_schedule(const std::string &scenario, const sim::schedule &s);
bool read_schedule(const std::string &text, const std::string &scenario, sim::schedule &out);

// A finding or reason that begins with "@byte: " gets the file, line and column instead.
std::string with_place(const input &in, const std::string &text);
// "FILE: error: ..." or "FILE:LINE:COLUMN: error: ...", a line.
std::string refusal(const input &in, const std::string &why);

// The files below the folders, *.json and *.jsonc, in the order of their names; of a folder without
// any that pattern, which cannot be read.
void expand_paths(const std::vector<std::string> &paths, std::vector<std::string> &files);

} // namespace cli
