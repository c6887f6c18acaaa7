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
	int node;	  // of its memory
	cpumask cpus = 0; // where it may run; 0: where its parent may
};

// The pid, or -errno. The new task runs fn(fn_arg) and then exits.
int kernel_clone(const kernel_clone_args &args);

// A task that nobody can see yet: state NEW, one reference for its two RCU users.
task_struct *dup_task_struct(const kernel_clone_args &args, sim::fiber_entry entry);
void set_task_comm(task_struct *t, const char *name);
void link_task(task_struct *t); // into the list of all tasks, until it is dead
// Visits all tasks, oldest first, and keeps the one visited from being freed. Tasks may come and
// go meanwhile, though the kernel's tasklist_lock would hold them up: who dies early is left out.
void note_walk(); // that the present operation looks for somebody there
task_struct *first_process_thread();
task_struct *find_task_by_pid(int pid); // null: it is gone
task_struct *next_process_thread(task_struct *p);
template <class F> void for_each_process_thread(F visit)
{
	for (task_struct *p = first_process_thread(); p; p = next_process_thread(p))
		visit(p);
}
// What a new task begins with: runs its function, then exits. `argument` is the task.
void ret_from_fork(void *argument);

// Whoever waits for the end of this task, or until it has no memory in common with its parent.
void exec_mm_release(task_struct *t);
[[noreturn]] void do_exit(int code);
// The same on a free machine, of a user task that the program holds and nobody else looks at: with
// the step before, and gone at once.
[[noreturn]] void exit_unseen(int code);
// The end of a task that did what the kernel cannot let it go on from; `signr`: as what signal.
[[noreturn]] void make_task_dead(int signr);

} // namespace kernel
