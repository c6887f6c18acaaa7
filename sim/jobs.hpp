// SPDX-License-Identifier: GPL-2.0-only
// Runs units on several processes, which are forked when all memory is mapped, and adds up what
// they found in the order of the units. It must not know what a unit is, nor what programs do.
#pragma once
#include "sim/unit_list.hpp"
#include "sim/unit_runner.hpp"

namespace sim {

struct jobs_result {
	search_part found;
	unit_list left; // in order; what was begun and not done is among them
	bool was_stopped = false;
	std::string lost; // how a process ended before its work did, which stopped it; empty: none
	bool is_full = false; // as many executions as there may be
};

// What is known while it runs: of the units that are done (of the first, while it is not), and how
// much is done anywhere.
using jobs_watch = std::function<bool(const search_part &done, uint64_t executions, uint64_t steps,
				      uint32_t share_ppm)>;

// The same result for any number of jobs, unless it is stopped.
jobs_result run_units(unit_runner &runner, const unit_list &units, unsigned jobs,
		      uint64_t executions_max, const jobs_watch &watch);

} // namespace sim
