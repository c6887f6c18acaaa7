// SPDX-License-Identifier: GPL-2.0-only
// Compares the end of one execution with what the scenario expects.
// Must not know JSON or how verdicts are printed.
#pragma once

#include "scenarios/event_matcher.hpp"
#include "scenarios/run.hpp"

namespace scenario {

// While the execution still lies in the arena: fills terms, states and `expected`.
void judge(const scenario &s, const event_matcher &matcher, run_result &r);

} // namespace scenario
