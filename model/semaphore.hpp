// SPDX-License-Identifier: GPL-2.0-only
// The counting semaphore of Linux 2.6.0 (i386), which kernels had before they had mutexes.
// It must not know kthreads.
#pragma once
#include "model/completion.hpp"

namespace kernel {

struct semaphore {
	shared<int> count;     // how many may still enter; -1: none, and somebody waits
	guarded<int> sleepers; // wait.lock; 1: the -1 of a waiter is in the count
	wait_queue_head wait;
	const task_struct *holder; // who came in last, null once somebody left. For messages only

	static const sim::object_type type;
};

void sema_init(semaphore &sem, int count);
// Uninterruptibly.
void down(semaphore &sem);
// By anybody.
void up(semaphore &sem);

} // namespace kernel
