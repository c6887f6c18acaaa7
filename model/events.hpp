// SPDX-License-Identifier: GPL-2.0-only
// The kernel's trace events that the model emits: one descriptor and one emitter each.
// It must not know any output format.
#pragma once
#include "sim/trace.hpp"

namespace sim {
struct cpu;
struct wheel_timer;
} // namespace sim

namespace kernel {

struct kthread_work;
struct kthread_work_function;
struct kthread_worker;
struct task_struct;
struct timer_list;

extern const sim::event_type sched_kthread_stop;
extern const sim::event_type sched_kthread_stop_ret;
extern const sim::event_type sched_kthread_work_queue_work;
extern const sim::event_type sched_kthread_work_execute_start;
extern const sim::event_type sched_kthread_work_execute_end;
extern const sim::event_type sched_switch;
extern const sim::event_type sched_waking;
extern const sim::event_type sched_wakeup;
extern const sim::event_type sched_wakeup_new;
extern const sim::event_type sched_migrate_task;
extern const sim::event_type sched_process_fork;
extern const sim::event_type sched_process_exit;
extern const sim::event_type kmem_cache_alloc;
extern const sim::event_type timer_init;
extern const sim::event_type timer_start;
extern const sim::event_type timer_cancel;
extern const sim::event_type timer_expire_entry;
extern const sim::event_type timer_expire_exit;
extern const sim::event_type cpuhp_enter;
extern const sim::event_type cpuhp_exit;
extern const sim::event_type print_marker;

// All of the above, for those who look events up by name.
std::span<const sim::event_type *const> event_table();

void trace_sched_kthread_stop(const task_struct *t);
void trace_sched_kthread_stop_ret(int ret);
void trace_sched_kthread_work_queue_work(const kthread_worker *worker, const kthread_work *work);
// Of `work` only the address is used: it may be gone when it ends.
void trace_sched_kthread_work_execute_start(const kthread_work *work,
					    const kthread_work_function *func);
void trace_sched_kthread_work_execute_end(const kthread_work *work,
					  const kthread_work_function *func);
void trace_sched_switch(sim::cpu &c, const task_struct *prev, const task_struct *next);
void trace_wakeup(const sim::event_type &which, const task_struct *p, unsigned target_cpu);
void trace_sched_migrate_task(const task_struct *p, unsigned dest_cpu);
void trace_sched_process_fork(const task_struct *parent, const task_struct *child);
void trace_sched_process_exit(const task_struct *p);
// Of a cache by node; `node` as it was asked for. Only machines of several nodes trace them.
void trace_kmem_cache_alloc(const char *call_site, const void *object, size_t bytes, int node);
void trace_timer(const sim::event_type &which, const timer_list &t);
void trace_timer_start(const timer_list &t, unsigned long now, unsigned cpu);
void trace_timer_expire_entry(const timer_list &t, unsigned long now, unsigned long baseclk);
// `function`: what is called for the state.
void trace_cpuhp_enter(unsigned cpu, int target, int state, const char *function);
void trace_cpuhp_exit(unsigned cpu, int reached, int state, int ret);
void trace_marker(const char *text);

} // namespace kernel
