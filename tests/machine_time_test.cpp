// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/machine.hpp: interrupts, alarms, the wheel, CPU time, busy waiting and the trace.
// Must not know the kernel.
#include "sim/machine.hpp"

#include <doctest/doctest.h>
#include <vector>
#include "tests/support_program.hpp"

namespace {

using sim::access;
using sim::machine;
using sim::preemption;
using support::HERE;
using support::journal;
using support::small_hooks;
using support::small_machine;
using support::small_program;
using support::word;

constexpr sim::cost_table COSTS;

void touch(machine &m)
{
	m.step(access::write, word(m, 0), HERE);
}

support::outcome run(const sim::machine_config &config, small_program &p, const small_hooks &hooks)
{
	sim::natural_strategy natural;

	return support::run_once(config, p, natural, &hooks);
}

// Marks and takes all alarms that are due.
void take_alarms(sim::cpu &c, journal &j)
{
	while (const sim::alarm *a = sim::this_machine->due_alarm(c))
		j.add(*static_cast<const char *>(a->user));
}

char marks[] = "abcdef";

} // namespace

TEST_CASE("an interrupt from another CPU arrives when it has travelled, with all that was sent")
{
	uint64_t sent_ns = 0, arrived_ns = 0;
	uint32_t seen = 0;
	unsigned count = 0;
	small_program p;
	small_hooks hooks;

	p.task(0, [&](machine &m) {
		touch(m);
		sent_ns = m.now_ns();
		m.send_ipi(1, sim::IRQ_CALL);
		m.send_ipi(1, sim::IRQ_SWITCH);
		m.spend(100'000, HERE);
	});
	hooks.on_interrupt = [&](sim::cpu &c, uint32_t causes) {
		arrived_ns = c.now_ns;
		seen |= causes;
		count += c.id == 1;
	};
	run(small_machine(2), p, hooks);
	CHECK(count == 1);
	CHECK(seen == (sim::IRQ_CALL | sim::IRQ_SWITCH));
	CHECK(arrived_ns == sent_ns + COSTS.ipi_ns + COSTS.interrupt_ns);
}

TEST_CASE("an interrupt waits while they are off, and comes before the next operation after")
{
	journal j;
	small_program p;
	small_hooks hooks;

	p.task(0, [&j](machine &m) {
		m.irq_disable();
		m.irq_disable(); // they do not nest
		m.send_ipi(0, sim::IRQ_CALL);
		m.spend(100'000, HERE);
		touch(m);
		j.add('a');
		m.irq_enable();
		touch(m);
		j.add('b');
	});
	hooks.on_interrupt = [&j](sim::cpu &, uint32_t) { j.add('I'); };
	run(small_machine(), p, hooks);
	CHECK(j.text() == "aIb");
}

TEST_CASE("an interrupt runs on its CPU, atomic, with the interrupted task beneath")
{
	small_program p;
	small_hooks hooks;
	bool as_expected = false;

	p.task(1, [](machine &m) {
		m.send_ipi(1, sim::IRQ_CALL);
		m.spend(100'000, HERE);
	});
	hooks.on_interrupt = [&as_expected](sim::cpu &c, uint32_t) {
		const machine &m = *sim::this_machine;
		const sim::context &task = small_program::nth(m, 0);

		as_expected = c.id == 1 && &m.this_cpu() == &c && m.current()->is_interrupt &&
			      m.irqs_disabled() && m.in_atomic() && c.interrupted == &task &&
			      task.on_cpu && task.state == sim::context_state::on_cpu;
	};
	run(small_machine(2), p, hooks);
	CHECK(as_expected);
}

TEST_CASE("alarms come by their times, equal ones in the order they were set, those cancelled not")
{
	journal j;
	small_program p;
	small_hooks hooks;

	p.task(0, [](machine &m) {
		static sim::alarm alarms[6];
		const uint64_t delays_us[] = { 50, 20, 50, 10, 20, 90 };
		const uint64_t from_ns = m.now_ns();

		for (int i = 0; i < 6; i++) {
			alarms[i] = {};
			alarms[i].user = &marks[i];
			m.arm_alarm(alarms[i], 0, from_ns + delays_us[i] * 1000);
		}
		CHECK(m.cancel_alarm(alarms[1]));
		CHECK(m.cancel_alarm(alarms[5])); // the last in the list
		CHECK(!m.cancel_alarm(alarms[5]));
		m.arm_alarm(alarms[5], 0, from_ns + 70'000);
		CHECK(m.cancel_alarm(alarms[3])); // the first
		m.spend(200'000, HERE);
		CHECK(!alarms[0].armed);
		CHECK(!m.cancel_alarm(alarms[0]));
	});
	hooks.on_interrupt = [&j](sim::cpu &c, uint32_t causes) {
		j.add(causes == sim::IRQ_ALARM ? '.' : '!');
		take_alarms(c, j);
	};
	run(small_machine(), p, hooks);
	CHECK(j.text() == ".e.ac.f");
}

TEST_CASE("an idle CPU jumps to its alarm; a busy one takes it within its CPU time, which is not "
	  "lost")
{
	uint64_t start_ns = 0, alarm_ns = 0, end_ns = 0;
	small_program p;
	small_hooks hooks;
	journal j;

	p.task(0, [&](machine &m) {
		static sim::alarm a;

		a = {};
		a.user = marks;
		start_ns = m.now_ns();
		m.arm_alarm(a, 0, start_ns + 300'000);
		m.spend(1'000'000, HERE);
		end_ns = m.now_ns();
	});
	hooks.on_interrupt = [&](sim::cpu &c, uint32_t) {
		alarm_ns = c.now_ns;
		take_alarms(c, j);
	};
	run(small_machine(), p, hooks);
	CHECK(alarm_ns == start_ns + 300'000 + COSTS.interrupt_ns);
	CHECK(end_ns == start_ns + 1'000'000 + COSTS.interrupt_ns);
	CHECK(j.text() == "a");
}

TEST_CASE("a timer of the wheel expires at the tick of its bucket, on an idle and on a busy CPU")
{
	for (bool busy : { false, true }) {
		static sim::wheel_timer timer;
		uint64_t at_ns = 0, jiffies = 0, granted = 0;
		small_program p;
		small_hooks hooks;

		p.task(0, [&](machine &m) {
			timer = {};
			m.wheel(0, 0).mod(timer, m.jiffies() + 100, m.jiffies());
			granted = timer.bucket_expiry;
			m.wheel_changed(0);
			if (busy)
				m.spend(1'000'000'000, HERE);
		});
		hooks.on_interrupt = [&](sim::cpu &c, uint32_t causes) {
			machine &m = *sim::this_machine;

			CHECK(causes == sim::IRQ_TIMER_WHEEL);
			while (m.wheel(0, 0).collect(m.jiffies(), m.expired(0)))
				while (m.expired(0).pop()) {
					at_ns = c.now_ns;
					jiffies = m.jiffies();
				}
		};
		const sim::machine_config config = small_machine();
		run(config, p, hooks);
		INFO("busy " << busy);
		CHECK(jiffies == granted);
		CHECK(granted > config.clock.start_jiffies + 100);
		CHECK(at_ns == config.clock.ns_of(granted) + COSTS.interrupt_ns);
	}
}

TEST_CASE("for a deferred timer no idle CPU wakes up; a busy one sees it at its next tick, also "
	  "while "
	  "it waits busily")
{
	for (bool waits : { false, true }) {
		static sim::wheel_timer timer;
		static sim::alarm alarm;
		uint64_t due_ns = 0, woken_ns = 0, seen_ns = 0;
		small_program p;
		small_hooks hooks;

		p.task(0, [&](machine &m) {
			timer = {};
			alarm = {};
			alarm.user = m.current();
			m.wheel(0, sim::DEFERRED_WHEEL).mod(timer, m.jiffies() + 2, m.jiffies());
			due_ns = m.config().clock.ns_of(timer.bucket_expiry);
			m.wheel_changed(0);
			m.arm_alarm(alarm, 0, due_ns + m.config().clock.tick_ns() * 5 / 2);
			m.sleep();
			woken_ns = m.now_ns();
			if (waits)
				m.step_when(access::read, word(m, 0), HERE,
					    [] { return !timer.pending(); });
			else
				m.spend(100'000'000, HERE);
		});
		hooks.on_interrupt = [&](sim::cpu &c, uint32_t causes) {
			machine &m = *sim::this_machine;

			while (const sim::alarm *a = m.due_alarm(c))
				m.enqueue(*static_cast<sim::context *>(a->user), 0);
			if (!(causes & sim::IRQ_TIMER_WHEEL))
				return;
			while (m.wheel(0, sim::DEFERRED_WHEEL).collect(m.jiffies(), m.expired(0)))
				while (m.expired(0).pop())
					seen_ns = c.now_ns;
		};
		const sim::machine_config config = small_machine();
		const uint64_t tick_ns = config.clock.tick_ns();

		run(config, p, hooks);
		INFO("waits " << waits);
		CHECK(woken_ns > due_ns + 2 * tick_ns);
		CHECK(seen_ns == due_ns + 3 * tick_ns + COSTS.interrupt_ns);
	}
}

TEST_CASE("a busy wait ends with the operation that it waits for, and takes as long")
{
	uint64_t freed_ns = 0, went_on_ns = 0;
	small_program p;

	p.task(0, [&](machine &m) {
		const uint64_t *flag = word(m, 1);

		m.step_when(access::read, flag, HERE, [flag] { return *flag != 0; });
		went_on_ns = m.now_ns();
	});
	p.task(1, [&](machine &m) {
		m.spend(500'000, HERE);
		m.step(access::write, word(m, 1), HERE);
		*word(m, 1) = 1;
		freed_ns = m.now_ns();
		m.spend(500'000, HERE);
	});
	run(small_machine(2), p, {});
	CHECK(went_on_ns >= freed_ns);
	CHECK(went_on_ns <= freed_ns + 1000);
}

TEST_CASE("a busy wait on one CPU is preempted under full preemption, and else a deadlock")
{
	for (preemption model : { preemption::none, preemption::voluntary, preemption::full }) {
		journal j;
		small_program p;

		p.claims_unfinished = true;
		p.task(0, [&j](machine &m) {
			const uint64_t *flag = word(m, 1);

			m.step_when(access::read, flag, HERE, [flag] { return *flag != 0; });
			j.add('b');
		});
		p.task(0, [&j](machine &m) {
			m.step(access::write, word(m, 1), HERE);
			*word(m, 1) = 1;
			j.add('a');
		});
		run(small_machine(1, model), p, {});
		CHECK(j.text() == (model == preemption::full ? "ab" : ""));
	}
}

TEST_CASE("a busy wait in an interrupt's way is interrupted and goes on")
{
	journal j;
	small_program p;
	small_hooks hooks;

	p.task(0, [&j](machine &m) {
		const uint64_t *flag = word(m, 1);

		m.send_ipi(0, sim::IRQ_CALL);
		m.step_when(access::read, flag, HERE, [flag] { return *flag != 0; });
		j.add('b');
	});
	hooks.on_interrupt = [&j](sim::cpu &, uint32_t) {
		machine &m = *sim::this_machine;

		m.step(access::write, word(m, 1), HERE);
		*word(m, 1) = 1;
		j.add('I');
	};
	run(small_machine(), p, hooks);
	CHECK(j.text() == "Ib");
}

TEST_CASE("jiffies follow the clock at every HZ")
{
	for (uint32_t hz : { 100u, 250u, 300u, 1000u }) {
		sim::machine_config config = small_machine();
		uint64_t before = 0, after = 0;
		small_program p;

		config.clock.hz = hz;
		config.clock.start_jiffies = sim::jiffy_clock::initial_jiffies(hz);
		p.task(0, [&](machine &m) {
			before = m.jiffies();
			m.spend(2'000'000'000, HERE);
			after = m.jiffies();
		});
		run(config, p, {});
		INFO("hz " << hz);
		CHECK(before == static_cast<uint32_t>(-300 * static_cast<int64_t>(hz)));
		CHECK(after == before + 2 * hz);
	}
}

TEST_CASE("the hooks hear of every switch, and of the idle task as null")
{
	journal j;
	small_program p;
	small_hooks hooks;

	p.task(0, [](machine &m) { m.yield(false); }).task(0, [](machine &m) { m.yield(false); });
	hooks.on_switch = [&j](sim::cpu &, const sim::context *from, const sim::context *to) {
		j.add(from ? static_cast<char>('0' + from->id) : '-');
		j.add(to ? static_cast<char>('0' + to->id) : '-');
		j.add(' ');
	};
	run(small_machine(), p, hooks);
	CHECK(j.text() == "-1 12 21 12 2- ");
}

TEST_CASE("records are handed over in order and whole, however many, with their time and step")
{
	static const sim::event_field fields[] = { { "n", sim::field_type::u32 } };
	static const sim::event_type type = { "test", "n", "n=%u", fields };
	struct collecting final : sim::sink {
		std::vector<sim::event> all;

		void write(std::span<const sim::event> events) override
		{
			all.insert(all.end(), events.begin(), events.end());
		}
	} sink;
	small_program p;
	sim::natural_strategy natural;
	machine m(small_machine(), natural);

	p.task(0, [](machine &m) {
		for (int64_t i = 0; i < 10000; i++) {
			touch(m);
			sim::event_writer(m.record(type)).number(i);
		}
	});
	m.set_sink(&sink);
	m.start(p);
	CHECK(m.tracing());
	m.run();
	REQUIRE(sink.all.size() == 10000);
	for (size_t i = 0; i < sink.all.size(); i++) {
		REQUIRE(sink.all[i].values[0] == i);
		REQUIRE(sink.all[i].time_ns ==
			COSTS.idle_exit_ns + COSTS.switch_ns + (i + 1) * COSTS.access_ns[2]);
		REQUIRE(sink.all[i].step == sink.all[0].step + i);
	}
	m.set_sink(nullptr);
	m.start(p);
	CHECK(!m.tracing());
}
