// SPDX-License-Identifier: GPL-2.0-only
// Before d71ba1649fa3 (2021): kthread_mod_delayed_work() says "was idle" where it queued nothing.
// It must not know other bugs, so that it can be combined with them.
#pragma once
#include "model/kthread_worker.hpp"

namespace kernel {

// False means: it was idle, and is queued now, so a caller who counts references takes one for the
// work to drop. Lost to somebody who cancels, it queued nothing, and nobody drops that one.
template <class base> struct mod_denies_what_it_lost : base {
	bool kthread_mod_delayed_work(kthread_worker *worker, kthread_delayed_work *dwork,
				      unsigned long delay) override
	{
		in_function here;
		kthread_work *work = &dwork->work;
		bool ret = false;

		raw_spin_lock_irqsave(worker->lock);
		kthread_worker *const earlier = plain_read(work->worker);
		if (earlier) {
			WARN_ON_ONCE(earlier != worker, 1284,
				     { "the work belongs to another worker", work });
			this->kthread_cancel_delayed_work_timer(work);
			if (work->canceling.seen_under(worker->lock))
				goto out;
			ret = this->__kthread_cancel_work(work);
		}
		this->__kthread_queue_delayed_work(worker, dwork, delay);
	out:
		raw_spin_unlock_irqrestore(worker->lock);
		return ret;
	}
};

} // namespace kernel
