// SPDX-License-Identifier: GPL-2.0-only
// Compares the end of one execution with what the scenario expects.
// Must not know JSON or how verdicts are printed.
#pragma once

#include "scenarios/event_matcher.hpp"
#include "scenarios/run.hpp"

namespace scenario {

// Of what an execution came to: fills terms and `expected`. While it still lies in the arena.
void judge(const scenario &s, const event_matcher &matcher, run_result &r);

// Whether a term names it, or it is a known race, which no term needs to name.
bool is_named(const expectation &e, const found &f);
// A finding that no term names is a failure, whatever else holds. But who expects only that
// something sometimes happens (of a broken kernel, say) speaks of no other execution: then it is
// told and no more, unless it is the scenario's own assertion that failed.
bool is_failure(const expectation &e, const found &f);

} // namespace scenario
