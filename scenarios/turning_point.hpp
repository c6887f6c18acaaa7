// SPDX-License-Identifier: GPL-2.0-only
// The last choice that an outcome hangs on: who goes on there, who would by natural order, and what
// that comes to. Must not know how a search is done, nor how results are printed.
#pragma once

#include <string>
#include "scenarios/outcome.hpp"
#include "sim/schedule.hpp"

namespace scenario {

// Two lines, from two replays. Empty: natural order comes to the same end or to none, or for a
// schedule that goes round for ever. `check`: how the search looked for races and orders of locks.
std::string turning_point_of(const scenario &s, const sim::schedule &way, const outcome &end,
			     std::optional<sim::checking> check);

} // namespace scenario
