// SPDX-License-Identifier: GPL-2.0-only
// kernel/kthread.c of Linux 6.1, where it differed from 6.13.
// It must not know other generations.
#include "model/kthread_6_1.hpp"
#include <cstdio>
#include <cstring>
#include "model/fork.hpp"
#include "model/freezer.hpp"
#include "model/timer.hpp"

namespace kernel {

// One that has no memory for its whole name keeps it cut.
void kthread_6_1::name_thread(task_struct *task, const char *name)
{
	if (strlen(name) >= sizeof(task->comm)) {
		kthread *k = to_kthread(task);

		k->full_name = kzalloc<name_string>("kvasprintf");
		if (k->full_name)
			snprintf(k->full_name->text, sizeof(k->full_name->text), "%s", name);
	}
	set_task_comm(task, name);
}

task_struct *kthread_6_1::__kthread_create_on_node(threadfn_t fn, void *data, int node,
						   const char *name)
{
	task_struct *task = kthread_worker_api::__kthread_create_on_node(fn, data, node, name);

	if (!IS_ERR(task))
		name_thread(task, name);
	return task;
}

// Whether it was to park at all is not asked.
void kthread_6_1::kthread_unpark(task_struct *k)
{
	in_function here;
	kthread *self = to_kthread(k);

	if (test_bit(KTHREAD_IS_PER_CPU, self->flags))
		__kthread_bind(k, plain_read(self->cpu), TASK_PARKED);
	clear_bit(KTHREAD_SHOULD_PARK, self->flags);
	wake_up_state(k, TASK_PARKED);
}

// A jiffy more than was asked for, so that it is never less.
unsigned kthread_6_1::msleep_jiffies(unsigned msecs)
{
	return kthread_worker_api::msleep_jiffies(msecs) + 1;
}

void kthread_6_1::kthread_worker_idle()
{
	if (!freezing(current, "kthread_worker_fn"))
		schedule();
}

void kthread_6_1::kthread_destroy_worker(kthread_worker *worker)
{
	in_function here;
	task_struct *task = plain_read(worker->task);

	if (WARN_ON(!task, 0, { "the worker has no thread", worker }))
		return;
	look_into_sections(worker->lock);
	kthread_flush_worker(worker);
	kthread_stop(task);
	WARN_ON(!list_empty(worker->work_list.read_unlocked()), 0,
		{ "a work is pending", worker });
	kfree(worker);
}

} // namespace kernel
