// SPDX-License-Identifier: GPL-2.0-only
// Delayed works, and how works and workers are initialised and called: kernel/kthread.c of 6.13.
// It must not know JSON, scenarios or a strategy; preemption points are in the types it uses.
#include <cstdio>
#include "model/boot.hpp"
#include "model/kthread_worker.hpp"
#include "model/sched.hpp"

namespace kernel {

// ---- names ----

static void work_name(const void *object, char *out, size_t bytes)
{
	const kthread_work_func_t func = static_cast<const kthread_work *>(object)->func.peek();

	snprintf(out, bytes, "%s", func ? func->name : "work");
}

static void flush_work_name(const void *object, char *out, size_t bytes)
{
	const task_struct *waiter = static_cast<const kthread_flush_work *>(object)->waiter;

	snprintf(out, bytes, "%s's flush work",
		 machine().objects().is_live(waiter) ? waiter->comm : "somebody");
}

static void worker_name(const void *object, char *out, size_t bytes)
{
	snprintf(out, bytes, "worker %s", static_cast<const kthread_worker *>(object)->name);
}

static constexpr sim::object_field work_fields[] = {
	{ "node", offsetof(kthread_work, node) },
	{ "func", offsetof(kthread_work, func) },
	{ "worker", offsetof(kthread_work, worker) },
	{ "canceling", offsetof(kthread_work, canceling) },
	{ "timer", offsetof(kthread_delayed_work, timer) },
};
const sim::object_type kthread_work::type = { "work", work_fields, 4, work_name };
const sim::object_type kthread_delayed_work::type = { "delayed work", work_fields, 5, work_name };
static constexpr sim::object_field flush_fields[] = {
	{ "node", offsetof(kthread_work, node) },
	{ "func", offsetof(kthread_work, func) },
	{ "worker", offsetof(kthread_work, worker) },
	{ "canceling", offsetof(kthread_work, canceling) },
	{ "done", offsetof(kthread_flush_work, done) },
};
const sim::object_type kthread_flush_work::type = { "flush work", flush_fields, 5,
						    flush_work_name };
static constexpr sim::object_field worker_fields[] = {
	{ "flags", offsetof(kthread_worker, flags) },
	{ "lock", offsetof(kthread_worker, lock) },
	{ "work_list", offsetof(kthread_worker, work_list) },
	{ "delayed_work_list", offsetof(kthread_worker, delayed_work_list) },
	{ "task", offsetof(kthread_worker, task) },
	{ "current_work", offsetof(kthread_worker, current_work) },
};
const sim::object_type kthread_worker::type = { "worker", worker_fields, 6, worker_name };

// ---- initialising ----

void KTHREAD_WORKER_INIT(kthread_worker &worker, const char *name)
{
	machine().effect_on_all(sim::access::write, &worker, sizeof(worker));
	worker = {};
	INIT_LIST_HEAD(worker.work_list.under_construction());
	INIT_LIST_HEAD(worker.delayed_work_list.under_construction());
	snprintf(worker.name, sizeof(worker.name), "%s", name);
}

void KTHREAD_WORK_INIT(kthread_work &work, kthread_work_func_t fn)
{
	machine().effect_on_all(sim::access::write, &work, sizeof(work));
	work = {};
	INIT_LIST_HEAD(work.node.under_construction());
	init_waitqueue_head(work.sequence.done);
	work.func.poke(fn);
}

static void timer_callback(timer_list &t)
{
	the_kernel().api->workers()->kthread_delayed_work_timer_fn(&t);
}

static constexpr const char *timer_function_name = "kthread_delayed_work_timer_fn";

void KTHREAD_DELAYED_WORK_INIT(kthread_delayed_work &dwork, kthread_work_func_t fn)
{
	KTHREAD_WORK_INIT(dwork.work, fn);
	dwork.timer = {};
	dwork.timer.flags.poke(TIMER_IRQSAFE);
	dwork.timer.function = timer_callback;
	dwork.timer.name = timer_function_name;
}

// The list is not asked: a work that is still linked leaves a broken one behind.
void kthread_init_work(kthread_work *work, kthread_work_func_t fn)
{
	plain_write(work->worker, nullptr);
	KTHREAD_WORK_INIT(*work, fn);
}

void kthread_init_delayed_work(kthread_delayed_work *dwork, kthread_work_func_t fn)
{
	kthread_init_work(&dwork->work, fn);
	timer_setup(dwork->timer, timer_callback, timer_function_name, TIMER_IRQSAFE);
}

// ---- the timer ----

// With interrupts off, as its flag asks for: a context that takes worker->lock cannot be
// interrupted by it on the same CPU.
void kthread_worker_api::kthread_delayed_work_timer_fn(timer_list *t)
{
	in_function here;
	auto *dwork = reinterpret_cast<kthread_delayed_work *>(
		reinterpret_cast<std::byte *>(t) - offsetof(kthread_delayed_work, timer));
	kthread_work *work = &dwork->work;
	kthread_worker *worker = plain_read(work->worker);

	// Whoever initialised the pending work anew took it away.
	if (WARN_ON_ONCE(!worker, 1059, { "the work has no worker", work }))
		return;
	raw_spin_lock_irqsave(worker->lock);
	WARN_ON_ONCE(plain_read(work->worker) != worker, 1064,
		     { "the work went to another worker", work });
	list_head &node = work->node.under(worker->lock);
	WARN_ON_ONCE(list_empty(node), 1067, { "the work is not pending", work });
	list_del_init(node);
	show_section(worker->lock);
	kthread_delayed_work_expired(worker, work);
	raw_spin_unlock_irqrestore(worker->lock);
}

void kthread_worker_api::kthread_delayed_work_expired(kthread_worker *worker, kthread_work *work)
{
	if (!work->canceling.seen_under(worker->lock))
		kthread_insert_work(worker, work, worker->work_list.under(worker->lock));
}

void kthread_worker_api::__kthread_queue_delayed_work(kthread_worker *worker,
						      kthread_delayed_work *dwork,
						      unsigned long delay)
{
	in_function here;
	kthread_work *work = &dwork->work;

	WARN_ON_ONCE(dwork->timer.function != timer_callback, 1083,
		     { "the timer is no delayed work's", work });
	note_queued(work);
	// A timer of no delay would still wait for a tick.
	if (!delay) {
		kthread_insert_work(worker, work, worker->work_list.under(worker->lock));
		return;
	}
	kthread_insert_work_sanity_check(worker, work);
	list_add(work->node.under(worker->lock), worker->delayed_work_list.under(worker->lock));
	plain_write(work->worker, worker);
	add_timer(dwork->timer, jiffies() + delay);
}

bool kthread_worker_api::kthread_queue_delayed_work(kthread_worker *worker,
						    kthread_delayed_work *dwork,
						    unsigned long delay)
{
	in_function here;
	bool ret = false;

	raw_spin_lock_irqsave(worker->lock);
	if (!queuing_blocked(worker, &dwork->work)) {
		__kthread_queue_delayed_work(worker, dwork, delay);
		ret = true;
	}
	raw_spin_unlock_irqrestore(worker->lock);
	return ret;
}

// ---- changing and canceling ----

// The lock is given up for a running callback, which wants it. While `canceling` counts, nobody
// queues the work, and that callback lets it be.
void kthread_worker_api::kthread_cancel_delayed_work_timer(kthread_work *work)
{
	in_function here;
	auto *dwork = reinterpret_cast<kthread_delayed_work *>(work); // its first member
	kthread_worker *worker = plain_read(work->worker);

	work->canceling.under(worker->lock)++;
	raw_spin_unlock_irqrestore(worker->lock);
	timer_delete_sync(dwork->timer);
	raw_spin_lock_irqsave(worker->lock);
	work->canceling.under(worker->lock)--;
}

bool kthread_worker_api::kthread_mod_delayed_work(kthread_worker *worker,
						  kthread_delayed_work *dwork, unsigned long delay)
{
	in_function here;
	kthread_work *work = &dwork->work;
	bool ret = false;

	raw_spin_lock_irqsave(worker->lock);
	kthread_worker *const earlier = plain_read(work->worker);
	if (earlier) {
		WARN_ON_ONCE(earlier != worker, 1284,
			     { "the work belongs to another worker", work });
		// First the timer, for which the lock is given up; then a look whether somebody
		// cancels by now. Only who queues it again may take it off its list.
		kthread_cancel_delayed_work_timer(work);
		ret = true;
		if (work->canceling.seen_under(worker->lock))
			goto out;
		ret = __kthread_cancel_work(work);
	}
	__kthread_queue_delayed_work(worker, dwork, delay);
out:
	raw_spin_unlock_irqrestore(worker->lock);
	return ret;
}

bool kthread_worker_api::kthread_cancel_delayed_work_sync(kthread_delayed_work *dwork)
{
	in_function here;

	return __kthread_cancel_work_sync(&dwork->work, true);
}

} // namespace kernel
