// SPDX-License-Identifier: GPL-2.0-only
// Steps that take tokens or locks and give them back, and operations that join a step.
// Must not know the kernel model.
#include <doctest/doctest.h>
#include "sim/trace_census.hpp"
#include "tests/support_program.hpp"
#include "tests/support_script.hpp"

namespace {

using sim::access;
using support::HERE;
using support::lock;
using support::small_program;
using support::tasks;
using support::unlock;
using support::word;

struct counts {
	unsigned executions = 0, stuck = 0; // with the first task in the middle
	uint64_t traces = 0;
};

counts all_of(unsigned cpus, small_program p)
{
	sim::machine_config config = support::small_machine(cpus, sim::preemption::full);
	script::odometer all;
	sim::trace_census census;
	sim::census_strategy counting(all, census);
	counts c;

	config.free = true;
	sim::machine m(config, counting);
	do {
		m.start(p);
		m.run();
		c.executions++;
		c.stuck += small_program::nth(m, 0).state != sim::context_state::finished;
	} while (counting.next_execution(m.ended_as()));
	c.traces = census.traces();
	return c;
}

} // namespace

TEST_CASE("who cannot be preempted for one step keeps nobody back, for two he does")
{
	const auto writes = [](unsigned times) {
		return [times](sim::machine &m, unsigned t) {
			m.preempt_disable();
			for (unsigned i = 0; i < times; i++)
				m.step(access::write, word(m, t), HERE);
			m.preempt_enable();
		};
	};

	CHECK(all_of(1, tasks(3, 1, writes(1))).traces == 1);
	CHECK(all_of(1, tasks(3, 1, writes(2))).traces == 6);
	CHECK(all_of(3, tasks(3, 3, writes(2))).traces == 1);
}

TEST_CASE("operations that join a step are no steps, but touch what they did")
{
	const auto body = [](bool joins) {
		return [joins](sim::machine &m, unsigned t) {
			m.step(access::write, word(m, t), HERE);
			m.current()->joins = joins;
			m.step(access::write, word(m, 2), HERE);
			m.current()->joins = false;
		};
	};
	const counts apart = all_of(2, tasks(2, 2, body(false)));
	const counts together = all_of(2, tasks(2, 2, body(true)));

	CHECK(apart.traces == 2);
	CHECK(apart.executions == 6); // of two steps each
	CHECK(together.traces == 2);
	CHECK(together.executions == 2);
}

TEST_CASE("an operation that has to wait joins no step")
{
	// Two locks in opposite orders, with a step in between or without.
	const auto stuck = [](bool step_between) {
		const auto body = [step_between](sim::machine &m, unsigned t) {
			lock(m, t);
			if (step_between)
				m.step(access::write, word(m, 2 + t), HERE);
			m.current()->joins = true;
			lock(m, 1 - t);
			m.current()->joins = false;
			unlock(m, 1 - t);
			unlock(m, t);
		};

		return all_of(2, tasks(2, 2, body)).stuck;
	};

	CHECK(stuck(false) == 0);
	CHECK(stuck(true) > 0);
}

TEST_CASE("locks that the same step gives back keep nobody from other data")
{
	// So many locks, and under them a word: everybody's, or one of his own.
	const auto section = [](unsigned locks, bool shares, bool step_between) {
		const auto body = [=](sim::machine &m, unsigned t) {
			for (unsigned n = 0; n < locks; n++) {
				uint64_t *const l = word(m, n);

				m.current()->joins = n > 0;
				m.borrow_when(l, HERE, [l] { return !*l; });
				*l = 1;
			}
			m.current()->joins = false;
			m.effect(access::write, word(m, 5 + (shares ? 0 : t)));
			if (step_between)
				m.step(access::write, word(m, 5 + t), HERE);
			for (unsigned n = locks; n--;) {
				*word(m, n) = 0;
				m.give_back(word(m, n));
			}
		};

		return all_of(3, tasks(3, 3, body)).traces;
	};

	CHECK(section(1, false, false) == 1);
	CHECK(section(1, true, false) == 6);
	CHECK(section(1, false, true) == 6);
	CHECK(section(sim::BORROWED_MAX, false, false) == 1);
	CHECK(section(sim::BORROWED_MAX + 1, false, false) == 6);
}
