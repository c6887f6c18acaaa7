// SPDX-License-Identifier: GPL-2.0-only
// Before 343f4c49f243 (2022): threads that will execute a program are kthreads until they do.
// It must not know other bugs, so that it can be combined with them.
#pragma once
#include "model/fork.hpp"
#include "model/kthread.hpp"

namespace kernel {

// The scheduler asks any task whether it is a per-CPU kthread, and does so without a lock: between
// its look at the pointer and at the flags, the task may execute its program and free the struct.
template <class base> struct exec_frees_the_struct : base {
	int user_mode_thread(threadfn_t fn, void *arg) override
	{
		return this->kernel_thread(fn, arg);
	}

	int kernel_execve() override
	{
		in_function here;

		exec_mm_release(current);
		this->free_kthread_struct(current);
		clear_kthread_flags();
		return 0;
	}

	bool kthread_is_per_cpu(task_struct *p) override
	{
		in_function here;
		const unsigned flags = plain_read(p->flags);
		kthread *k = flags & PF_KTHREAD ? plain_read(p->worker_private) : nullptr;

		return k && test_bit(KTHREAD_IS_PER_CPU, k->flags);
	}

protected:
	static void clear_kthread_flags()
	{
		current->flags.update(
			[](unsigned &f) { f &= ~(PF_KTHREAD | PF_NOFREEZE | PF_NO_SETAFFINITY); },
			{ "begin_new_exec", "clear PF_KTHREAD in" });
	}
};

} // namespace kernel
