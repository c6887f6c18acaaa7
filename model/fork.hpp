// SPDX-License-Identifier: GPL-2.0-only
// Making tasks and ending them.
// It must not know kthreads, but for the hook that copy_process() calls.
#pragma once
#include "model/task.hpp"

namespace kernel {

struct kernel_clone_args {
	int (*fn)(void *);
	void *fn_arg;
	const char *name; // null: the parent's
	bool kthread;
	int node; // of its memory
};

// The pid, or -errno. The new task runs fn(fn_arg) and then exits.
int kernel_clone(const kernel_clone_args &args);

// A task that nobody can see yet: state NEW, one reference for its two RCU users.
task_struct *dup_task_struct(const kernel_clone_args &args, sim::fiber_entry entry);
void set_task_comm(task_struct *t, const char *name);

[[noreturn]] void do_exit(int code);

} // namespace kernel
