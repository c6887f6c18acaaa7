// SPDX-License-Identifier: GPL-2.0-only
// Work queues as Linux 2.6.0 has them: a thread for every CPU, which executes one work after the
// other. It must not know kthreads: its threads are older than those.
#pragma once
#include "model/completion.hpp"

namespace kernel {

struct work_struct {
	list_head entry;	       // first (lock of the queue)
	shared<unsigned long> pending; // bit 0: queued, or about to be
	void (*func)(void *data);
	void *data;

	static const sim::object_type type;
};

// At its declaration, before anybody else can know it.
void INIT_WORK(work_struct &work, void (*func)(void *data), void *data);

struct cpu_workqueue_struct {
	spinlock_t lock;
	guarded<list_head> worklist; // lock; to be executed, in this order
	// lock; works queued and executed so far
	guarded<unsigned long> insert_sequence, remove_sequence;
	wait_queue_head more_work; // where its thread waits
	wait_queue_head work_done; // where those wait who flush
	task_struct *thread;
	char name[24]; // its thread's

	static const sim::object_type type;
};

struct workqueue_struct {
	cpu_workqueue_struct *cpu_wq[sim::CPUS_MAX];

	static const sim::object_type type;
};

// 1, or 0 if it was pending. It goes to the thread of this CPU.
int queue_work(workqueue_struct &wq, work_struct &work);
// Waits for all that is queued now, one CPU after the other.
void flush_workqueue(workqueue_struct &wq);
// Null if a thread cannot be had. Its threads are named `name`/N.
workqueue_struct *create_workqueue(const char *name);
// The same, on the engine's stack, with the pids from `first_pid` on: its threads are asleep.
workqueue_struct &boot_workqueue(const char *name, int first_pid);
bool is_thread_of(const workqueue_struct &wq, const task_struct *p);

} // namespace kernel
