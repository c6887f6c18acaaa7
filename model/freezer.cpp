// SPDX-License-Identifier: GPL-2.0-only
// Freezing and thawing one task, step by step.
// It must not know workers. Whether a kthread was asked to stop is all it knows of kthreads.
#include "model/freezer.hpp"
#include "model/boot.hpp"
#include "model/sched.hpp"
#include "model/signal.hpp"

namespace kernel {

static freezer_state &freezer()
{
	return the_kernel().freezer;
}

bool freezing(task_struct *p, const char *function)
{
	freezer_state &f = freezer();

	// On a free machine it is no step to look at what nobody changes.
	if (machine().free() && !the_kernel().freezes_tasks)
		return false;
	if (!READ_ONCE(f.active, function))
		return false;
	const unsigned flags = plain_read(p->flags, function);
	if (flags & (PF_NOFREEZE | PF_SUSPEND_TASK))
		return false;
	if (plain_read(f.pm_nosig_freezing, function))
		return true;
	return plain_read(f.pm_freezing, function) && !(flags & PF_KTHREAD);
}

bool kthread_api::frozen(task_struct *p, const char *function)
{
	return READ_ONCE(p->__state, function) & TASK_FROZEN;
}

// ---- by somebody else ----

// Queued, it will run and see for itself. Asleep, it may be frozen where it is only if it said
// that nothing needs it meanwhile.
static bool __set_task_frozen(task_struct *p)
{
	const unsigned state = p->__state.peek();

	if (p->on_rq.peek())
		return false;
	if (!(state & (TASK_FREEZABLE | __TASK_STOPPED | __TASK_TRACED)))
		return false;
	// Others cannot stand the stray wakeup that thawing may be.
	WARN_ON_ONCE((state & TASK_FREEZABLE) && !(state & TASK_NORMAL), 0,
		     { "a freezable sleep that is not a normal one", p }, "__set_task_frozen");
	p->saved_state.write(state, { "__set_task_frozen", "save state in" });
	p->__state.write(TASK_FROZEN, { "__set_task_frozen", "write FROZEN to" });
	return true;
}

bool kthread_api::freeze_task(task_struct *p)
{
	in_function here;
	spinlock_t &lock = freezer().lock;

	raw_spin_lock_irqsave(lock);
	if (!freezing(p) || frozen(p, "freeze_task") || task_call_func(p, __set_task_frozen)) {
		raw_spin_unlock_irqrestore(lock);
		return false;
	}
	if (p->flags.peek() & PF_KTHREAD)
		wake_up_state(p, TASK_NORMAL);
	else
		fake_signal_wake_up(p);
	raw_spin_unlock_irqrestore(lock);
	return true;
}

// What it slept in, unless a wakeup meanwhile has ended that.
static bool __restore_freezer_state(task_struct *p)
{
	const unsigned state = p->saved_state.peek();

	if (state == TASK_RUNNING)
		return false;
	p->__state.write(state, { "__restore_freezer_state", "restore" });
	p->saved_state.write(TASK_RUNNING, { "__restore_freezer_state", "write RUNNING to" });
	return true;
}

void kthread_api::__thaw_task(task_struct *p)
{
	in_function here;
	spinlock_t &lock = freezer().lock;

	raw_spin_lock_irqsave(lock);
	if (!WARN_ON_ONCE(freezing(p), 0, { "the task shall still freeze", p }) &&
	    frozen(p, "__thaw_task") &&
	    !task_call_func(p, __restore_freezer_state))
		wake_up_state(p, TASK_FROZEN);
	raw_spin_unlock_irqrestore(lock);
}

// ---- by the task itself ----

bool kthread_api::__refrigerator(bool check_kthr_stop)
{
	in_function here;
	task_struct *me = current;
	spinlock_t &lock = freezer().lock;
	const unsigned state = READ_ONCE(me->__state);
	bool was_frozen = false;

	WARN_ON_ONCE(state && !(state & TASK_NORMAL), 0, { "frozen in a special state", me });
	for (;;) {
		// A special state. With a stale saved state, thawing would put that back and
		// wake nobody.
		raw_spin_lock_irq(me->pi_lock);
		WRITE_ONCE(me->__state, TASK_FROZEN);
		WRITE_ONCE(me->saved_state, TASK_RUNNING);
		raw_spin_unlock_irq(me->pi_lock);

		raw_spin_lock_irq(lock);
		const bool freeze = freezing(me) &&
				    !(check_kthr_stop && the_kernel().api->kthread_should_stop());
		raw_spin_unlock_irq(lock);
		if (!freeze)
			break;
		was_frozen = true;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return was_frozen;
}

// ---- as the kernel of its time has it ----

bool frozen(task_struct *p, const char *function)
{
	return the_kernel().api->frozen(p, function);
}

bool freeze_task(task_struct *p)
{
	return the_kernel().api->freeze_task(p);
}

void __thaw_task(task_struct *p)
{
	the_kernel().api->__thaw_task(p);
}

bool __refrigerator(bool check_kthr_stop)
{
	return the_kernel().api->__refrigerator(check_kthr_stop);
}

bool try_to_freeze()
{
	in_function here;

	might_sleep();
	return freezing(current) && __refrigerator(false);
}

bool set_freezable()
{
	in_function here;
	task_struct *me = current;
	spinlock_t &lock = freezer().lock;

	might_sleep();
	// Under the lock that freeze_task() holds while it looks at the flag.
	raw_spin_lock_irq(lock);
	me->flags.change([](unsigned f) { return f & ~PF_NOFREEZE; },
			 { "set_freezable", "clear PF_NOFREEZE in" });
	raw_spin_unlock_irq(lock);
	return try_to_freeze();
}

} // namespace kernel
