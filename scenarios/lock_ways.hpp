// SPDX-License-Identifier: GPL-2.0-only
// For orders of locks that several executions show together: an execution for each of them.
// Must not know how the orders were found, nor how results are printed.
#pragma once

#include <functional>
#include <vector>
#include "scenarios/outcome.hpp"

namespace scenario {

// Fills in `shown_at_once`, else `shown_by`, of findings whose parts are known, from a drawn search
// of its own: what it does not meet in 500 executions, or as long as it may go on, stays without a
// schedule.
void find_lock_ways(const scenario &s, std::vector<found> &together,
		    const std::function<bool()> &goes_on);

} // namespace scenario
