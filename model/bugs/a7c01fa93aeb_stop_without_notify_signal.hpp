// SPDX-License-Identifier: GPL-2.0-only
// Before a7c01fa93aeb (2021): a stopped thread that sleeps afterwards is not kept awake.
// It must not know other bugs, so that it can be combined with them.
#pragma once
#include "model/events.hpp"
#include "model/kthread.hpp"

namespace kernel {

// A thread may look at kthread_should_stop() before it sets its sleeping state. The wakeup of
// kthread_stop() then finds it running and is lost. Since the fix, TIF_NOTIFY_SIGNAL stays set
// and makes signal_pending_state() refuse an interruptible sleep; without it nobody wakes it.
template <class base> struct stop_without_notify_signal : base {
	int kthread_stop(task_struct *k) override
	{
		in_function here;

		check_live(k, "kthread_stop");
		trace_sched_kthread_stop(k);
		get_task_struct(k);
		kthread *self = this->to_kthread(k);
		set_bit(KTHREAD_SHOULD_STOP, self->flags);
		this->kthread_unpark(k);
		wake_up_process(k);
		wait_for_completion(self->exited);
		const int ret = plain_read(self->result);
		put_task_struct(k);
		trace_sched_kthread_stop_ret(ret);
		return ret;
	}
};

} // namespace kernel
