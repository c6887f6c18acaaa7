// SPDX-License-Identifier: GPL-2.0-only
// The table of operations: all that a program in a scenario can call, with types and texts.
// Must not know JSON or how an operation is carried out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace scenario {

/* What a parameter takes or an operation gives. value_types.cpp describes each. */
enum class value_type : uint8_t {
	none,
	any,
	integer,
	boolean,
	size,
	count,
	timer_flags,
	cpu,
	cpu_or_none,
	cpu_mask,
	node,
	task,
	function,
	function_or_null,
	text,
	format,
	arguments,
	kthread_args,
	state,
	state_letter,
	signal,
	delay,
	expires,
	msecs,
	duration,
	gfp,
	policy,
	priority,
	completion,
	mutex,
	semaphore,
	spinlock,
	raw_spinlock,
	waitqueue,
	timer,
	mm,
	css,
	hotplug_thread,
	cpu_function,
	cpuhp_state,
	work,
	delayed_work,
	work_function,
	worker,
	worker_flags,
	memory,
	variable,
	condition,
	block,
};

enum class opcode : uint8_t {
	kthread_create,
	kthread_create_on_node,
	kthread_create_on_cpu,
	kthread_run,
	kthread_run_on_cpu,
	kthread_create_on_info,
	kthread_run_on_info,
	kthread_affine_preferred,
	oops,
	kthread_bind,
	kthread_bind_mask,
	kthread_set_per_cpu,
	kthread_is_per_cpu,
	kthread_park,
	kthread_unpark,
	kthread_parkme,
	kthread_should_park,
	kthread_should_stop,
	kthread_should_stop_or_park,
	kthread_freezable_should_stop,
	kthread_stop,
	kthread_stop_put,
	kthread_exit,
	kthread_complete_and_exit,
	kthread_func,
	kthread_data,
	kthread_probe_data,
	get_kthread_comm,
	tsk_fork_get_node,
	set_kthread_struct,
	free_kthread_struct,
	kthread_use_mm,
	kthread_unuse_mm,
	kthread_associate_blkcg,
	kthread_blkcg,
	kthread_create_2003,
	kthread_run_2003,
	kthread_start,
	kthread_destroy,
	keventd_up,
	current_is_keventd,
	schedule_work,
	flush_scheduled_work,
	init_workqueues,
	smpboot_register_percpu_thread,
	smpboot_unregister_percpu_thread,
	remove_cpu,
	add_cpu,
	cpu_down,
	cpu_up,
	cpus_read_lock,
	cpus_read_unlock,
	cpu_online,
	cpu_active,
	num_online_cpus,
	cpuhp_setup_state_nocalls,
	cpuhp_remove_state_nocalls,
	per_cpu,
	kthread_init_worker,
	kthread_worker_fn,
	kthread_create_worker,
	kthread_create_worker_on_cpu,
	kthread_create_worker_on_node,
	kthread_run_worker,
	kthread_run_worker_on_cpu,
	kthread_destroy_worker,
	drain_kthread_worker,
	kthread_init_work,
	kthread_init_delayed_work,
	kthread_queue_work,
	kthread_queue_delayed_work,
	kthread_mod_delayed_work,
	kthread_flush_work,
	kthread_flush_worker,
	kthread_cancel_work_sync,
	kthread_cancel_delayed_work_sync,
	set_current_state,
	set_current_state_unordered,
	set_special_state,
	schedule,
	schedule_timeout,
	schedule_timeout_interruptible,
	schedule_timeout_uninterruptible,
	schedule_timeout_killable,
	schedule_timeout_idle,
	msleep,
	msleep_interruptible,
	cond_resched,
	might_sleep,
	wake_up_process,
	wake_up_state,
	wait_task_inactive,
	set_cpus_allowed_ptr,
	sched_setaffinity,
	cpuset_lock,
	cpuset_unlock,
	kernel_thread,
	user_mode_thread,
	kernel_execve,
	sched_setscheduler,
	get_task_struct,
	put_task_struct,
	init_completion,
	reinit_completion,
	complete,
	complete_all,
	wait_for_completion,
	wait_for_completion_timeout,
	wait_for_completion_interruptible,
	wait_for_completion_killable,
	try_wait_for_completion,
	completion_done,
	mutex_lock,
	mutex_lock_interruptible,
	mutex_lock_killable,
	mutex_trylock,
	mutex_unlock,
	down,
	up,
	spin_lock,
	spin_unlock,
	spin_lock_irq,
	spin_unlock_irq,
	spin_lock_irqsave,
	spin_unlock_irqrestore,
	spin_trylock,
	raw_spin_lock,
	raw_spin_unlock,
	raw_spin_lock_irq,
	raw_spin_unlock_irq,
	raw_spin_lock_irqsave,
	raw_spin_unlock_irqrestore,
	raw_spin_trylock,
	wait_event,
	wait_event_interruptible,
	wait_event_killable,
	wait_event_timeout,
	wait_event_freezable,
	wait_event_freezable_timeout,
	wake_up,
	wake_up_all,
	wake_up_interruptible,
	send_sig,
	allow_signal,
	disallow_signal,
	signal_pending,
	fatal_signal_pending,
	flush_signals,
	set_freezable,
	try_to_freeze,
	freezing,
	frozen,
	freeze_processes,
	freeze_kernel_threads,
	thaw_processes,
	thaw_kernel_threads,
	pm_freeze_timeout,
	timer_setup,
	add_timer,
	add_timer_on,
	add_timer_local,
	add_timer_global,
	mod_timer,
	mod_timer_pending,
	timer_reduce,
	timer_delete,
	timer_delete_sync,
	try_to_del_timer_sync,
	timer_shutdown,
	timer_shutdown_sync,
	timer_pending,
	kmalloc,
	kfree,
	local_irq_disable,
	local_irq_enable,
	irqs_disabled,
	preempt_disable,
	preempt_enable,
	smp_processor_id,
	current_node,
	jiffies,
	wait_until_idle,
	if_else,
	while_loop,
	repeat,
	return_value,
	break_loop,
	continue_loop,
	choose,
	set,
	add,
	assert_that,
	cpu_time,
	mark,
	progress,
};

