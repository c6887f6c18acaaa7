// SPDX-License-Identifier: GPL-2.0-only
// The result of a search in words: a table of outcomes, observations, schedules.
// It must not know the command line.
#pragma once
#include "cli/input.hpp"
#include "scenarios/explore.hpp"

namespace cli {

// As herd7 says it: for stdout, the same wherever the search ran.
std::string search_report(const input &in, const scenario::scenario &s,
			  const sim::explore_plan &plan, const scenario::explore_result &r,
			  bool with_witnesses = false);
// Within the grammar of herd7's logs, one test for each observation.
std::string herd_report(const scenario::scenario &s, const scenario::explore_result &r);

// A number of executions, or why there is none: "many" go on for ever, "-" were not counted.
std::string count_text(uint64_t executions, const scenario::explore_result &r);
// "Never", "Sometimes" or "Always"
const char *frequency(const scenario::observation &o);
// What can be said of all executions: "every execution", or which bound ended the search.
std::string bound_text(const scenario::explore_result &r);

} // namespace cli
