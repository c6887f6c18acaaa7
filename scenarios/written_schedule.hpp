// SPDX-License-Identifier: GPL-2.0-only
// A schedule that a search printed, as the steps that a person would write: run this thread until
// there. Must not know how a search is done, nor how results are printed.
#pragma once

#include <functional>
#include <string>
#include "scenarios/outcome.hpp"
#include "sim/schedule.hpp"

namespace scenario {

// The value of "schedule" in the scenario's file that comes to the same outcome, which has been
// tried; as few steps as can be left of it. Empty: threads that have no name decide it, or it took
// too many steps to try, or longer than `goes_on` lets it.
std::string written_schedule(const scenario &s, const sim::schedule &way, const outcome &end,
			     const std::function<bool()> &goes_on);

} // namespace scenario
