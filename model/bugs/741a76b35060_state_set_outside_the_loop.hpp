// SPDX-License-Identifier: GPL-2.0-only
// Before 741a76b35060 (2018): a thread sets TASK_PARKED before it looks, and again after its sleep.
// It must not know other bugs; it is what 3.9 came with, before 85f1abe0019f.
#pragma once
#include "model/bugs/85f1abe0019f_parked_before_it_sleeps.hpp"

namespace kernel {

// The store is plain. A waker that found an older state, TASK_INTERRUPTIBLE, has yet to store
// TASK_RUNNING; it comes second, and the thread that was reported as parked does not sleep.
template <class base> struct state_set_outside_the_loop : parked_before_it_sleeps<base> {
protected:
	void __kthread_parkme(kthread *self) override
	{
		in_function here;

		__set_current_state(TASK_PARKED);
		while (test_bit(KTHREAD_SHOULD_PARK, self->flags)) {
			this->say_parked(self);
			schedule();
			__set_current_state(TASK_PARKED);
		}
		clear_bit(KTHREAD_IS_PARKED, self->flags);
		__set_current_state(TASK_RUNNING);
	}
};

} // namespace kernel
