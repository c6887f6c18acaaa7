// SPDX-License-Identifier: GPL-2.0-only
// Draining and destroying a worker as the patch set of 2016 had it.
// It must not know other generations.
#include "model/kthread_4_7_v7.hpp"

namespace kernel {

void kthread_4_7_v7::drain_kthread_worker(kthread_worker *worker)
{
	in_function here;
	constexpr int WHINE_AFTER = 10;
	int flushes = 0;

	raw_spin_lock_irq(worker->lock);
	while (!list_empty(worker->work_list.under(worker->lock))) {
		raw_spin_unlock_irq(worker->lock);
		kthread_flush_worker(worker);
		WARN_ON_ONCE(flushes++ > WHINE_AFTER, 0,
			     { "the worker is not drained after many flushes", worker });
		raw_spin_lock_irq(worker->lock);
	}
	raw_spin_unlock_irq(worker->lock);
}

void kthread_4_7_v7::kthread_destroy_worker(kthread_worker *worker)
{
	in_function here("destroy_kthread_worker");
	task_struct *task = plain_read(worker->task);

	if (WARN_ON(!task, 0, { "the worker has no thread", worker }))
		return;
	look_into_sections(worker->lock);
	drain_kthread_worker(worker);
	kthread_stop(task);
	WARN_ON(!list_empty(worker->work_list.read_unlocked()), 0,
		{ "a work is pending", worker });
	kfree(worker);
}

} // namespace kernel
