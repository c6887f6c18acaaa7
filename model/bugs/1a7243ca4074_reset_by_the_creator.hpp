// SPDX-License-Identifier: GPL-2.0-only
// Before 1a7243ca4074 (2021): the creator of a thread resets its policy, under a lock of cpusets.
// It must not know other bugs, so that it can be combined with them.
#pragma once
#include "model/kthread.hpp"

namespace kernel {

// sched_setscheduler() took that lock for every task then, and whoever creates a thread may hold
// any lock. Since, the thread resets itself; and 6.13 takes the lock for deadline tasks only. It
// was a lock with readers and writers, of which this was a reader.
template <class base> struct reset_by_the_creator : base {
protected:
	task_struct *__kthread_create_on_node(threadfn_t fn, void *data, int node,
					      const char *name) override
	{
		task_struct *task = base::__kthread_create_on_node(fn, data, node, name);

		if (IS_ERR(task))
			return task;
		this->cpuset_lock();
		sched_setscheduler_nocheck(task, SCHED_NORMAL, 0);
		this->cpuset_unlock();
		set_cpus_allowed_ptr(task, cpu_possible_mask());
		return task;
	}

	void reset_inherited() override {}
};

} // namespace kernel
