// SPDX-License-Identifier: GPL-2.0-only
// Completions, wait queues and mutexes, step by step.
// It must not know kthreads.
#include "model/completion.hpp"
#include <climits>
#include "model/lockdep.hpp"
#include "model/one_step.hpp"
#include "model/sched.hpp"
#include "model/signal.hpp"
#include "model/timer.hpp"

namespace kernel {

const sim::object_type wait_entry::type = { "wait entry" };
const sim::object_type wait_queue_head::type = { "wait queue" };
static const sim::object_field completion_fields[] = { { "lock", offsetof(completion, lock) } };
const sim::object_type completion::type = { "completion", completion_fields, 1 };
static const sim::object_field mutex_fields[] = { { "owner", offsetof(mutex, owner) },
						  { "wait_lock", offsetof(mutex, wait_lock) } };
const sim::object_type mutex::type = { "mutex", mutex_fields, 2 };

void note_waiting(wait_kind kind, const void *object)
{
	current->waits_for_kind = kind;
	current->waits_for = object;
}

static wait_entry &entry_of(list_head *node)
{
	return *reinterpret_cast<wait_entry *>(node); // its first member
}

// ---- completions ----

void init_completion(completion &x)
{
	x.done.under_construction() = 0;
	x.consumed_by = 0;
	INIT_LIST_HEAD(x.waiters);
}

void reinit_completion(completion &x)
{
	x.done.write_unlocked(0);
	x.consumed_by = 0;
}

// With the lock held. Counts that were given to all are never used up.
static void consume(completion &x)
{
	unsigned &done = x.done.under(x.lock);

	if (done != UINT_MAX)
		done--;
	x.consumed_by = current->pid;
}

// The first waiter is woken before it is taken off the list; it may then lose the count to
// somebody who gets the lock earlier.
static void wake_first(completion &x)
{
	if (list_empty(x.waiters))
		return;
	wait_entry &w = entry_of(x.waiters.next);

	wake_up_process(w.task);
	list_del_init(w.node);
}

void complete(completion &x)
{
	in_function here;

	raw_spin_lock_irqsave(x.lock);
	one_step all;
	unsigned &done = x.done.under(x.lock);

	if (done != UINT_MAX)
		done++;
	wake_first(x);
	raw_spin_unlock_irqrestore(x.lock);
}

void complete_all(completion &x)
{
	in_function here;

	raw_spin_lock_irqsave(x.lock);
	x.done.under(x.lock) = UINT_MAX;
	while (!list_empty(x.waiters))
		wake_first(x);
	raw_spin_unlock_irqrestore(x.lock);
}

// With the lock held. The rest of the timeout, 0 when it ran out, or -ERESTARTSYS.
static long do_wait_for_common(completion &x, long timeout, unsigned state)
{
	if (x.done.under(x.lock))
		return timeout ? timeout : 1;
	on_stack<wait_entry> w{ "wait_for_completion" };

	INIT_LIST_HEAD(w->node);
	w->task = current;
	note_waiting(wait_kind::completion, &x);
	do {
		one_step all;

		if (signal_pending_state(state, current)) {
			timeout = -ERESTARTSYS;
			break;
		}
		if (list_empty(w->node))
			list_add_tail(w->node, x.waiters);
		__set_current_state(state, "wait_for_completion");
		raw_spin_unlock_irq(x.lock);
		all.end();
		timeout = schedule_timeout(timeout);
		raw_spin_lock_irq(x.lock);
	} while (!x.done.under(x.lock) && timeout);
	note_waited();
	list_del_init(w->node);
	if (!x.done.under(x.lock))
		return timeout;
	return timeout ? timeout : 1;
}

static long wait_for_common(completion &x, long timeout, unsigned state, const char *function)
{
	return on_clean_stack([&x, timeout, state, function] {
		in_function here(function);

		might_sleep(function);
		raw_spin_lock_irq(x.lock, function);
		const long rest = do_wait_for_common(x, timeout, state);
		if (rest >= 0 && x.done.under(x.lock))
			consume(x);
		raw_spin_unlock_irq(x.lock, function);
		return rest;
	});
}

void wait_for_completion(completion &x)
{
	wait_for_common(x, MAX_SCHEDULE_TIMEOUT, TASK_UNINTERRUPTIBLE, "wait_for_completion");
}

unsigned long wait_for_completion_timeout(completion &x, unsigned long timeout)
{
	return static_cast<unsigned long>(wait_for_common(x, static_cast<long>(timeout),
							  TASK_UNINTERRUPTIBLE,
							  "wait_for_completion_timeout"));
}

int wait_for_completion_interruptible(completion &x)
{
	const long t = wait_for_common(x, MAX_SCHEDULE_TIMEOUT, TASK_INTERRUPTIBLE,
				       "wait_for_completion_interruptible");

	return t == -ERESTARTSYS ? -ERESTARTSYS : 0;
}

int wait_for_completion_killable(completion &x)
{
	const long t = wait_for_common(x, MAX_SCHEDULE_TIMEOUT, TASK_KILLABLE,
				       "wait_for_completion_killable");

	return t == -ERESTARTSYS ? -ERESTARTSYS : 0;
}

bool try_wait_for_completion(completion &x)
{
	bool had_one;

	if (!x.done.read_unlocked())
		return false;
	raw_spin_lock_irqsave(x.lock);
	had_one = x.done.under(x.lock);
	if (had_one)
		consume(x);
	raw_spin_unlock_irqrestore(x.lock);
	return had_one;
}

bool completion_done(completion &x)
{
	if (!x.done.read_unlocked())
		return false;
	// A complete() may still hold the lock: only after it is the completion free to go.
	raw_spin_lock_irqsave(x.lock);
	raw_spin_unlock_irqrestore(x.lock);
	return true;
}

// ---- wait queues ----

void init_waitqueue_head(wait_queue_head &q)
{
	INIT_LIST_HEAD(q.waiters);
}

void prepare_to_wait(wait_queue_head &q, wait_entry &w, unsigned state)
{
	raw_spin_lock_irqsave(q.lock);
	w.task = current;
	if (!w.node.next)
		INIT_LIST_HEAD(w.node);
	if (list_empty(w.node))
		list_add_tail(w.node, q.waiters);
	set_current_state(state, "prepare_to_wait");
	raw_spin_unlock_irqrestore(q.lock);
}

void finish_wait(wait_queue_head &q, wait_entry &w)
{
	__set_current_state(TASK_RUNNING, "finish_wait");
	raw_spin_lock_irqsave(q.lock);
	if (!list_empty(w.node))
		list_del_init(w.node);
	raw_spin_unlock_irqrestore(q.lock);
}

void add_wait_queue(wait_queue_head &q, wait_entry &w)
{
	w.task = current;
	w.stays = true;
	raw_spin_lock_irqsave(q.lock);
	list_add(w.node, q.waiters);
	raw_spin_unlock_irqrestore(q.lock);
}

void remove_wait_queue(wait_queue_head &q, wait_entry &w)
{
	raw_spin_lock_irqsave(q.lock);
	list_del_init(w.node);
	raw_spin_unlock_irqrestore(q.lock);
}

void wake_up_locked(wait_queue_head &q, unsigned states, unsigned count)
{
	for (list_head *i = q.waiters.next, *next; i != &q.waiters; i = next) {
		next = i->next;
		wait_entry &w = entry_of(i);

		if (!try_to_wake_up(w.task, states))
			continue;
		if (!w.stays)
			list_del_init(*i);
		if (count && !--count)
			break;
	}
}

void wake_up(wait_queue_head &q, unsigned states, unsigned count)
{
	in_function here;

	raw_spin_lock_irqsave(q.lock);
	wake_up_locked(q, states, count);
	raw_spin_unlock_irqrestore(q.lock);
}

// ---- mutexes ----

void mutex_init(mutex &lock)
{
	INIT_LIST_HEAD(lock.waiters);
}

static bool take_if_free(mutex &lock, const char *function)
{
	task_struct *me = current;

	return !lock.owner.change([me](task_struct *owner) { return owner ? owner : me; },
				  { function, "cmpxchg" });
}

bool mutex_trylock(mutex &lock)
{
	if (!take_if_free(lock, "mutex_trylock"))
		return false;
	lockdep_acquire(&lock, taken_by::trying, "mutex_trylock");
	return true;
}

int mutex_lock_common(mutex &lock, unsigned state, const char *function)
{
	in_function here(function);

	might_sleep(function);
	lockdep_acquire(&lock, taken_by::waiting, function);
	if (take_if_free(lock, function))
		return 0;
	on_stack<wait_entry> w{ function };
	int ret = 0;

	raw_spin_lock(lock.wait_lock, function);
	w->task = current;
	list_add_tail(w->node, lock.waiters);
	note_waiting(wait_kind::mutex, &lock);
	set_current_state(state, function);
	while (!take_if_free(lock, function)) {
		if (signal_pending_state(state, current)) {
			ret = -EINTR;
			lockdep_release(&lock);
			break;
		}
		raw_spin_unlock(lock.wait_lock, function);
		schedule();
		raw_spin_lock(lock.wait_lock, function);
		set_current_state(state, function);
	}
	__set_current_state(TASK_RUNNING, function);
	note_waited();
	list_del_init(w->node);
	raw_spin_unlock(lock.wait_lock, function);
	return ret;
}

void mutex_unlock(mutex &lock)
{
	in_function here;

	lockdep_release(&lock);
	raw_spin_lock(lock.wait_lock);
	if (lock.owner.peek() != current) {
		const task_struct *owner = lock.owner.peek();

		bad_unlock(&lock, owner ? owner->context : nullptr, "mutex_unlock");
	}
	lock.owner.write(nullptr, { "mutex_unlock", "write" });
	if (!list_empty(lock.waiters))
		wake_up_process(entry_of(lock.waiters.next).task);
	raw_spin_unlock(lock.wait_lock);
}

} // namespace kernel