struct parameter {
	const char *name;
	value_type type;
	bool required;
	const char
		*fallback; /* JSON text read in place of an absent argument; null: stays absent */
	const char *doc;
};

/* Bit n: the kernel of row n in the table of kernels has it. */
using kernel_set = uint32_t;
inline constexpr kernel_set every_kernel = ~kernel_set{0};

inline constexpr size_t most_parameters = 6;

struct operation {
	const char *name;
	opcode code;
	value_type result;
	kernel_set kernels;
	std::array<parameter, most_parameters> parameters;	/* up to the first without a name */
	const char *doc;

	size_t parameter_count() const;
	/* A control word steers the program and has no value in a condition. */
	bool is_control() const { return code >= opcode::if_else; }
	/* About CPUs that come and go; a program without any has a machine whose CPUs stay. */
	bool is_hotplug() const
	{
		return (code >= opcode::remove_cpu && code <= opcode::cpus_read_unlock) ||
		       code == opcode::cpuhp_setup_state_nocalls ||
		       code == opcode::cpuhp_remove_state_nocalls;
	}
	/* May send running tasks to another CPU, as only that CPU's stopper can. */
	bool needs_stoppers() const
	{
		return code == opcode::set_cpus_allowed_ptr ||
		       code == opcode::sched_setaffinity || is_hotplug();
	}
	/* Asks kthreadd for a thread, or for several. */
	bool makes_kthreads() const
	{
		return code <= opcode::kthread_run_on_info ||
		       code == opcode::smpboot_register_percpu_thread ||
		       makes_worker();
	}
	bool makes_worker() const
	{
		return code >= opcode::kthread_create_worker &&
		       code <= opcode::kthread_run_worker_on_cpu;
	}
	/* May be written as a bare name in a condition: gives a value and needs no argument. */
	bool is_bare_value() const;
	/* Where its parameter of that name stands; -1: it has none. */
	int parameter_index(std::string_view parameter_name) const;
};

struct operation_table {
	const operation *first;
	size_t count;

	const operation *begin() const { return first; }
	const operation *end() const { return first + count; }
};

/* In the order of the help; a name may have several rows, for different kernels, or for calls of
 * one kernel that differ in their first parameter. */
operation_table operations();

/* Null when this kernel (a row number of the table of kernels) has no such operation. */
const operation *find_operation(std::string_view name, uint32_t kernel);

/* What this kernel has in place of an operation of another one; null: nothing. */
const operation *find_counterpart(const operation &of_another, uint32_t kernel);

} // namespace scenario
