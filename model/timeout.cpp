// SPDX-License-Identifier: GPL-2.0-only
// Sleeping for a time: a timer that wakes the sleeper.
// It must not know kthreads, nor where a timer waits.
#include "model/boot.hpp"
#include "model/sched.hpp"
#include "model/signal.hpp"
#include "model/timer.hpp"

namespace kernel {

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
	const bool woken = timer_delete_sync(*t);
	// Where time stands still, the timer is what tells whether it has passed.
	const long rest = machine().free() && !woken ? 0 : static_cast<long>(expires - jiffies());
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

unsigned generation::msleep_jiffies(unsigned msecs)
{
	return static_cast<unsigned>(msecs_to_jiffies(msecs));
}

void msleep(unsigned msecs)
{
	in_function here;
	long timeout = static_cast<long>(the_kernel().kthreads->msleep_jiffies(msecs));

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
