// SPDX-License-Identifier: GPL-2.0-only
// Booting the kernel of one execution, its user tasks, and its interrupts.
// It must not know scenarios; those hand it faults and tasks.
#include "model/boot.hpp"
#include <cstdio>
#include <cstring>
#include "model/cpu.hpp"
#include "model/events.hpp"
#include "model/fork.hpp"
#include "model/races.hpp"
#include "model/signal.hpp"

namespace kernel {

// What of it has a name of its own; the arrays by CPU are named with their CPU.
static const sim::object_field kernel_fields[] = {
	{ "freezer_lock", offsetof(kernel_state, freezer.lock) },
	{ "freezer_active", offsetof(kernel_state, freezer.active) },
	{ "pm_freezing", offsetof(kernel_state, freezer.pm_freezing) },
	{ "pm_nosig_freezing", offsetof(kernel_state, freezer.pm_nosig_freezing) },
	{ "freeze_timeout_msecs", offsetof(kernel_state, freezer.timeout_msecs) },
};
const sim::object_type kernel_state::type = { "kernel", kernel_fields, std::size(kernel_fields) };

constexpr int KTHREADD_PID = 2;
constexpr int FIRST_PERCPU_PID = 15;
constexpr int FIRST_PID = 101;

bool kernel_state::first_warning(int line_6_13, const char *function)
{
	for (uint32_t i = 0; i < warned_count; i++)
		if (warned[i].line == line_6_13 && !strcmp(warned[i].function, function))
			return false;
	if (warned_count < std::size(warned))
		warned[warned_count++] = { line_6_13, function };
	return true;
}

static int run_kthreadd(void *)
{
	return the_kernel().api->kthreadd();
}

// A task that is there from the beginning.
static task_struct *make_task(const kernel_clone_args &args, int pid)
{
	task_struct *t = dup_task_struct(args, ret_from_fork);

	t->pid = pid;
	link_task(t);
	return t;
}

task_struct *make_system_thread(const kernel_clone_args &args, int pid)
{
	task_struct *t = make_task(args, pid);

	t->__state.poke(TASK_INTERRUPTIBLE);
	t->ignored.under_construction() = ~uint64_t{ 0 };
	t->flags.poke(PF_KTHREAD | PF_NOFREEZE);
	return t;
}

// Queues it without the steps of a wakeup: nobody is there yet to see them.
static void make_runnable(sim::machine &m, task_struct *t)
{
	t->__state.poke(TASK_RUNNING);
	t->on_rq.poke(1);
	m.enqueue(*t->context, m.free() ? t->context->cpu
					: m.place(*t->context, t->cpus_mask.peek()));
}

// Who an interrupt finds as `current` on a CPU that has nothing to do. It never runs by itself.
static void make_idle_task(sim::machine &m, sim::cpu_id cpu)
{
	auto *t = allocate<task_struct>(task_struct::type, "boot");

	snprintf(t->comm, sizeof(t->comm), "swapper/%u", cpu);
	t->flags.poke(PF_KTHREAD);
	t->prio = sim::PRIO_DEFAULT;
	t->context = &m.context_of(cpu);
	t->usage.poke(1);
	m.cpu_of(cpu).idle_user = t;
}

// A thread of smpboot as it is long after it was registered: set up.
void boot_percpu_thread(smp_hotplug_thread &ht, unsigned cpu, int pid)
{
	char name[16];
	auto *td = allocate<smpboot_thread_data>(smpboot_thread_data::type, "boot");
	kthread *k = the_kernel().api->kzalloc_kthread();

	snprintf(name, sizeof(name), ht.thread_comm, cpu);
	task_struct *t = make_system_thread(
		{ kthread_api::smpboot_entry, td, name, true, cpu_to_node(cpu) }, pid);
	*td = { cpu, HP_THREAD_ACTIVE, &ht };
	adopt_kthread_struct(t, k);
	k->threadfn = kthread_api::smpboot_entry;
	k->data = td;
	k->cpu.poke(cpu);
	k->flags.poke(1ul << KTHREAD_IS_PER_CPU);
	t->flags.poke(t->flags.peek() | PF_NO_SETAFFINITY);
	t->cpus_mask.poke(cpumask_of(cpu));
	t->context->cpu = static_cast<sim::cpu_id>(cpu);
	t->sleeping_as = 'S';
	t->usage.poke(2);
	ht.store[cpu].poke(t);
	if (ht.create)
		ht.create(ht, cpu);
	if (the_kernel().next_pid <= pid)
		the_kernel().next_pid = pid + 1;
}

// In the order in which a booting kernel would have registered them.
static void boot_percpu_threads(sim::machine &m, const boot_options &options)
{
	kernel_state &k = the_kernel();
	int pid = FIRST_PERCPU_PID;

	if (options.stoppers || options.hotplug)
		k.stoppers = &init_stop_machine();
	if (options.hotplug)
		k.hotplug = &init_hotplug();
	// Without time moving a task takes no thread of its own: see stop_one_cpu_nowait().
	if (!k.stoppers || (m.free() && !k.hotplug))
		return;
	for (unsigned cpu = 0; cpu < m.config().cpus; cpu++) {
		boot_percpu_thread(k.stoppers->threads, cpu, pid++);
		if (k.hotplug)
			boot_percpu_thread(k.hotplug->threads, cpu, pid++);
	}
}

void kthread_api::boot(sim::machine &m, const boot_options &options)
{
	boot_lists();
	kthreadd_task =
		make_system_thread({ run_kthreadd, nullptr, "kthreadd", true, 0 }, KTHREADD_PID);
	boot_percpu_threads(m, options);
}

kernel_state &boot(sim::machine &m, generation &kthreads, const boot_options &options)
{
	auto *k = allocate<kernel_state>(kernel_state::type, "boot");

	m.set_kernel(k);
	k->kthreads = &kthreads;
	k->api = kthreads.since_2004();
	k->next_pid = FIRST_PID;
	k->requests_left = options.most_requests;
	k->tries_spin_locks = options.tries_spin_locks;
	k->freezes_tasks = options.freezes_tasks;
	k->sees_scheduling =
		!m.free() || options.sees_scheduling || kthreads.acts_at_switches();
	k->sees_sections = k->sees_scheduling || options.sees_sections ||
			   kthreads.looks_into_sections();
	k->timers = make_timer_bases();
	k->freezer.timeout_msecs.poke(FREEZE_TIMEOUT_MSECS);
	for (unsigned i = 0; i < m.config().all_cpus(); i++)
		make_idle_task(m, static_cast<sim::cpu_id>(i));
	kthreads.boot(m, options);
	k->first_pid = k->next_pid;
	return *k;
}

bool is_system_thread(const task_struct *t)
{
	return t->pid < the_kernel().first_pid;
}

static void start_later(timed_call &call)
{
	wake_up_new_task(static_cast<task_struct *>(call.alarm.user));
}

static int run_user_task(void *argument)
{
	auto *u = static_cast<const user_task *>(argument);

	u->body(u->argument);
	if (u->leaves_unseen && machine().free())
		exit_unseen(0);
	// The call is over. On the way back to user mode a signal is looked at, also the freezer's.
	if (signal_pending(current))
		try_to_freeze();
	return 0;
}

task_struct *make_sleeping_task(const user_task &u)
{
	// The descriptor lies outside the arena and outlives the execution.
	task_struct *t =
		make_task({ run_user_task, const_cast<user_task *>(&u), u.comm, false,
			    u.cpu >= 0 ? cpu_to_node(static_cast<unsigned>(u.cpu)) : u.node },
			  the_kernel().next_pid);

	the_kernel().next_pid++;
	t->usage.poke(2); // the scenario's own too
	t->prio = t->context->queue.prio = u.prio;
	t->policy.poke(u.policy);
	if (u.cpu >= 0)
		t->cpus_mask.poke(cpumask_of(static_cast<unsigned>(u.cpu)));
	else if (u.node >= 0)
		t->cpus_mask.poke(cpumask_of_node(u.node));
	// Beside the others of its scenario, also those that have not begun or have left.
	if (machine().free())
		t->context->cpu = machine().place(*t->context, t->cpus_mask.peek());
	return t;
}

static void start_at(sim::machine &m, task_struct *t, uint64_t at_ns)
{
	const sim::cpu_id where = m.cpu_of(0).online ? sim::cpu_id{ 0 } : m.this_cpu().id;

	t->rcu.function = start_later;
	t->rcu.alarm.user = t;
	m.arm_alarm(t->rcu.alarm, where, at_ns);
}

task_struct *start_user_task(sim::machine &m, const user_task &u)
{
	task_struct *t = make_sleeping_task(u);

	if (u.start_jiffies)
		start_at(m, t, u.start_jiffies * m.config().clock.tick_ns());
	else
		make_runnable(m, t);
	return t;
}

void release_user_task(task_struct &t, const user_task &u)
{
	sim::machine &m = machine();

	if (u.start_jiffies)
		return start_at(m, &t, m.now_ns() + u.start_jiffies * m.config().clock.tick_ns());
	if (!m.free())
		return wake_up_new_task(&t);
	// It was given its CPU at boot, and that may be gone by now.
	if (the_kernel().hotplug && !is_cpu_allowed(&t, task_cpu(&t)))
		m.move(*t.context, static_cast<sim::cpu_id>(select_task_rq(&t, true)));
	make_runnable(m, &t);
	m.order_before(*t.context);
	trace_wakeup(sched_wakeup_new, &t, task_cpu(&t));
}

void wait_for_exit(const task_struct &t)
{
	in_function here;

	while (!(plain_read(t.flags) & PF_EXITING))
		schedule_timeout_state(1, TASK_UNINTERRUPTIBLE);
}

// ---- the engine's questions ----

namespace {

struct kernel_hooks final : sim::hooks {
	void raced(const void *object, const sim::racing_access &a,
		   const sim::racing_access &b) const override
	{
		note_race(object, a, b);
	}
	void switched(sim::cpu &c, sim::context *previous, sim::context *next) const override
	{
		context_switched(c, previous, next);
		if (the_kernel().hotplug && !machine().free())
			cpu_switched(c, next);
	}
	void interrupt(sim::cpu &c, uint32_t causes) const override
	{
		if (causes & sim::IRQ_SWITCH)
			finish_cpu_switch(c);
		c.hardirq_depth++;
		if (causes & sim::IRQ_CALL)
			flush_smp_call_function_queue(c.id);
		if (causes & sim::IRQ_ALARM)
			while (sim::alarm *a = machine().due_alarm(c)) {
				auto *call = reinterpret_cast<timed_call *>(a); // its first member

				call->function(*call);
			}
		c.hardirq_depth--;
		if (causes & sim::IRQ_TIMER_WHEEL)
			run_timer_softirq(c);
	}
};

} // namespace

const sim::hooks &hooks()
{
	static const kernel_hooks h{};

	return h;
}

} // namespace kernel
