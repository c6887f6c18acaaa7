// SPDX-License-Identifier: GPL-2.0-only
// Tests of the randomised and bounded strategies on the free machine: what they reach there is
// what the toy machine has, they replay, and they cost no memory.
// Must not know what the scenarios ask.
#include <doctest/doctest.h>
#include <set>
#include "model/boot.hpp"
#include "sim/explore_bounded.hpp"
#include "sim/explore_dpor.hpp"
#include "sim/explore_pct.hpp"
#include "sim/explore_portfolio.hpp"
#include "sim/explore_pos.hpp"
#include "sim/explore_random.hpp"
#include "sim/explore_twice.hpp"
#include "sim/trace_census.hpp"
#include "tests/support_allocation.hpp"
#include "tests/support_program.hpp"
#include "tests/support_random.hpp"
#include "tests/support_scenarios.hpp"
#include "tests/support_script.hpp"

namespace {

using sim::access;
using sim::preemption;
using support::HERE;
using support::lock;
using support::small_program;
using support::tasks;
using support::unlock;
using support::word;

sim::machine_config free_machine(unsigned cpus, preemption preempt = preemption::full)
{
	sim::machine_config c = support::small_machine(cpus, preempt);

	c.free = true;
	c.steps_max = 2000;
	return c;
}

template <class F>
uint64_t explore(const sim::machine_config &config, sim::program &p, sim::strategy &s, F f,
		 const sim::hooks *hooks = nullptr)
{
	sim::machine m(config, s);

	m.set_hooks(hooks);
	for (uint64_t n = 1;; n++) {
		m.start(p);
		m.run();
		const sim::verdict v = m.ended_as();

		f(static_cast<const sim::machine &>(m), v);
		if (!s.next_execution(v))
			return n;
	}
}

uint64_t run_all(const sim::machine_config &config, sim::program &p, sim::strategy &s,
		 const sim::hooks *hooks = nullptr)
{
	return explore(
		config, p, s, [](const sim::machine &, const sim::verdict &) {}, hooks);
}

uint64_t traces_met(const sim::machine_config &config, sim::program &p, sim::strategy &s)
{
	sim::trace_census census;
	sim::census_strategy counting(s, census);

	run_all(config, p, counting);
	return census.traces();
}

uint64_t all_traces(const sim::machine_config &config, small_program p)
{
	script::odometer all;

	return traces_met(config, p, all);
}

void store_buffering(sim::machine &m, unsigned t)
{
	m.step(access::write, word(m, t), HERE);
	m.step(access::read, word(m, 1 - t), HERE);
}

void locks_twice(sim::machine &m, unsigned)
{
	for (unsigned i = 0; i < 2; i++) {
		lock(m, 0);
		unlock(m, 0);
	}
}

void eats(sim::machine &m, unsigned t)
{
	lock(m, t);
	lock(m, (t + 1) % 3);
	unlock(m, (t + 1) % 3);
	unlock(m, t);
}

// Looks whether it may sleep, and sleeps, with the one who wakes it in between.
small_program lost_wakeup()
{
	small_program p;

	p.task(0, [](sim::machine &m) {
		m.step(access::read, word(m, 0), HERE);
		if (*word(m, 0))
			return;
		m.step(access::write, word(m, 1), HERE);
		*word(m, 1) = 1;
		m.sleep();
	});
	p.task(1, [](sim::machine &m) {
		for (unsigned i = 0; i < 5; i++)
			m.step(access::write, word(m, 3), HERE);
		m.step(access::write, word(m, 0), HERE);
		*word(m, 0) = 1;
		m.step(access::read, word(m, 1), HERE);
		if (*word(m, 1))
			m.enqueue(small_program::nth(m, 0), 0);
	});
	p.claims_unfinished = true;
	return p;
}

// Counts what another strategy allocates, in its first 30,000 executions and later.
struct allocations_inside final : sim::strategy {
	explicit allocations_inside(sim::strategy &i) : inner(i) {}
	template <class F> auto counted(F f)
	{
		const uint64_t before = support::allocations();
		const auto result = f();

		(executions < 30'000 ? early : late) += support::allocations() - before;
		return result;
	}
	uint32_t choose(const sim::choice &c) override
	{
		return counted([&] { return inner.choose(c); });
	}
	bool next_execution(const sim::verdict &v) override
	{
		return counted([&] { return inner.next_execution(v); });
	}
	sim::strategy &inner;
	uint64_t executions = 0, early = 0, late = 0;
};

bool sleeps(const sim::machine &m)
{
	return small_program::nth(m, 0).state == sim::context_state::asleep;
}

} // namespace

TEST_CASE("on the free machine programs have as many traces as elsewhere, on one CPU and on more")
{
	for (unsigned cpus = 1; cpus <= 3; cpus++) {
		const sim::machine_config c = free_machine(cpus);

		INFO(cpus << " CPUs");
		CHECK(all_traces(c, tasks(2, cpus, store_buffering)) == 3);
		CHECK(all_traces(c, tasks(2, cpus, locks_twice)) == 6);
		CHECK(all_traces(c, tasks(3, cpus, eats)) == 7);
		CHECK(all_traces(c, tasks(4, cpus, [](sim::machine &m, unsigned t) {
					 m.step(t ? access::read : access::write, word(m, 0), HERE);
				 })) == 8);
	}
}

TEST_CASE("without preemption tasks of one CPU have as many traces as orders that matter")
{
	for (preemption model : { preemption::none, preemption::voluntary }) {
		CHECK(all_traces(free_machine(1, model), tasks(2, 1, store_buffering)) == 2);
		CHECK(all_traces(free_machine(2, model), tasks(2, 2, store_buffering)) == 3);
	}
}

TEST_CASE("random strategies reach all traces on the free machine")
{
	const sim::machine_config c = free_machine(3);
	small_program p = tasks(3, 3, locks_twice), q = tasks(3, 3, eats);
	sim::random_strategy random(1, 20'000), random_again(2, 20'000);
	sim::pos_strategy pos(1, 20'000), pos_again(2, 20'000);
	sim::pct_strategy pct(1, 20'000, 6);

	CHECK(traces_met(c, p, random) == 90);
	CHECK(traces_met(c, p, pos) == 90);
	CHECK(traces_met(c, q, random_again) == 7);
	CHECK(traces_met(c, q, pos_again) == 7);
	CHECK(traces_met(c, q, pct) == 7);
}

TEST_CASE("a lost wakeup is met by each strategy, and its schedule brings it about again")
{
	const sim::machine_config c = free_machine(2);
	small_program p = lost_wakeup();
	sim::random_strategy random(1, 5000);
	sim::pos_strategy pos(1, 5000);
	sim::pct_strategy pct(1, 5000, 2);
	sim::portfolio_strategy portfolio({ &random, &pos, &pct });
	sim::recording_strategy recorder(portfolio);
	uint64_t met[3] = {};

	CHECK(explore(c, p, recorder, [&](const sim::machine &m, const sim::verdict &v) {
		      if (!sleeps(m))
			      return;
		      if (met[portfolio.turn()]++ % 100)
			      return;
		      sim::replay_strategy replay(recorder.recorded(v.steps, m.state().taken));
		      explore(c, p, replay, [&](const sim::machine &again, const sim::verdict &w) {
			      CHECK(sleeps(again));
			      CHECK(w.steps == v.steps);
			      CHECK(again.state().taken == m.state().taken);
		      });
		      CHECK(replay.diverged_at() == sim::NEVER);
	      }) == 15'000);
	for (uint64_t hits : met)
		CHECK(hits > 50);
}

TEST_CASE("every execution is the same when it is run twice: 60 drawn programs, three strategies")
{
	uint64_t runs = 0;

	for (unsigned seed = 0; seed < 60; seed++) {
		support::random_program p(seed, 1 + seed % 3, 1 + seed % 5, 12);
		const preemption models[] = { preemption::none, preemption::voluntary,
					      preemption::full };
		sim::machine_config c = free_machine(1 + seed % 3, models[seed / 3 % 3]);
		sim::random_strategy random(seed, 10);
		sim::pos_strategy pos(seed, 10);
		sim::pct_strategy pct(seed, 10, 3);
		sim::portfolio_strategy portfolio({ &random, &pos, &pct });
		sim::twice_strategy twice(portfolio);

		c.raises = true;
		c.steps_max = 500;
		runs += run_all(c, p, twice, &p);
		INFO("seed " << seed << ": "
			     << (twice.difference() ? twice.difference()->what : ""));
		CHECK(twice.difference() == nullptr);
	}
	CHECK(runs == 60 * 60);
}

TEST_CASE("every scenario of the library is the same when it is run twice, under any strategy")
{
	for (const support::library_entry &e : support::library()) {
		scenario::program p(e.scenario);
		sim::machine_config c = scenario::machine_config_of(e.scenario);
		sim::random_strategy random(1, 5);
		sim::pos_strategy pos(1, 5);
		sim::pct_strategy pct(1, 5, 3);
		sim::portfolio_strategy portfolio({ &random, &pos, &pct });
		sim::event_bound events(portfolio, 20);
		sim::twice_strategy twice(events);

		c.free = true;
		c.preempt = preemption::full;
		c.steps_max = 2000;
		INFO(e.name);
		CHECK(run_all(c, p, twice, &kernel::hooks()) == 30);
		INFO((twice.difference() ? twice.difference()->what : ""));
		CHECK(twice.difference() == nullptr);
	}
}

TEST_CASE("an alarm that is set again for ever ends no search within a bound of events")
{
	struct globals {
		support::words words;
		sim::alarm alarm;
	};
	support::small_hooks hooks;
	small_program p;

	p.task(0, [](sim::machine &m) {
		for (unsigned i = 0; i < 3; i++)
			m.step(access::write, word(m, 0), HERE);
		*word(m, 0) = 1;
	});
	p.then([](sim::machine &m) {
		static const sim::object_type type = { "globals" };
		auto *g = new (m.allocate(&type, sizeof(globals), "test")) globals{};

		m.set_kernel(g);
		m.arm_alarm(g->alarm, 0, 1);
	});
	hooks.on_interrupt = [](sim::cpu &c, uint32_t) {
		sim::machine &m = *sim::this_machine;
		sim::alarm *a = m.due_alarm(c);

		if (a && !*word(m, 0))
			m.arm_alarm(*a, 0, 1);
	};
	for (uint64_t n = 0; n < 4; n++) {
		script::odometer all;
		sim::event_bound bounded(all, n);
		uint64_t ways = 1; // of i alarms before or between three steps: C(i + 2, i)

		for (uint64_t i = 1; i <= n; i++)
			ways += (i + 1) * (i + 2) / 2;
		CHECK(explore(
			      free_machine(1), p, bounded,
			      [](const sim::machine &, const sim::verdict &v) {
				      CHECK(v.how == sim::ending::finished);
			      },
			      &hooks) == ways);
		CHECK(bounded.was_reached());
	}
}

TEST_CASE("what somebody can see of what a task does on waking up may come later than that")
{
	struct globals {
		support::words words;
		sim::alarm alarm;
	};
	static constexpr unsigned WOKEN = 0, FIRED = 1;
	support::small_hooks hooks;
	small_program p;
	auto alarm_of = [](const sim::machine &m) -> sim::alarm & {
		return static_cast<globals *>(m.state().kernel)->alarm;
	};

	p.sleeper(0, [&](sim::machine &m) { m.cancel_alarm(alarm_of(m)); });
	p.task(1, [](sim::machine &m) {
		m.step(access::write, word(m, WOKEN), HERE);
		*word(m, WOKEN) = 1;
		m.enqueue(small_program::nth(m, 0), 0);
	});
	p.then([&](sim::machine &m) {
		static const sim::object_type type = { "globals" };

		m.set_kernel(new (m.allocate(&type, sizeof(globals), "test")) globals{});
		m.arm_alarm(alarm_of(m), 0, 1);
	});
	hooks.on_interrupt = [](sim::cpu &c, uint32_t) {
		sim::machine &m = *sim::this_machine;

		m.step(access::read, word(m, WOKEN), HERE);
		if (m.due_alarm(c))
			*word(m, FIRED) = 1 + *word(m, WOKEN);
	};
	script::odometer all;
	sim::dpor_strategy dpor;
	for (sim::strategy *s : { static_cast<sim::strategy *>(&all),
				  static_cast<sim::strategy *>(&dpor) }) {
		std::set<uint64_t> fired;

		explore(
			free_machine(2), p, *s,
			[&](const sim::machine &m, const sim::verdict &) {
				fired.insert(*word(m, FIRED));
			},
			&hooks);
		CHECK(fired == std::set<uint64_t>{ 0, 1, 2 });
	}
	CHECK(dpor.counts().blocked == 0);
	CHECK(dpor.counts().diverged == 0);
}

TEST_CASE("no strategy allocates once it has seen what there is")
{
	if (!support::allocation_is_watched)
		return;
	const sim::machine_config c = free_machine(3);
	small_program p = tasks(3, 3, locks_twice);
	sim::random_strategy random(1, 6000);
	sim::pos_strategy pos(1, 6000);
	sim::pct_strategy pct(1, 6000, 3);
	sim::portfolio_strategy portfolio({ &random, &pos, &pct });
	sim::event_bound events(portfolio, 3);
	sim::preemption_bound preemptions(events, 3);
	sim::deviation_bound deviations(preemptions, 5);
	sim::trace_census census;
	sim::census_strategy counting(deviations, census);
	sim::twice_strategy all(counting);
	allocations_inside watched(all);

	CHECK(explore(c, p, watched, [&](const sim::machine &, const sim::verdict &) {
		      watched.executions++;
	      }) == 36'000);
	CHECK(watched.early > 0);
	CHECK(watched.late == 0);
}
