// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/machine.hpp: CPUs that are switched on and off, and what comes before a task's step.
// Must not know the kernel, nor what the other machine tests test.
#include "sim/machine.hpp"

#include <doctest/doctest.h>
#include <functional>
#include <vector>
#include "tests/support_program.hpp"

namespace {

using sim::context;
using sim::context_state;
using sim::machine;
using support::HERE;
using support::journal;
using support::small_hooks;
using support::small_machine;
using support::small_program;
using support::word;

void touch(machine &m)
{
	m.step(sim::access::write, word(m, 0), HERE);
}

void run(const sim::machine_config &config, small_program &p, const small_hooks &hooks)
{
	sim::natural_strategy natural;

	support::run_once(config, p, natural, &hooks);
}

// CPU 1 is switched off as soon as it is idle, by the end of the switch to nobody.
small_hooks goes_off_when_idle()
{
	small_hooks hooks;

	hooks.on_switch = [](sim::cpu &c, context *, context *next) {
		if (c.id == 1 && !next && c.online)
			sim::this_machine->raise(c, sim::IRQ_SWITCH);
	};
	hooks.on_interrupt = [](sim::cpu &c, uint32_t causes) {
		if (causes & sim::IRQ_SWITCH && c.online && c.id == 1)
			sim::this_machine->power_off();
	};
	return hooks;
}

// Keeps what the last choice offered that looks() is interested in.
struct looking_strategy final : sim::strategy {
	std::vector<sim::context_id> offered;
	std::function<bool(const sim::choice &)> looks;

	uint32_t choose(const sim::choice &c) override
	{
		if (c.kind == sim::choice_kind::step && looks(c)) {
			offered.clear();
			for (const sim::option &o : c.options)
				offered.push_back(o.who);
		}
		return 0;
	}
	bool next_execution(const sim::verdict &) override { return false; }
};

} // namespace

TEST_CASE("a CPU that is off runs nobody, takes no interrupt and is chosen for nobody")
{
	small_program p;
	small_hooks hooks = goes_off_when_idle();
	bool as_expected = false;
	unsigned interrupts = 0;

	p.task(1, [](machine &m) { touch(m); });
	p.sleeper(1, [](machine &) {});
	p.task(0, [&](machine &m) {
		m.spend(1'000'000, HERE);
		sim::cpu &off = m.cpu_of(1);
		context &sleeper = small_program::nth(m, 1);

		m.send_ipi(1, sim::IRQ_CALL);
		m.spend(1'000'000, HERE);
		as_expected = !off.online && off.now_ns < 1'000'000 &&
			      m.select_cpu(sleeper, 3) == 0 &&
			      m.select_cpu(sleeper, 2) == sim::NO_CPU;
	});
	hooks.on_interrupt = [&, off = hooks.on_interrupt](sim::cpu &c, uint32_t causes) {
		interrupts++;
		off(c, causes);
	};
	run(small_machine(2), p, hooks);
	CHECK(as_expected);
	CHECK(interrupts == 1); // the one that switched it off
}

TEST_CASE("a CPU is switched on idle, later than who did it, and begins with an interrupt")
{
	small_program p;
	small_hooks hooks = goes_off_when_idle();
	uint64_t on_ns = 0, began_ns = 0, ran_ns = 0;

	p.task(1, [](machine &m) { touch(m); });
	p.sleeper(1, [&](machine &m) { ran_ns = m.now_ns(); });
	p.task(0, [&](machine &m) {
		m.spend(5'000'000, HERE);
		on_ns = m.now_ns();
		m.power_on(1);
		m.spend(1'000'000, HERE);
		m.enqueue(small_program::nth(m, 1), 1);
	});
	hooks.on_interrupt = [&, off = hooks.on_interrupt](sim::cpu &c, uint32_t causes) {
		if (on_ns && !began_ns)
			began_ns = c.now_ns;
		else
			off(c, causes);
	};
	run(small_machine(2), p, hooks);
	CHECK(began_ns > on_ns);
	CHECK(ran_ns > began_ns);
}

