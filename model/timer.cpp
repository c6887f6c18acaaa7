// SPDX-License-Identifier: GPL-2.0-only
// Timers on the wheel, step by step. One base a CPU: who arms a timer takes it to his own.
// It must not know kthreads.
#include "model/timer.hpp"
#include "model/boot.hpp"
#include "model/completion.hpp"
#include "model/events.hpp"
#include "model/sched.hpp"
#include "model/signal.hpp"

namespace kernel {

const sim::object_type timer_list::type = { "timer" };

static timer_base &base_of(unsigned cpu)
{
	return the_kernel().timers[cpu];
}

static sim::cpu_id id_of(unsigned cpu)
{
	return static_cast<sim::cpu_id>(cpu);
}

static timer_list &timer_of(sim::wheel_timer *t)
{
	return *reinterpret_cast<timer_list *>(t); // its first member
}

// As CONFIG_DEBUG_OBJECTS has it: what is done to a timer that is pending, is warned of and then
// done without it.
static void debug_active_timer(timer_list &t, const char *what, const char *function)
{
	if (WARN_ON(t.entry.pending(), 0, what, function))
		timer_delete_sync(t);
}

void debug_check_no_timer_freed(timer_list &t)
{
	debug_active_timer(t, "the memory of a pending timer is freed", "kfree");
}

void timer_setup(timer_list &t, void (*function)(timer_list &), const char *name, unsigned flags)
{
	debug_active_timer(t, "a pending timer is initialised", "timer_setup");
	t.entry = {};
	t.entry.flags = flags;
	t.function = function;
	t.name = name;
	t.cpu = smp_processor_id();
	trace_timer(timer_init, t);
}

// A timer that is on no base may move: look at where it is, lock, and look again.
static timer_base &lock_base(timer_list &t)
{
	for (;;) {
		const unsigned cpu = t.cpu;
		timer_base &base = base_of(cpu);

		raw_spin_lock_irqsave(base.lock, "lock_timer_base");
		if (cpu == t.cpu)
			return base;
		raw_spin_unlock_irqrestore(base.lock, "lock_timer_base");
	}
}

// A new expiry that falls into the bucket the timer is in changes nothing else, and is not traced.
static bool stays_in_bucket(const timer_list &t, unsigned long expires)
{
	sim::timer_wheel &wheel = machine().wheel(id_of(t.cpu));

	wheel.forward(jiffies());
	return sim::wheel_place_for(expires, wheel.clk(), wheel.depth()).idx == t.entry.idx();
}

static bool arm(timer_list &t, unsigned long expires)
{
	check_live(&t, "mod_timer");
	timer_base *base = &lock_base(t);

	// Without a function it counts as shut down, and is not armed any more.
	if (!t.function) {
		raw_spin_unlock_irqrestore(base->lock, "mod_timer");
		return false;
	}
	sim::machine &m = machine();
	const unsigned here = smp_processor_id();
	const bool was_pending = t.entry.pending();

	if (was_pending && stays_in_bucket(t, expires)) {
		m.wheel(id_of(t.cpu)).mod(t.entry, expires, jiffies());
		raw_spin_unlock_irqrestore(base->lock, "mod_timer");
		return true;
	}

	// A timer whose callback runs stays on that base, or deleting it could not wait for it.
	if (t.cpu != here && base->running.peek() != &t) {
		if (was_pending)
			m.wheel(id_of(t.cpu)).dequeue(t.entry);
		m.wheel_changed(id_of(t.cpu));
		raw_spin_unlock(base->lock, "mod_timer");
		base = &base_of(here);
		t.cpu = here;
		raw_spin_lock(base->lock, "mod_timer");
	}
	if (was_pending)
		trace_timer(timer_cancel, t);
	m.wheel(id_of(t.cpu)).mod(t.entry, expires, jiffies());
	m.wheel_changed(id_of(t.cpu));
	trace_timer_start(t, jiffies(), t.cpu);
	raw_spin_unlock_irqrestore(base->lock, "mod_timer");
	return was_pending;
}

void add_timer(timer_list &t, unsigned long expires)
{
	if (!WARN_ON_ONCE(t.entry.pending(), 0, "the timer is pending"))
		arm(t, expires);
}

bool mod_timer(timer_list &t, unsigned long expires)
{
	return arm(t, expires);
}

static bool detach_if_pending(timer_list &t)
{
	if (!t.entry.pending())
		return false;
	machine().wheel(id_of(t.cpu)).dequeue(t.entry);
	machine().wheel_changed(id_of(t.cpu));
	trace_timer(timer_cancel, t);
	return true;
}

bool timer_delete(timer_list &t)
{
	check_live(&t, "timer_delete");
	timer_base &base = lock_base(t);
	const bool was_pending = detach_if_pending(t);

	raw_spin_unlock_irqrestore(base.lock, "timer_delete");
	return was_pending;
}

bool timer_delete_sync(timer_list &t)
{
	in_function here;

	for (;;) {
		check_live(&t, "timer_delete_sync");
		timer_base &base = lock_base(t);
		const bool running = base.running.peek() == &t;
		const bool was_pending = !running && detach_if_pending(t);

		raw_spin_unlock_irqrestore(base.lock, "timer_delete_sync");
		if (!running)
			return was_pending;
		base.running.wait_until([&t](const timer_list *running) { return running != &t; },
					{ "timer_delete_sync", "wait for the callback" });
	}
}

bool timer_pending(const timer_list &t)
{
	// Unlocked: whoever arms, deletes or runs it holds the lock of its base.
	look_without(base_of(t.cpu).lock, "timer_pending");
	return t.entry.pending();
}

static void run_callback(sim::cpu &c, timer_list &t, timer_base &base, unsigned long baseclk)
{
	base.running.poke(&t);
	trace_timer(timer_cancel, t);
	raw_spin_unlock(base.lock, "run_timer_softirq");
	// Interrupts are on in a softirq, but for the callbacks that ask for them off.
	c.irqs_on_in_softirq = !(t.entry.flags & TIMER_IRQSAFE);
	trace_timer_expire_entry(t, jiffies(), baseclk);
	t.function(t);
	// The callback may have freed its timer: only the address is used from here on.
	trace_timer(timer_expire_exit, t);
	c.irqs_on_in_softirq = false;
	raw_spin_lock(base.lock, "run_timer_softirq");
	base.running.write(nullptr, { "run_timer_softirq", "clear running" });
}

void run_timer_softirq(sim::cpu &c)
{
	timer_base &base = base_of(c.id);
	sim::timer_wheel &wheel = machine().wheel(c.id);
	sim::expired_timers &batch = machine().expired(c.id);

	c.softirq_depth++;
	raw_spin_lock(base.lock);
	while (wheel.collect(jiffies(), batch))
		while (sim::wheel_timer *t = batch.pop())
			run_callback(c, timer_of(t), base, wheel.clk() - 1);
	raw_spin_unlock(base.lock);
	c.softirq_depth--;
}

// ---- sleeping ----

static void process_timeout(timer_list &t)
{
	wake_up_process(static_cast<task_struct *>(t.user));
}

long schedule_timeout(long timeout)
{
	if (timeout == MAX_SCHEDULE_TIMEOUT) {
		schedule();
		return timeout;
	}
	on_stack<timer_list> t{ "schedule_timeout" };
	const unsigned long expires = jiffies() + static_cast<unsigned long>(timeout);

	timer_setup(*t, process_timeout, "process_timeout", 0);
	t->user = current;
	add_timer(*t, expires);
	schedule();
	timer_delete_sync(*t);
	const long rest = static_cast<long>(expires - jiffies());
	return rest < 0 ? 0 : rest;
}

long schedule_timeout_state(long timeout, unsigned state)
{
	__set_current_state(state, "schedule_timeout");
	return schedule_timeout(timeout);
}

unsigned long msecs_to_jiffies(unsigned msecs)
{
	const unsigned long hz = machine().config().clock.hz;

	return (msecs * hz + 999) / 1000;
}

void msleep(unsigned msecs)
{
	in_function here;
	long timeout = static_cast<long>(msecs_to_jiffies(msecs));

	while (timeout)
		timeout = schedule_timeout_state(timeout, TASK_UNINTERRUPTIBLE);
}

unsigned long msleep_interruptible(unsigned msecs)
{
	in_function here;
	long timeout = static_cast<long>(msecs_to_jiffies(msecs));

	while (timeout && !signal_pending(current))
		timeout = schedule_timeout_state(timeout, TASK_INTERRUPTIBLE);
	return static_cast<unsigned long>(timeout) * 1000 / machine().config().clock.hz;
}

} // namespace kernel
