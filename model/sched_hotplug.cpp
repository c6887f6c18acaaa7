// SPDX-License-Identifier: GPL-2.0-only
// What the scheduler does with a CPU that comes or goes: who may run there, who is pushed away.
// It must not know kthreads beyond "belongs to one CPU", nor who asks for a CPU to come or go.
#include <cstdio>
#include "model/boot.hpp"
#include "model/cpuhp.hpp"
#include "model/rcu.hpp"
#include "model/sched.hpp"

namespace kernel {

// ---- pushing ----

// Also while it is under way from another queue, whose lock alone is held then.
static bool is_queued_on(const task_struct *t, unsigned cpu)
{
	if (!t->on_rq.look())
		return false;
	machine().effect(sim::access::read, &t->context->state);
	return task_cpu(t) == cpu;
}

unsigned nr_running(unsigned cpu)
{
	unsigned n = 0;

	for (const task_struct *t = the_kernel().first_task; t; t = t->next_task)
		n += is_queued_on(t, cpu);
	return n;
}

static bool is_per_cpu(const task_struct *p)
{
	return the_kernel().kthreads->is_per_cpu_kthread(p);
}

// Whoever has to go, in order of age.
static task_struct *next_to_push(unsigned cpu, int after_pid)
{
	task_struct *t = the_kernel().first_task;

	while (t && !(t->pid > after_pid && is_queued_on(t, cpu) && !is_per_cpu(t)))
		t = t->next_task;
	return t;
}

static void balance_push_set(unsigned cpu, bool on)
{
	raw_spin_lock_irqsave(cpu_rq(cpu).lock);
	WRITE_ONCE(cpuhp_state_of(cpu).balance_push, on);
	queue_changed(cpu);
	raw_spin_unlock_irqrestore(cpu_rq(cpu).lock);
}

// In the stopper: the task that was switched to is queued again by now, or has gone to sleep.
static int __balance_push_cpu_stop(void *arg)
{
	in_function here;
	auto *p = static_cast<task_struct *>(arg);

	raw_spin_lock_irqsave(p->pi_lock);
	raw_spinlock_t &rq_lock = __task_rq_lock(p);
	if (task_cpu(p) == smp_processor_id() && machine().can_move(*p->context))
		__migrate_task(p, select_fallback_rq(task_cpu(p), p), rq_lock);
	else
		raw_spin_unlock(rq_lock);
	raw_spin_unlock_irqrestore(p->pi_lock);
	put_task_struct(p, "__balance_push_cpu_stop");
	return 0;
}

void balance_push(unsigned cpu, task_struct *p)
{
	in_function here;

	if (!cpu_dying(cpu) || the_kernel().kthreads->kthread_is_per_cpu(p))
		return;
	// The stopper goes first as soon as this task is asked for its CPU, which is now.
	get_task_struct(p);
	stop_one_cpu_nowait(cpu, __balance_push_cpu_stop, p, cpuhp_state_of(cpu).push_work);
}

// Without time: all who have to go, themselves switched from by this interrupt.
void balance_push_all(unsigned cpu)
{
	in_function here;
	int pid = 0;

	if (!READ_ONCE(cpuhp_state_of(cpu).balance_push) || !cpu_dying(cpu))
		return;
	while (task_struct *p = next_to_push(cpu, pid)) {
		pid = p->pid;
		get_task_struct(p);
		__balance_push_cpu_stop(p);
	}
	balance_push_idle(cpu);
}

void balance_push_idle(unsigned cpu)
{
	if (task_struct *waiter = READ_ONCE(cpuhp_state_of(cpu).hotplug_wait))
		wake_up_process(waiter);
}

// Until this thread is alone here: who sleeps does not count, and is kept away when woken.
static void balance_hotplug_wait(unsigned cpu)
{
	in_function here;
	cpuhp_cpu_state &st = cpuhp_state_of(cpu);

	WRITE_ONCE(st.hotplug_wait, current);
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		look_unlocked(&cpu_rq(cpu).lock, "balance_hotplug_wait");
		if (nr_running(cpu) == 1)
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	WRITE_ONCE(st.hotplug_wait, nullptr);
}

// ---- states ----

int sched_cpu_activate(unsigned cpu)
{
	in_function here;

	balance_push_set(cpu, false);
	set_cpu_active(cpu, true);
	return 0;
}

int sched_cpu_deactivate(unsigned cpu)
{
	in_function here;

	set_cpu_active(cpu, false);
	balance_push_set(cpu, true);
	// Whoever still saw the CPU active has queued his task by then, and it is pushed away.
	synchronize_rcu();
	return 0;
}

int sched_cpu_wait_empty(unsigned cpu)
{
	balance_hotplug_wait(cpu);
	return 0;
}

// By the stopper, which must be alone: whoever is left belongs to this CPU, and nobody parked him.
int sched_cpu_dying(unsigned cpu)
{
	raw_spin_lock_irqsave(cpu_rq(cpu).lock);
	for (const task_struct *t = the_kernel().first_task; t; t = t->next_task) {
		char text[64];

		if (t == current || !is_queued_on(t, cpu))
			continue;
		snprintf(text, sizeof(text), "%s is left on the dying CPU", t->comm);
		warn("sched_cpu_dying", 0, text);
		break;
	}
	raw_spin_unlock_irqrestore(cpu_rq(cpu).lock);
	return 0;
}

// ---- switches ----

// `pushed`: among whom the CPU has now is one who has to go; nobody: none has it.
static void note_unfinished(sim::cpu &c, bool nobody, bool pushed)
{
	const hotplug_state &h = *the_kernel().hotplug;
	const cpuhp_cpu_state &st = *h.cpu[c.id];
	const bool dying = h.cpu_dying.peek() >> c.id & 1, push = st.balance_push.peek();
	const bool online = h.cpu_online.peek() >> c.id & 1;

	if (nobody ? !online || (push && st.hotplug_wait.peek()) : dying && push && pushed)
		machine().raise(c, sim::IRQ_SWITCH);
}

void cpu_switched(sim::cpu &c, const sim::context *next)
{
	note_unfinished(c, !next, next && !is_per_cpu(static_cast<task_struct *>(next->user)));
}

void queue_changed(unsigned cpu)
{
	sim::machine &m = machine();

	if (!m.free() || !the_kernel().hotplug)
		return;
	const hotplug_state &h = *the_kernel().hotplug;
	const cpuhp_cpu_state &st = *h.cpu[cpu];
	const bool push = st.balance_push.look();
	// Most CPUs neither come nor go, and who is there makes no difference.
	if ((h.cpu_online.look() >> cpu & 1) && !push)
		return;
	m.effect(sim::access::read, &h.cpu_dying);
	m.effect(sim::access::read, &st.hotplug_wait);
	note_unfinished(m.cpu_of(static_cast<sim::cpu_id>(cpu)), !nr_running(cpu),
			next_to_push(cpu, 0));
}

} // namespace kernel
