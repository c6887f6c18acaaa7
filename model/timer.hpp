// SPDX-License-Identifier: GPL-2.0-only
// Timers on the wheel, sleeping for a time, and the softirq that runs what has expired.
// It must not know kthreads.
#pragma once
#include "model/task.hpp"
#include "sim/timer_wheel.hpp"

namespace kernel {

enum timer_flags : unsigned {
	TIMER_DEFERRABLE = 0x80000,
	TIMER_PINNED = 0x100000,
	TIMER_IRQSAFE = 0x200000,
};

struct timer_list {
	sim::wheel_timer entry; // (its base's lock); entry.flags below bit 22 hold the flags
	void (*function)(timer_list &);
	const char *name; // of the function, for the trace
	void *user;
	unsigned cpu; // whose base it is on or was on last

	static const sim::object_type type;
};

struct timer_base {
	raw_spinlock_t lock;
	shared<timer_list *> running; // (lock) its callback is being called
};

void timer_setup(timer_list &t, void (*function)(timer_list &), const char *name, unsigned flags);
void add_timer(timer_list &t, unsigned long expires_jiffies);
// Whether it was pending.
bool mod_timer(timer_list &t, unsigned long expires_jiffies);
bool timer_delete(timer_list &t);
// The same, and waits until its callback is not running. For ever, from the callback itself.
bool timer_delete_sync(timer_list &t);
bool timer_pending(const timer_list &t);
// Before its memory is freed: as CONFIG_DEBUG_OBJECTS, warns of a timer that is pending and takes
// it away.
void debug_check_no_timer_freed(timer_list &t);
void run_timer_softirq(sim::cpu &c);

// Sleeps in the state set before. The rest of the timeout; 0 if it ran out.
long schedule_timeout(long timeout_jiffies);
long schedule_timeout_state(long timeout_jiffies, unsigned state);
void msleep(unsigned msecs);
unsigned long msleep_interruptible(unsigned msecs); // the rest, in ms
unsigned long msecs_to_jiffies(unsigned msecs);

} // namespace kernel
