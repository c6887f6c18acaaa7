// SPDX-License-Identifier: GPL-2.0-only
// Where tasks may run: masks, the CPUs that are there, and moving a task from one to another.
// It must not know how CPUs come and go. Which task runs next is the machine's business.
#include <cstdio>
#include "model/cpu.hpp"
#include "model/events.hpp"
#include "model/explain.hpp"
#include "model/one_step.hpp"
#include "model/sched.hpp"

namespace kernel {

// ---- choosing ----

static unsigned first_cpu(cpumask mask)
{
	return static_cast<unsigned>(__builtin_ctzll(mask));
}

bool is_cpu_allowed(task_struct *p, unsigned cpu)
{
	if (!(p->cpus_mask.peek() >> cpu & 1))
		return false;
	if (!(p->flags.peek() & PF_KTHREAD))
		return cpu_active(cpu);
	if (the_kernel().kthreads->kthread_is_per_cpu(p))
		return cpu_online(cpu);
	// Any other kthread may come before user tasks do, and has to go as soon as the CPU is to.
	return !cpu_dying(cpu) && cpu_online(cpu);
}

// A thread that was bound to CPUs which are not there: it will run where it was never meant to.
// One that is to stop may come to its end anywhere, and a per-CPU one that is to park anywhere
// too: it is bound again when it is unparked.
static void report_lost_binding(const task_struct *p)
{
	const kthread *k = p->flags.peek() & PF_KTHREAD ? p->worker_private.peek() : nullptr;
	char text[500], who[300];

	if (!k || !(p->flags.peek() & PF_NO_SETAFFINITY))
		return;
	const auto is_set = [flags = k->flags.look()](unsigned nr) { return flags >> nr & 1; };
	if (is_set(KTHREAD_SHOULD_STOP) ||
	    (is_set(KTHREAD_SHOULD_PARK) && is_set(KTHREAD_IS_PER_CPU)))
		return;
	describe_call({ "select_fallback_rq", "" }, "", who, sizeof(who));
	snprintf(text, sizeof(text),
		 "process %d (%s) no longer affine to cpu%u\n"
		 "    it is bound there, but that CPU goes or is away: it gives up its mask\n"
		 "    by %s",
		 p->pid, p->comm, first_cpu(p->cpus_mask.peek()), who);
	machine().report(sim::finding_kind::wrong_cpu, "select_fallback_rq", text);
}

// The mask is given up for good; of a kthread the kernel does not even print that.
unsigned select_fallback_rq(unsigned cpu, task_struct *p)
{
	in_function here;
	const unsigned cpus = machine().config().cpus;

	for (unsigned i = 0; i < cpus; i++)
		if (cpu_to_node(i) == cpu_to_node(cpu) && is_cpu_allowed(p, i))
			return i;
	for (bool given_up = false;; given_up = true) {
		for (unsigned i = 0; i < cpus; i++)
			if (is_cpu_allowed(p, i))
				return i;
		if (given_up)
			bug("select_fallback_rq", "no CPU is there for the task");
		report_lost_binding(p);
		do_set_cpus_allowed(p, cpu_possible_mask());
	}
}

unsigned select_task_rq(task_struct *p, bool is_new)
{
	const cpumask mask = p->cpus_mask.look();
	const auto select = [p, is_new](cpumask among) {
		return is_new ? machine().place(*p->context, among)
			      : machine().select_cpu(*p->context, among);
	};

	if (!the_kernel().hotplug)
		return select(mask);
	sim::cpu_id cpu = select(mask & cpu_active_mask());
	if (cpu == sim::NO_CPU)
		cpu = static_cast<sim::cpu_id>(first_cpu(mask));
	return is_cpu_allowed(p, cpu) ? cpu : select_fallback_rq(task_cpu(p), p);
}

void do_set_cpus_allowed(task_struct *p, cpumask mask)
{
	p->cpus_mask.write(mask, { "do_set_cpus_allowed", "write" });
}

// ---- moving ----

// Between the two locks on_rq stays set: nobody takes the task for asleep.
static void move_queued_task(task_struct *p, unsigned dest_cpu, raw_spinlock_t &rq_lock)
{
	machine().dequeue(*p->context);
	set_task_cpu(p, dest_cpu);
	raw_spin_unlock(rq_lock, "move_queued_task");
	raw_spin_lock(cpu_rq(dest_cpu).lock, "move_queued_task");
	activate_task(p, dest_cpu);
	raw_spin_unlock(cpu_rq(dest_cpu).lock, "move_queued_task");
}

void __migrate_task(task_struct *p, unsigned dest_cpu, raw_spinlock_t &rq_lock)
{
	if (is_cpu_allowed(p, dest_cpu))
		move_queued_task(p, dest_cpu, rq_lock);
	else
		raw_spin_unlock(rq_lock, "__migrate_task");
}

namespace {

// Of who wants a running task elsewhere, and waits for it.
struct set_affinity_pending {
	cpu_stop_work stop_work; // first
	task_struct *task;
	unsigned dest_cpu;
	completion done;

