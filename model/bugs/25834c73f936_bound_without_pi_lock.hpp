// SPDX-License-Identifier: GPL-2.0-only
// Before 25834c73f936 (2015): binding a thread and sched_setaffinity() have no lock in common.
// It must not know other bugs, so that it can be combined with them.
#pragma once
#include "model/boot.hpp"
#include "model/kthread.hpp"

namespace kernel {

// sched_setaffinity() looks for PF_NO_SETAFFINITY once, early. kthread_bind() comes in between, and
// the mask that it has written is overwritten.
template <class base> struct bound_without_pi_lock : base {
	int sched_setaffinity(task_struct *p, cpumask mask) override
	{
		in_function here;

		if (plain_read(p->flags) & PF_NO_SETAFFINITY)
			return -EINVAL;
		return set_cpus_allowed_ptr(p, mask);
	}

protected:
	void __kthread_bind_mask(task_struct *p, cpumask mask, unsigned state) override
	{
		in_function here;

		if (!wait_task_inactive(p, state)) {
			WARN_ON(true, 525, { "the thread is not where it can be bound", p });
			return;
		}
		do_set_cpus_allowed(p, mask);
		p->flags.update([](unsigned &f) { f |= PF_NO_SETAFFINITY; },
				{ "__kthread_bind_mask", "set PF_NO_SETAFFINITY in" });
	}
};

} // namespace kernel
