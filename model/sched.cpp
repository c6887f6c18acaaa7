// SPDX-License-Identifier: GPL-2.0-only
// schedule() and wait_task_inactive(), step by step; nodes and policy.
// It must not know kthreads. Which task runs next is the machine's business.
#include "model/sched.hpp"
#include "model/events.hpp"
#include "model/lockdep.hpp"
#include "model/one_step.hpp"
#include "model/signal.hpp"

namespace kernel {

using sim::access;

unsigned task_cpu(const task_struct *p)
{
	return p->context->cpu;
}

unsigned smp_processor_id()
{
	return machine().this_cpu().id;
}

unsigned long jiffies()
{
	return machine().jiffies();
}

int cpu_to_node(unsigned cpu)
{
	return machine().config().node_of_cpu[cpu];
}

int memory_node(int node)
{
	const sim::machine_config &c = machine().config();
	const unsigned from =
		static_cast<unsigned>(node < 0 ? cpu_to_node(smp_processor_id()) : node);
	unsigned best = from;

	for (unsigned n = 0; n < c.nodes; n++) {
		const bool nearer = !(c.nodes_with_memory >> best & 1) ||
				    c.distance[from][n] < c.distance[from][best];

		if ((c.nodes_with_memory >> n & 1) && nearer)
			best = n;
	}
	return static_cast<int>(best);
}

cpumask cpu_possible_mask()
{
	const unsigned n = machine().config().cpus;

	return n == sim::CPUS_MAX ? ~cpumask{ 0 } : cpumask_of(n) - 1;
}

cpumask cpumask_of_node(int node)
{
	cpumask mask = 0;

	for (unsigned i = 0; i < machine().config().cpus; i++)
		if (cpu_to_node(i) == node)
			mask |= cpumask_of(i);
	return mask;
}

// ---- states ----

static void write_state(unsigned state, sim::label where)
{
	current->__state.write(state, where);
	if (machine().check() != sim::checking::off)
		machine().current()->state_set_at = machine().current()->operations;
}

void set_current_state(unsigned state, const char *function)
{
	write_state(state, { function, "set_current_state" });
}

void __set_current_state(unsigned state, const char *function)
{
	write_state(state, { function, "__set_current_state" });
}

void set_special_state(unsigned state, const char *function)
{
	task_struct *me = current;

	raw_spin_lock_irqsave(me->pi_lock, function);
	one_step all;
	me->__state.write(state, { function, "set_special_state" });
	raw_spin_unlock_irqrestore(me->pi_lock, function);
}

// ---- sleeping ----

void context_switched(sim::cpu &c, sim::context *prev, sim::context *next)
{
	if (machine().tracing())
		trace_sched_switch(c, prev ? static_cast<task_struct *>(prev->user) : nullptr,
				   next ? static_cast<task_struct *>(next->user) : nullptr);
}

// What is of no consequence; in a search it would keep equal states from being equal bytes.
static void note_switch(task_struct *prev, unsigned state)
{
	sim::machine &m = machine();

	if (m.tracing())
		prev->sleeping_as = static_cast<unsigned char>(task_state_to_char(state));
	if (m.free() || state == TASK_RUNNING)
		return;
	prev->nvcsw++;
	prev->thread_sp = __builtin_frame_address(0);
}

// Interrupts that are off are not looked at here: they are on when schedule() returns.
static void check_may_schedule()
{
	const sim::context &me = *machine().current();

	if (me.preempt_count || me.is_interrupt)
		fail_atomic("BUG: scheduling while atomic: ", "schedule");
}

// Whoever gets the CPU back may at once be asked for it again.
static void give_way(task_struct *prev)
{
	do {
		note_switch(prev, TASK_RUNNING);
		machine().yield(false);
	} while (machine().this_cpu().need_resched);
}

// The state is read once, under the queue's lock. From there on a waker finds either on_rq still
// set (and makes us stay), or cleared and then waits for on_cpu to be.
static void sleep_or_stay()
{
	task_struct *prev = current;
	sim::context &me = *prev->context;
	raw_spinlock_t &lock = cpu_rq(smp_processor_id()).lock;
	bool sleeps = false;

	me.slept_blindly = me.state_set_at == me.operations && me.operations;
	one_step all;
	raw_spin_lock_irq(lock, "schedule");
	const unsigned state = prev->__state.read({ "schedule", "read" });
	if (state != TASK_RUNNING) {
		if (signal_pending_state(state, prev)) {
			prev->__state.write(TASK_RUNNING, { "schedule", "write RUNNING to" });
		} else {
			prev->on_rq.write(0, { "schedule", "dequeue: clear" });
			sleeps = true;
		}
	}
	if (!sleeps) {
		raw_spin_unlock_irq(lock, "schedule");
		all.end();
		give_way(prev);
		return;
	}
	note_switch(prev, state);
	the_kernel().kthreads->finish_task_switch(prev, state);
	// The next task's first act: on_cpu is cleared, then the queue's lock is free.
	on_cpu(prev).before_clear("schedule");
	lock.owner = 0;
	machine().effect(access::unlock, &lock);
	if (machine().check() != sim::checking::off)
		lockdep_release(&lock);
	me.preempt_count = 0;
	me.irqs_off = 0;
	queue_changed(smp_processor_id());
	all.end();
	machine().sleep();
	if (machine().this_cpu().need_resched)
		give_way(prev);
}

void schedule()
{
	in_function here;

	check_may_schedule();
	// What the caller did before lies on his stack still, where a sleeper would keep it.
	on_clean_stack(sleep_or_stay);
}

void sleep_unseen()
{
	task_struct *me = current;

	me->__state.poke(TASK_INTERRUPTIBLE);
	me->on_rq.poke(0);
	note_switch(me, TASK_INTERRUPTIBLE);
	queue_changed(smp_processor_id());
	machine().sleep();
}

void schedule_preempt_disabled()
{
	preempt_enable_no_resched();
	schedule();
	preempt_disable();
}

int cond_resched()
{
	check_may_sleep("cond_resched");
	return machine().resched_point(true);
}

const sim::object_type timed_call::type = { "timed call" };

static void wake_sleeper(timed_call &call)
{
	auto *p = static_cast<task_struct *>(call.alarm.user);

	wake_up_process(p);
}

bool schedule_hrtimeout(uint64_t ns)
{
	on_stack<timed_call> call{ "schedule_hrtimeout" };
	sim::machine &m = machine();

	call->function = wake_sleeper;
	call->alarm.user = current;
	m.arm_alarm(call->alarm, m.this_cpu().id, m.now_ns() + ns);
	schedule();
	return !m.cancel_alarm(call->alarm);
}

void usleep_range(uint64_t, uint64_t max_us)
{
	in_function here;
	const uint64_t end_ns = machine().now_ns() + max_us * 1000;

	do {
		__set_current_state(TASK_UNINTERRUPTIBLE);
	} while (!schedule_hrtimeout(end_ns - machine().now_ns()));
}

// ---- waiting until a task is off its CPU ----

// A task may move while its queue's lock is waited for: look again.
raw_spinlock_t &__task_rq_lock(task_struct *p, const char *function)
{
	for (;;) {
		const unsigned cpu = task_cpu(p);

		raw_spin_lock(cpu_rq(cpu).lock, function);
		check_live(p, function);
		if (cpu == task_cpu(p))
			return cpu_rq(cpu).lock;
		raw_spin_unlock(cpu_rq(cpu).lock, function);
	}
}

struct sought_state {
	const task_struct *p;
	unsigned state;

