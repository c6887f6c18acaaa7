// SPDX-License-Identifier: GPL-2.0-only
// Where a trace goes, and what is said about a run.
// It must not know the command line.
#pragma once
#include <memory>
#include <string>
#include "cli/input.hpp"
#include "scenarios/run.hpp"
#include "traces/formats.hpp"

namespace cli {

struct output_options {
	std::string format = "ftrace"; // a trace format, "steps", or "none"
	std::string file;	       // empty: stdout
	unsigned variant = 0;
	bool quiet = false;
};

// Runs it, writes the trace, says on stderr what came of it. An exit code.
int run_and_write(const input &in, const scenario::scenario &s, const output_options &o,
		  const sim::schedule *replay);

// What happened and what was expected: lines for people.
std::string summary(const input &in, const scenario::scenario &s, const scenario::run_result &r);

int exit_code_of(const scenario::run_result &r);

} // namespace cli
