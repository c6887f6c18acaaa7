// SPDX-License-Identifier: GPL-2.0-only
// Why an execution ended as it did, in words: whose wakeup came to nothing and who sleeps since, or
// who freed what another still used.
// Must not know how a search is done, nor how results are printed.
#pragma once

#include <string>
#include <vector>
#include "scenarios/scenario.hpp"
#include "sim/schedule.hpp"

namespace scenario {

// One sentence a line, from a replay of that schedule.
std::vector<std::string> story_of(const scenario &s, const sim::schedule &way);

} // namespace scenario
