// SPDX-License-Identifier: GPL-2.0-only
// Prints what comes of a search, or of the sum of its shards.
// It must not know the command line, nor how a search is done.
#pragma once
#include "cli/input.hpp"
#include "scenarios/explore.hpp"

namespace cli {

struct conclusion_options {
	std::string format = "text"; // or herd
	bool quiet = false;
	bool witnesses = false; // text: a schedule for each outcome
};

// The report to stdout, figures that depend on the build to stderr. `figures` goes before them.
int conclude_and_print(const input &in, const scenario::scenario &s, const sim::explore_plan &plan,
		       scenario::explored found, const conclusion_options &o,
		       const std::string &figures, const scenario::conclusion_watch &watch);

// Of a search, whether or not everything was decided: 4 where a bound ended it.
int exit_code_of(const scenario::explore_result &r);

} // namespace cli
