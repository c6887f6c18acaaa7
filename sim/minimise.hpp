// SPDX-License-Identifier: GPL-2.0-only
// Reduces a failing schedule to few deviations from the natural order, by trying others.
// It must not know the machine, nor what failing means.
#pragma once
#include <functional>
#include "sim/choice.hpp"
#include "sim/schedule.hpp"

namespace sim {

struct minimised {
	schedule best;	     // can be replayed; its length and last check are not known here
	uint64_t switches;   // how often in it another context goes on than before
	uint64_t executions; // tried
	bool is_reproduced;  // false: the given one did not fail, and was left as it is
	bool is_complete;    // false: there might be more to gain, but it was not to go on
};

// `still_fails` runs one execution under a strategy, which is the same object each time, and says
// whether it failed as the given one did. It is called at most executions_max times, first to
// follow the given schedule. Fewer deviations are better, then fewer switches.
//
// A deviation is moved and kept not by the number of its choice, which every change before it
// would shift, but by how far its context had come: "after its 12th step A makes way for B".
// Of the result no deviation can be left out, not even if another is moved for it, and none be
// moved for fewer switches (up to 16 steps away). Deterministic if still_fails is, and unless
// `goes_on`, which is asked before each execution, ends it; null: nobody does.
minimised minimise(const schedule &failing, const std::function<bool(strategy &)> &still_fails,
		   uint64_t executions_max, const std::function<bool()> &goes_on = nullptr);

} // namespace sim
