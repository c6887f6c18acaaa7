// SPDX-License-Identifier: GPL-2.0-only
// The parameters that the rows of the table of operations are made of. Only ops.cpp includes it.
// Must not know which operation takes which.
#pragma once

#include "scenarios/ops.hpp"

namespace scenario {

namespace {

using t = value_type;

/* The kernel's own parameter names, which differ between functions (k, p, t, task). */
constexpr parameter p_threadfn{"threadfn", t::function, true, nullptr,
	"the function the thread runs"};
constexpr parameter p_initfn{"initfn", t::function_or_null, true, nullptr,
	"the function that is called first, or null; below 0: it failed"};
constexpr parameter p_corefn{"corefn", t::function_or_null, true, nullptr,
	"the function that is called at every wakeup, until it is below 0; or null"};
constexpr parameter p_data{"data", t::any, false, "0", "what kthread_data() gives, a value"};
constexpr parameter p_name{"name", t::format, true, nullptr, "the namefmt of the thread"};
constexpr parameter p_args{"args", t::arguments, false, nullptr,
	"values for the % directives of name"};
constexpr parameter p_kargs{"kargs", t::kthread_args, true, nullptr,
	"{\"threadfn\": .., \"data\": .., \"node\": .., \"kthread_worker\": ..}"};
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
constexpr parameter p_plug_thread{"plug_thread", t::hotplug_thread, true, nullptr,
	"a variable {\"smp_hotplug_thread\": ..}"};
constexpr parameter p_percpu_var{"var", t::hotplug_thread, true, nullptr,
	"a variable {\"smp_hotplug_thread\": ..}, for its store"};
constexpr parameter p_cpuhp_range{"state", t::cpuhp_state, true, nullptr,
	"CPUHP_BP_PREPARE_DYN (by who asks) or CPUHP_AP_ONLINE_DYN (in cpuhp/N)"};
constexpr parameter p_cpuhp_state{"state", t::integer, true, nullptr,
	"what cpuhp_setup_state_nocalls() gave"};
constexpr parameter p_startup{"startup", t::cpu_function, false, "null",
	"called with cpu on its way up; what it returns may be an errno"};
constexpr parameter p_teardown{"teardown", t::cpu_function, false, "null",
	"the same on its way down"};
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
constexpr parameter p_sem{"sem", t::semaphore, true, nullptr, "a variable {\"semaphore\": 1}"};
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
constexpr parameter p_was_frozen{"was_frozen", t::variable, false, nullptr,
	"a word or register for 1: it was frozen meanwhile, 0: not"};
constexpr parameter p_timer{"timer", t::timer, true, nullptr, "a variable {\"timer\": ..}"};
constexpr parameter p_callback{"callback", t::function, true, nullptr, "runs in interrupt context"};
constexpr parameter p_tflags{"flags", t::timer_flags, false, "0",
	"TIMER_PINNED, TIMER_DEFERRABLE, TIMER_IRQSAFE, joined by |"};
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

} // namespace

} // namespace scenario
