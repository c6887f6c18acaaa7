// SPDX-License-Identifier: GPL-2.0-only
// Before 3a7956e25e1d (2021): PF_KTHREAD is looked at once by who asks, and again by to_kthread().
// It must not know other bugs; it needs the threads of before 343f4c49f243.
#pragma once
#include "model/bugs/343f4c49f243_exec_frees_the_struct.hpp"

namespace kernel {

// In between the task may execute its program, and be no kthread any more: a warning.
template <class base> struct kthread_looked_for_twice : exec_frees_the_struct<base> {
	// Its struct was kept then.
	int kernel_execve() override
	{
		in_function here;

		exec_mm_release(current);
		this->clear_kthread_flags();
		return 0;
	}

	bool kthread_is_per_cpu(task_struct *p) override
	{
		in_function here;

		if (!(plain_read(p->flags) & PF_KTHREAD))
			return false;
		WARN_ON(!(plain_read(p->flags, "to_kthread") & PF_KTHREAD), 76,
			{ "the task is no kthread", p }, "to_kthread");
		kthread *k = plain_read(p->worker_private);
		return k && test_bit(KTHREAD_IS_PER_CPU, k->flags);
	}
};

} // namespace kernel
