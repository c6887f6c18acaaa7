// SPDX-License-Identifier: GPL-2.0-only
// Running a search: execution after execution, or state after state; then shorter schedules.
// It must not know what programs do, nor how results are printed.
#include "sim/explore.hpp"
#include <algorithm>
#include <map>
#include "sim/minimise.hpp"
#include "sim/strategies.hpp"
#include "sim/trace_census.hpp"

namespace sim {

namespace {

constexpr uint64_t STEPS_USUAL = 10'000; // of one execution
constexpr uint64_t TRIALS = 1'000;	 // executions to make one schedule shorter

bool is_shorter(const schedule &a, const schedule &b)
{
	return a.deviations.size() != b.deviations.size()
		       ? a.deviations.size() < b.deviations.size()
		       : a.steps < b.steps;
}

// ---- shorter schedules ----

// Answers as whichever strategy it was given last.
class relay final : public strategy {
public:
	void to(strategy &s) { to_ = &s; }
	uint64_t attentive_from(uint64_t from) override { return to_->attentive_from(from); }
	uint32_t choose(const choice &c) override { return to_->choose(c); }
	void stuck(std::span<const option> blocked) override { to_->stuck(blocked); }
	bool next_execution(const verdict &v) override { return to_->next_execution(v); }

private:
	strategy *to_ = nullptr;
};

class shortener {
public:
	shortener(const machine_config &config, program &p, const hooks *h)
		: program_(p), recorder_(relay_), machine_(config, recorder_)
	{
		machine_.set_hooks(h);
	}
	void shorten(search_outcome &o)
	{
		const minimised less = minimise(
			o.shortest, [&](strategy &s) { return comes_to(s, o); }, TRIALS);
		replay_strategy again(less.best);

		if (less.is_reproduced && comes_to(again, o))
			o.shortest = recorded();
	}

private:
	bool comes_to(strategy &s, const search_outcome &o)
	{
		std::string text;

		relay_.to(s);
		recorder_.forget();
		machine_.start(program_);
		machine_.run();
		program_.outcome(machine_, text);
		return machine_.state().how == o.how && text == o.text;
	}
	schedule recorded() const
	{
		schedule s = recorder_.recorded(machine_.state().steps, machine_.state().taken);

		s.timed = false;
		return s;
	}

	program &program_;
	relay relay_;
	recording_strategy recorder_;
	machine machine_;
};

// ---- execution after execution ----

class driver {
public:
	driver(const machine_config &config, program &p, const hooks *h, const explore_plan &plan)
		: plan_(plan), program_(p), strategies_(plan), counted_(strategies_.top(), census_),
		  recorder_(strategies_.is_drawn() ? static_cast<strategy &>(counted_)
						   : strategies_.top()),
		  machine_(config, recorder_)
	{
		machine_.set_hooks(h);
		r_.is_drawn = strategies_.is_drawn();
	}
	explore_result run(const search_watch &watch)
	{
		const uint64_t most = plan_.executions	       ? plan_.executions
				      : strategies_.is_drawn() ? DRAWN_USUAL
							       : NEVER;

		for (bool more = true; more;) {
			machine_.start(program_);
			machine_.run();
			const verdict v = machine_.ended_as();

			note(v);
			more = recorder_.next_execution(v);
			if (more && r_.executions + r_.too_long + r_.repeated == most) {
				if (!r_.is_drawn)
					r_.cut = "it ran as many executions as it may";
				more = false;
			}
			if (more && watch && !watch(progress())) {
				r_.cut = "it was stopped";
				more = false;
			}
		}
		finish();
		return r_;
	}

private:
	search_progress progress() const
	{
		search_progress now;

		now.executions = r_.executions;
		now.steps = r_.steps;
		now.outcomes = static_cast<uint32_t>(r_.outcomes.size());
		now.share_ppm = strategies_.share_done();
		now.traces = census_.traces();
		now.unseen_ppm = census_.executions() ? census_.unseen_ppm() : 0;
		return now;
	}
	void note(const verdict &v)
	{
		std::string text;

		r_.steps += v.steps;
		if (v.how == ending::bound) {
			r_.too_long++;
			return;
		}
		if (strategies_.is_wasted()) {
			r_.repeated++;
			return;
		}
		r_.executions++;
		program_.outcome(machine_, text);
		const auto [at, fresh] = known_.emplace(text, r_.outcomes.size());
		if (fresh)
			r_.outcomes.push_back({ text, v.how, 0, {} });
		search_outcome &o = r_.outcomes[at->second];
		o.paths++;
		schedule s = recorder_.recorded(v.steps, machine_.state().taken);
		s.timed = false;
		if (fresh || is_shorter(s, o.shortest))
			o.shortest = std::move(s);
	}
	void finish()
	{
		r_.scope = strategies_.scope(r_.executions + r_.too_long + r_.repeated);
		r_.wrong = strategies_.wrong();
		if (r_.too_long && r_.cut.empty())
			r_.cut = std::to_string(r_.too_long) +
				 " executions had more steps than they may";
		if (!r_.is_drawn)
			return;
		r_.traces = census_.traces();
		r_.unseen_ppm = census_.unseen_ppm();
	}

