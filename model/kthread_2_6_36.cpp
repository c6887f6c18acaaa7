// SPDX-License-Identifier: GPL-2.0-only
// kernel/kthread.c of Linux 2.6.36, where it differed from 3.8.
// It must not know other generations.
#include "model/kthread_2_6_36.hpp"
#include "model/boot.hpp"
#include "model/events.hpp"
#include "model/fork.hpp"

namespace kernel {

// ---- threads ----

task_struct *kthread_2_6_36::kthread_create(threadfn_t fn, void *data, const char *name)
{
	in_function here;

	return __kthread_create_on_node(fn, data, NUMA_NO_NODE, name);
}

// Whether it shall stop is a plain int here.
bool kthread_2_6_36::kthread_should_stop()
{
	return plain_read(to_kthread(current)->flags) >> KTHREAD_SHOULD_STOP & 1;
}

int kthread_2_6_36::kthread_main(kthread_create_info *create)
{
	in_function here("kthread");
	kthread *self = begin_kthread(create->threadfn, create->data);
	int ret = -EINTR;

	__set_current_state(TASK_UNINTERRUPTIBLE, "kthread");
	plain_write(create->result, current, "kthread");
	complete(*create->done.peek());
	schedule();
	if (!plain_read(self->flags, "kthread"))
		ret = self->threadfn(self->data);
	do_exit(ret);
}

int kthread_2_6_36::kthread_stop(task_struct *k)
{
	in_function here;

	check_live(k, "kthread_stop");
	trace_sched_kthread_stop(k);
	if (kthread *self = task_get_live_kthread(k)) {
		plain_write(self->flags, 1ul << KTHREAD_SHOULD_STOP);
		wake_up_process(k);
		wait_for_completion(self->exited);
	}
	const int ret = k->exit_code;
	put_task_struct(k);
	trace_sched_kthread_stop_ret(ret);
	return ret;
}

// ---- workers ----

// The wakeup pairs with what a flush does: it counts itself, then looks whether the work was
// executed.
void kthread_2_6_36::work_was_executed(kthread_work *work)
{
	work_sequence &s = work->sequence;

	plain_write(s.done_seq, plain_read(s.queue_seq, "kthread_worker_fn"), "kthread_worker_fn");
	if (READ_ONCE(s.flushing, "kthread_worker_fn"))
		wake_up(s.done, TASK_NORMAL, 0);
}

int kthread_2_6_36::kthread_worker_fn(kthread_worker *worker)
{
	in_function here;

	WARN_ON(plain_read(worker->task), 0, { "another thread serves the worker", worker });
	plain_write(worker->task, current);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop()) {
			__set_current_state(TASK_RUNNING);
			raw_spin_lock_irq(worker->lock);
			plain_write(worker->task, nullptr);
			raw_spin_unlock_irq(worker->lock);
			return 0;
		}
		if (kthread_work *work = take_first_work(worker, "kthread_worker_fn")) {
			__set_current_state(TASK_RUNNING);
			(*plain_read(work->func))(work);
			work_was_executed(work);
		} else {
			kthread_worker_idle();
		}
		try_to_freeze();
	}
}

bool kthread_2_6_36::kthread_queue_work(kthread_worker *worker, kthread_work *work)
{
	in_function here("queue_kthread_work");
	bool ret = false;

	raw_spin_lock_irqsave(worker->lock);
	if (list_empty(work->node.under(worker->lock))) {
		work_sequence &s = work->sequence;

		list_add_tail(work->node.under(worker->lock),
			      worker->work_list.under(worker->lock));
		plain_write(s.queue_seq, s.queue_seq.look() + 1);
		if (task_struct *task = plain_read(worker->task))
			wake_up_process(task);
		ret = true;
	}
	raw_spin_unlock_irqrestore(worker->lock);
	return ret;
}

void kthread_2_6_36::kthread_flush_work(kthread_work *work)
{
	in_function here("flush_kthread_work");
	work_sequence &s = work->sequence;
	const int seq = plain_read(s.queue_seq);
	on_stack<wait_entry> entry;

	atomic_add_return(1, s.flushing);
	INIT_LIST_HEAD(entry->node);
	for (;;) {
		prepare_to_wait(s.done, *entry, TASK_UNINTERRUPTIBLE);
		if (seq - plain_read(s.done_seq) <= 0)
			break;
		schedule();
	}
	finish_wait(s.done, *entry);
	atomic_add_return(-1, s.flushing);
}

} // namespace kernel
