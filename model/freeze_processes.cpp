// SPDX-License-Identifier: GPL-2.0-only
// Freezing and thawing everything, as before and after the system sleeps.
// It must not know kthreads, but for their flag, nor how one task is frozen.
#include "model/boot.hpp"
#include "model/fork.hpp"
#include "model/freezer.hpp"
#include "model/sched.hpp"
#include "model/timer.hpp"

namespace kernel {

// One turn. How many could not be frozen and were told to do it.
static unsigned freeze_once()
{
	unsigned todo = 0;

	for_each_process_thread([&todo](task_struct *p) {
		// A user task whose time to begin has not come is no process yet.
		if (p != current && p->__state.look() != TASK_NEW)
			todo += freeze_task(p);
	});
	return todo;
}

// Gives those who were told time to get there: 1 ms, then twice as long each time, up to 8 ms.
static int try_to_freeze_tasks()
{
	in_function here;
	const unsigned timeout_msecs = plain_read(the_kernel().freezer.timeout_msecs);
	const unsigned long end = jiffies() + msecs_to_jiffies(timeout_msecs);
	unsigned sleep_us = 1000;

	while (freeze_once()) {
		if (jiffies() > end)
			return -EBUSY;
		usleep_range(sleep_us / 2, sleep_us);
		if (sleep_us < 8000)
			sleep_us *= 2;
	}
	return 0;
}

int freeze_processes()
{
	in_function here;
	freezer_state &f = the_kernel().freezer;

	// Or it would freeze itself.
	current->flags.change([](unsigned flags) { return flags | PF_SUSPEND_TASK; },
			      { "freeze_processes", "set PF_SUSPEND_TASK in" });
	if (!plain_read(f.pm_freezing))
		atomic_add_return(1, f.active);
	plain_write(f.pm_freezing, 1);
	const int error = try_to_freeze_tasks();
	if (error)
		thaw_processes();
	return error;
}

int freeze_kernel_threads()
{
	in_function here;

	plain_write(the_kernel().freezer.pm_nosig_freezing, 1);
	const int error = try_to_freeze_tasks();
	if (error)
		thaw_kernel_threads();
	return error;
}

void thaw_processes()
{
	in_function here;
	freezer_state &f = the_kernel().freezer;
	task_struct *me = current;

	if (plain_read(f.pm_freezing))
		atomic_add_return(-1, f.active);
	plain_write(f.pm_freezing, 0);
	plain_write(f.pm_nosig_freezing, 0);
	for_each_process_thread([me](task_struct *p) {
		WARN_ON(p != me && p->flags.look() & PF_SUSPEND_TASK, 0,
			{ "another task has frozen the system", p }, "thaw_processes");
		__thaw_task(p);
	});
	WARN_ON(!(me->flags.peek() & PF_SUSPEND_TASK), 0, { "the task has frozen nothing", me });
	me->flags.change([](unsigned flags) { return flags & ~PF_SUSPEND_TASK; },
			 { "thaw_processes", "clear PF_SUSPEND_TASK in" });
	schedule();
}

void thaw_kernel_threads()
{
	in_function here;

	plain_write(the_kernel().freezer.pm_nosig_freezing, 0);
	for_each_process_thread([](task_struct *p) {
		if (p->flags.peek() & PF_KTHREAD)
			__thaw_task(p);
	});
	schedule();
}

} // namespace kernel
