// SPDX-License-Identifier: GPL-2.0-only
// Before 26c7295be0c5 (2020): a thread can be preempted between "I am there" and its sleep.
// It must not know other bugs, so that it can be combined with them.
#pragma once
#include "model/kthread.hpp"

namespace kernel {

// Whoever waits for it in wait_task_inactive() then finds it queued and not running, and sleeps for
// a tick instead of waiting for a moment: so does kthread_bind() after kthread_create(), and
// kthread_park().
template <class base> struct preempted_before_its_sleep : base {
protected:
	void complete_and_sleep(completion &done) override
	{
		complete(done);
		schedule();
	}
};

} // namespace kernel