	static const sim::object_type type;
};

const sim::object_field pending_fields[] = { { "done", offsetof(set_affinity_pending, done) } };
const sim::object_type set_affinity_pending::type = { "set_affinity_pending", pending_fields, 1 };

// On the CPU that the task was on when it was asked to leave.
int migration_cpu_stop(void *arg)
{
	in_function here;
	auto &pending = *static_cast<set_affinity_pending *>(arg);
	task_struct *p = pending.task;
	bool complete_it = true;

	// What others have woken for this CPU is queued first, or it would come here afterwards.
	flush_smp_call_function_queue(smp_processor_id());
	raw_spin_lock_irqsave(p->pi_lock);
	raw_spinlock_t &rq_lock = __task_rq_lock(p);
	const unsigned cpu = task_cpu(p);
	const bool may_stay = p->cpus_mask.peek() >> cpu & 1;

	if (!may_stay && cpu == smp_processor_id() && machine().can_move(*p->context)) {
		__migrate_task(p, pending.dest_cpu, rq_lock);
	} else {
		// Asleep it looks for another CPU when it is woken; elsewhere it is followed.
		complete_it = may_stay || cpu == smp_processor_id();
		raw_spin_unlock(rq_lock);
	}
	raw_spin_unlock_irqrestore(p->pi_lock);
	if (complete_it)
		complete_all(pending.done);
	else
		stop_one_cpu_nowait(cpu, migration_cpu_stop, &pending, pending.stop_work);
	return 0;
}

// pi_lock is held, and let go.
void affine_move_task(task_struct *p, unsigned dest_cpu)
{
	in_function here;
	raw_spinlock_t &rq_lock = __task_rq_lock(p);

	if (machine().can_move(*p->context)) {
		move_queued_task(p, dest_cpu, rq_lock);
		raw_spin_unlock_irqrestore(p->pi_lock);
		return;
	}
	const unsigned cpu = task_cpu(p);
	const bool asleep = p->context->state == sim::context_state::asleep;
	const bool leaves = !asleep || p->__state.peek() == TASK_WAKING;
	raw_spin_unlock(rq_lock);
	if (!leaves) {
		raw_spin_unlock_irqrestore(p->pi_lock);
		return;
	}
	on_stack<set_affinity_pending> pending;
	init_completion(pending->done);
	pending->task = p;
	pending->dest_cpu = dest_cpu;
	preempt_disable();
	raw_spin_unlock_irqrestore(p->pi_lock);
	stop_one_cpu_nowait(cpu, migration_cpu_stop, &*pending, pending->stop_work);
	preempt_enable();
	wait_for_completion(pending->done);
}

} // namespace

int set_cpus_allowed_ptr(task_struct *p, cpumask mask, bool check)
{
	in_function here;

	check_live(p, "set_cpus_allowed_ptr");
	raw_spin_lock_irqsave(p->pi_lock);
	// No CPU can go for good while interrupts are off here.
	const cpumask there = p->flags.peek() & PF_KTHREAD ? cpu_online_mask() : cpu_active_mask();
	mask &= cpu_possible_mask();
	// Looked at again under the lock: kthread_bind() may have come in between (25834c73f936).
	if (!(mask & there) || (check && p->flags.peek() & PF_NO_SETAFFINITY)) {
		raw_spin_unlock_irqrestore(p->pi_lock);
		return -EINVAL;
	}
	{
		one_step all;

		do_set_cpus_allowed(p, mask);
	}
	if (mask >> task_cpu(p) & 1)
		raw_spin_unlock_irqrestore(p->pi_lock);
	else
		affine_move_task(p, machine().select_cpu(*p->context, mask & there));
	return 0;
}

} // namespace kernel
