// SPDX-License-Identifier: GPL-2.0-only
// Workers, works and delayed works: the worker half of kernel/kthread.c of Linux 6.13.
// It must not know JSON, scenarios or a strategy; preemption points are in the types it uses.
#include "model/kthread_worker.hpp"
#include <cstdio>
#include "model/boot.hpp"
#include "model/events.hpp"
#include "model/explain.hpp"

namespace kernel {

// ---- what a worker's thread does ----

int kthread_worker_fn(void *worker_ptr)
{
	return the_kernel().api->workers()->kthread_worker_fn(
		static_cast<kthread_worker *>(worker_ptr));
}

static kthread_work *work_of(list_head *node)
{
	return reinterpret_cast<kthread_work *>(node); // its first member
}

kthread_work *take_first_work(kthread_worker *worker, const char *function)
{
	kthread_work *work = nullptr;

	raw_spin_lock_irq(worker->lock, function);
	list_head &works = worker->work_list.under(worker->lock, function);
	if (!list_empty(works)) {
		work = work_of(works.next);
		list_del_init(*works.next, function);
	}
	if (worker->current_work.seen_under(worker->lock, function) != work)
		worker->current_work.under(worker->lock, function) = work;
	raw_spin_unlock_irq(worker->lock, function);
	return work;
}

static void report_work(sim::finding_kind kind, const kthread_work *work, const char *function,
			const char *what, const char *canceled_by = "somebody")
{
	const sim::allocation *a = machine().objects().find(work);
	char text[500], name[64], who[300];

	if (!a)
		return;
	name_whole(*a, name, sizeof(name));
	describe_call({ function, "" }, "", who, sizeof(who));
	snprintf(text, sizeof(text), "work %s %s by %s\n    by %s", name, what, canceled_by, who);
	machine().report(kind, function, text);
}

static bool asks_who_cancels(const kthread_work *work)
{
	// One that was freed is found by whoever uses it next.
	return the_kernel().asks_for(sim::finding_kind::runs_after_cancel) &&
	       machine().objects().is_live(work);
}

static void check_not_canceled(const kthread_work *work)
{
	if (!asks_who_cancels(work))
		return;
	machine().effect(sim::access::read, &work->canceled_by);
	if (work->canceled_by)
		report_work(sim::finding_kind::runs_after_cancel, work, "kthread_worker_fn",
			    "is executed, though it was canceled", work->canceled_by);
}

static void note_canceled(kthread_work *work, const char *function)
{
	if (!asks_who_cancels(work))
		return;
	machine().effect(sim::access::write, &work->canceled_by);
	work->canceled_by = function;
}

void note_queued(kthread_work *work)
{
	note_canceled(work, nullptr);
}

void kthread_worker_api::kthread_worker_idle()
{
	if (!freezing(current, "kthread_worker_fn"))
		schedule();
	else // it did not sleep, and is not to be frozen in a sleeping state
		__set_current_state(TASK_RUNNING, "kthread_worker_fn");
}

// False: it has to stop. That is looked for before the list: what was queued after it is never
// executed. Those who stop it or queue something change what is looked at here, and wake it then.
static bool serve(kthread_worker *worker)
{
	constexpr const char *function = "kthread_worker_fn";
	kthread_worker_api &api = *the_kernel().api->workers();

	set_current_state(TASK_INTERRUPTIBLE, function);
	if (api.kthread_should_stop()) {
		__set_current_state(TASK_RUNNING, function);
		raw_spin_lock_irq(worker->lock, function);
		plain_write(worker->task, nullptr, function);
		raw_spin_unlock_irq(worker->lock, function);
		return false;
	}
	if (kthread_work *work = take_first_work(worker, function)) {
		const kthread_work_func_t func = plain_read(work->func, function);

		__set_current_state(TASK_RUNNING, function);
		check_not_canceled(work);
		trace_sched_kthread_work_execute_start(work, func);
		(*func)(work);
		// The work may be gone: only its address is used from here on. It stays
		// current_work until the next is taken.
		trace_sched_kthread_work_execute_end(work, func);
	} else {
		api.kthread_worker_idle();
	}
	try_to_freeze();
	cond_resched();
	return true;
}

int kthread_worker_api::kthread_worker_fn(kthread_worker *worker)
{
	in_function here;
	task_struct *const earlier = plain_read(worker->task);

	WARN_ON(earlier && earlier != current, 813, { "another thread serves the worker", worker });
	plain_write(worker->task, current);
	if (plain_read(worker->flags) & KTW_FREEZABLE)
		set_freezable();
	while (on_clean_stack([worker] { return serve(worker); }))
		;
	return 0;
}

// ---- workers ----

void kthread_worker_api::__kthread_init_worker(kthread_worker *worker, const char *name)
{
	raw_spin_lock_init(worker->lock);
	KTHREAD_WORKER_INIT(*worker, name);
	worker->lock.use = section_use();
}

kthread_worker *kthread_worker_api::__kthread_create_worker(int cpu, unsigned flags,
							    const char *name)
{
	in_function here;
	int node = NUMA_NO_NODE;
	auto *worker = kzalloc<kthread_worker>("kzalloc");

	if (!worker)
		return ERR_PTR<kthread_worker>(-ENOMEM);
	__kthread_init_worker(worker, name);
	if (cpu >= 0)
		node = cpu_to_node(static_cast<unsigned>(cpu));
	task_struct *task = __kthread_create_on_node(kernel::kthread_worker_fn, worker, node, name);
	if (IS_ERR(task)) {
		kfree(worker);
		return ERR_PTR<kthread_worker>(PTR_ERR(task));
	}
	if (cpu >= 0)
		kthread_bind(task, static_cast<unsigned>(cpu));
	plain_write(worker->flags, flags);
	plain_write(worker->task, task);
	wake_up_process(task);
	return worker;
}

kthread_worker *kthread_worker_api::kthread_create_worker(unsigned flags, const char *name)
{
	in_function here;

	return __kthread_create_worker(-1, flags, name);
}

kthread_worker *kthread_worker_api::kthread_create_worker_on_cpu(int cpu, unsigned flags,
								 const char *name)
{
	in_function here;

	return __kthread_create_worker(cpu, flags, name);
}

// Delayed works are the caller's business. What is queued between the flush and the end of the
// thread stays on the lists of freed memory.
void kthread_worker_api::kthread_destroy_worker(kthread_worker *worker)
{
	in_function here;
	task_struct *task = plain_read(worker->task);

	if (WARN_ON(!task, 1424, { "the worker has no thread", worker }))
		return;
	look_into_sections(worker->lock);
	kthread_flush_worker(worker);
	kthread_stop(task);
	// Nobody should be left who could use the lists: no lock.
	WARN_ON(!list_empty(worker->delayed_work_list.read_unlocked()), 1429,
		{ "a delayed work is pending", worker });
	WARN_ON(!list_empty(worker->work_list.read_unlocked()), 1430,
		{ "a work is pending", worker });
	kfree(worker);
}

// ---- queueing ----

bool kthread_worker_api::queuing_blocked(kthread_worker *worker, kthread_work *work)
{
	return !list_empty(work->node.under(worker->lock)) ||
	       work->canceling.seen_under(worker->lock);
}

void kthread_worker_api::kthread_insert_work_sanity_check(kthread_worker *worker,
							  kthread_work *work)
{
	WARN_ON_ONCE(!list_empty(work->node.under(worker->lock)), 992,
		     { "the work is pending", work });
	kthread_worker *const earlier = plain_read(work->worker);
	WARN_ON_ONCE(earlier && earlier != worker, 994,
		     { "the work belongs to another worker", work });
	if (work->canceling.seen_under(worker->lock) &&
	    the_kernel().asks_for(sim::finding_kind::queued_while_canceling))
		report_work(sim::finding_kind::queued_while_canceling, work,
			    "kthread_insert_work_sanity_check", "is queued while it is canceled");
}

// Before `pos`. A busy worker looks at its list by itself.
void kthread_worker_api::kthread_insert_work(kthread_worker *worker, kthread_work *work,
					     list_head &pos)
{
	in_function here;

	kthread_insert_work_sanity_check(worker, work);
	trace_sched_kthread_work_queue_work(worker, work);
	list_add_tail(work->node.under(worker->lock), pos);
	plain_write(work->worker, worker);
	if (worker->current_work.seen_under(worker->lock))
		return;
	if (task_struct *task = plain_read(worker->task))
		wake_up_process(task);
}

bool kthread_worker_api::kthread_queue_work(kthread_worker *worker, kthread_work *work)
{
	in_function here;
	bool ret = false;

	raw_spin_lock_irqsave(worker->lock);
	if (!queuing_blocked(worker, work)) {
		note_queued(work);
		kthread_insert_work(worker, work, worker->work_list.under(worker->lock));
		ret = true;
	}
	raw_spin_unlock_irqrestore(worker->lock);
	return ret;
}

// ---- flushing ----

static void kthread_flush_work_fn(kthread_work *work, const kthread_work_function &)
{
	in_function here;

	complete(reinterpret_cast<kthread_flush_work *>(work)->done); // its first member
}

static constexpr kthread_work_function flush_work_function = { kthread_flush_work_fn,
							       "kthread_flush_work_fn" };

// On the stack of the waiter, who must not leave before it was executed.
struct onstack_flush_work : on_stack<kthread_flush_work> {
	onstack_flush_work(const char *function = __builtin_FUNCTION())
		: on_stack<kthread_flush_work>(function)
	{
		KTHREAD_WORK_INIT((*this)->work, &flush_work_function);
		init_completion((*this)->done);
		(*this)->waiter = current;
	}
};

// A work that waits for its timer is pending too. What is linked behind it on the list of delayed
// works is never executed, and the caller waits for ever.
void kthread_worker_api::kthread_flush_work(kthread_work *work)
{
	in_function here;
	onstack_flush_work fwork;
	kthread_worker *worker = plain_read(work->worker);
	bool noop = false;

	if (!worker)
		return;
	raw_spin_lock_irq(worker->lock);
	WARN_ON_ONCE(plain_read(work->worker) != worker, 1173,
		     { "the work went to another worker", work });
	list_head &node = work->node.under(worker->lock);
	if (!list_empty(node))
		kthread_insert_work(worker, &fwork->work, *node.next);
	else if (worker->current_work.seen_under(worker->lock) == work)
		kthread_insert_work(worker, &fwork->work,
				    *worker->work_list.under(worker->lock).next);
	else
		noop = true;
	raw_spin_unlock_irq(worker->lock);
	if (!noop)
		wait_for_completion(fwork->done);
}

void kthread_worker_api::kthread_flush_worker(kthread_worker *worker)
{
	in_function here;
	onstack_flush_work fwork;

	kthread_queue_work(worker, &fwork->work);
	wait_for_completion(fwork->done);
}

// ---- canceling ----

bool kthread_worker_api::__kthread_cancel_work(kthread_work *work)
{
	kthread_worker *worker = plain_read(work->worker);
	list_head &node = work->node.under(worker->lock);

	if (list_empty(node))
		return false;
	list_del_init(node);
	show_section(worker->lock); // it may be queued again
	return true;
}

bool kthread_worker_api::__kthread_cancel_work_sync(kthread_work *work, bool is_dwork)
{
	in_function here;
	kthread_worker *worker = plain_read(work->worker);
	bool ret = false;

	if (!worker)
		return ret;
	raw_spin_lock_irqsave(worker->lock);
	WARN_ON_ONCE(plain_read(work->worker) != worker, 1325,
		     { "the work went to another worker", work });
	if (is_dwork)
		kthread_cancel_delayed_work_timer(work);
	ret = __kthread_cancel_work(work);
	if (worker->current_work.seen_under(worker->lock) == work) {
		// It may be executed right now, and queue itself again: not while this counts.
		work->canceling.under(worker->lock)++;
		raw_spin_unlock_irqrestore(worker->lock);
		kthread_flush_work(work);
		raw_spin_lock_irqsave(worker->lock);
		work->canceling.under(worker->lock)--;
	}
	raw_spin_unlock_irqrestore(worker->lock);
	note_canceled(work,
		      is_dwork ? "kthread_cancel_delayed_work_sync" : "kthread_cancel_work_sync");
	return ret;
}

bool kthread_worker_api::kthread_cancel_work_sync(kthread_work *work)
{
	in_function here;

	return __kthread_cancel_work_sync(work, false);
}

} // namespace kernel
