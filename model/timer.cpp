// SPDX-License-Identifier: GPL-2.0-only
// Arming and deleting timers, step by step.
// It must not know kthreads, nor what a callback does.
#include "model/timer.hpp"
#include <cstdio>
#include "model/boot.hpp"
#include "model/events.hpp"
#include "model/lockdep.hpp"
#include "model/sched.hpp"

namespace kernel {

const sim::object_type timer_list::type = { "timer" };
const sim::object_type timer_base::type = { "timer bases" };

// ---- bases ----

enum base_index : unsigned { BASE_LOCAL, BASE_GLOBAL, BASE_DEF };
static_assert(BASE_DEF == sim::DEFERRED_WHEEL);

timer_base *make_timer_bases()
{
	const size_t bytes = sizeof(timer_base) * sim::WHEELS * machine().config().cpus;

	auto *bases =
		static_cast<timer_base *>(machine().allocate(&timer_base::type, bytes, "boot"));
	for (unsigned i = 0; i < sim::WHEELS * machine().config().cpus; i++)
		bases[i].lock.use = section_use();
	return bases;
}

void name_timer_base(size_t offset, char *out, size_t bytes)
{
	static constexpr const char *names[] = { "local", "global", "deferrable" };
	const size_t base = offset / sizeof(timer_base);

	snprintf(out, bytes, "cpu%zu.timer_base.%s", base / sim::WHEELS, names[base % sim::WHEELS]);
}

static base_index index_of(unsigned flags)
{
	if (flags & TIMER_DEFERRABLE)
		return BASE_DEF;
	return flags & TIMER_PINNED ? BASE_LOCAL : BASE_GLOBAL;
}

timer_base &timer_base_of(unsigned cpu, unsigned index)
{
	return the_kernel().timers[cpu * sim::WHEELS + index];
}

static timer_base &get_timer_base(unsigned flags)
{
	return timer_base_of(flags & TIMER_CPUMASK, index_of(flags));
}

static sim::timer_wheel &wheel_of(unsigned flags)
{
	return machine().wheel(static_cast<sim::cpu_id>(flags & TIMER_CPUMASK), index_of(flags));
}

unsigned timer_cpu(const timer_list &t)
{
	return t.flags.peek() & TIMER_CPUMASK;
}

static void wheel_changed(const timer_list &t)
{
	machine().effect(sim::access::write, &t.entry);
	machine().wheel_changed(static_cast<sim::cpu_id>(timer_cpu(t)));
}

// A timer may move until the lock of its base is held: look at where it is, lock, look again.
static timer_base &lock_timer_base(timer_list &t)
{
	for (;;) {
		const unsigned flags = t.flags.look();

		if (!(flags & TIMER_MIGRATING)) {
			timer_base &base = get_timer_base(flags);

			raw_spin_lock_irqsave(base.lock);
			if (flags == t.flags.look())
				return base;
			raw_spin_unlock_irqrestore(base.lock);
		}
		t.flags.wait_until([](unsigned now) { return !(now & TIMER_MIGRATING); },
				   { "lock_timer_base", "wait for the move of" });
	}
}

// From one base to another, of which only one is locked at a time: who looks for the timer in
// between must wait.
static timer_base &move_to(timer_list &t, timer_base &from, unsigned flags)
{
	timer_base &to = get_timer_base(flags);

	if (&to == &from)
		return from;
	const bool irqs_were_off = from.lock.irqs_were_off;

	from.lock.irqs_were_off = false;
	t.flags.write(t.flags.peek() | TIMER_MIGRATING, { "mod_timer", "begin to move" });
	raw_spin_unlock(from.lock, "mod_timer");
	raw_spin_lock(to.lock, "mod_timer");
	to.lock.irqs_were_off = irqs_were_off;
	t.flags.write(flags, { "mod_timer", "move" });
	return to;
}

// ---- arming ----

// As CONFIG_DEBUG_OBJECTS has it: what is done to a timer that is pending, is warned of and then
// done without it.
static void debug_active_timer(timer_list &t, const char *what, const char *function)
{
	machine().effect(sim::access::read, &t.entry);
	if (WARN_ON(t.entry.pending(), 0, { what, &t }, function))
		timer_delete_sync(t);
}

void debug_check_no_timer_freed(timer_list &t)
{
	debug_active_timer(t, "the memory of a pending timer is freed", "kfree");
}

void timer_setup(timer_list &t, void (*function)(timer_list &), const char *name, unsigned flags)
{
	debug_active_timer(t, "a pending timer is initialised", "timer_setup");
	WARN_ON_ONCE(flags & ~unsigned{ TIMER_INIT_FLAGS }, 0, "flags that timers do not have");
	machine().effect_on_all(sim::access::write, &t, sizeof(t));
	t.entry = {};
	t.flags.poke((flags & TIMER_INIT_FLAGS) | smp_processor_id());
	t.function = function;
	t.name = name;
	trace_timer(timer_init, t);
}

static bool detach_if_pending(timer_list &t)
{
	machine().effect(sim::access::read, &t.entry);
	if (!t.entry.pending())
		return false;
	wheel_of(t.flags.peek()).dequeue(t.entry);
	wheel_changed(t);
	trace_timer(timer_cancel, t);
	return true;
}

static void internal_add_timer(timer_list &t, unsigned long expires)
{
	sim::timer_wheel &wheel = wheel_of(t.flags.peek());

	wheel.forward(jiffies());
	wheel.enqueue(t.entry, expires);
	wheel_changed(t);
	trace_timer_start(t, jiffies(), timer_cpu(t));
}

// Without a function.
static bool was_shut_down(const timer_list &t)
{
	machine().effect(sim::access::read, &t.function);
	return !t.function;
}

enum mod_options : unsigned {
	MOD_TIMER = 0,
	MOD_TIMER_NOTPENDING = 1,
	MOD_TIMER_REDUCE = 2,
	MOD_TIMER_PENDING_ONLY = 4,
};

// What falls into the bucket that the timer is in changes nothing else, and is not traced. Not
// looked at is whether it is still in there: it may just have expired.
static bool stays_in_bucket(timer_list &t, unsigned long expires, unsigned options)
{
	machine().effect(sim::access::write, &t.entry);
	sim::timer_wheel &wheel = wheel_of(t.flags.peek());
	const bool earlier = sim::time_before(expires, t.entry.expires);

	wheel.forward(jiffies());
	if (t.entry.pending() && (options & MOD_TIMER_REDUCE) && !earlier)
		return true;
	if (sim::wheel_place_for(expires, wheel.clk(), wheel.depth()).idx != t.entry.idx())
		return false;
	if (!(options & MOD_TIMER_REDUCE) || earlier)
		t.entry.expires = expires;
	return true;
}

static bool __mod_timer(timer_list &t, unsigned long expires, unsigned options)
{
	bool maybe_stays = false;

	check_live(&t, "mod_timer");
	// A first look without the lock.
	if (!(options & MOD_TIMER_NOTPENDING) && timer_pending(t)) {
		if (t.entry.expires == expires ||
		    ((options & MOD_TIMER_REDUCE) && sim::time_before(t.entry.expires, expires)))
			return true;
		maybe_stays = true;
	}
	timer_base *base = &lock_timer_base(t);
	bool was_pending = false;

	if (was_shut_down(t))
		goto unlock;
	was_pending = maybe_stays && stays_in_bucket(t, expires, options);
	if (was_pending)
		goto unlock;
	was_pending = detach_if_pending(t);
	if (!was_pending && (options & MOD_TIMER_PENDING_ONLY))
		goto unlock;
	// A timer whose callback runs stays on that base, or deleting it could not wait for it.
	if (base->running.look() != &t)
		base = &move_to(t, *base,
				(t.flags.peek() & ~unsigned{ TIMER_CPUMASK }) | smp_processor_id());
	internal_add_timer(t, expires);
unlock:
	raw_spin_unlock_irqrestore(base->lock, "mod_timer");
	return was_pending;
}

static bool is_pending_already(timer_list &t, const char *function = __builtin_FUNCTION())
{
	const bool is_pending = timer_pending(t);

	if (is_pending && the_kernel().kthreads->bugs_on_pending_timer())
		bug(function, "the timer is pending");
	return WARN_ON_ONCE(is_pending, 0, { "the timer is pending", &t }, function);
}

void add_timer(timer_list &t, unsigned long expires)
{
	if (!is_pending_already(t))
		__mod_timer(t, expires, MOD_TIMER_NOTPENDING);
}

static void pin(timer_list &t, bool pinned, const char *function = __builtin_FUNCTION())
{
	t.flags.change(
		[pinned](unsigned flags) {
			return (flags & ~unsigned{ TIMER_PINNED }) |
			       (pinned ? unsigned{ TIMER_PINNED } : 0u);
		},
		{ function, pinned ? "pin" : "unpin" });
}

void add_timer_local(timer_list &t, unsigned long expires)
{
	if (is_pending_already(t))
		return;
	pin(t, true);
	__mod_timer(t, expires, MOD_TIMER_NOTPENDING);
}

void add_timer_global(timer_list &t, unsigned long expires)
{
	if (is_pending_already(t))
		return;
	pin(t, false);
	__mod_timer(t, expires, MOD_TIMER_NOTPENDING);
}

// It goes there even while its callback runs elsewhere: then nobody can wait for that any more.
void add_timer_on(timer_list &t, unsigned long expires, unsigned cpu)
{
	if (is_pending_already(t))
		return;
	pin(t, true);
	timer_base *base = &lock_timer_base(t);
	if (!was_shut_down(t)) {
		base = &move_to(t, *base, (t.flags.peek() & ~unsigned{ TIMER_CPUMASK }) | cpu);
		internal_add_timer(t, expires);
	}
	raw_spin_unlock_irqrestore(base->lock);
}

bool mod_timer(timer_list &t, unsigned long expires)
{
	return __mod_timer(t, expires, MOD_TIMER);
}

bool mod_timer_pending(timer_list &t, unsigned long expires)
{
	return __mod_timer(t, expires, MOD_TIMER_PENDING_ONLY);
}

bool timer_reduce(timer_list &t, unsigned long expires)
{
	return __mod_timer(t, expires, MOD_TIMER_REDUCE);
}

// ---- deleting ----

static void shut_down(timer_list &t)
{
	machine().effect(sim::access::write, &t.function);
	t.function = nullptr;
}

// To shut it down takes the lock in any case: or it might be armed after the look, and expire
// without a function.
static bool __timer_delete(timer_list &t, bool shutdown, const char *function)
{
	check_live(&t, function);
	if (!shutdown && !timer_pending(t))
		return false;
	timer_base &base = lock_timer_base(t);
	const bool was_pending = detach_if_pending(t);

	if (shutdown)
		shut_down(t);
	raw_spin_unlock_irqrestore(base.lock, function);
	return was_pending;
}

bool timer_delete(timer_list &t)
{
	return __timer_delete(t, false, "timer_delete");
}

bool timer_shutdown(timer_list &t)
{
	return __timer_delete(t, true, "timer_shutdown");
}

static int try_to_delete(timer_list &t, bool shutdown, timer_base *&base, const char *function)
{
	check_live(&t, function);
	base = &lock_timer_base(t);
	const int was_pending = base->running.look() == &t ? -1 : detach_if_pending(t);

	if (shutdown)
		shut_down(t);
	raw_spin_unlock_irqrestore(base->lock, function);
	return was_pending;
}

int try_to_del_timer_sync(timer_list &t)
{
	timer_base *base;

	return try_to_delete(t, false, base, "try_to_del_timer_sync");
}

// Less than 0: the callback ran, and has been waited for.
static int delete_or_wait(timer_list &t, bool shutdown, const char *function)
{
	timer_base *base;
	const int was_pending = try_to_delete(t, shutdown, base, function);

	if (was_pending < 0)
		base->running.wait_until([&t](const timer_list *running) { return running != &t; },
					 { function, "wait for the callback" });
	return was_pending;
}

static bool delete_sync(timer_list &t, bool shutdown, const char *function)
{
	int was_pending;

	// Whoever waits for a callback must hold nothing that it may wait for, even where it does
	// not run just now; see call_timer_fn().
	lockdep_wait(&t, function);
	do {
		was_pending = on_clean_stack([&t, shutdown, function] {
			return delete_or_wait(t, shutdown, function);
		});
	} while (was_pending < 0);
	return was_pending;
}

bool timer_delete_sync(timer_list &t)
{
	in_function here;

	return delete_sync(t, false, "timer_delete_sync");
}

bool timer_shutdown_sync(timer_list &t)
{
	in_function here;

	return delete_sync(t, true, "timer_shutdown_sync");
}

bool timer_pending(const timer_list &t)
{
	look_unlocked(&t.entry, "timer_pending");
	return t.entry.pending();
}

// ---- CPUs that come and go ----

// What was armed here for a CPU that is away stays.
int timers_prepare_cpu(unsigned cpu)
{
	sim::machine &m = machine();
	uint64_t expiry;

	for (unsigned i = 0; i < sim::WHEELS; i++) {
		sim::timer_wheel &wheel = m.wheel(static_cast<sim::cpu_id>(cpu), i);

		if (!wheel.is_list() && !wheel.next_expiry(expiry))
			wheel.restart(m.config().clock.hz, jiffies());
	}
	return 0;
}

// They are armed anew for the same time, each bucket from its head: those of one bucket will
// expire in the opposite order.
static void migrate_timers(unsigned from_cpu, unsigned to_cpu, unsigned index)
{
	sim::machine &m = machine();
	sim::timer_wheel &from = m.wheel(static_cast<sim::cpu_id>(from_cpu), index);

	while (sim::wheel_timer *entry = from.evict()) {
		auto &t = *reinterpret_cast<timer_list *>(entry); // its first member

		t.flags.write((t.flags.peek() & ~unsigned{ TIMER_CPUMASK }) | to_cpu,
			      { "timers_dead_cpu", "move" });
		internal_add_timer(t, entry->expires);
	}
	m.wheel_changed(static_cast<sim::cpu_id>(from_cpu));
}

int timers_dead_cpu(unsigned cpu)
{
	in_function here;

	for (unsigned i = 0; i < sim::WHEELS; i++) {
		preempt_disable();
		const unsigned here_cpu = smp_processor_id();
		timer_base &old_base = timer_base_of(cpu, i),
			   &new_base = timer_base_of(here_cpu, i);

		raw_spin_lock_irq(new_base.lock);
		raw_spin_lock_nested(old_base.lock);
		migrate_timers(cpu, here_cpu, i);
		raw_spin_unlock(old_base.lock);
		raw_spin_unlock_irq(new_base.lock);
		preempt_enable();
	}
	return 0;
}

} // namespace kernel
