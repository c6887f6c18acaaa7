// SPDX-License-Identifier: GPL-2.0-only
// Before 5fa54346caf6 (2021): kthread_mod_delayed_work() looks for others only once, too early.
// It must not know other bugs, so that it can be combined with them.
#pragma once
#include "model/kthread_worker.hpp"

namespace kernel {

// It asked whether somebody cancels the work, and gave worker->lock up for the timer after that.
// kthread_cancel_delayed_work_sync() may come in between, find the work running and wait for it;
// the work is then queued nevertheless. The canceler's flush work is linked behind it on the list
// of delayed works, where nobody ever executes it.
template <class base> struct mod_before_the_timer : base {
	bool kthread_mod_delayed_work(kthread_worker *worker, kthread_delayed_work *dwork,
				      unsigned long delay) override
	{
		in_function here;
		kthread_work *work = &dwork->work;
		bool ret = false;

		raw_spin_lock_irqsave(worker->lock);
		kthread_worker *const earlier = plain_read(work->worker);
		if (earlier) {
			WARN_ON_ONCE(earlier != worker, 1284, "the work belongs to another worker");
			ret = true;
			if (work->canceling.seen_under(worker->lock))
				goto out;
			this->kthread_cancel_delayed_work_timer(work);
			ret = this->__kthread_cancel_work(work);
		}
		this->__kthread_queue_delayed_work(worker, dwork, delay);
	out:
		raw_spin_unlock_irqrestore(worker->lock);
		return ret;
	}
};

} // namespace kernel
