// SPDX-License-Identifier: GPL-2.0-only
// Before e16c7b07784f (2024): a worker that is to freeze keeps the state it meant to sleep in.
// It must not know other bugs, so that it can be combined with them.
#pragma once
#include "model/freezer.hpp"
#include "model/kthread_worker.hpp"

namespace kernel {

// It sets TASK_INTERRUPTIBLE, finds no work, and does not sleep because it is to freeze. What comes
// next, try_to_freeze(), may sleep, and says so where the state is not RUNNING.
template <class base> struct freezes_in_its_sleeping_state : base {
protected:
	void kthread_worker_idle() override
	{
		if (!freezing(current, "kthread_worker_fn"))
			schedule();
	}
};

} // namespace kernel
