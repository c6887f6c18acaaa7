// SPDX-License-Identifier: GPL-2.0-only
// Stoppers: one thread a CPU, before all others, that runs what must have the CPU for itself.
// It must not know who needs that.
#pragma once
#include "model/completion.hpp"
#include "model/smpboot.hpp"

namespace kernel {

using cpu_stop_fn_t = int (*)(void *arg);

// Who waits for works on several CPUs.
struct cpu_stop_done {
	shared<int> nr_todo;
	int ret;
	completion done;

	static const sim::object_type type;
};

struct cpu_stop_work {
	list_head list; // (the stopper's lock)
	cpu_stop_fn_t fn;
	void *arg;
	cpu_stop_done *done; // null: nobody waits
};

struct cpu_stopper {
	unsigned cpu;
	raw_spinlock_t lock;
	shared<int> enabled;	  // (lock for readers)
	guarded<list_head> works; // lock
	guarded<list_head> moves; // lock; without time only, see stop_one_cpu_nowait()
	cpu_stop_work stop_work;  // of stop_machine_cpuslocked()

	static const sim::object_type type;
};

struct stop_machine_state {
	mutex stop_cpus_mutex;
	smp_hotplug_thread threads;
	cpu_stopper *stopper[sim::CPUS_MAX];

	static const sim::object_type type;
};

// All stoppers, enabled and without their threads. Once, while the kernel boots.
stop_machine_state &init_stop_machine();
void sched_set_stop_task(task_struct *stop);

// Runs fn(arg) on a CPU, in its stopper: with preemption off, and it must not sleep. `work` must
// not be touched before it runs. False: the stopper is parked, and nothing will run.
// On a machine without time, where nobody sees who has a CPU, no thread is woken: it is done in
// an interrupt between two tasks, which is where the stopper would come.
bool stop_one_cpu_nowait(unsigned cpu, cpu_stop_fn_t fn, void *arg, cpu_stop_work &work);
void cpu_stop_run_moves(unsigned cpu);

// Runs fn(arg) on `cpu` while no CPU does anything else, interrupts off; what it returned. The
// caller keeps CPUs from coming and going.
int stop_machine_cpuslocked(cpu_stop_fn_t fn, void *arg, unsigned cpu);

// By the stopper of this CPU itself: it parks as soon as it has nothing left to run.
void stop_machine_park(unsigned cpu);
void stop_machine_unpark(unsigned cpu);

} // namespace kernel
