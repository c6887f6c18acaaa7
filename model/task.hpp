// SPDX-License-Identifier: GPL-2.0-only
// A task, as far as kthreads need one, and the state and flag bits that go with it.
// It must not know what kthreads do with it.
#pragma once
#include "model/kernel.hpp"

namespace kernel {

enum task_state : unsigned {
	TASK_RUNNING = 0x0,
	TASK_INTERRUPTIBLE = 0x1,
	TASK_UNINTERRUPTIBLE = 0x2,
	__TASK_STOPPED = 0x4,
	__TASK_TRACED = 0x8,
	EXIT_DEAD = 0x10,
	EXIT_ZOMBIE = 0x20,
	TASK_PARKED = 0x40,
	TASK_DEAD = 0x80,
	TASK_WAKEKILL = 0x100,
	TASK_WAKING = 0x200,
	TASK_NOLOAD = 0x400,
	TASK_NEW = 0x800,
	TASK_RTLOCK_WAIT = 0x1000,
	TASK_FREEZABLE = 0x2000,
	TASK_FROZEN = 0x8000,
	TASK_NORMAL = TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE,
	TASK_KILLABLE = TASK_WAKEKILL | TASK_UNINTERRUPTIBLE,
	TASK_IDLE = TASK_UNINTERRUPTIBLE | TASK_NOLOAD,
};

enum task_flags : unsigned {
	PF_EXITING = 0x4,
	PF_USER_WORKER = 0x4000,
	PF_NOFREEZE = 0x8000,
	PF_FROZEN = 0x10000, // before 6.1
	PF_KTHREAD = 0x200000,
	PF_NO_SETAFFINITY = 0x04000000,
	PF_SUSPEND_TASK = 0x80000000,
};

enum thread_info_flags : unsigned { TIF_NOTIFY_SIGNAL = 0, TIF_SIGPENDING = 1 };

constexpr int NUMA_NO_NODE = -1;

using cpumask = sim::cpu_mask;

struct completion;
struct kthread;
struct mm_struct;
struct cgroup_subsys_state;

// Runs something once, at a time, on the CPU that asked: alarms of the model.
struct timed_call {
	sim::alarm alarm;
	void (*function)(timed_call &);

	static const sim::object_type type;
};

enum class wait_kind : unsigned { nothing, completion, mutex, semaphore, wait_queue };

// What every sleep and wakeup touches comes first.
struct task_struct {
	sim::context *context;
	// Wakers look for some of its bits: mostly for those of TASK_NORMAL.
	split_word<TASK_NORMAL> __state;
	shared<unsigned> saved_state;
	shared<int> on_rq;
	raw_spinlock_t pi_lock;
	shared<unsigned long> thread_flags; // bits TIF_*
	unsigned long nvcsw;
	const void *thread_sp; // near where its stack is while it sleeps: only to fetch it early
	unsigned char sleeping_as; // state character of its last switch, for the trace
	plain<unsigned> flags;	   // PF_*
	shared<int> usage;	   // references
	shared<int> rcu_users;	   // release_task() and the last switch
	spinlock_t alloc_lock;
	guarded<completion *> vfork_done; // alloc_lock
	plain<kthread *> worker_private;
	spinlock_t siglock;
	guarded<uint64_t> pending; // siglock; bit n - 1: signal n
	guarded<uint64_t> ignored; // siglock
	guarded<uint64_t> blocked; // siglock; those wait, and wake nobody
	shared<cpumask> cpus_mask; // pi_lock for writers
	int pid;
	int prio;
	shared<int> policy;
	int pref_node_fork;
	int node;	// where its memory lies
	int stack_node; // and its stack
	int exit_code;
	char comm[16];
	wait_kind waits_for_kind; // for messages only, as what follows it
	task_struct *wake_next; // on a CPU's list of remote wakeups
	plain<mm_struct *> mm;
	timed_call rcu;
	int (*function)(void *); // what a clone starts with
	void *argument;
	const void *waits_for; // an object of that kind
	bool slept_a_tick; // in wait_task_inactive(): for outcomes only
	void *scope;				// of the program that runs in it; not the kernel's
	task_struct *next_task, *previous_task; // all tasks, oldest first

	static const sim::object_type type;
};

inline cpumask cpumask_of(unsigned cpu)
{
	return cpumask{ 1 } << cpu;
}

inline machine_flag on_cpu(const task_struct *p)
{
	return machine_flag(p->context->on_cpu);
}

// For messages: what the running task is about to sleep for.
void note_waiting(wait_kind kind, const void *object);
inline void note_waited()
{
	note_waiting(wait_kind::nothing, nullptr);
}
// Null: it waits for something else, or for nothing.
inline const completion *completion_waited_for(const task_struct &t)
{
	return t.waits_for_kind == wait_kind::completion
		       ? static_cast<const completion *>(t.waits_for)
		       : nullptr;
}

task_struct *get_task_struct(task_struct *t, const char *function = __builtin_FUNCTION());
void put_task_struct(task_struct *t, const char *function = __builtin_FUNCTION());

// The kernel's letter for a state, as `ps` and sched_switch print it.
char task_state_to_char(unsigned state);

} // namespace kernel
