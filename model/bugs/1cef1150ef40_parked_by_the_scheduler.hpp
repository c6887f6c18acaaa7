// SPDX-License-Identifier: GPL-2.0-only
// Before 1cef1150ef40 (2018): whoever runs next on the CPU says that a thread has parked.
// It must not know other bugs, so that they can be combined with it.
#pragma once
#include "model/boot.hpp"
#include "model/kthread.hpp"

namespace kernel {

// kthread_park() returned as soon as it was told. But the state was stored without pi_lock, so a
// waker could be between its look at an older state and its store, waiting for the queue's lock:
// it made the thread run again after it was reported as parked.
template <class base> struct parked_by_the_scheduler : base {
	int kthread_park(task_struct *k) override
	{
		in_function here;
		kthread *self = this->to_kthread(k);

		if (WARN_ON(plain_read(k->flags) & PF_EXITING, 659, { "the thread is exiting", k }))
			return -ENOSYS;
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

		if (!test_bit(KTHREAD_SHOULD_PARK, self->flags))
			return;
		if (test_bit(KTHREAD_IS_PER_CPU, self->flags))
			this->__kthread_bind(k, plain_read(self->cpu), TASK_PARKED);
		// Once a time that the thread left its CPU in that state, it was completed for all.
		reinit_completion(self->parked);
		clear_bit(KTHREAD_SHOULD_PARK, self->flags);
		wake_up_state(k, TASK_PARKED);
	}

	bool acts_at_switches() const override { return true; }
	void finish_task_switch(task_struct *prev, unsigned prev_state) override
	{
		in_function here;

		if (prev_state != TASK_PARKED)
			return;
		raw_spinlock_t &lock = cpu_rq(smp_processor_id()).lock;
		preempt_disable();
		raw_spin_unlock_irq(lock);
		complete_all(this->to_kthread(prev)->parked);
		raw_spin_lock_irq(lock);
		preempt_enable_no_resched();
	}

protected:
	void __kthread_parkme(kthread *self) override
	{
		in_function here;

		for (;;) {
			set_current_state(TASK_PARKED);
			if (!test_bit(KTHREAD_SHOULD_PARK, self->flags))
				break;
			schedule();
		}
		__set_current_state(TASK_RUNNING);
	}
};

} // namespace kernel