	static constexpr uint64_t DRAWN_USUAL = 10'000;

	const explore_plan &plan_;
	program &program_;
	planned_strategies strategies_;
	trace_census census_;
	census_strategy counted_;
	recording_strategy recorder_;
	machine machine_;
	std::map<std::string, size_t> known_; // index of outcomes
	explore_result r_;
};

// ---- state after state ----

explore_result search_states(const machine_config &config, program &p, const hooks *h,
			     const explore_plan &plan, const search_watch &watch)
{
	explore_result r;
	natural_strategy nobody_asked;
	machine m(config, nobody_asked);
	search_limits limits;

	m.set_hooks(h);
	limits.states_max = plan.states ? plan.states : limits.states_max;
	limits.steps_max = plan.steps ? plan.steps : limits.steps_max;
	bool stopped = false;
	limits.watch = [&](const search_progress &now) {
		stopped = watch && !watch(now);
		return !stopped;
	};
	search_result found = state_search(m, p, limits).run();
	r.outcomes = std::move(found.outcomes);
	r.states = found.states;
	r.steps = found.transitions;
	r.cyclic = found.cyclic;
	r.scope = "every execution";
	r.executions = found.cyclic || !found.complete ? NEVER : 0;
	for (const search_outcome &o : r.outcomes)
		r.executions = o.paths > NEVER - r.executions ? NEVER : r.executions + o.paths;
	if (!found.complete)
		r.cut = stopped				? "it was stopped"
			: r.states >= limits.states_max ? "it met as many states as it may keep"
							: "an execution had more steps than it may";
	return r;
}

} // namespace

explore_result explore(const machine_config &config, program &p, const hooks *h,
		       const explore_plan &plan, const search_watch &watch)
{
	machine_config bounded = config;

	bounded.steps_max = plan.strategy == "stateful" ? NEVER
			    : plan.steps		? plan.steps
							: STEPS_USUAL;
	explore_result r = plan.strategy == "stateful" ? search_states(bounded, p, h, plan, watch)
						       : driver(bounded, p, h, plan).run(watch);
	bounded.steps_max = STEPS_USUAL;
	for (const search_outcome &o : r.outcomes)
		bounded.steps_max = std::max(bounded.steps_max, 2 * o.shortest.steps);
	shortener less(bounded, p, h);
	for (search_outcome &o : r.outcomes)
		less.shorten(o);
	std::sort(r.outcomes.begin(), r.outcomes.end(),
		  [](const search_outcome &a, const search_outcome &b) { return a.text < b.text; });
	return r;
}

} // namespace sim
