// SPDX-License-Identifier: GPL-2.0-only
// The softirq that expires timers and calls their functions, step by step.
// It must not know kthreads, nor what a callback does.
#include "model/events.hpp"
#include "model/lockdep.hpp"
#include "model/sched.hpp"
#include "model/timer.hpp"

namespace kernel {

static void call_timer_fn(timer_list &t, void (*function)(timer_list &), unsigned long baseclk)
{
	sim::context &me = *machine().current();
	const auto depth = me.preempt_count;

	// Held all the while, for lockdep; its other side is timer_delete_sync().
	if (machine().check() != sim::checking::off)
		lockdep_acquire(&t, taken_by::waiting, "call_timer_fn");
	trace_timer_expire_entry(t, jiffies(), baseclk);
	function(t);
	// The callback may have freed its timer: only the address is used from here on.
	if (machine().check() != sim::checking::off)
		lockdep_release(&t);
	trace_timer(timer_expire_exit, t);
	WARN_ON_ONCE(me.preempt_count != depth, 0, "a callback changed the preempt count");
	me.preempt_count = depth;
}

static void expire_timer(sim::cpu &c, timer_list &t, timer_base &base, unsigned long baseclk)
{
	machine().effect(sim::access::write, &t.entry);
	base.running.put(&t);
	trace_timer(timer_cancel, t);
	// Read with the lock. Who shuts a timer down while its callback runs takes the function
	// away at once, also where somebody has armed it again meanwhile.
	machine().effect(sim::access::read, &t.function);
	const auto function = t.function;
	if (WARN_ON_ONCE(!function, 0, { "a timer without a function expired", &t },
			 "run_timer_softirq")) {
		base.running.put(nullptr);
		return;
	}
	raw_spin_unlock(base.lock, "run_timer_softirq");
	// Interrupts are on in a softirq, but for the callbacks that ask for them off.
	c.irqs_on_in_softirq = !(t.flags.peek() & TIMER_IRQSAFE);
	call_timer_fn(t, function, baseclk);
	c.irqs_on_in_softirq = false;
	raw_spin_lock(base.lock, "run_timer_softirq");
	base.running.write(nullptr, { "run_timer_softirq", "clear running" });
}

// Whether something is due is looked at without the lock: who arms a timer after that raises the
// softirq again.
static void run_timer_base(sim::cpu &c, unsigned index)
{
	sim::timer_wheel &wheel = machine().wheel(c.id, index);
	timer_base &base = timer_base_of(c.id, index);
	sim::expired_timers &batch = machine().expired(c.id);

	if (!wheel.is_due(jiffies()))
		return;
	raw_spin_lock(base.lock, "run_timer_softirq");
	machine().effect(sim::access::write, &machine().wheel(c.id, 0));
	while (wheel.collect(jiffies(), batch))
		while (sim::wheel_timer *t = batch.pop())
			// The first member of a timer_list.
			expire_timer(c, *reinterpret_cast<timer_list *>(t), base, wheel.clk() - 1);
	raw_spin_unlock(base.lock, "run_timer_softirq");
}

void run_timer_softirq(sim::cpu &c)
{
	c.softirq_depth++;
	for (unsigned i = 0; i < sim::WHEELS; i++)
		run_timer_base(c, i);
	c.softirq_depth--;
}

} // namespace kernel
