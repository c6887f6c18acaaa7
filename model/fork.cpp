// SPDX-License-Identifier: GPL-2.0-only
// kernel_clone() and do_exit(), in the order that matters to those who wait for a task.
// It must not know kthreads, but for the hook that copy_process() calls.
#include "model/fork.hpp"
#include <cstdio>
#include <cstring>
#include "model/completion.hpp"
#include "model/events.hpp"
#include "model/explain.hpp"
#include "model/one_step.hpp"
#include "model/rcu.hpp"
#include "model/sched.hpp"
#include "model/signal.hpp"

namespace kernel {

void set_task_comm(task_struct *t, const char *name)
{
	memset(t->comm, 0, sizeof(t->comm));
	memcpy(t->comm, name, strnlen(name, sizeof(t->comm) - 1));
}

// ---- references ----

[[noreturn, gnu::noinline]] static void fail_last_put(const task_struct &t, const char *function,
						      const char *when)
{
	char text[500], who[300];

	describe_call({ "put_task_struct", "" }, "", who, sizeof(who));
	snprintf(text, sizeof(text),
		 "BUG: KASAN: use-after-free in %s\n"
		 "    the last reference to %s/%d was put %s\n    by %s",
		 function, t.comm, t.pid, when, who);
	machine().fail(sim::finding_kind::use_after_free, function, text);
}

task_struct *get_task_struct(task_struct *t, const char *function)
{
	const int users = t->usage.update([](int &v) { return ++v; }, { function, "refcount_inc" });

	if (users == 1)
		fail_last_put(*t, function, "before this one was taken");
	return t;
}

static void free_task(task_struct *t)
{
	if (t->context->state != sim::context_state::finished)
		fail_last_put(*t, "put_task_struct", "while it has not exited");
	// The grace period still counts on its reference: somebody put one that was not his.
	machine().effect(sim::access::read, &t->rcu.alarm);
	if (t->rcu.alarm.armed) {
		machine().cancel_alarm(t->rcu.alarm);
		fail_last_put(*t, "delayed_put_task_struct",
			      "before the one that its RCU grace period holds");
	}
	the_kernel().kthreads->free_kthread_struct(t);
	machine().discard(*t->context);
	kfree(t, "free_task");
}

void put_task_struct(task_struct *t, const char *function)
{
	const int left = t->usage.update([](int &v) { return --v; },
					 { function, "refcount_dec_and_test" });

	if (left < 0)
		WARN_ON(true, 0, { "refcount below zero", t }, function);
	if (left == 0)
		free_task(t);
}

// After a grace period, the two users that RCU covers are one reference less.
static void delayed_put_task_struct(timed_call &call)
{
	auto *t = static_cast<task_struct *>(call.alarm.user);

	put_task_struct(t, "delayed_put_task_struct");
	if (machine().free() && the_kernel().faults)
		the_kernel().faults->gone(t);
}

static void put_task_struct_rcu_user(task_struct *t, const char *function)
{
	if (atomic_add_return(-1, t->rcu_users, function) == 0)
		call_rcu(t->rcu, delayed_put_task_struct, t);
}

// ---- fork ----

// Who comes or goes can change places with others who do, but not with who walks along the list.
// So in terms of touches it is he who changes it.
static void note_change()
{
	machine().effect(sim::access::read, &the_kernel().first_task);
}

void note_walk()
{
	machine().effect(sim::access::write, &the_kernel().first_task);
}

void link_task(task_struct *t)
{
	kernel_state &k = the_kernel();

	note_change();
	t->next_task = nullptr;
	if (k.last_task)
		k.last_task->next_task = t;
	else
		k.first_task = t;
	t->previous_task = k.last_task;
	k.last_task = t;
	k.tasks_live++;
}

static void unlink_task(task_struct *t)
{
	kernel_state &k = the_kernel();

	note_change();
	(t->previous_task ? t->previous_task->next_task : k.first_task) = t->next_task;
	(t->next_task ? t->next_task->previous_task : k.last_task) = t->previous_task;
	t->next_task = t; // it is on no list
	t->previous_task = nullptr;
	k.tasks_live--;
}

// The walk's own reference is no step: the lock that it stands for shuts out nobody here.
static task_struct *keep(task_struct *t)
{
	note_walk();
	if (t)
		t->usage.put(t->usage.peek() + 1);
	return t;
}

task_struct *first_process_thread()
{
	return keep(the_kernel().first_task);
}

task_struct *find_task_by_pid(int pid)
{
	note_walk();
	for (task_struct *p = the_kernel().first_task; p; p = p->next_task)
		if (p->pid == pid)
			return p;
	return nullptr;
}

task_struct *next_process_thread(task_struct *p)
{
	note_walk();
	task_struct *next = p->next_task;

	// It died while it was visited: tasks are in the order of their numbers.
	if (next == p)
		for (next = the_kernel().first_task; next && next->pid < p->pid;)
			next = next->next_task;
	keep(next);
	if (p->usage.look() > 1)
		p->usage.put(p->usage.peek() - 1);
	else
		put_task_struct(p, "for_each_process_thread");
	return next;
}

constexpr size_t THREAD_SIZE = 16384; // as on x86-64

task_struct *dup_task_struct(const kernel_clone_args &args, sim::fiber_entry entry)
{
	auto *t = allocate<task_struct>(task_struct::type, "dup_task_struct");
	const task_struct *parent =
		machine().current() ? static_cast<task_struct *>(current) : nullptr;

	t->__state.poke(TASK_NEW);
	t->pi_lock.use = state_use();
	t->usage.poke(1); // of the two RCU users together
	t->rcu_users.poke(2);
	t->node = t->stack_node = memory_node(args.node);
	t->prio = sim::PRIO_DEFAULT;
	t->pref_node_fork = NUMA_NO_NODE;
	t->function = args.fn;
	t->argument = args.fn_arg;
	t->flags.poke((args.kthread ? PF_KTHREAD : 0u) |
		      (parent ? parent->flags.peek() & PF_NOFREEZE : 0u));
	set_task_comm(t, args.name ? args.name : parent->comm);
	t->context = machine().create(entry, t, t);
	t->context->user = t;
	t->thread_sp = t->context->fiber.sp;
	t->cpus_mask.poke(cpu_possible_mask());
	if (parent) {
		trace_kmem_cache_alloc("dup_task_struct", t, sizeof(*t), args.node);
		trace_kmem_cache_alloc("alloc_thread_stack_node", t->context, THREAD_SIZE,
				       args.node);
		t->context->cpu = parent->context->cpu;
		t->prio = parent->prio;
		t->policy.poke(parent->policy.peek());
		t->cpus_mask.poke(parent->cpus_mask.peek());
		t->context->queue.vruntime_ns = parent->context->queue.vruntime_ns;
	}
	if (args.cpus)
		t->cpus_mask.poke(args.cpus);
	t->context->queue.prio = t->prio;
	return t;
}

void ret_from_fork(void *argument)
{
	auto *t = static_cast<task_struct *>(argument);

	do_exit(t->function(t->argument));
}

static task_struct *copy_process(const kernel_clone_args &args)
{
	in_function here;
	int error = -ENOMEM;

	might_alloc("dup_task_struct");
	if (should_fail("kernel_clone", error))
		return ERR_PTR<task_struct>(error);
	if (!machine().can_create())
		return ERR_PTR<task_struct>(-EAGAIN); // as many as the machine can hold
	task_struct *p = dup_task_struct(args, ret_from_fork);

	// A child ignores and blocks what its parent does.
	p->ignored.under_construction() = current->ignored.peek();
	p->blocked.under_construction() = current->blocked.peek();
	generation &kthreads = *the_kernel().kthreads;
	kthreads.dup_kthread_struct(p, current);
	if (args.kthread && !kthreads.set_kthread_struct(p)) {
		kthreads.free_kthread_struct(p);
		machine().discard(*p->context);
		kfree(p, "copy_process");
		return ERR_PTR<task_struct>(-ENOMEM);
	}
	machine().effect(sim::access::write, &the_kernel().next_pid);
	p->pid = the_kernel().next_pid++;
	link_task(p);
	return p;
}

int kernel_clone(const kernel_clone_args &args)
{
	in_function here;
	task_struct *p = copy_process(args);

	if (IS_ERR(p))
		return static_cast<int>(PTR_ERR(p));
	const int pid = p->pid;
	trace_sched_process_fork(current, p);
	wake_up_new_task(p);
	return pid;
}

// ---- exit ----

// Each kernel has something to say: that what exit_signals() does may sleep, or, before 5.17, with
// which preempt_count the task goes.
static void check_may_exit(const char *function)
{
	const sim::machine &m = machine();

	if (m.current()->preempt_count || m.irqs_disabled())
		fail_atomic("BUG: a task ends in atomic context: ", function);
}

[[gnu::noinline]] static void report_locks_held(const sim::context &me, const char *function)
{
	char text[500], held[200], who[200];

	describe_held(me, held, sizeof(held));
	describe_call({ function, "" }, "", who, sizeof(who));
	snprintf(text, sizeof(text), "WARNING: a task ends with locks held: %s\n    by %s", held,
		 who);
	machine().report(sim::finding_kind::lockdep, function, text);
}

// As debug_check_no_locks_held(): whoever waits for one of them waits for ever. Spin locks were
// told above, for the preemption that is off.
static void check_no_locks_held(const char *function)
{
	const sim::context &me = *machine().current();

	if (me.locks_held)
		report_locks_held(me, function);
}

// Whoever waits for this task's memory or end is told once, and only one of them.
static void mm_release(task_struct *t)
{
	raw_spin_lock(t->alloc_lock);
	completion *done = t->vfork_done.under(t->alloc_lock);
	t->vfork_done.under(t->alloc_lock) = nullptr;
	if (done)
		complete(*done);
	raw_spin_unlock(t->alloc_lock);
}

void exec_mm_release(task_struct *t)
{
	mm_release(t);
}

static void exit_signals(task_struct *t)
{
	t->flags.change([](unsigned f) { return f | PF_EXITING; },
			{ "exit_signals", "set PF_EXITING in" });
}

// kthreadd ignores SIGCHLD, so a kthread needs no parent to be reaped.
static void release_task(task_struct *t)
{
	put_task_struct_rcu_user(t, "release_task");
}

[[noreturn]] static void do_task_dead(task_struct *t)
{
	sim::machine &m = machine();

	set_special_state(TASK_DEAD, "do_task_dead");
	m.preempt_disable();
	one_step all;
	t->on_rq.write(0, { "do_task_dead", "dequeue: clear" });
	if (the_kernel().hotplug) // in the kernel under this lock, which nobody else looks for
		m.effect(sim::access::rmw, &cpu_rq(smp_processor_id()).lock);
	if (m.tracing())
		t->sleeping_as =
			t->flags.peek() & PF_KTHREAD ? 'X' : 'Z'; // nobody waits for a kthread
	// What the next task does for it once it is off the CPU: nobody can come in between.
	on_cpu(t).before_clear("do_task_dead");
	unlink_task(t);
	all.end();
	put_task_struct_rcu_user(t, "finish_task_switch");
	m.current()->preempt_count = 0;
	queue_changed(smp_processor_id());
	m.finish(true); // others may still refer to it: free_task() lets go
}

void exit_unseen(int code)
{
	sim::machine &m = machine();
	task_struct *me = current;

	check_may_exit("do_exit");
	check_no_locks_held("do_exit");
	me->exit_code = code;
	me->flags.poke(me->flags.peek() | PF_EXITING);
	trace_sched_process_exit(me);
	me->__state.poke(TASK_DEAD);
	me->on_rq.poke(0);
	me->rcu_users.poke(0);
	me->usage.poke(me->usage.peek() - 1);
	if (m.tracing())
		me->sleeping_as = 'Z';
	unlink_task(me);
	m.current()->preempt_count = 0;
	the_kernel().faults->gone(me);
	m.finish(true);
}

void make_task_dead(int signr)
{
	in_function here;

	do_exit(signr);
}

void do_exit(int code)
{
	in_function here;
	task_struct *me = current;

	if (machine().current()->is_interrupt)
		bug("do_exit", "an interrupt handler was killed");
	check_may_exit("do_exit");
	the_kernel().kthreads->kthread_do_exit(me, code);
	me->exit_code = code;
	exit_signals(me);
	// 6.13 tells the waiter before it traces the end; 1351 of 1351 recorded exits agree.
	mm_release(me);
	trace_sched_process_exit(me);
	release_task(me);
	check_no_locks_held("do_exit");
	do_task_dead(me);
}

} // namespace kernel