	bool operator()() const
	{
		return (p->__state.peek() & state) || (p->saved_state.peek() & state);
	}
};

struct off_cpu_or_other {
	const sought_state &matches;

	// One that was freed is not waited for: the step comes, and finds it.
	bool operator()() const { return !matters() || !matches.p->context->on_cpu; }
	bool matters() const { return machine().objects().is_live(matches.p) && matches(); }
	void describe(sim::op &o) const
	{
		if (matters())
			o.touches[0].kind = access::pass; // see wait_until_clear()
		matches.p->__state.add_look(matches.state, o);
		o.touches[o.count++] = { machine().id(&matches.p->saved_state), access::read };
	}
};

unsigned long wait_task_inactive(task_struct *p, unsigned match_state)
{
	in_function here;
	constexpr unsigned long matched = 1ul << 63;

	const sought_state matches{ p, match_state };
	for (;;) {
		check_live(p, "wait_task_inactive");
		on_cpu(p).wait_until(off_cpu_or_other{ matches }, "wait_task_inactive");
		check_live(p, "wait_task_inactive");
		if (p->context->on_cpu)
			return 0;
		raw_spin_lock_irqsave(p->pi_lock);
		raw_spinlock_t &lock = __task_rq_lock(p, "task_rq_lock");
		const bool running = on_cpu(p).look();
		const unsigned state = p->__state.read({ "wait_task_inactive", "read" });
		const bool saved = !(state & match_state) && (p->saved_state.peek() & match_state);
		const bool queued = p->on_rq.peek() || saved;
		const unsigned long switches = matches() ? p->nvcsw | matched : 0;
		raw_spin_unlock(lock);
		raw_spin_unlock_irqrestore(p->pi_lock);
		if (!switches)
			return 0;
		if (running)
			continue;
		if (!queued)
			return switches;
		current->slept_a_tick = true;
		set_current_state(TASK_UNINTERRUPTIBLE);
		schedule_hrtimeout(machine().config().clock.tick_ns());
	}
}

// Without its queue's lock only a task that has left its CPU for good.
static bool task_needs_rq_lock(task_struct *p)
{
	const unsigned state = READ_ONCE(p->__state, "task_call_func");

	if (state == TASK_RUNNING || state == TASK_WAKING || READ_ONCE(p->on_rq, "task_call_func"))
		return true;
	on_cpu(p).wait_until_clear("task_call_func");
	return false;
}

bool task_call_func(task_struct *p, bool (*func)(task_struct *))
{
	raw_spin_lock_irqsave(p->pi_lock);
	raw_spinlock_t *rq_lock = task_needs_rq_lock(p) ? &__task_rq_lock(p) : nullptr;
	const bool result = func(p);

	if (rq_lock)
		raw_spin_unlock(*rq_lock);
	raw_spin_unlock_irqrestore(p->pi_lock);
	return result;
}

// ---- how it may run ----

void sched_setscheduler_nocheck(task_struct *p, int policy, int rt_priority)
{
	in_function here;

	raw_spin_lock_irqsave(p->pi_lock);
	one_step all;
	if (p != current)
		all.end(); // another may be freed in between
	p->policy.write(policy, { "sched_setscheduler", "write" });
	machine().effect(access::write, &p->prio);
	p->prio = policy == SCHED_NORMAL ? sim::PRIO_DEFAULT : 99 - rt_priority;
	machine().set_priority(*p->context, p->prio);
	raw_spin_unlock_irqrestore(p->pi_lock);
}

} // namespace kernel
