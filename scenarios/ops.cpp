// SPDX-License-Identifier: GPL-2.0-only
// THE table of operations: one row makes a function callable from JSON, known to schema and help.
// Must not know JSON or how an operation is carried out.
#include "scenarios/ops.hpp"

#include "scenarios/kernels.hpp"

namespace scenario {

namespace {

using t = value_type;

/* The kernel's own parameter names, which differ between functions (k, p, t, task). */
constexpr parameter p_threadfn{"threadfn", t::function, true, nullptr,
	"the function the thread runs"};
constexpr parameter p_data{"data", t::any, false, "0", "what kthread_data() gives, a value"};
constexpr parameter p_name{"name", t::format, true, nullptr, "the namefmt of the thread"};
constexpr parameter p_args{"args", t::arguments, false, nullptr,
	"values for the % directives of name"};
constexpr parameter p_node_req{"node", t::node, true, nullptr,
	"memory node of stack and task_struct; -1 is NUMA_NO_NODE"};
constexpr parameter p_cpu{"cpu", t::cpu, true, nullptr, "a CPU number"};
constexpr parameter p_p{"p", t::task, true, nullptr, "the task"};
constexpr parameter p_mask{"mask", t::cpu_mask, true, nullptr, "CPU numbers"};
constexpr parameter p_k{"k", t::task, true, nullptr, "the kthread"};
constexpr parameter p_cpu_or_none{"cpu", t::cpu_or_none, true, nullptr,
	"a CPU number; -1 forgets it"};
constexpr parameter p_result{"result", t::integer, false, "0", "what kthread_stop() will return"};
constexpr parameter p_comp{"comp", t::completion, true, nullptr, "completed first, or null"};
constexpr parameter p_code{"code", t::integer, false, "0", "what kthread_stop() will return"};
constexpr parameter p_task_opt{"task", t::task, false, "\"current\"", "the kthread"};
constexpr parameter p_tsk{"tsk", t::task, true, nullptr, "the task"};
constexpr parameter p_mm{"mm", t::mm, true, nullptr, "a variable {\"mm\": true}"};
constexpr parameter p_css{"css", t::css, true, nullptr, "a variable {\"css\": true}, or null"};
constexpr parameter p_worker{"worker", t::worker, true, nullptr,
	"a worker: a register, or a variable {\"worker\": true}"};
constexpr parameter p_worker_ptr{"worker_ptr", t::worker, true, nullptr, "the worker it serves"};
constexpr parameter p_worker_flags{"flags", t::worker_flags, false, "0", "0 or KTW_FREEZABLE"};
constexpr parameter p_worker_name{"name", t::format, true, nullptr, "the namefmt of its thread"};
constexpr parameter p_worker_cpu{"cpu", t::cpu_or_none, true, nullptr,
	"a CPU number; -1 does not bind it"};
constexpr parameter p_work{"work", t::work, true, nullptr,
	"one of works, memory made a work, or \"work\": the one that is executed"};
constexpr parameter p_dwork{"dwork", t::delayed_work, true, nullptr,
	"one of works that is delayed, or memory made one"};
constexpr parameter p_fn{"fn", t::work_function, true, nullptr,
	"one of works, for what it does"};
constexpr parameter p_delay{"delay", t::delay, true, nullptr, "jiffies, or a time like \"5ms\""};
constexpr parameter p_state{"state", t::state, true, nullptr, "TASK_.. names joined by |"};
constexpr parameter p_timeout{"timeout", t::delay, true, nullptr,
	"jiffies, a time like \"5ms\", or \"MAX_SCHEDULE_TIMEOUT\""};
constexpr parameter p_msecs{"msecs", t::msecs, true, nullptr, "milliseconds"};
constexpr parameter p_match_state{"match_state", t::state, false, "0",
	"state the task must be in; 0 is any"};
constexpr parameter p_new_mask{"new_mask", t::cpu_mask, true, nullptr, "CPU numbers"};
constexpr parameter p_policy{"policy", t::policy, true, nullptr, "SCHED_NORMAL or SCHED_FIFO"};
constexpr parameter p_priority{"priority", t::priority, false, "0", "1..99 for SCHED_FIFO, else 0"};
constexpr parameter p_t{"t", t::task, true, nullptr, "the task"};
constexpr parameter p_x{"x", t::completion, true, nullptr, "a variable {\"completion\": true}"};
constexpr parameter p_mutex{"lock", t::mutex, true, nullptr, "a variable {\"mutex\": true}"};
constexpr parameter p_spin{"lock", t::spinlock, true, nullptr, "a variable {\"spinlock\": true}"};
constexpr parameter p_irqflags{"flags", t::integer, true, nullptr, "what the irqsave call gave"};
constexpr parameter p_raw{"lock", t::raw_spinlock, true, nullptr,
	"a variable {\"raw_spinlock\": true}"};
constexpr parameter p_wq{"wq_head", t::waitqueue, true, nullptr,
	"a variable {\"waitqueue\": true}"};
constexpr parameter p_condition{"condition", t::condition, true, nullptr, "what is waited for"};
constexpr parameter p_sig{"sig", t::signal, true, nullptr, "signal name or number"};
constexpr parameter p_priv{"priv", t::integer, false, "0", "1: sent by the kernel itself"};
constexpr parameter p_p_opt{"p", t::task, false, "\"current\"", "the task"};
constexpr parameter p_t_opt{"t", t::task, false, "\"current\"", "the task"};
constexpr parameter p_timer{"timer", t::timer, true, nullptr, "a variable {\"timer\": ..}"};
constexpr parameter p_callback{"callback", t::function, true, nullptr, "runs in interrupt context"};
constexpr parameter p_tflags{"flags", t::flags, false, "0", "timer flags, a number"};
constexpr parameter p_expires_opt{"expires", t::expires, false, nullptr,
	"stored into timer->expires first"};
constexpr parameter p_expires{"expires", t::expires, true, nullptr,
	"absolute jiffies, or \"jiffies + 10\""};
constexpr parameter p_size{"size", t::size, true, nullptr,
	"bytes, or what they shall hold: \"struct kthread_work\""};
constexpr parameter p_gfp{"flags", t::gfp, false, "\"GFP_KERNEL\"",
	"GFP_KERNEL, GFP_ATOMIC or GFP_NOWAIT"};
constexpr parameter p_objp{"objp", t::memory, true, nullptr, "what kmalloc() gave, or null"};
constexpr parameter p_cond{"cond", t::condition, true, nullptr, "a condition"};
constexpr parameter p_then{"then", t::block, true, nullptr, "operations"};
constexpr parameter p_else{"else", t::block, false, nullptr, "operations"};
constexpr parameter p_do{"do", t::block, true, nullptr, "operations"};
constexpr parameter p_times{"times", t::count, true, nullptr, "how often"};
constexpr parameter p_value{"value", t::any, false, "0", "the value"};
constexpr parameter p_count{"count", t::count, true, nullptr, "how many values: 0 .. count - 1"};
constexpr parameter p_var_opt{"var", t::variable, false, nullptr,
	"a word in vars, or a register of this scope"};
constexpr parameter p_value_req{"value", t::any, true, nullptr, "the value"};
constexpr parameter p_var{"var", t::variable, true, nullptr,
	"a word in vars, or a register of this scope"};
constexpr parameter p_value1{"value", t::integer, false, "1", "what is added"};
constexpr parameter p_that{"that", t::condition, true, nullptr, "must hold"};
constexpr parameter p_time{"time", t::duration, true, nullptr, "a time like \"50us\", or jiffies"};
constexpr parameter p_text{"text", t::text, true, nullptr, "the marker"};

constexpr operation table[] = {
	/* kthread */
	{"kthread_create", opcode::kthread_create, t::task,
	 every_kernel, {{p_threadfn, p_data, p_name, p_args}},
	 "makes a kthread that sleeps until it is woken"},
	{"kthread_create_on_node", opcode::kthread_create_on_node, t::task,
	 every_kernel, {{p_threadfn, p_data, p_node_req, p_name, p_args}},
	 "as kthread_create, with memory from a node"},
	{"kthread_create_on_cpu", opcode::kthread_create_on_cpu, t::task,
	 every_kernel, {{p_threadfn, p_data, p_cpu, p_name}},
	 "makes a kthread bound to a CPU; name may hold one %u for it"},
	{"kthread_run", opcode::kthread_run, t::task,
	 every_kernel, {{p_threadfn, p_data, p_name, p_args}},
	 "makes a kthread and wakes it"},
	{"kthread_run_on_cpu", opcode::kthread_run_on_cpu, t::task,
	 every_kernel, {{p_threadfn, p_data, p_cpu, p_name}},
	 "makes a kthread bound to a CPU and wakes it"},
	{"kthread_bind", opcode::kthread_bind, t::none, every_kernel, {{p_p, p_cpu}},
	 "binds a kthread that was not woken yet"},
	{"kthread_bind_mask", opcode::kthread_bind_mask, t::none, every_kernel, {{p_p, p_mask}},
	 "binds a kthread that was not woken yet to several CPUs"},
	{"kthread_set_per_cpu", opcode::kthread_set_per_cpu, t::none,
	 every_kernel, {{p_k, p_cpu_or_none}},
	 "marks a kthread as per-CPU, so that unpark binds it again"},
	{"kthread_is_per_cpu", opcode::kthread_is_per_cpu, t::boolean, every_kernel, {{p_p}},
	 "whether it is marked as per-CPU"},
	{"kthread_park", opcode::kthread_park, t::integer, every_kernel, {{p_k}},
	 "asks the thread to park and waits until it has"},
	{"kthread_unpark", opcode::kthread_unpark, t::none, every_kernel, {{p_k}},
	 "lets a parked thread go on"},
	{"kthread_parkme", opcode::kthread_parkme, t::none, every_kernel, {},
	 "parks the running kthread if it was asked to"},
	{"kthread_should_park", opcode::kthread_should_park, t::boolean, every_kernel, {},
	 "whether the running kthread was asked to park"},
	{"kthread_should_stop", opcode::kthread_should_stop, t::boolean, every_kernel, {},
	 "whether the running kthread was asked to stop"},
	{"kthread_should_stop_or_park", opcode::kthread_should_stop_or_park, t::boolean,
	 every_kernel, {},
	 "either of both"},
	{"kthread_stop", opcode::kthread_stop, t::integer, every_kernel, {{p_k}},
	 "asks the thread to stop, waits for its exit, gives what it returned"},
	{"kthread_stop_put", opcode::kthread_stop_put, t::integer, every_kernel, {{p_k}},
	 "kthread_stop, then drops a reference"},
	{"kthread_exit", opcode::kthread_exit, t::none, every_kernel, {{p_result}},
	 "ends the running kthread"},
	{"kthread_complete_and_exit", opcode::kthread_complete_and_exit, t::none,
	 every_kernel, {{p_comp, p_code}},
	 "completes and ends the running kthread"},
	{"kthread_func", opcode::kthread_func, t::function, every_kernel, {{p_task_opt}},
	 "the thread function, or null"},
	{"kthread_data", opcode::kthread_data, t::any, every_kernel, {{p_task_opt}},
	 "the data given at creation"},
	{"kthread_probe_data", opcode::kthread_probe_data, t::any, every_kernel, {{p_task_opt}},
	 "as kthread_data, for tasks that may be no kthread"},
	{"get_kthread_comm", opcode::get_kthread_comm, t::text, every_kernel, {{p_tsk}},
	 "the full name"},
	{"tsk_fork_get_node", opcode::tsk_fork_get_node, t::node, every_kernel, {{p_tsk}},
	 "the node a child's memory should come from"},
	{"set_kthread_struct", opcode::set_kthread_struct, t::boolean, every_kernel, {{p_p}},
	 "gives a task its struct kthread"},
	{"free_kthread_struct", opcode::free_kthread_struct, t::none, every_kernel, {{p_k}},
	 "frees a task's struct kthread"},
	{"kthread_use_mm", opcode::kthread_use_mm, t::none, every_kernel, {{p_mm}},
	 "borrows an address space"},
	{"kthread_unuse_mm", opcode::kthread_unuse_mm, t::none, every_kernel, {{p_mm}},
	 "gives it back"},
	{"kthread_associate_blkcg", opcode::kthread_associate_blkcg, t::none,
	 every_kernel, {{p_css}},
	 "charges I/O to a cgroup"},
	{"kthread_blkcg", opcode::kthread_blkcg, t::css, every_kernel, {},
	 "the cgroup it charges to"},
	/* workers */
	{"kthread_init_worker", opcode::kthread_init_worker, t::none, every_kernel, {{p_worker}},
	 "makes it new, without a thread"},
	{"kthread_worker_fn", opcode::kthread_worker_fn, t::integer, every_kernel, {{p_worker_ptr}},
	 "executes works until the running kthread is stopped; also a threadfn, with the worker "
	 "as data"},
	{"kthread_create_worker", opcode::kthread_create_worker, t::worker,
	 every_kernel, {{p_worker_flags, p_worker_name, p_args}},
	 "makes a worker and its thread"},
	{"kthread_create_worker_on_cpu", opcode::kthread_create_worker_on_cpu, t::worker,
	 every_kernel, {{p_worker_cpu, p_worker_flags, p_worker_name, p_args}},
	 "makes a worker whose thread is bound to a CPU"},
	{"kthread_destroy_worker", opcode::kthread_destroy_worker, t::none,
	 every_kernel, {{p_worker}},
	 "executes what is queued, stops the thread, frees the worker"},
	{"kthread_init_work", opcode::kthread_init_work, t::none, every_kernel, {{p_work, p_fn}},
	 "makes it new: a work of works, or kmalloc'ed memory"},
	{"kthread_init_delayed_work", opcode::kthread_init_delayed_work, t::none,
	 every_kernel, {{p_dwork, p_fn}},
	 "makes it new: a delayed work of works, or kmalloc'ed memory"},
	{"kthread_queue_work", opcode::kthread_queue_work, t::boolean,
	 every_kernel, {{p_worker, p_work}},
	 "queues it; false if it was pending or is being canceled"},
	{"kthread_queue_delayed_work", opcode::kthread_queue_delayed_work, t::boolean,
	 every_kernel, {{p_worker, p_dwork, p_delay}},
	 "queues it after a delay; false if it was pending or is being canceled"},
	{"kthread_mod_delayed_work", opcode::kthread_mod_delayed_work, t::boolean,
	 every_kernel, {{p_worker, p_dwork, p_delay}},
	 "queues it after a delay, whatever its delay was; false if it was idle"},
	{"kthread_flush_work", opcode::kthread_flush_work, t::none, every_kernel, {{p_work}},
	 "waits until it was executed, if it is pending or runs"},
	{"kthread_flush_worker", opcode::kthread_flush_worker, t::none, every_kernel, {{p_worker}},
	 "waits for all that is queued now"},
	{"kthread_cancel_work_sync", opcode::kthread_cancel_work_sync, t::boolean,
	 every_kernel, {{p_work}},
	 "takes it back and waits for it if it runs; true if it was pending"},
	{"kthread_cancel_delayed_work_sync", opcode::kthread_cancel_delayed_work_sync, t::boolean,
	 every_kernel, {{p_dwork}},
	 "the same, its timer included"},
	/* scheduling */
	{"set_current_state", opcode::set_current_state, t::none, every_kernel, {{p_state}},
	 "stores the state, then a full barrier"},
	{"__set_current_state", opcode::set_current_state_unordered, t::none,
	 every_kernel, {{p_state}},
	 "stores the state"},
	{"set_special_state", opcode::set_special_state, t::none, every_kernel, {{p_state}},
	 "stores the state under pi_lock"},
	{"schedule", opcode::schedule, t::none, every_kernel, {},
	 "gives up the CPU, sleeps if the state says so"},
	{"schedule_timeout", opcode::schedule_timeout, t::integer, every_kernel, {{p_timeout}},
	 "sleeps in the state set before; gives the jiffies left"},
	{"schedule_timeout_interruptible", opcode::schedule_timeout_interruptible, t::integer,
	 every_kernel, {{p_timeout}},
	 "sets TASK_INTERRUPTIBLE and sleeps"},
	{"schedule_timeout_uninterruptible", opcode::schedule_timeout_uninterruptible, t::integer,
	 every_kernel, {{p_timeout}},
	 "sets TASK_UNINTERRUPTIBLE and sleeps"},
	{"schedule_timeout_killable", opcode::schedule_timeout_killable, t::integer,
	 every_kernel, {{p_timeout}},
	 "sets TASK_KILLABLE and sleeps"},
	{"schedule_timeout_idle", opcode::schedule_timeout_idle, t::integer,
	 every_kernel, {{p_timeout}},
	 "sets TASK_IDLE and sleeps"},
	{"msleep", opcode::msleep, t::none, every_kernel, {{p_msecs}}, "sleeps, whatever wakes it"},
	{"msleep_interruptible", opcode::msleep_interruptible, t::integer,
	 every_kernel, {{p_msecs}},
	 "sleeps until a signal; gives the milliseconds left"},
	{"cond_resched", opcode::cond_resched, t::integer, every_kernel, {},
	 "gives up the CPU if another should run"},
	{"might_sleep", opcode::might_sleep, t::none, every_kernel, {},
	 "complains in atomic context"},
	{"wake_up_process", opcode::wake_up_process, t::integer, every_kernel, {{p_p}},
	 "wakes a normal sleep; 1 if it did"},
	{"wake_up_state", opcode::wake_up_state, t::integer, every_kernel, {{p_p, p_state}},
	 "wakes a sleep in one of the states; 1 if it did"},
	{"wait_task_inactive", opcode::wait_task_inactive, t::integer,
	 every_kernel, {{p_p, p_match_state}},
	 "waits until the task is off its CPU; 0 if its state differs"},
	{"set_cpus_allowed_ptr", opcode::set_cpus_allowed_ptr, t::integer,
	 every_kernel, {{p_p, p_new_mask}},
	 "changes the CPUs a task may run on"},
	{"sched_setscheduler", opcode::sched_setscheduler, t::integer,
	 every_kernel, {{p_p, p_policy, p_priority}},
	 "changes the scheduling class"},
	{"get_task_struct", opcode::get_task_struct, t::none, every_kernel, {{p_t}},
	 "takes a reference"},
	{"put_task_struct", opcode::put_task_struct, t::none, every_kernel, {{p_t}},
	 "drops a reference"},
	/* completions */
	{"init_completion", opcode::init_completion, t::none, every_kernel, {{p_x}},
	 "makes it new"},
	{"reinit_completion", opcode::reinit_completion, t::none, every_kernel, {{p_x}},
	 "forgets what was completed"},
	{"complete", opcode::complete, t::none, every_kernel, {{p_x}}, "wakes one waiter"},
	{"complete_all", opcode::complete_all, t::none, every_kernel, {{p_x}},
	 "wakes all waiters, now and later"},
	{"wait_for_completion", opcode::wait_for_completion, t::none, every_kernel, {{p_x}},
	 "waits uninterruptibly"},
	{"wait_for_completion_timeout", opcode::wait_for_completion_timeout, t::integer,
	 every_kernel, {{p_x, p_timeout}},
	 "waits with a timeout; gives the jiffies left, 0 if none"},
	{"wait_for_completion_interruptible", opcode::wait_for_completion_interruptible, t::integer,
	 every_kernel, {{p_x}},
	 "waits; -ERESTARTSYS for a signal"},
	{"wait_for_completion_killable", opcode::wait_for_completion_killable, t::integer,
	 every_kernel, {{p_x}},
	 "waits; -ERESTARTSYS for a fatal signal"},
	{"try_wait_for_completion", opcode::try_wait_for_completion, t::boolean,
	 every_kernel, {{p_x}},
	 "consumes one completion if there is one"},
	{"completion_done", opcode::completion_done, t::boolean, every_kernel, {{p_x}},
	 "whether a completion is there"},
	/* locks */
	{"mutex_lock", opcode::mutex_lock, t::none, every_kernel, {{p_mutex}}, "takes a mutex"},
	{"mutex_lock_interruptible", opcode::mutex_lock_interruptible, t::integer,
	 every_kernel, {{p_mutex}},
	 "takes a mutex; -EINTR for a signal"},
	{"mutex_lock_killable", opcode::mutex_lock_killable, t::integer, every_kernel, {{p_mutex}},
	 "takes a mutex; -EINTR for a fatal signal"},
	{"mutex_trylock", opcode::mutex_trylock, t::integer, every_kernel, {{p_mutex}},
	 "1 if it got the mutex"},
	{"mutex_unlock", opcode::mutex_unlock, t::none, every_kernel, {{p_mutex}},
	 "releases a mutex"},
	{"spin_lock", opcode::spin_lock, t::none, every_kernel, {{p_spin}}, "takes a spin lock"},
	{"spin_unlock", opcode::spin_unlock, t::none, every_kernel, {{p_spin}}, "releases it"},
	{"spin_lock_irq", opcode::spin_lock_irq, t::none, every_kernel, {{p_spin}},
	 "takes a spin lock with interrupts off"},
	{"spin_unlock_irq", opcode::spin_unlock_irq, t::none, every_kernel, {{p_spin}},
	 "releases it, interrupts on"},
	{"spin_lock_irqsave", opcode::spin_lock_irqsave, t::integer, every_kernel, {{p_spin}},
	 "takes a spin lock with interrupts off; gives the flags"},
	{"spin_unlock_irqrestore", opcode::spin_unlock_irqrestore, t::none,
	 every_kernel, {{p_spin, p_irqflags}},
	 "releases it, interrupts as before"},
	{"spin_trylock", opcode::spin_trylock, t::integer, every_kernel, {{p_spin}},
	 "1 if it got the lock"},
	{"raw_spin_lock", opcode::raw_spin_lock, t::none, every_kernel, {{p_raw}},
	 "takes a raw spin lock"},
	{"raw_spin_unlock", opcode::raw_spin_unlock, t::none, every_kernel, {{p_raw}},
	 "releases it"},
	{"raw_spin_lock_irq", opcode::raw_spin_lock_irq, t::none, every_kernel, {{p_raw}},
	 "takes a raw spin lock with interrupts off"},
	{"raw_spin_unlock_irq", opcode::raw_spin_unlock_irq, t::none, every_kernel, {{p_raw}},
	 "releases it, interrupts on"},
	{"raw_spin_lock_irqsave", opcode::raw_spin_lock_irqsave, t::integer,
	 every_kernel, {{p_raw}},
	 "takes a raw spin lock with interrupts off; gives the flags"},
	{"raw_spin_unlock_irqrestore", opcode::raw_spin_unlock_irqrestore, t::none,
	 every_kernel, {{p_raw, p_irqflags}},
	 "releases it, interrupts as before"},
	{"raw_spin_trylock", opcode::raw_spin_trylock, t::integer, every_kernel, {{p_raw}},
	 "1 if it got the lock"},
	/* wait queues */
	{"wait_event", opcode::wait_event, t::none, every_kernel, {{p_wq, p_condition}},
	 "waits uninterruptibly until the condition holds"},
	{"wait_event_interruptible", opcode::wait_event_interruptible, t::integer,
	 every_kernel, {{p_wq, p_condition}},
	 "waits; -ERESTARTSYS for a signal"},
	{"wait_event_killable", opcode::wait_event_killable, t::integer,
	 every_kernel, {{p_wq, p_condition}},
	 "waits; -ERESTARTSYS for a fatal signal"},
	{"wait_event_timeout", opcode::wait_event_timeout, t::integer,
	 every_kernel, {{p_wq, p_condition, p_timeout}},
	 "waits with a timeout; gives the jiffies left, 0 if none"},
	{"wake_up", opcode::wake_up, t::none, every_kernel, {{p_wq}},
	 "wakes the waiters, one exclusive"},
	{"wake_up_all", opcode::wake_up_all, t::none, every_kernel, {{p_wq}}, "wakes all waiters"},
	{"wake_up_interruptible", opcode::wake_up_interruptible, t::none, every_kernel, {{p_wq}},
	 "wakes the interruptible waiters, one exclusive"},
	/* signals */
	{"send_sig", opcode::send_sig, t::integer, every_kernel, {{p_sig, p_p, p_priv}},
	 "sends a signal"},
	{"allow_signal", opcode::allow_signal, t::none, every_kernel, {{p_sig}},
	 "lets the running kthread receive a signal"},
	{"disallow_signal", opcode::disallow_signal, t::none, every_kernel, {{p_sig}},
	 "ignores it again"},
	{"signal_pending", opcode::signal_pending, t::boolean, every_kernel, {{p_p_opt}},
	 "whether a signal waits"},
	{"fatal_signal_pending", opcode::fatal_signal_pending, t::boolean,
	 every_kernel, {{p_p_opt}},
	 "whether SIGKILL waits"},
	{"flush_signals", opcode::flush_signals, t::none, every_kernel, {{p_t_opt}},
	 "forgets waiting signals"},
	/* timers */
	{"timer_setup", opcode::timer_setup, t::none,
	 every_kernel, {{p_timer, p_callback, p_tflags}},
	 "prepares a timer"},
	{"add_timer", opcode::add_timer, t::none, every_kernel, {{p_timer, p_expires_opt}},
	 "arms a timer"},
	{"mod_timer", opcode::mod_timer, t::integer, every_kernel, {{p_timer, p_expires}},
	 "arms it anew; 1 if it was pending"},
	{"timer_delete", opcode::timer_delete, t::integer, every_kernel, {{p_timer}},
	 "disarms it; 1 if it was pending"},
	{"timer_delete_sync", opcode::timer_delete_sync, t::integer, every_kernel, {{p_timer}},
	 "disarms it and waits for a running callback"},
	{"del_timer", opcode::timer_delete, t::integer, every_kernel, {{p_timer}},
	 "the older name of timer_delete"},
	{"del_timer_sync", opcode::timer_delete_sync, t::integer, every_kernel, {{p_timer}},
	 "the older name of timer_delete_sync"},
	{"timer_pending", opcode::timer_pending, t::integer, every_kernel, {{p_timer}},
	 "1 while it is armed"},
	/* memory, context, time */
	{"kmalloc", opcode::kmalloc, t::memory, every_kernel, {{p_size, p_gfp}},
	 "allocates; null when it fails"},
	{"kfree", opcode::kfree, t::none, every_kernel, {{p_objp}}, "frees"},
	{"local_irq_disable", opcode::local_irq_disable, t::none, every_kernel, {},
	 "no interrupts on this CPU"},
	{"local_irq_enable", opcode::local_irq_enable, t::none, every_kernel, {},
	 "interrupts on again"},
	{"preempt_disable", opcode::preempt_disable, t::none, every_kernel, {}, "no preemption"},
	{"preempt_enable", opcode::preempt_enable, t::none, every_kernel, {},
	 "preemption on again"},
	{"smp_processor_id", opcode::smp_processor_id, t::cpu, every_kernel, {},
	 "the CPU it runs on"},
	{"current_node", opcode::current_node, t::node, every_kernel, {}, "the node of that CPU"},
	{"jiffies", opcode::jiffies, t::integer, every_kernel, {}, "the jiffies counter"},
	/* control words */
	{"if", opcode::if_else, t::none, every_kernel, {{p_cond, p_then, p_else}},
	 "one block or the other"},
	{"while", opcode::while_loop, t::none, every_kernel, {{p_cond, p_do}},
	 "as long as the condition holds"},
	{"repeat", opcode::repeat, t::none, every_kernel, {{p_times, p_do}},
	 "a fixed number of times"},
	{"return", opcode::return_value, t::none, every_kernel, {{p_value}},
	 "ends the function, work or task"},
	{"break", opcode::break_loop, t::none, every_kernel, {}, "leaves the loop"},
	{"continue", opcode::continue_loop, t::none, every_kernel, {},
	 "goes on with the next turn"},
	{"choose", opcode::choose, t::integer, every_kernel, {{p_count}},
	 "a value the search decides; 0 in a single run"},
	{"set", opcode::set, t::any, every_kernel, {{p_var_opt, p_value_req}},
	 "stores a value; with as, keeps it in a register"},
	{"add", opcode::add, t::integer, every_kernel, {{p_var, p_value1}},
	 "adds to a word in one step"},
	{"assert", opcode::assert_that, t::none, every_kernel, {{p_that}},
	 "a finding where it does not hold"},
	{"cpu_time", opcode::cpu_time, t::none, every_kernel, {{p_time}}, "occupies the CPU"},
	{"mark", opcode::mark, t::none, every_kernel, {{p_text}}, "writes a marker into the trace"},
};

} // namespace

size_t operation::parameter_count() const
{
	size_t count = 0;

	while (count < parameters.size() && parameters[count].name)
		count++;
	return count;
}

bool operation::is_bare_value() const
{
	if (is_control() || result == value_type::none)
		return false;
	for (const parameter &p : parameters) {
		if (p.name && p.required)
			return false;
	}
	return true;
}

operation_table operations()
{
	return {table, sizeof(table) / sizeof(table[0])};
}

const operation *find_operation(std::string_view name, uint32_t kernel)
{
	for (const operation &row : operations()) {
		if (name == row.name && has_kernel(row.kernels, kernel))
			return &row;
	}
	return nullptr;
}

} // namespace scenario
