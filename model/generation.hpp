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

	// The same, asked by the scheduler where it cannot be interrupted.
	virtual bool is_per_cpu_kthread(const task_struct *) { return false; }
	// A new task is a copy of its parent, but for this.
	virtual void dup_kthread_struct(task_struct *, const task_struct * /* parent */) {}
	// First in do_exit() of any task, however it comes there.
	virtual void kthread_do_exit(task_struct *, int) {}
	// What the next task on its CPU does for one that went to sleep, and here that one itself:
	// with the lock of its queue, and not queued any more.
	virtual void finish_task_switch(task_struct *, unsigned /* prev_state */) {}
	// Whether that is something.
	virtual bool acts_at_switches() const { return false; }
	// Whether its workers' users look at several things, one after the other, that change while
	// worker->lock is held, without taking it.
	virtual bool looks_into_sections() const { return false; }
	// Whether the object is kept for a task, and is freed with it.
	virtual bool keeps(const task_struct *, const void * /* object */) { return false; }
	// Of what lies in this object; null: it has no name.
	virtual const char *name_of_global(const void *) const { return nullptr; }
	// Whether its functions are those that source_lines() knows.
	virtual bool has_source_lines() const { return false; }
	// How long msleep() sleeps.
	virtual unsigned msleep_jiffies(unsigned msecs);
	// Whether add_timer() of one that is pending is a BUG, as before 6.2; else a warning.
	virtual bool bugs_on_pending_timer() const { return false; }

	// What its users call: one of these, the others are null.
	virtual kthread_api *since_2004() { return nullptr; }
	virtual kthread_2003 *before_2004() { return nullptr; }
};

// Whether it is that object, or lies in it.
template <class T> bool lies_in(const T &object, const void *p)
{
	const auto offset = static_cast<size_t>(static_cast<const char *>(p) -
						reinterpret_cast<const char *>(&object));

	return offset < sizeof(T);
}

} // namespace kernel
