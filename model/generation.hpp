// SPDX-License-Identifier: GPL-2.0-only
// What every generation of kthreads answers to the rest of the kernel: to boot, fork, exit and the
// scheduler. It must not know what any of them offers to its users.
#pragma once
#include "model/task.hpp"

namespace kernel {

struct boot_options;
class kthread_2003;
class kthread_api;

// Its data members are the kernel's globals: a new object is a kernel that has just booted.
class generation {
public:
	// Makes the threads that are there before any task, on the engine's stack.
	virtual void boot(sim::machine &m, const boot_options &options) = 0;

	// What is kept of a thread that was just cloned; false: there is no memory for it.
	virtual bool set_kthread_struct(task_struct *) { return true; }
	virtual void free_kthread_struct(task_struct *) {}
	// Whether it may stay on a CPU that is about to go.
	virtual bool kthread_is_per_cpu(task_struct *) { return false; }

	// What its users call: one of these, the others are null.
	virtual kthread_api *since_2004() { return nullptr; }
	virtual kthread_2003 *before_2004() { return nullptr; }
};

} // namespace kernel
