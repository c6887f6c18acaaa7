// SPDX-License-Identifier: GPL-2.0-only
// The kernel of one execution: its globals, booting it, and what the engine asks of it.
// It must not know scenarios; those hand it faults and tasks.
#pragma once
#include "model/freezer.hpp"
#include "model/kernel.hpp"
#include "model/kthread.hpp"
#include "model/task.hpp"
#include "model/timer.hpp"

namespace kernel {

// What may fail, as a scenario wants it. Lies outside the arena and does not change; what it
// counts lies in the kernel's state.
struct fault_source {
	// Asked at each call of a function that can fail. May take a value choice.
	virtual bool fails(const char *what, int &error) = 0;
	// Nothing more will be done for the end of that task, which may be freed. On a free machine
	// only: in an interrupt, or in the last step of a task that leaves unseen.
	virtual void gone(const task_struct *t) = 0;

protected:
	~fault_source() = default;
};

// What the kernel keeps of a CPU's run queue beside the machine's own: its lock, and a lock-free
// list of tasks that other CPUs have woken and this one has to queue.
struct run_queue_lock {
	raw_spinlock_t lock;
	shared<task_struct *> wake_first;
	task_struct *wake_last;
};

struct kernel_clone_args;
struct stop_machine_state;
struct hotplug_state;
class lock_graph;

struct kernel_state {
	generation *kthreads;
	kthread_api *api; // the same, by what its users call; null before 2004
	fault_source *faults;
	task_struct *first_task, *last_task;
	void *program; // what runs on this kernel: its own root object
	int next_pid;
	int first_pid; // that is not one of the kernel's own threads
	int tasks_live;
	uint32_t requests_left; // see boot_options
	bool tries_spin_locks;	// the same
	bool freezes_tasks;	// the same
	bool sees_scheduling;	// the same; with time everybody does
	bool sees_sections;	// the same
	uint32_t warned_count;
	struct {
		int line;
		const char *function;
	} warned[16];
	stop_machine_state *stoppers; // null: nothing runs that needs them
	hotplug_state *hotplug;	      // null: the CPUs are always the same
	freezer_state freezer;
	timer_base *timers; // by CPU, then by base
	run_queue_lock rq[sim::CPUS_MAX];
	lock_graph
		*lock_orders; // where the order of locks is noted; null: nowhere. Not in the arena
	uint32_t asked_for;   // findings, by kind, that are only looked for where somebody asks
	bool asks_for(sim::finding_kind k) const
	{
		return asked_for >> static_cast<unsigned>(k) & 1;
	}
	// By row of known_races().
	uint64_t races_seen, races_asked_for;
	// The name that the program has for an object of its own; false: it has none.
	bool (*name_in_program)(const void *object, char *out, size_t bytes);

	bool first_warning(int line_6_13, const char *function);

	static const sim::object_type type;
};

// Of locks of workers and timers.
inline lock_use section_use()
{
	return the_kernel().sees_sections ? lock_use::kept : lock_use::section;
}
// Of locks of tasks' states.
inline lock_use state_use()
{
	return the_kernel().sees_scheduling ? lock_use::kept : lock_use::borrowed;
}

inline run_queue_lock &cpu_rq(unsigned cpu)
{
	return the_kernel().rq[cpu];
}

// What a program needs of the kernel beside kthreadd. Most need nothing of it, and have neither
// the threads in their traces nor their states in a search.
struct boot_options {
	bool stoppers = false; // running tasks are sent elsewhere
	bool hotplug = false;  // CPUs come and go; with it, the stoppers too
	bool before_keventd = false; // 2003: the program itself calls init_workqueues()
	// How many threads kthreadd is asked for at most. After the last nobody looks at it any
	// more. UINT32_MAX: nobody knows, or somebody may always look.
	uint32_t most_requests = UINT32_MAX;
	// Somebody only tries to get a spin lock, and can tell until when it is held.
	bool tries_spin_locks = true;
	bool freezes_tasks = true; // or thaws them
	// Somebody sees how far a sleep or a wakeup has come, or where a task was when woken.
	bool sees_scheduling = true;
	// Somebody sees what has been done so far under a lock of a worker or of timers.
	bool sees_sections = true;
};

// Makes the kernel of version `kthreads` (an object in the arena) and its own threads. On the
// engine's stack, once per execution, before any task of the program.
kernel_state &boot(sim::machine &m, generation &kthreads, const boot_options &options);
// A thread that is there from the beginning, asleep, as once a system is up. Woken, it begins at
// the head of its function, which has to be where a sleeper in its loop would come to.
task_struct *make_system_thread(const kernel_clone_args &args, int pid);
// Whether the kernel made it when it booted, and it sleeps until there is something to do.
bool is_system_thread(const task_struct *t);

// What a machine that runs this kernel is given.
const sim::hooks &hooks();

// A user task in a system call: it runs body(argument) and exits. Asleep until `start_jiffies`
// after boot. Its memory is kept for the whole execution.
struct user_task {
	const char *comm;
	void (*body)(void *);
	void *argument;
	int cpu = -1;  // bound to it; -1: anywhere
	int node = -1; // bound to its CPUs
	int policy = 0;
	int prio = sim::PRIO_DEFAULT;
	uint64_t start_jiffies = 0;
	// Nobody can tell when it leaves: on a free machine it does so in one step.
	bool leaves_unseen = false;
};
// `t` must stay where it is for the whole execution.
task_struct *start_user_task(sim::machine &m, const user_task &t);
// The same, asleep until release_user_task() or wake_up_new_task().
task_struct *make_sleeping_task(const user_task &t);
// By a running task or its end: now, or when its start time has come. How a phase begins is nothing
// to look at: on a free machine it is no step.
void release_user_task(task_struct &t, const user_task &description);
// Memory that only the end of another task frees: waits for it, a tick at a time.
void wait_for_exit(const task_struct &t);

} // namespace kernel
