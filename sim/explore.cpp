// SPDX-License-Identifier: GPL-2.0-only
// Running a search: the units of a stateless one, or state after state; then shorter schedules.
// It must not know what programs do, nor how results are printed.
#include "sim/explore.hpp"
#include <algorithm>
#include "sim/jobs.hpp"
#include "sim/minimise.hpp"
#include "sim/strategies.hpp"

namespace sim {

// ---- execution after execution ----

// Enough for the processes to end at about the same time.
constexpr size_t UNITS_PER_JOB = 32;

// Always the same ones for the same number of parts, in the order of their executions. False: it
// was stopped before there were as many.
static bool split_all(unit_runner &runner, std::vector<search_unit> &units, size_t wanted,
		      const std::function<bool()> &goes_on)
{
	for (bool any = true; any && units.size() < wanted;) {
		std::vector<search_unit> finer;

		any = false;
		for (const search_unit &u : units) {
			if (!goes_on())
				return false;
			const bool whole = u.path.size() == u.fixed;
			const std::vector<search_unit> parts =
				whole ? runner.split(u) : std::vector<search_unit>{ u };

			any |= parts.size() > 1;
			finer.insert(finer.end(), parts.begin(), parts.end());
		}
		units = std::move(finer);
	}
	return true;
}

// Those of one share, which are dealt out like cards; to many shares in heaps first, which are
// divided anew, so that no share has to divide the whole search for all.
static bool pick_share(unit_runner &runner, std::vector<search_unit> &units,
		       const explore_share &share, const std::function<bool()> &goes_on)
{
	constexpr unsigned HEAPS = 32;
	unsigned number = share.shard - 1, of = share.shards;

	while (of > 1) {
		const unsigned heaps = std::min(of, HEAPS), heap = number % heaps;
		std::vector<search_unit> own;

		if (!split_all(runner, units, heaps * UNITS_PER_JOB, goes_on))
			return false;
		for (size_t i = heap; i < units.size(); i += heaps)
			own.push_back(std::move(units[i]));
		units = std::move(own);
		of = (of - heap + heaps - 1) / heaps;
		number /= heaps;
	}
	return true;
}

// What was not divided when it was stopped says so, and nothing is to be run of it.
static unit_list units_of(unit_runner &runner, const explore_plan &plan, const explore_share &share,
			  const std::function<bool()> &goes_on)
{
	unit_list list = share.left;

	if (plan.is_drawn()) {
		if (!share.is_resumed) {
			list.block = share.shard - 1;
			list.block_step = share.shards;
			list.blocks_end = (plan.executions_most() + BLOCK - 1) / BLOCK;
		}
		return list;
	}
	if (!share.is_resumed)
		list.some.emplace_back();
	if (!share.is_resumed || list.is_undivided) {
		std::vector<search_unit> own = list.some;

		list.is_undivided = !pick_share(runner, own, share, goes_on);
		if (list.is_undivided)
			return list;
		list.some = std::move(own);
	}
	if (share.jobs > 1 && plan.strategy == "exhaustive")
		split_all(runner, list.some, share.jobs * UNITS_PER_JOB, goes_on);
	return list;
}

std::string cut_by_bound(const explore_plan &plan, const search_part &found)
{
	if (found.too_long)
		return std::to_string(found.too_long) + " executions had more than " +
		       std::to_string(plan.steps_most()) + " steps";
	if (found.is_event_bounded)
		return "some execution had more than " + std::to_string(plan.events_most()) +
		       " timers and interrupts that come early";
	return "";
}

static explore_result explore_executions(const machine_config &config, program &p, const hooks *h,
					 const explore_plan &plan, const explore_share &share,
					 const explore_watch &watch)
{
	explore_result r;
	unit_runner runner(config, p, h, plan);
	const uint64_t most = plan.is_drawn() ? NEVER : plan.executions_most();
	const uint64_t had = share.before.all(); // does not count: a bound is of this part of it
	auto watched = [&](const search_part &done, uint64_t executions, uint64_t steps,
			   uint32_t share_ppm) {
		explore_progress now;

		now.executions = had + executions;
		now.steps = share.before.steps + steps;
		now.outcomes = static_cast<uint32_t>(done.outcomes.size());
		now.share_ppm = share_ppm;
		now.traces = done.census.traces();
		now.unseen_ppm = now.traces ? done.census.unseen_ppm() : 0;
		return !watch || watch(now);
	};
	unit_list units = units_of(runner, plan, share,
				   [&] { return watched(share.before, 0, 0, 0); });

	r.found = share.before;
	if (units.is_undivided) {
		r.left = std::move(units);
		r.cut = "it was stopped";
		return r;
	}
	jobs_result done = run_units(runner, units, share.jobs, most, watched);
	r.found.add(done.found);
	r.left = std::move(done.left);
	r.lost_a_job = !done.lost.empty();
	r.cut = r.lost_a_job	   ? "a process that shared its work " + done.lost
		: done.was_stopped ? "it was stopped"
		: done.is_full	 ? "it ran as many executions as it may"
				 : cut_by_bound(plan, r.found);
	return r;
}

// ---- state after state ----

static explore_result explore_states(const machine_config &config, program &p, const hooks *h,
				     const explore_plan &plan, const explore_watch &watch)
{
	explore_result r;
	natural_strategy nobody_asked;
	search_limits limits;
	bool was_stopped = false;

	machine m(config, nobody_asked);

	m.set_hooks(h);
	limits.states_max = plan.states ? plan.states : limits.states_max;
	limits.reduce = plan.reduce;
	limits.circles = plan.circles;
	limits.watch = [&](const search_progress &now) {
		was_stopped = watch && !watch({ now, 0, 0, 0 });
		return !was_stopped;
	};
	const search_result found = state_search(m, p, limits).run();
	r.states = found.states;
	r.cyclic = found.cyclic;
	r.found.wrong = found.wrong;
	r.found.steps = found.transitions;
	r.found.executions = found.cyclic || !found.complete ? NEVER : 0;
	for (const search_outcome &o : found.outcomes) {
		r.found.executions = sum_of_paths(r.found.executions, o.paths);
		r.found.outcomes.emplace(o.text, o);
	}
	if (!found.complete)
		r.cut = was_stopped			? "it was stopped"
			: r.states >= limits.states_max ? "it met as many states as it may keep, " +
								  std::to_string(limits.states_max)
			: r.found.outcomes.size() >= limits.outcomes_max
				? "it met as many outcomes as it may tell"
				: "an execution had more than " + std::to_string(config.steps_max) +
					  " steps";
	return r;
}

explore_result explore(const machine_config &config, program &p, const hooks *h,
		       const explore_plan &plan, const explore_share &share,
		       const explore_watch &watch)
{
	machine_config bounded = config;

	bounded.steps_max = plan.steps_most();
	return plan.is_stateful() ? explore_states(bounded, p, h, plan, watch)
				  : explore_executions(bounded, p, h, plan, share, watch);
}

// ---- shorter schedules ----

namespace {

// Executions to make one schedule shorter, and steps to make all of them shorter: some seconds.
constexpr uint64_t TRIALS = 1'000, STEPS_IN_ALL = 8'000'000;
// Steps of executions with few deviations: some tenths of a second.
constexpr uint64_t STEPS_WITH_FEW = 1'000'000;

class shortener {
public:
	shortener(const machine_config &config, program &p, const hooks *h,
		  const std::function<bool()> &goes_on)
		: program_(p), goes_on_(goes_on), recorder_(relay_), machine_(config, recorder_)
	{
		machine_.set_hooks(h);
	}
	void shorten(search_outcome &o, uint64_t trials)
	{
		const minimised less = minimise(
			o.shortest, [&](strategy &s) { return comes_to(s, o); }, trials, goes_on_);
		replay_strategy again(less.best);

		if (less.is_reproduced && comes_to(again, o))
			o.shortest = recorded();
	}

