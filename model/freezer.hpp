// SPDX-License-Identifier: GPL-2.0-only
// The freezer: tasks that stand still while the system sleeps, as since 6.1.
// It must not know workers. Whether a kthread was asked to stop is all it knows of kthreads.
#pragma once
#include "model/task.hpp"

namespace kernel {

struct freezer_state {
	spinlock_t lock;	       // the kernel's freezer_lock
	shared<int> active;	       // its static key: who wants anything frozen
	plain<bool> pm_freezing;       // user tasks shall freeze
	plain<bool> pm_nosig_freezing; // and kthreads that may
};

// Whether the task is asked to freeze. Kthreads with PF_NOFREEZE never are.
bool freezing(task_struct *p, const char *function = __builtin_FUNCTION());
bool frozen(task_struct *p, const char *function = __builtin_FUNCTION());

// Freezes a task that sleeps freezable, tells any other to do it itself. True: it was told,
// and is not frozen yet.
bool freeze_task(task_struct *p);
// Ends it: the task goes on with the sleep it was frozen in, or leaves the refrigerator.
void __thaw_task(task_struct *p);

// Asleep until the freezer lets go, or, if asked to look, kthread_stop() was called before it
// slept. Whether it slept.
bool __refrigerator(bool check_kthr_stop);
bool try_to_freeze(); // may sleep; whether it did
// From now on the thread can be frozen. May freeze at once; whether it did.
bool set_freezable();

} // namespace kernel
