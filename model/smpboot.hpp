// SPDX-License-Identifier: GPL-2.0-only
// One thread a CPU that is parked while its CPU is away: the descriptor, and what a thread knows.
// It must not know how CPUs come and go. The functions are kthread_api's: bugs override them.
#pragma once
#include "model/task.hpp"

namespace kernel {

// Beside the CPU a callback is given its own descriptor; whoever declares it may hang more on it.
struct smp_hotplug_thread {
	list_head list;		      // (smpboot_threads_lock)
	shared<task_struct *> *store; // of each CPU; null: not created
	const char *thread_comm;      // with a %u for the CPU

	// In the thread, on its CPU; the first with preemption off.
	bool (*thread_should_run)(smp_hotplug_thread &ht, unsigned cpu);
	void (*thread_fn)(smp_hotplug_thread &ht, unsigned cpu);
	// Optional, all but the first in the thread. create: by who creates it, once it is parked.
	// cleanup: before it ends, perhaps on another CPU. unpark only follows a park.
	void (*create)(smp_hotplug_thread &ht, unsigned cpu);
	void (*setup)(smp_hotplug_thread &ht, unsigned cpu);
	void (*cleanup)(smp_hotplug_thread &ht, unsigned cpu, bool online);
	void (*park)(smp_hotplug_thread &ht, unsigned cpu);
	void (*unpark)(smp_hotplug_thread &ht, unsigned cpu);

	bool selfparking; // parked and unparked by its owner, not with its CPU

	static const sim::object_type type;
};

enum smpboot_status : unsigned { HP_THREAD_NONE, HP_THREAD_ACTIVE, HP_THREAD_PARKED };

// The thread's own: nobody else looks at it once it runs.
struct smpboot_thread_data {
	unsigned cpu;
	unsigned status;
	smp_hotplug_thread *ht;

	static const sim::object_type type;
};

// An empty store, of one word a CPU.
shared<task_struct *> *alloc_percpu_store();

} // namespace kernel