	// Of one that comes to it by fewer deviations: those may cost steps.
	static uint64_t most_steps(const search_outcome &o) { return 100 + 2 * o.shortest.steps; }

private:
	bool comes_to(strategy &s, const search_outcome &o)
	{
		std::string text;

		relay_.to(s);
		recorder_.forget();
		machine_.start(program_);
		if (!machine_.run(most_steps(o)))
			return false;
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
	const std::function<bool()> &goes_on_;
	relay_strategy relay_;
	recording_strategy recorder_;
	machine machine_;
};

} // namespace

// Tries all executions with few deviations, as far as that goes. The number of those within which
// no schedule is shorter, whichever search found the outcomes.
static uint64_t find_shortest(const machine_config &config, program &p, const hooks *h,
			      const std::vector<search_outcome *> &outcomes,
			      const std::function<bool()> &goes_on)
{
	uint64_t left = STEPS_WITH_FEW, known = 0, most = 0;

	for (const search_outcome *o : outcomes)
		most = std::max<uint64_t>(most, o->shortest.deviations.size());
	while (known < most) {
		explore_plan plan;

		plan.strategy = "exhaustive";
		plan.deviations = known + 1;
		const explore_watch watch = [&](const explore_progress &now) {
			return now.steps < left && goes_on();
		};
		const explore_result r = explore_executions(config, p, h, plan, {}, watch);

		for (search_outcome *o : outcomes) {
			const auto same = r.found.outcomes.find(o->text);

			if (same != r.found.outcomes.end() &&
			    is_shorter(same->second.shortest, o->shortest))
				o->shortest = same->second.shortest;
		}
		if (!r.left.empty())
			break;
		left -= std::min(left, r.found.steps);
		known++;
	}
	return known;
}

void shorten(const machine_config &config, program &p, const hooks *h,
	     const std::vector<search_outcome *> &outcomes, const std::function<bool()> &goes_on)
{
	const uint64_t known = find_shortest(config, p, h, outcomes, goes_on);
	shortener less(config, p, h, goes_on);

	for (search_outcome *o : outcomes) {
		if (o->shortest.deviations.size() <= known || !goes_on())
			continue;
		const uint64_t steps = STEPS_IN_ALL / outcomes.size();

		less.shorten(*o, std::min(steps / shortener::most_steps(*o), TRIALS));
	}
}

} // namespace sim
