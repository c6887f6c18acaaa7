// SPDX-License-Identifier: GPL-2.0-only
// Compares the end of one execution with what the scenario expects.
// Must not know JSON or how verdicts are printed.
#pragma once

#include "scenarios/event_matcher.hpp"
#include "scenarios/run.hpp"

namespace scenario {

// Of what an execution came to: fills terms and `expected`. While it still lies in the arena.
void judge(const scenario &s, const event_matcher &matcher, run_result &r);

// A finding that no term names is a failure, whatever else holds; a known race is none.
bool is_expected(const expectation &e, const found &f);

} // namespace scenario