TEST_CASE("the end of a switch comes before the first step of who was switched to")
{
	for (sim::preemption model :
	     { sim::preemption::none, sim::preemption::voluntary, sim::preemption::full }) {
		journal j;
		small_program p;
		small_hooks hooks;

		p.task(0, [&j](machine &m) {
			j.add('a');
			m.yield(false);
			j.add('b');
		});
		p.task(0, [&j](machine &m) {
			j.add('c');
			touch(m);
			j.add('d');
		});
		hooks.on_switch = [](sim::cpu &c, context *, context *next) {
			if (next)
				sim::this_machine->raise(c, sim::IRQ_SWITCH);
		};
		hooks.on_interrupt = [&j](sim::cpu &, uint32_t causes) {
			j.add(causes == sim::IRQ_SWITCH ? '.' : '!');
		};
		run(small_machine(1, model), p, hooks);
		CHECK(j.text() == ".a.cd.b");
	}
}

TEST_CASE("alarms that are moved keep their times, and come after those that were there")
{
	static sim::alarm alarms[4];
	static char marks[] = "abcd";
	journal j;
	small_program p;
	small_hooks hooks;

	p.task(0, [](machine &m) {
		const uint64_t from_ns = m.now_ns();
		const struct {
			sim::cpu_id cpu;
			uint64_t delay_us;
		} armed[] = { { 1, 50 }, { 0, 50 }, { 1, 20 }, { 0, 90 } };

		for (int i = 0; i < 4; i++) {
			alarms[i] = {};
			alarms[i].user = &marks[i];
			m.arm_alarm(alarms[i], armed[i].cpu, from_ns + armed[i].delay_us * 1000);
		}
		m.move_alarms(1, 0);
		CHECK(!m.cpu_of(1).alarms);
		CHECK(alarms[0].cpu == 0);
		m.spend(200'000, HERE);
	});
	hooks.on_interrupt = [&j](sim::cpu &c, uint32_t) {
		while (sim::alarm *a = sim::this_machine->due_alarm(c))
			j.add(*static_cast<const char *>(a->user));
	};
	run(small_machine(2), p, hooks);
	CHECK(j.text() == "cbad");
}

TEST_CASE("who waits busily is not offered while he is off the CPU and his wait is not over")
{
	looking_strategy strategy;
	small_program p;
	bool preempted = false;

	// The first waits for the third; the second takes the CPU from it.
	p.task(0, [](machine &m) {
		m.step_when(sim::access::read, word(m, 1), HERE, [&m] { return *word(m, 1) != 0; });
	});
	p.task(0, [](machine &m) {
		for (int i = 0; i < 3; i++)
			touch(m);
	});
	p.task(1, [](machine &m) {
		m.spend(50'000'000, HERE);
		touch(m);
		*word(m, 1) = 1;
	});
	strategy.looks = [&](const sim::choice &) {
		const context &waits = small_program::nth(*sim::this_machine, 0);
		const bool now = waits.state == context_state::queued && waits.next &&
				 *word(*sim::this_machine, 1) == 0;

		preempted |= now;
		return now;
	};
	sim::machine m(small_machine(2, sim::preemption::full), strategy);
	m.start(p);
	m.run();
	CHECK(preempted);
	for (sim::context_id who : strategy.offered)
		CHECK(who != small_program::nth(m, 0).id);
}

TEST_CASE("nobody is offered the place of a task of a better class")
{
	looking_strategy strategy;
	small_program p;
	bool together = false;

	p.task(0, [](machine &m) {
		m.set_priority(*m.current(), sim::PRIO_STOP);
		for (int i = 0; i < 3; i++)
			touch(m);
	});
	p.task(0, [](machine &m) { touch(m); });
	strategy.looks = [&](const sim::choice &) {
		const context &first = small_program::nth(*sim::this_machine, 0);
		const bool now = first.queue.prio == sim::PRIO_STOP &&
				 first.state == context_state::on_cpu && first.next;

		together |= now;
		return now;
	};
	sim::machine m(small_machine(1, sim::preemption::full), strategy);
	m.start(p);
	m.run();
	CHECK(together);
	CHECK(strategy.offered == std::vector<sim::context_id>{ small_program::nth(m, 0).id });
}
