// SPDX-License-Identifier: GPL-2.0-only
// The freezer before 6.1: who is frozen says so with a flag, and sleeps as any other does.
// It must not know workers. Whether a kthread was asked to stop is all it knows of kthreads.
#include "model/boot.hpp"
#include "model/kthread_4_9.hpp"
#include "model/signal.hpp"

namespace kernel {

bool kthread_4_9::frozen(task_struct *p, const char *function)
{
	return plain_read(p->flags, function) & PF_FROZEN;
}

bool kthread_4_9::freeze_task(task_struct *p)
{
	in_function here;
	spinlock_t &lock = the_kernel().freezer.lock;

	raw_spin_lock_irqsave(lock);
	const bool told = freezing(p) && !frozen(p, "freeze_task");
	if (told && p->flags.peek() & PF_KTHREAD)
		wake_up_state(p, TASK_INTERRUPTIBLE);
	else if (told)
		fake_signal_wake_up(p);
	raw_spin_unlock_irqrestore(lock);
	return told;
}

void kthread_4_9::__thaw_task(task_struct *p)
{
	in_function here;
	spinlock_t &lock = the_kernel().freezer.lock;

	raw_spin_lock_irqsave(lock);
	if (frozen(p, "__thaw_task"))
		wake_up_process(p);
	raw_spin_unlock_irqrestore(lock);
}

// Any wakeup of a normal sleep makes it look again, a stop as well as a thaw.
bool kthread_4_9::__refrigerator(bool check_kthr_stop)
{
	in_function here;
	task_struct *me = current;
	spinlock_t &lock = the_kernel().freezer.lock;
	const unsigned saved = READ_ONCE(me->__state);
	bool was_frozen = false;

	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		raw_spin_lock_irq(lock);
		const bool freeze = freezing(me) && !(check_kthr_stop && kthread_should_stop());
		me->flags.update([=](unsigned &f) { f = freeze ? f | PF_FROZEN : f & ~PF_FROZEN; },
				 { "__refrigerator", "change PF_FROZEN in" });
		raw_spin_unlock_irq(lock);
		if (!freeze)
			break;
		was_frozen = true;
		schedule();
	}
	set_current_state(saved);
	return was_frozen;
}

} // namespace kernel
