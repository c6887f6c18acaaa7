// SPDX-License-Identifier: GPL-2.0-only
// down() and up() as Linux 2.6.0 has them on i386.
// It must not know kthreads.
#include "model/semaphore.hpp"
#include "model/sched.hpp"

namespace kernel {

static const sim::object_field fields[] = {
	{ "count", offsetof(semaphore, count) },
	{ "sleepers", offsetof(semaphore, sleepers) },
	{ "wait", offsetof(semaphore, wait) },
};
const sim::object_type semaphore::type = { "semaphore", fields, std::size(fields) };

void sema_init(semaphore &sem, int count)
{
	sem.count.poke(count);
	init_waitqueue_head(sem.wait);
}

// Nobody is handed the semaphore: a waiter that up() wakes tries again, and may find that somebody
// who has just come was faster. Of all who wait only one is counted in `count`, so that whoever
// looks takes the others' share out first.
static void __down(semaphore &sem)
{
	in_function here;
	on_stack<wait_entry> w{ "down" };

	__set_current_state(TASK_UNINTERRUPTIBLE);
	raw_spin_lock_irqsave(sem.wait.lock);
	w->task = current;
	w->stays = true;
	list_add_tail(w->node, sem.wait.waiters);
	note_waiting(wait_kind::semaphore, &sem);
	sem.sleepers.under(sem.wait.lock)++;
	for (;;) {
		int &sleepers = sem.sleepers.under(sem.wait.lock);

		if (atomic_add_return(sleepers - 1, sem.count) >= 0) {
			sleepers = 0;
			break;
		}
		sleepers = 1;
		raw_spin_unlock_irqrestore(sem.wait.lock);
		schedule();
		raw_spin_lock_irqsave(sem.wait.lock);
		__set_current_state(TASK_UNINTERRUPTIBLE);
	}
	sem.holder = current;
	note_waited();
	list_del_init(w->node);
	// The next one has to find out for itself that it is not its turn, and counts itself then.
	wake_up_locked(sem.wait, TASK_NORMAL, 1);
	raw_spin_unlock_irqrestore(sem.wait.lock);
	__set_current_state(TASK_RUNNING);
}

void down(semaphore &sem)
{
	in_function here;

	might_sleep();
	if (atomic_add_return(-1, sem.count) < 0)
		__down(sem);
	else
		sem.holder = current;
}

void up(semaphore &sem)
{
	in_function here;
	const int count = atomic_add_return(1, sem.count);

	sem.holder = nullptr;
	if (count <= 0)
		wake_up(sem.wait, TASK_NORMAL, 1);
}

} // namespace kernel
