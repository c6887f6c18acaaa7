// SPDX-License-Identifier: GPL-2.0-only
// Completions, wait queues and mutexes.
// It must not know kthreads.
#pragma once
#include "model/task.hpp"

namespace kernel {

constexpr long MAX_SCHEDULE_TIMEOUT = INT64_MAX;

struct wait_entry {
	list_head node;
	task_struct *task;
	bool stays; // on its queue when it is woken

	static const sim::object_type type;
};

struct completion {
	raw_spinlock_t lock;
	guarded<unsigned> done; // lock
	int consumed_by;	// pid of who took a count last; 0: nobody. For checkers only
	list_head waiters;	// wait_entry, first come first (lock)

	static const sim::object_type type;
};

void init_completion(completion &x);
void reinit_completion(completion &x);
void complete(completion &x);
void complete_all(completion &x);
void wait_for_completion(completion &x);
unsigned long wait_for_completion_timeout(completion &x, unsigned long timeout_jiffies);
int wait_for_completion_interruptible(completion &x); // 0, -ERESTARTSYS
int wait_for_completion_killable(completion &x);      // 0, -ERESTARTSYS
bool try_wait_for_completion(completion &x);
bool completion_done(completion &x);

constexpr int ERESTARTSYS = 512;

// For the initialisation of a completion on the stack: DECLARE_COMPLETION_ONSTACK.
struct onstack_completion : on_stack<completion> {
	onstack_completion() : on_stack<completion>() { init_completion(**this); }
};

struct wait_queue_head {
	spinlock_t lock;
	list_head waiters; // wait_entry (lock)

	static const sim::object_type type;
};

void init_waitqueue_head(wait_queue_head &q);
void prepare_to_wait(wait_queue_head &q, wait_entry &w, unsigned state);
void finish_wait(wait_queue_head &q, wait_entry &w);
// The older way: the waiter sets its state itself, and stays on the queue until it leaves it.
void add_wait_queue(wait_queue_head &q, wait_entry &w);
void remove_wait_queue(wait_queue_head &q, wait_entry &w);
// Wakes `count` waiters in these states, or all if it is 0.
void wake_up(wait_queue_head &q, unsigned states, unsigned count);
void wake_up_locked(wait_queue_head &q, unsigned states, unsigned count); // with its lock held

struct mutex {
	shared<task_struct *> owner;
	raw_spinlock_t wait_lock;
	list_head waiters; // wait_entry (wait_lock)

	static const sim::object_type type;
};

void mutex_init(mutex &lock);
int mutex_lock_common(mutex &lock, unsigned state, const char *function); // 0, -EINTR
inline void mutex_lock(mutex &lock)
{
	mutex_lock_common(lock, TASK_UNINTERRUPTIBLE, "mutex_lock");
}
bool mutex_trylock(mutex &lock);
void mutex_unlock(mutex &lock);

} // namespace kernel
