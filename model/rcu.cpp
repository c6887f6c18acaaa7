// SPDX-License-Identifier: GPL-2.0-only
// Grace periods, as alarms.
// It must not know who waits for one.
#include "model/rcu.hpp"
#include "model/completion.hpp"
#include "model/cpu.hpp"
#include "model/sched.hpp"

namespace kernel {

void call_rcu(timed_call &head, void (*function)(timed_call &), void *user)
{
	sim::machine &m = machine();

	head.function = function;
	head.alarm.user = user;
	// With CPUs to spare callbacks are offloaded there, as with CONFIG_RCU_NOCB_CPU: they keep
	// no task waiting, and a search need not try them in between the steps of one.
	const unsigned cpus = m.config().cpus, here = m.this_cpu().id;
	const unsigned where = m.config().spare_cpus ? cpus + here % cpus : here;

	m.arm_alarm(head.alarm, static_cast<sim::cpu_id>(where),
		    m.now_ns() + 3 * m.config().clock.tick_ns());
}

static void wakeme_after_rcu(timed_call &head)
{
	complete(*static_cast<completion *>(head.alarm.user));
}

// Who reads cannot be preempted. Here nobody does, or this would not be reached.
static void wait_for_switch_of(unsigned cpu)
{
	sim::machine &m = machine();
	onstack_completion done;
	on_stack<timed_call> call{ "synchronize_rcu" };

	call->function = wakeme_after_rcu;
	call->alarm.user = &*done;
	call->alarm.quiet = true;
	m.arm_alarm(call->alarm, static_cast<sim::cpu_id>(cpu), m.now_ns());
	wait_for_completion(*done);
}

void synchronize_rcu()
{
	in_function here;

	if (machine().free()) {
		const cpumask others = cpu_online_mask() & ~cpumask_of(smp_processor_id());

		for (unsigned cpu = 0; cpu < machine().config().cpus; cpu++)
			if (others >> cpu & 1)
				wait_for_switch_of(cpu);
		return;
	}
	onstack_completion done;
	timed_call head{};

	call_rcu(head, wakeme_after_rcu, &*done);
	wait_for_completion(*done);
}

} // namespace kernel
