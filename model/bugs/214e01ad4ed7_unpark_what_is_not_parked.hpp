// SPDX-License-Identifier: GPL-2.0-only
// Before 214e01ad4ed7 (2024): kthread_unpark() does not ask whether the thread was to park at all.
// It must not know other bugs, so that it can be combined with them.
#pragma once
#include "model/kthread.hpp"

namespace kernel {

// kthread_stop() unparks whatever it stops. A per-CPU thread is bound again on the way, which needs
// it to be parked: one that runs, or sleeps in its loop, is not, and the kernel warns.
template <class base> struct unpark_what_is_not_parked : base {
	void kthread_unpark(task_struct *k) override
	{
		in_function here;
		kthread *self = this->to_kthread(k);

		if (test_bit(KTHREAD_IS_PER_CPU, self->flags))
			this->__kthread_bind(k, plain_read(self->cpu), TASK_PARKED);
		clear_bit(KTHREAD_SHOULD_PARK, self->flags);
		wake_up_state(k, TASK_PARKED);
	}
};

} // namespace kernel
