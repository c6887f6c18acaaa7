// SPDX-License-Identifier: GPL-2.0-only
// Since 28aaa9c39945 (2026): do_exit() itself tells the struct of a kthread that it ends.
// It must not know other fixes, so that it can be combined with them.
#pragma once
#include "model/fork.hpp"
#include "model/kthread_6_14.hpp"

namespace kernel {

// So does one that oopses, and never comes to kthread_exit().
template <class base> struct do_exit_tells_the_struct : base {
	[[noreturn]] void kthread_exit(long result) override
	{
		in_function here;

		do_exit(static_cast<int>(result));
	}

	void kthread_do_exit(task_struct *t, int result) override
	{
		kthread *k = this->__to_kthread(t);

		if (!k)
			return;
		in_function here;
		plain_write(k->result, result);
		this->leave_affinity_list(*reinterpret_cast<affine_kthread *>(k),
					  "kthread_do_exit");
	}
};

} // namespace kernel
