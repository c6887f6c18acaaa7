// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/minimise.hpp: on made-up predicates, where the least is known, on the toy machine,
// where brute force knows it, and on the free machine.
// Must not know how schedules are tried.
#include "sim/minimise.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include "sim/explore_bounded.hpp"
#include "sim/explore_random.hpp"
#include "sim/strategies.hpp"
#include "tests/support_program.hpp"
#include "tests/support_script_programs.hpp"

namespace {

using fails_if = std::function<bool(const script::engine &, const sim::verdict &)>;

// Minimises one schedule of a toy program; what comes out fails, also when replayed strictly.
sim::minimised minimise(const script::program &p, const sim::schedule &s, const fails_if &fails,
			uint64_t executions_max = 100'000)
{
	const auto run = [&](sim::strategy &strategy) {
		script::engine e(p, strategy);
		const sim::verdict v = e.run();

		return fails(e, v);
	};
	const sim::minimised m = sim::minimise(s, run, executions_max);

	if (m.is_reproduced) {
		sim::replay_strategy replay(m.best);

		CHECK(run(replay));
		CHECK(replay.diverged_at() == sim::NEVER);
	}
	return m;
}

// f(schedule) for the first `wanted` failures of a random walk.
template <class F>
void for_failures(const script::program &p, const fails_if &fails, unsigned wanted, F f)
{
	sim::random_strategy random(3, UINT64_MAX);
	sim::recording_strategy recorder(random);
	script::engine e(p, recorder);

	for (unsigned met = 0; met < wanted;) {
		const sim::verdict v = e.run();

		if (fails(e, v)) {
			f(recorder.recorded(v.steps, e.taken()));
			met++;
		}
		recorder.next_execution(v);
	}
}

// The most deviations that are left of any failure.
size_t most_left(const script::program &p, const fails_if &fails)
{
	size_t most = 0;

	for_failures(p, fails, 40, [&](const sim::schedule &s) {
		const sim::minimised m = minimise(p, s, fails);

		CHECK(m.is_reproduced);
		CHECK(m.is_complete);
		most = std::max(most, m.best.deviations.size());
	});
	return most;
}

// By brute force: the fewest deviations with which it fails at all.
size_t fewest(const script::program &p, const fails_if &fails)
{
	for (size_t n = 0;; n++) {
		script::odometer all;
		sim::deviation_bound bounded(all, n);
		bool found = false;

		script::explore(p, bounded, [&](const script::engine &e, const sim::verdict &v) {
			found |= fails(e, v);
		});
		if (found)
			return n;
	}
}

bool deadlocks(const script::engine &, const sim::verdict &v)
{
	return v.how == sim::ending::deadlock;
}

bool always(const script::engine &, const sim::verdict &)
{
	return true;
}

// Two tasks that are busy for long, with one step each that matters.
script::program busy_race(unsigned busy)
{
	script::program p;

	p.threads.push_back([busy]() -> script::thread {
		for (unsigned i = 0; i < busy; i++)
			co_await script::write(5, i);
		const int64_t before = co_await script::read(0);
		co_await script::write(0, before + 1);
		for (unsigned i = 0; i < busy; i++)
			co_await script::write(5, i);
	});
	p.threads.push_back(p.threads[0]);
	return p;
}

bool loses_update(const script::engine &e, const sim::verdict &)
{
	return e.words()[0] == 1;
}

} // namespace

TEST_CASE("what fails in the natural order needs no deviation")
{
	const script::program p = script::writers(3, 5, true);

	for_failures(p, always, 10, [&](const sim::schedule &s) {
		const sim::minimised m = minimise(p, s, always);

		CHECK(s.deviations.size() > 3);
		CHECK(m.best.deviations.empty());
		CHECK(m.switches == 2);
		CHECK(m.executions == 2);
	});
}

TEST_CASE("a lost update among many steps comes down to one deviation")
{
	for (unsigned busy : { 0, 3, 12 }) {
		const script::program p = busy_race(busy);

		for_failures(p, loses_update, 50, [&](const sim::schedule &s) {
			const sim::minimised m = minimise(p, s, loses_update);

			CHECK(m.best.deviations.size() == 1);
			CHECK(m.switches == 2);
			CHECK(m.is_complete);
			CHECK(m.executions < 1000);
		});
	}
}

TEST_CASE("random failures become as short as brute force says one can be, or nearly")
{
	for (unsigned n = 2; n <= 4; n++) {
		CHECK(fewest(script::philosophers(n), deadlocks) == n - 1);
		// Four may sit down in an order that no single change makes shorter.
		CHECK(most_left(script::philosophers(n), deadlocks) == (n < 4 ? n - 1 : n));
	}
	const auto small_sum = [](const script::engine &e, const sim::verdict &) {
		return e.words()[0] + e.words()[1] < 8;
	};
	CHECK(most_left(script::fib(3), small_sum) == fewest(script::fib(3), small_sum));
	const auto zero_last = [](const script::engine &e, const sim::verdict &) {
		return e.words()[0] == 3;
	};
	CHECK(most_left(script::casw(4), zero_last) == fewest(script::casw(4), zero_last));
	const auto all_readers_first = [](const script::engine &e, const sim::verdict &) {
		return e.order().back() == 0;
	};
	CHECK(most_left(script::readers(4), all_readers_first) ==
	      fewest(script::readers(4), all_readers_first));
}

TEST_CASE("values that matter stay, others become natural")
{
	script::program p;

	for (unsigned t = 0; t < 2; t++)
		p.threads.push_back([t]() -> script::thread {
			for (unsigned i = 0; i < 6; i++) {
				co_await script::nothing();
				if (co_await script::value(4) == 2 && i == 3)
					co_await script::add(0, t + 1);
			}
		});
	const auto both = [](const script::engine &e, const sim::verdict &) {
		return e.words()[0] == 3;
	};
	for_failures(p, both, 20, [&](const sim::schedule &s) {
		const sim::minimised m = minimise(p, s, both);

		CHECK(m.best.deviations.size() == 2);
		for (const sim::deviation &d : m.best.deviations)
			CHECK(d.answer == 2);
		CHECK(m.switches == 1);
	});
}

TEST_CASE("of equally many deviations those with fewer switches are taken")
{
	// The second task must be somewhere in its life when the first ends: one deviation. A third
	// one goes on from where it was left, unless the deviation comes at its end.
	script::program p = script::writers(3, 6, true);
	const auto fails = [](const script::engine &e, const sim::verdict &) {
		return std::find(e.order().begin(), e.order().end(), 1) <
		       std::find(e.order().begin(), e.order().end(), 0) + 6;
	};
	sim::schedule s;

	s.deviations = { { 3, 1, 0 } };
	const sim::minimised m = minimise(p, s, fails);
	CHECK(m.best.deviations.size() == 1);
	CHECK(m.switches == 2);
	CHECK(m.best.deviations[0].number == 0);
}

TEST_CASE("few deviations are left also where failing is no matter of more or less")
{
	const script::program p = script::writers(3, 6, true);

	for (uint64_t salt = 0; salt < 100; salt++) {
		// Every third execution fails, at random, but not the natural one.
		const auto fails = [salt](const script::engine &e, const sim::verdict &) {
			const bool natural = std::is_sorted(e.order().begin(), e.order().end());

			return !natural && sim::mixed(e.taken() + salt) % 3 == 0;
		};
		for_failures(p, fails, 1, [&](const sim::schedule &s) {
			const sim::minimised m = minimise(p, s, fails);

			CHECK(m.is_complete);
			CHECK(m.best.deviations.size() <= 3);
			CHECK(!m.best.deviations.empty());
		});
	}
}

TEST_CASE("no more executions are tried than allowed, and the best so far is the result")
{
	const script::program p = busy_race(12);

	for_failures(p, loses_update, 5, [&](const sim::schedule &s) {
		size_t before = SIZE_MAX;

		for (uint64_t most : { 0u, 1u, 3u, 10u, 30u }) {
			uint64_t tried = 0;
			const auto counted = [&](const script::engine &e, const sim::verdict &v) {
				tried++;
				return loses_update(e, v);
			};
			const sim::minimised m = minimise(p, s, counted, most);

			CHECK(m.executions <= most);
			CHECK(tried == m.executions + (m.is_reproduced ? 1 : 0));
			CHECK(m.is_reproduced == (most > 0));
			CHECK(!m.is_complete);
			CHECK(m.best.deviations.size() <= before);
			before = m.best.deviations.size();
		}
		CHECK(before < s.deviations.size());
	});
}

TEST_CASE("whoever is impatient ends it, and the best so far is the result")
{
	const script::program p = busy_race(12);

	for_failures(p, loses_update, 5, [&](const sim::schedule &s) {
		unsigned asked = 0;
		const auto run = [&](sim::strategy &strategy) {
			script::engine e(p, strategy);

			return loses_update(e, e.run());
		};
		const sim::minimised m =
			sim::minimise(s, run, 100'000, [&] { return ++asked <= 10; });

		CHECK(asked == 11);
		CHECK(m.executions == 10);
		CHECK(m.is_reproduced);
		CHECK(!m.is_complete);
	});
}

// Whoever goes on to leave out what nobody may try any more takes minutes.
TEST_CASE("a long schedule costs no more than the executions that may be tried")
{
	sim::schedule s;

	for (uint64_t n = 0; n < 100'000; n++)
		s.deviations.push_back({ n, 1, 0 });
	unsigned tried = 0;
	const auto only_the_first_fails = [&](sim::strategy &strategy) {
		for (const sim::deviation &d : s.deviations) {
			sim::choice c{};

			c.kind = sim::choice_kind::value;
			c.count = 2;
			c.number = d.number;
			strategy.choose(c);
		}
		return tried++ == 0;
	};
	const sim::minimised m = sim::minimise(s, only_the_first_fails, 3);

	CHECK(m.executions == 3);
	CHECK(m.best.deviations.size() == s.deviations.size());
}

TEST_CASE("a schedule that does not fail is returned as it is")
{
	sim::schedule s;

	s.deviations = { { 2, 1, 0x1234 }, { 5, 7, 0 } };
	const sim::minimised m =
		minimise(script::writers(2, 3, true), s,
			 [](const script::engine &, const sim::verdict &) { return false; });
	CHECK(!m.is_reproduced);
	CHECK(m.is_complete);
	CHECK(m.executions == 1);
	CHECK(m.best.deviations.size() == 2);
	CHECK(m.best.deviations[0].check == 0x1234);
}

TEST_CASE("on the free machine a lost wakeup in many steps comes down to the fewest deviations")
{
	sim::machine_config config = support::small_machine(2, sim::preemption::full);
	support::small_program p;
	const auto busy = [](sim::machine &m) {
		for (unsigned i = 0; i < 8; i++)
			m.step(sim::access::write, support::word(m, 5), support::HERE);
	};

	config.free = true;
	p.task(0, [busy](sim::machine &m) {
		busy(m);
		m.step(sim::access::read, support::word(m, 0), support::HERE);
		if (*support::word(m, 0))
			return;
		m.step(sim::access::write, support::word(m, 1), support::HERE);
		*support::word(m, 1) = 1;
		m.sleep();
	});
	p.task(1, [busy](sim::machine &m) {
		busy(m);
		m.step(sim::access::write, support::word(m, 0), support::HERE);
		*support::word(m, 0) = 1;
		m.step(sim::access::read, support::word(m, 1), support::HERE);
		if (*support::word(m, 1))
			m.enqueue(support::small_program::nth(m, 0), 0);
	});
	const auto lost = [&](sim::strategy &s, sim::schedule *seen) {
		sim::recording_strategy recorder(s);
		sim::machine m(config, recorder);

		m.start(p);
		m.run();
		if (seen)
			*seen = recorder.recorded(m.state().steps, m.state().taken);
		return support::small_program::nth(m, 0).state == sim::context_state::asleep;
	};
	// Task 1 goes first by nature: it has to make way for task 0, and that one for task 1.
	for (uint64_t n = 0; n <= 2; n++) {
		script::odometer all;
		sim::deviation_bound bounded(all, n);
		bool found = false;

		do
			found |= lost(bounded, nullptr);
		while (bounded.next_execution({ sim::ending::finished, 0 }));
		CHECK(found == (n == 2));
	}
	unsigned met = 0;

	for (uint64_t seed = 0; met < 20; seed++) {
		sim::random_strategy random(seed, 1);
		sim::schedule s;

		if (!lost(random, &s))
			continue;
		met++;
		const sim::minimised m = sim::minimise(
			s, [&](sim::strategy &trial) { return lost(trial, nullptr); }, 10'000);
		CHECK(s.deviations.size() > 2);
		CHECK(m.best.deviations.size() == 2);
		CHECK(m.is_complete);
		CHECK(m.switches == 4);
		sim::replay_strategy replay(m.best);
		CHECK(lost(replay, nullptr));
		CHECK(replay.diverged_at() == sim::NEVER);
	}
}
