// SPDX-License-Identifier: GPL-2.0-only
// Timers on the wheels, sleeping for a time, and the softirq that runs what has expired.
// It must not know kthreads.
#pragma once
#include "model/task.hpp"
#include "sim/timer_wheel.hpp"

namespace kernel {

enum timer_flags : unsigned {
	TIMER_CPUMASK = 0x3ffff,   // of whose CPU the base is
	TIMER_MIGRATING = 0x40000, // it is on its way to the base that the rest names
	TIMER_DEFERRABLE = 0x80000,
	TIMER_PINNED = 0x100000,
	TIMER_IRQSAFE = 0x200000,
	TIMER_INIT_FLAGS = TIMER_DEFERRABLE | TIMER_PINNED | TIMER_IRQSAFE,
};

struct timer_list {
	sim::wheel_timer entry;		// (its base's lock)
	void (*function)(timer_list &); // (its base's lock) null: shut down, never armed again
	const char *name;		// of the function, for the trace
	void *user;
	shared<unsigned> flags; // TIMER_*

	static const sim::object_type type;
};

// A CPU has three: of pinned timers, of those that would be as well elsewhere, and of deferrable
// ones, for which no idle CPU wakes up.
struct timer_base {
	raw_spinlock_t lock;
	shared<timer_list *> running; // (lock) its callback is being called

	static const sim::object_type type; // of all bases together, by CPU
};
timer_base *make_timer_bases();
timer_base &timer_base_of(unsigned cpu, unsigned index);
// "cpu1.timer_base.global"
void name_timer_base(size_t offset, char *out, size_t bytes);

unsigned timer_cpu(const timer_list &t); // on whose base it is, or was last

void timer_setup(timer_list &t, void (*function)(timer_list &), const char *name, unsigned flags);
// A timer that is pending is left alone, with a warning; before 6.2 the kernel ends there.
void add_timer(timer_list &t, unsigned long expires_jiffies);
void add_timer_on(timer_list &t, unsigned long expires_jiffies, unsigned cpu);
void add_timer_local(timer_list &t, unsigned long expires_jiffies);  // pinned from now on
void add_timer_global(timer_list &t, unsigned long expires_jiffies); // and not
// Whether it was pending. The timer goes to the CPU of the caller, unless its callback runs.
bool mod_timer(timer_list &t, unsigned long expires_jiffies);
bool mod_timer_pending(timer_list &t, unsigned long expires_jiffies); // only if it is pending
bool timer_reduce(timer_list &t, unsigned long expires_jiffies);      // only to an earlier time
bool timer_delete(timer_list &t);
// -1: its callback runs, nothing was done.
int try_to_del_timer_sync(timer_list &t);
// The same, and waits until its callback is not running. For ever, from the callback itself.
bool timer_delete_sync(timer_list &t);
// The same as both, and it cannot be armed any more.
bool timer_shutdown(timer_list &t);
bool timer_shutdown_sync(timer_list &t);
bool timer_pending(const timer_list &t);
// Before its memory is freed: as CONFIG_DEBUG_OBJECTS, warns of a timer that is pending and takes
// it away.
void debug_check_no_timer_freed(timer_list &t);
void run_timer_softirq(sim::cpu &c);
// Of a CPU that comes, and of one that is gone: what is armed there moves to this CPU. 0.
int timers_prepare_cpu(unsigned cpu);
int timers_dead_cpu(unsigned cpu);

// Sleeps in the state set before. The rest of the timeout; 0 if it ran out.
long schedule_timeout(long timeout_jiffies);
long schedule_timeout_state(long timeout_jiffies, unsigned state);
void msleep(unsigned msecs);
unsigned long msleep_interruptible(unsigned msecs); // the rest, in ms
unsigned long msecs_to_jiffies(unsigned msecs);

} // namespace kernel
