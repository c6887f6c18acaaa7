// SPDX-License-Identifier: GPL-2.0-only
// Readers and the writer of a per-CPU lock, step by step.
// It must not know what it protects. Where the kernel hands the lock to who waits, who is woken
// here tries again; that lets others overtake him, but never a reader a writer.
#include "model/percpu_rwsem.hpp"
#include "model/sched.hpp"

namespace kernel {

void percpu_init_rwsem(percpu_rw_semaphore &sem)
{
	init_waitqueue_head(sem.waiters);
}

static void percpu_rwsem_wait(percpu_rw_semaphore &sem, const char *function)
{
	on_stack<wait_entry> w{ function };

	for (;;) {
		prepare_to_wait(sem.waiters, *w, TASK_UNINTERRUPTIBLE);
		if (!READ_ONCE(sem.block, function))
			break;
		schedule();
	}
	finish_wait(sem.waiters, *w);
}

// One reader less: the writer may have waited for just him.
static void leave(percpu_rw_semaphore &sem, const char *function)
{
	atomic_add_return(-1, sem.read_count, function);
	if (task_struct *writer = READ_ONCE(sem.writer, function))
		wake_up_process(writer);
}

void percpu_down_read(percpu_rw_semaphore &sem, const char *function)
{
	in_function here(function);

	might_sleep(function);
	for (;;) {
		// Counts himself first and looks then; the writer blocks first and counts then.
		atomic_add_return(1, sem.read_count, function);
		if (!READ_ONCE(sem.block, function))
			return;
		leave(sem, function);
		percpu_rwsem_wait(sem, function);
	}
}

void percpu_up_read(percpu_rw_semaphore &sem, const char *function)
{
	if (sem.read_count.peek() <= 0)
		machine().fail(sim::finding_kind::lockdep, function,
			       "unlock of a lock that nobody holds for reading");
	leave(sem, function);
}

void percpu_down_write(percpu_rw_semaphore &sem, const char *function)
{
	in_function here(function);

	might_sleep(function);
	while (xchg(sem.block, true, function))
		percpu_rwsem_wait(sem, function);
	WRITE_ONCE(sem.writer, current, function);
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE, function);
		if (!READ_ONCE(sem.read_count, function))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING, function);
	WRITE_ONCE(sem.writer, nullptr, function);
}

void percpu_up_write(percpu_rw_semaphore &sem)
{
	WRITE_ONCE(sem.block, false);
	wake_up(sem.waiters, TASK_NORMAL, 0);
}

} // namespace kernel
