// SPDX-License-Identifier: GPL-2.0-only
// Execution after execution.
// It must not know what programs do, nor which units there are.
#include "sim/unit_runner.hpp"
#include "sim/explore_exhaustive.hpp"

namespace sim {

constexpr uint64_t STEPS_UNWATCHED = 1 << 15;

unit_runner::unit_runner(const machine_config &config, program &p, const hooks *h,
			 const explore_plan &plan)
	: plan_(plan), program_(p), counted_(relay_, nobodys_),
	  recorder_(plan.is_drawn() ? static_cast<strategy &>(counted_) : relay_),
	  machine_(config, recorder_), executions_(machine_, p, recorder_)
{
	machine_.set_hooks(h);
}

// Once more where the plan says so: only that one counts. False: it was stopped in the middle.
bool unit_runner::execute(const planned_strategies &s, trace_census &census,
			  const unit_watch &watch, const search_part &so_far)
{
	for (;;) {
		executions_.start();
		while (!executions_.run(machine_.state().steps + STEPS_UNWATCHED))
			if (!watch(so_far, 0))
				return false;
		if (!s.is_first_of_two())
			return true;
		counted_.count_in(nobodys_);
		recorder_.next_execution(machine_.ended_as());
		counted_.count_in(census);
	}
}

void unit_runner::note(search_part &part, const planned_strategies &s)
{
	const verdict v = machine_.ended_as();
	std::string text;

	part.steps += v.steps;
	if (v.how == ending::bound) {
		part.too_long++;
	} else if (s.is_wasted()) {
		part.repeated++;
	} else {
		schedule way = recorder_.recorded(v.steps, machine_.state().taken);

		way.timed = false;
		part.executions++;
		program_.outcome(machine_, text);
		part.add(text, v.how, 1, way);
	}
}

unit_result unit_runner::run(const search_unit &unit, uint64_t executions_max,
			     const unit_watch &watch)
{
	unit_result r;
	planned_strategies s(plan_, unit);
	const uint64_t most = std::min(executions_max, s.executions_most() - unit.done);
	bool more = true;

	relay_.to(s.top());
	recorder_.forget();
	executions_.forget();
	counted_.count_in(nobodys_);
	for (uint64_t i = 0; i < unit.done && !r.was_stopped; i++) {
		r.was_stopped = !execute(s, nobodys_, watch, r.part);
		recorder_.next_execution(machine_.ended_as());
	}
	counted_.count_in(r.part.census);
	while (more && r.part.all() < most && !r.was_stopped) {
		if (!execute(s, r.part.census, watch, r.part)) {
			r.was_stopped = true;
			break;
		}
		note(r.part, s);
		more = recorder_.next_execution(machine_.ended_as());
		s.ran();
		if (s.begins_again()) {
			const uint64_t steps = r.part.steps;

			r.part = {};
			r.part.steps = steps;
			r.part.begun_again = 1;
			program_.forget_outcomes();
		}
		unwatched_ += machine_.state().steps;
		if (more && unwatched_ >= STEPS_UNWATCHED) {
			unwatched_ = 0;
			r.was_stopped = !watch(r.part, s.share_done());
		}
	}
	counted_.count_in(nobodys_);
	s.note(r.part);
	r.is_done = !more || unit.done + r.part.all() >= s.executions_most();
	if (!r.is_done)
		r.rest = s.rest();
	return r;
}

std::vector<search_unit> unit_runner::split(const search_unit &unit)
{
	planned_strategies s(plan_, unit);
	std::vector<search_unit> parts;
	const exhaustive_strategy &all = *s.exhaustive();

	relay_.to(s.top());
	recorder_.forget();
	machine_.start(program_);
	machine_.run();
	size_t at = unit.fixed;
	while (at < all.choices() && all.count_at(at) == 1)
		at++;
	if (at == all.choices())
		return { unit };
	for (uint32_t answer = 0; answer < all.count_at(at); answer++) {
		search_unit part;

		part.path = all.path();
		part.path.resize(at);
		part.path.push_back(answer);
		part.fixed = static_cast<uint32_t>(part.path.size());
		parts.push_back(std::move(part));
	}
	return parts;
}

} // namespace sim
