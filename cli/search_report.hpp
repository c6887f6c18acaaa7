// SPDX-License-Identifier: GPL-2.0-only
// The result of a search in words: a table of outcomes, observations, schedules.
// It must not know the command line.
#pragma once
#include <string>
#include "cli/input.hpp"
#include "scenarios/explore.hpp"

namespace cli {

// As herd7 says it: for stdout, the same wherever the search ran.
std::string search_report(const scenario::scenario &s, const std::string &strategy,
			  const scenario::explore_result &r);

int exit_code_of(const scenario::explore_result &r);

} // namespace cli
