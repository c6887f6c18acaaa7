// SPDX-License-Identifier: GPL-2.0-only
// Before 6993d0fdbee0 (2020): the timer of a delayed work queues it even if it is being canceled.
// It must not know other bugs, so that it can be combined with them.
#pragma once
#include "model/kthread_worker.hpp"

namespace kernel {

// kthread_cancel_delayed_work_sync() gives worker->lock up while it waits for a callback that runs,
// and counts in work->canceling so that nobody queues the work meanwhile. The callback did.
template <class base> struct timer_queues_what_is_canceled : base {
protected:
	void kthread_delayed_work_expired(kthread_worker *worker, kthread_work *work) override
	{
		this->kthread_insert_work(worker, work, worker->work_list.under(worker->lock));
	}
};

} // namespace kernel
