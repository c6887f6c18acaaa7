// SPDX-License-Identifier: GPL-2.0-only
// Runs a search to its end: the strategy that was named, within its bounds, on the free machine.
// It must not know what programs do, nor how results are printed.
#pragma once
#include <functional>
#include <string>
#include "sim/plan.hpp"
#include "sim/machine.hpp"
#include "sim/unit_list.hpp"

namespace sim {

struct explore_progress : search_progress {
	uint32_t share_ppm = 0;		     // of the whole, estimated; 0: not known
	uint64_t traces = 0, unseen_ppm = 0; // drawn executions: see trace_census.hpp
};

// Asked now and then; false ends the search early. Never on a fiber.
using explore_watch = std::function<bool(const explore_progress &)>;

// Of a whole search what is to be done here.
struct explore_share {
	unsigned jobs = 1;
	unsigned shard = 1, shards = 1; // the shard-th of so many
	bool is_resumed = false;	// then the rest of what was done before:
	search_part before;
	unit_list left;
};

struct explore_result {
	search_part found;	  // of a stateful search the outcomes, with ways counted
	unit_list left;		  // what was not run
	uint64_t states = 0;	  // 0: no stateful search
	bool cyclic = false;	  // some execution can go on for ever
	std::string cut;	  // why it ended before all was done; empty: it did not
	bool lost_a_job = false;  // a process that shared the work was killed, which is why
};

// `config` is that of a free machine. `found` adds up: see search_part.hpp.
explore_result explore(const machine_config &config, program &p, const hooks *h,
		       const explore_plan &plan, const explore_share &share,
		       const explore_watch &watch);

// Why nothing can be concluded of executions that were not run, though the search was not stopped:
// a bound hid them, or they were too long. Empty: something can.
std::string cut_by_bound(const explore_plan &plan, const search_part &found);

// Makes the ways to these outcomes shorter. Those with few deviations are the least there are, by
// (deviations, steps, schedule), whatever found them; others have fewer deviations, then switches.
// `goes_on` is asked now and then, and may end it: then some are longer than they need be.
void shorten(const machine_config &config, program &p, const hooks *h,
	     const std::vector<search_outcome *> &outcomes, const std::function<bool()> &goes_on);

} // namespace sim
