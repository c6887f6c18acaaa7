// SPDX-License-Identifier: GPL-2.0-only
// Steps that take tokens and give them back, and operations that join a step, on a free machine.
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
