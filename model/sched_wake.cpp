// SPDX-License-Identifier: GPL-2.0-only
// try_to_wake_up() and the first wakeup of a new task, step by step.
// It must not know kthreads. Which task runs next is the machine's business.
#include <cstdio>
#include "model/cpu.hpp"
#include "model/deadlock.hpp"
#include "model/events.hpp"
#include "model/one_step.hpp"
#include "model/sched.hpp"

namespace kernel {

// ---- waking ----

// A task that waits frozen keeps its real state aside; a match there is noted and wakes nobody.
static bool ttwu_state_match(task_struct *p, unsigned state, bool &success)
{
	if (p->__state.read_some(state, { "try_to_wake_up", "read" })) {
		success = true;
		return true;
	}
	if (p->saved_state.peek() & state) {
		p->saved_state.write(TASK_RUNNING, { "try_to_wake_up", "write RUNNING to" });
		success = true;
	}
	return false;
}

static void ttwu_do_wakeup(task_struct *p)
{
	p->__state.write(TASK_RUNNING, { "try_to_wake_up", "write RUNNING to" });
	trace_wakeup(sched_wakeup, p, task_cpu(p));
}

void activate_task(task_struct *p, unsigned cpu)
{
	machine().effect(sim::access::read, &p->policy);
	machine().enqueue(*p->context, static_cast<sim::cpu_id>(cpu));
	queue_changed(cpu);
}

// Under the lock of the queue of `cpu`: the task becomes runnable there.
static void ttwu_do_activate(task_struct *p, unsigned cpu)
{
	p->on_rq.write(1, { "try_to_wake_up", "enqueue: set" });
	p->__state.write(TASK_RUNNING, { "try_to_wake_up", "write RUNNING to" });
	p->context->missed_in = nullptr;
	machine().order_before(*p->context);
	activate_task(p, cpu);
	trace_wakeup(sched_wakeup, p, cpu);
}

// It is still queued: a waker only has to take back its wish to sleep.
static bool ttwu_runnable(task_struct *p)
{
	raw_spinlock_t &lock = cpu_rq(task_cpu(p)).lock;
	bool queued;

	raw_spin_lock(lock);
	one_step all;
	queued = p->on_rq.peek();
	if (queued)
		ttwu_do_wakeup(p);
	raw_spin_unlock(lock);
	return queued;
}

// Whether the other CPU shall queue the task itself, so that its lock need not be fetched over.
static bool ttwu_queue_cond(const task_struct *p, unsigned cpu)
{
	// Not while that CPU is on its way, nor where the task may not stay.
	return machine().wakes_remotely(*p->context, static_cast<sim::cpu_id>(cpu)) &&
	       (!the_kernel().stoppers || (cpu_active(cpu) && (p->cpus_mask.peek() >> cpu & 1)));
}

static void ttwu_queue_wakelist(task_struct *p, unsigned cpu)
{
	run_queue_lock &rq = cpu_rq(cpu);

	rq.wake_first.update(
		[&rq, p](task_struct *&first) {
			p->wake_next = nullptr;
			(first ? rq.wake_last->wake_next : first) = p;
			rq.wake_last = p;
		},
		{ "try_to_wake_up", "add to" });
	machine().move(*p->context, static_cast<sim::cpu_id>(cpu));
	machine().send_ipi(static_cast<sim::cpu_id>(cpu), sim::IRQ_CALL);
}

void sched_ttwu_pending(sim::cpu &c)
{
	run_queue_lock &rq = cpu_rq(c.id);
	task_struct *p;

	p = xchg(rq.wake_first, nullptr);
	rq.wake_last = nullptr;
	if (!p)
		return;
	raw_spin_lock(rq.lock);
	while (p) {
		task_struct *next = p->wake_next;

		// Who handed it over may have seen it before it was quite gone from this CPU.
		on_cpu(p).wait_until_clear("sched_ttwu_pending");
		ttwu_do_activate(p, c.id);
		p = next;
	}
	raw_spin_unlock(rq.lock);
}

static void ttwu_queue(task_struct *p, unsigned cpu)
{
	if (ttwu_queue_cond(p, cpu)) {
		ttwu_queue_wakelist(p, cpu);
		return;
	}
	raw_spin_lock(cpu_rq(cpu).lock);
	ttwu_do_activate(p, cpu);
	raw_spin_unlock(cpu_rq(cpu).lock);
}

void set_task_cpu(task_struct *p, unsigned cpu)
{
	if (task_cpu(p) == cpu)
		return;
	trace_sched_migrate_task(p, cpu);
	machine().move(*p->context, static_cast<sim::cpu_id>(cpu));
}

bool is_hung(const task_struct &p, uint64_t now_ns)
{
	constexpr uint64_t HUNG_NS = 120'000'000'000;
	const unsigned state = p.__state.peek();

	return now_ns - p.context->since_ns >= HUNG_NS && (state & TASK_UNINTERRUPTIBLE) &&
	       !(state & (TASK_NOLOAD | TASK_WAKEKILL)) &&
	       p.context->state == sim::context_state::asleep && p.context->frames;
}

// One that is woken at last.
static void check_hung(const task_struct *p)
{
	char text[600];

	if (!is_hung(*p, machine().now_ns())) [[likely]]
		return;
	describe_hung(*p, text, sizeof(text));
	machine().report(sim::finding_kind::hung, "", text);
}

// For the words of a deadlock: this wakeup went by.
static void note_missed(const task_struct *p)
{
	const sim::context &me = *machine().current();

	p->context->missed_from = me.id;
	p->context->missed_in = me.frames ? me.frames->function : "wake_up_process";
}

static int wake_current(task_struct *p, unsigned state)
{
	bool success = false;

	// Nobody else can change the state of a task that is awake: no lock.
	if (ttwu_state_match(p, state, success)) {
		trace_wakeup(sched_waking, p, task_cpu(p));
		ttwu_do_wakeup(p);
	}
	return success;
}

int try_to_wake_up(task_struct *p, unsigned state)
{
	bool success = false;

	machine().objects().prefetch(p);
	check_live(p, "try_to_wake_up");
	sim::machine::expect(*p->context, p->thread_sp);
	preempt_disable();
	if (p == current) {
		success = wake_current(p, state);
		preempt_enable();
		return success;
	}
	raw_spin_lock_irqsave(p->pi_lock);
	one_step all;
	p->context->looked_at = machine().state().steps;
	if (!ttwu_state_match(p, state, success)) {
		note_missed(p);
		goto unlock;
	}
	trace_wakeup(sched_waking, p, task_cpu(p));
	if (p->on_rq.read({ "try_to_wake_up", "read" })) {
		all.end();
		if (ttwu_runnable(p))
			goto unlock;
		all.begin();
	}
	check_hung(p);
	p->__state.write(TASK_WAKING, { "try_to_wake_up", "write WAKING to" });
	if (on_cpu(p).read("try_to_wake_up") && ttwu_queue_cond(p, task_cpu(p))) {
		// It is about to leave its CPU: that CPU queues it again once it has.
		ttwu_queue_wakelist(p, task_cpu(p));
		goto unlock;
	}
	// Pairs with the end of schedule(), where on_cpu is cleared after on_rq.
	on_cpu(p).wait_until_clear("try_to_wake_up");
	{
		const unsigned cpu = select_task_rq(p);

		set_task_cpu(p, cpu);
		ttwu_queue(p, cpu);
	}
unlock:
	raw_spin_unlock_irqrestore(p->pi_lock);
	preempt_enable();
	return success;
}

void wake_up_new_task(task_struct *p)
{
	raw_spin_lock_irqsave(p->pi_lock);
	one_step all;
	p->__state.write(TASK_RUNNING, { "wake_up_new_task", "write RUNNING to" });
	const unsigned cpu = select_task_rq(p, true);
	machine().move(*p->context, static_cast<sim::cpu_id>(cpu));
	raw_spin_lock(cpu_rq(cpu).lock);
	p->on_rq.write(1, { "wake_up_new_task", "enqueue: set" });
	machine().order_before(*p->context);
	activate_task(p, cpu);
	trace_wakeup(sched_wakeup_new, p, cpu);
	raw_spin_unlock(cpu_rq(cpu).lock);
	raw_spin_unlock_irqrestore(p->pi_lock);
}

} // namespace kernel
