// SPDX-License-Identifier: GPL-2.0-only
// Which CPUs are there, and how one goes and comes back: the steps that kthreads notice.
// It must not know smpboot's users, JSON or scenarios.
#pragma once
#include "model/percpu_rwsem.hpp"
#include "model/smpboot.hpp"
#include "model/stop_machine.hpp"

namespace kernel {

// The numbers of 6.12, as its trace shows them. Up to BRINGUP_CPU by who asked, up to AP_ONLINE on
// the CPU itself with interrupts off, TEARDOWN_CPU again by who asked, the rest by cpuhp/N.
enum cpuhp_state : int {
	CPUHP_OFFLINE = 0,
	CPUHP_CREATE_THREADS = 1,
	CPUHP_TIMERS_PREPARE = 61,
	CPUHP_BP_PREPARE_DYN = 64,
	CPUHP_BP_KICK_AP = 85,
	CPUHP_BRINGUP_CPU = 86,
	CPUHP_AP_IDLE_DEAD = 87,
	CPUHP_AP_OFFLINE = 88,
	CPUHP_AP_SCHED_STARTING = 90,
	CPUHP_AP_SMPCFD_DYING = 140,
	CPUHP_AP_HRTIMERS_DYING = 141,
	CPUHP_AP_ONLINE = 145,
	CPUHP_TEARDOWN_CPU = 146,
	CPUHP_AP_ONLINE_IDLE = 147,
	CPUHP_AP_SCHED_WAIT_EMPTY = 150,
	CPUHP_AP_SMPBOOT_THREADS = 151,
	CPUHP_AP_KTHREADS_ONLINE = 192, // since 6.14
	CPUHP_AP_ONLINE_DYN = 193,
	CPUHP_AP_ACTIVE = 236,
	CPUHP_ONLINE = 237,
};

constexpr int CPUHP_DYN_STEPS = 8; // of each kind; the kernel has 20 and 40

struct cpuhp_callback {
	// 0, or an errno that makes the whole operation go back.
	int (*function)(unsigned cpu, void *user);
	const char *symbol; // for the trace
	void *user;
};

struct cpuhp_step {
	int state;
	cpuhp_callback startup, teardown; // a null function: nothing to do
};

// Where starting and dying CPUs meet those who wait for them.
enum cpuhp_sync_state : int {
	SYNC_STATE_DEAD,
	SYNC_STATE_KICKED,
	SYNC_STATE_ALIVE,
	SYNC_STATE_SHOULD_ONLINE,
};

// Something to be called on another CPU, in an interrupt.
struct call_single_data {
	call_single_data *next;
	void (*func)(void *info);
	void *info;
};

// A CPU's place among the states, and what it has beside. The first five are handed to and fro
// between who asked and cpuhp/N, with should_run there and a completion back.
struct cpuhp_cpu_state {
	int state, target, result;
	bool bringup, rollback;
	unsigned cpu;
	shared<int> should_run;
	shared<int> sync; // cpuhp_sync_state
	completion done_up, done_down;
	shared<call_single_data *> call_queue;
	call_single_data idle_dead;
	// The scheduler's: it pushes away who does not belong here (rq lock), who waits for the
	// last of them to be gone, and the work of the push that is under way.
	shared<int> balance_push;
	shared<task_struct *> hotplug_wait;
	cpu_stop_work push_work;

	static const sim::object_type type;
};

// Only in a kernel whose CPUs come and go.
struct hotplug_state {
	shared<cpumask> cpu_online, cpu_active, cpu_dying;
	mutex cpu_add_remove_lock;
	mutex cpuhp_state_mutex; // for `steps`
	mutex device_hotplug_lock;
	percpu_rw_semaphore cpu_hotplug_lock;
	smp_hotplug_thread threads; // cpuhp/N
	cpuhp_cpu_state *cpu[sim::CPUS_MAX];
	cpuhp_step steps[2 * CPUHP_DYN_STEPS]; // added while it runs; state 0: free

	static const sim::object_type type;
};

// All CPUs there, without the threads. Once, while the kernel boots.
hotplug_state &init_hotplug();

// ---- which CPUs ----

// A step each, but in a kernel whose CPUs never change: there they are constants.
cpumask cpu_online_mask(const char *function = __builtin_FUNCTION());
cpumask cpu_active_mask(const char *function = __builtin_FUNCTION()); // user tasks may run there
bool cpu_online(unsigned cpu, const char *function = __builtin_FUNCTION());
bool cpu_active(unsigned cpu, const char *function = __builtin_FUNCTION());
bool cpu_dying(unsigned cpu, const char *function = __builtin_FUNCTION()); // on its way down
unsigned num_online_cpus(const char *function = __builtin_FUNCTION());

// Whoever holds it for reading keeps all CPUs where they are.
void cpus_read_lock();
void cpus_read_unlock();

// ---- coming and going ----

// 0; -EBUSY: the last one; -EINVAL; or what a callback returned. 0 also where it is so already.
int cpu_down(unsigned cpu);
int cpu_up(unsigned cpu);
// The same through the device: 1 where it is so already, -EPERM for CPU 0, as on x86.
int remove_cpu(unsigned cpu);
int add_cpu(unsigned cpu);

// A callback of its own in one of the two dynamic ranges (CPUHP_BP_PREPARE_DYN,
// CPUHP_AP_ONLINE_DYN), not called for CPUs that are there. Its state; -EINVAL, -ENOSPC.
int cpuhp_setup_state_nocalls(int state, const cpuhp_callback &startup,
			      const cpuhp_callback &teardown);
void cpuhp_remove_state_nocalls(int state);

// ---- for the engine's hooks ----

// A CPU has gone to `next` (null: its idle task), between two steps.
void cpu_switched(sim::cpu &c, const sim::context *next);
// IRQ_SWITCH: on a CPU where cpu_switched() asked for it, and on one just switched on.
void finish_cpu_switch(sim::cpu &c);
void flush_smp_call_function_queue(unsigned cpu);

} // namespace kernel
