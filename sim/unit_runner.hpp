// SPDX-License-Identifier: GPL-2.0-only
// Runs units of a stateless search, execution after execution, on one machine.
// It must not know what programs do, nor which units there are.
#pragma once
#include <functional>
#include "sim/kept_prefixes.hpp"
#include "sim/machine.hpp"
#include "sim/plan.hpp"
#include "sim/strategies.hpp"
#include "sim/trace_census.hpp"

namespace sim {

// Answers as whichever strategy it was given last.
class relay_strategy final : public strategy {
public:
	void to(strategy &s) { to_ = &s; }
	needs needed() const override { return to_->needed(); }
	uint64_t attentive_from(uint64_t from) override { return to_->attentive_from(from); }
	uint32_t choose(const choice &c) override { return to_->choose(c); }
	settled_step settled(uint64_t number, uint64_t taken) override
	{
		return to_->settled(number, taken);
	}
	void stuck(std::span<const option> blocked) override { to_->stuck(blocked); }
	bool next_execution(const verdict &v) override { return to_->next_execution(v); }
	uint64_t repeats() const override { return to_->repeats(); }
	uint64_t goes_back_to(uint64_t from) const override { return to_->goes_back_to(from); }
	void goes_on_at(uint64_t number) override { to_->goes_on_at(number); }

private:
	strategy *to_ = nullptr;
};

struct unit_result {
	search_part part;
	bool is_done = false;
	bool was_stopped = false; // by the watch
	search_unit rest;	  // if it is not done
};

// How far a unit is; false: that is enough.
using unit_watch = std::function<bool(const search_part &, uint32_t share_ppm)>;

class unit_runner {
public:
	unit_runner(const machine_config &config, program &p, const hooks *h,
		    const explore_plan &plan);
	unit_result run(const search_unit &unit, uint64_t executions_max, const unit_watch &watch);
	// The same executions, in the same order, as units of their own; one of which no execution
	// was run yet, of an exhaustive search. It stays alone if it has but one execution.
	std::vector<search_unit> split(const search_unit &unit);

private:
	bool execute(const planned_strategies &s, trace_census &census, const unit_watch &watch,
		     const search_part &so_far);
	void note(search_part &part, const planned_strategies &s);

	const explore_plan &plan_;
	program &program_;
	relay_strategy relay_;
	trace_census nobodys_;
	census_strategy counted_;
	recording_strategy recorder_;
	machine machine_;
	kept_prefixes executions_;
	uint64_t unwatched_ = 0; // steps, of however many units
};

} // namespace sim
