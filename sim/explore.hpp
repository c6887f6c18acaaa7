// SPDX-License-Identifier: GPL-2.0-only
// Runs a search to its end: the strategy that was named, within its bounds, on the free machine.
// It must not know what programs do, nor how results are printed.
#pragma once
#include <string>
#include "sim/machine.hpp"
#include "sim/plan.hpp"
#include "sim/states.hpp"

namespace sim {

struct explore_result {
	std::vector<search_outcome> outcomes; // by text; `paths` are executions that were met
	uint64_t executions = 0;	      // NEVER: endless, too many, or not counted
	uint64_t too_long = 0;		      // executions that had more steps than they may
	uint64_t repeated = 0;		      // executions that showed nothing new
	uint64_t states = 0, steps = 0;
	uint64_t traces = 0, unseen_ppm = 0; // drawn executions: see trace_census.hpp
	bool is_drawn = false;		     // by chance, so nothing is known of the others
	bool cyclic = false;		     // some execution can go on for ever
	std::string scope; // what was searched: "every execution with at most 2 deviations"
	std::string cut;   // why it ended before that was done; empty: it did not
	std::string wrong; // a bug here or in the program: what was expected was not offered
};

// Every outcome's schedule is minimised. `config` is that of a free machine.
explore_result explore(const machine_config &config, program &p, const hooks *h,
		       const explore_plan &plan, const search_watch &watch);

} // namespace sim
