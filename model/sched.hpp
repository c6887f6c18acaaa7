// SPDX-License-Identifier: GPL-2.0-only
// Task states, waking, sleeping and where tasks may run, at the steps of the kernel's scheduler.
// It must not know kthreads. Which task runs next is the machine's business.
#pragma once
#include <sched.h>
#include "model/task.hpp"

namespace kernel {

void set_current_state(unsigned state, const char *function = __builtin_FUNCTION());
void __set_current_state(unsigned state, const char *function = __builtin_FUNCTION());
// PARKED, STOPPED, TRACED, DEAD: under pi_lock, so that no waker is between its look at the
// state and its store.
void set_special_state(unsigned state, const char *function = __builtin_FUNCTION());

void schedule();
// On a free machine, in one step with what was done before: for one whom nobody wakes again, nor
// looks at.
void sleep_unseen();
void schedule_preempt_disabled();
int cond_resched(); // 1: somebody else ran
// Sleeps in the state set before, for so long unless it is woken. Whether the time has passed.
bool schedule_hrtimeout(uint64_t ns);
// Uninterruptibly, to the end of the range: no other timer comes early here.
void usleep_range(uint64_t min_us, uint64_t max_us);

// 1: it was woken (or was about to sleep and now will not). 0: its state did not match.
int try_to_wake_up(task_struct *p, unsigned state);
inline int wake_up_process(task_struct *p)
{
	return try_to_wake_up(p, TASK_NORMAL);
}
inline int wake_up_state(task_struct *p, unsigned state)
{
	return try_to_wake_up(p, state);
}
void wake_up_new_task(task_struct *p);

// As khungtaskd has it: asleep for two minutes in a state that nothing but its event ends.
bool is_hung(const task_struct &p, uint64_t now_ns);

// Waits until `p` is off its CPU and not queued. 0: its state was not (any more) `match_state`.
unsigned long wait_task_inactive(task_struct *p, unsigned match_state);

// Calls func(p) while `p` can neither wake up nor begin or end to run.
bool task_call_func(task_struct *p, bool (*func)(task_struct *));

void set_task_cpu(task_struct *p, unsigned cpu); // traces the move

// The rest of a switch, seen from the kernel: traces it.
void context_switched(sim::cpu &c, sim::context *prev, sim::context *next);
// The handler of the interrupt by which another CPU hands over wakeups.
void sched_ttwu_pending(sim::cpu &c);

// The lock of the queue that p is on, or was on last (pi_lock).
raw_spinlock_t &__task_rq_lock(task_struct *p, const char *function = "__task_rq_lock");

// Whether p may run there: in its mask, and the CPU is there for one like it.
bool is_cpu_allowed(task_struct *p, unsigned cpu);
// Where p goes when it is woken (pi_lock). If its mask leaves it no CPU, the mask is given up.
unsigned select_task_rq(task_struct *p, bool is_new = false);
unsigned select_fallback_rq(unsigned cpu, task_struct *p);
// Takes a queued task to another CPU, if it may go there (pi_lock, the lock of its queue, which
// is let go). On its own CPU: there nobody can pick it meanwhile.
void __migrate_task(task_struct *p, unsigned dest_cpu, raw_spinlock_t &rq_lock);
// 0, or -EINVAL: no CPU of the mask is there. May sleep until p has left where it may not stay.
// With `check` -EINVAL as well for one that was bound.
int set_cpus_allowed_ptr(task_struct *p, cpumask mask, bool check = false);
void do_set_cpus_allowed(task_struct *p, cpumask mask); // pi_lock held, p inactive

// A CPU on its way up and down; errors as cpuhp callbacks give them.
int sched_cpu_activate(unsigned cpu);
int sched_cpu_deactivate(unsigned cpu);
int sched_cpu_wait_empty(unsigned cpu);
int sched_cpu_dying(unsigned cpu);
// Queues p, which counts as runnable, on a CPU (the lock of its queue).
void activate_task(task_struct *p, unsigned cpu);
// On a machine without time nobody sees a CPU switch. Whoever comes there or leaves calls this in
// the same step, and what the switch would have done is done as soon as tasks there can be moved.
void queue_changed(unsigned cpu);
unsigned nr_running(unsigned cpu); // tasks that are queued there, or run
// At the end of a switch on a CPU that is about to go: sends `p` away, or, if nobody has the CPU,
// tells who waits for that.
void balance_push(unsigned cpu, task_struct *p);
void balance_push_idle(unsigned cpu);
void balance_push_all(unsigned cpu);

constexpr int SCHED_NORMAL = 0; // SCHED_FIFO comes from <sched.h>, with the same number
void sched_setscheduler_nocheck(task_struct *p, int policy, int rt_priority);

unsigned task_cpu(const task_struct *p);
int cpu_to_node(unsigned cpu);
// Where memory asked for on a node comes from: there, or the nearest node that has any; for
// NUMA_NO_NODE, as seen from this CPU.
int memory_node(int node);
cpumask cpumask_of_node(int node);
cpumask cpu_possible_mask();
unsigned smp_processor_id();
unsigned long jiffies();

} // namespace kernel
