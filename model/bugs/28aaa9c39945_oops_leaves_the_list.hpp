// SPDX-License-Identifier: GPL-2.0-only
// Before 28aaa9c39945 (2026): only kthread_exit() takes a thread off the list of preferred CPUs.
// It must not know other bugs, so that it can be combined with them.
#pragma once
#include "model/fork.hpp"
#include "model/kthread_6_14.hpp"

namespace kernel {

// One that oopses goes straight to do_exit(). Its struct is freed while it is linked, and whoever
// comes to the list, or leaves it, next to it writes into what lies there then.
template <class base> struct oops_leaves_the_list : base {
	[[noreturn]] void kthread_exit(long result) override
	{
		in_function here;

		base::kthread_do_exit(current, static_cast<int>(result));
		do_exit(0);
	}
	void kthread_do_exit(task_struct *, int) override {}
};

} // namespace kernel
