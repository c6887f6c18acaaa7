// SPDX-License-Identifier: GPL-2.0-only
// Before 85f1abe0019f (2018): a thread says that it has parked while it still has its CPU.
// It must not know other bugs; it is the state of things before 1cef1150ef40 and that fix.
#pragma once
#include "model/kthread.hpp"

namespace kernel {

// kthread_park() returned while the thread was on its way to sleep. A CPU that goes away then takes
// it for one that runs, and moves it; kthread_unpark() finds it in no state to be bound.
template <class base> struct parked_before_it_sleeps : base {
	int kthread_park(task_struct *k) override
	{
		in_function here;
		kthread *self = this->to_kthread(k);

		if (WARN_ON(plain_read(k->flags) & PF_EXITING, 659, { "the thread is exiting", k }))
			return -ENOSYS;
		if (test_bit(KTHREAD_IS_PARKED, self->flags))
			return 0;
		set_bit(KTHREAD_SHOULD_PARK, self->flags);
		if (k != current) {
			wake_up_process(k);
			wait_for_completion(self->parked);
			check_is_parked(k);
		}
		return 0;
	}

	void kthread_unpark(task_struct *k) override
	{
		in_function here;
		kthread *self = this->to_kthread(k);

		clear_bit(KTHREAD_SHOULD_PARK, self->flags);
		// Here, for nobody waits until the thread has left its loop and cleared it itself.
		if (!test_and_clear_bit(KTHREAD_IS_PARKED, self->flags))
			return;
		if (test_bit(KTHREAD_IS_PER_CPU, self->flags))
			this->__kthread_bind(k, plain_read(self->cpu), TASK_PARKED);
		wake_up_state(k, TASK_PARKED);
	}

protected:
	void say_parked(kthread *self)
	{
		if (!test_and_set_bit(KTHREAD_IS_PARKED, self->flags))
			complete(self->parked);
	}

	void __kthread_parkme(kthread *self) override
	{
		in_function here;

		for (;;) {
			set_current_state(TASK_PARKED);
			if (!test_bit(KTHREAD_SHOULD_PARK, self->flags))
				break;
			say_parked(self);
			schedule();
		}
		clear_bit(KTHREAD_IS_PARKED, self->flags);
		__set_current_state(TASK_RUNNING);
	}
};

} // namespace kernel
