// SPDX-License-Identifier: GPL-2.0-only
// Sending signals and looking for them.
// It must not know kthreads.
#include "model/signal.hpp"
#include "model/sched.hpp"

namespace kernel {

static uint64_t bit_of(int sig)
{
	return uint64_t{ 1 } << (sig - 1);
}

void set_tsk_thread_flag(task_struct *p, unsigned flag, const char *function)
{
	set_bit(flag, p->thread_flags, function);
}

// A user task has no handlers here: what it does not ignore kills it.
static bool is_fatal(int sig, const task_struct *p)
{
	return sig == SIGKILL || !(p->flags.peek() & PF_KTHREAD);
}

// What a task that has said nothing ignores.
static bool is_harmless(int sig)
{
	return sig == SIGCHLD || sig == SIGCONT || sig == SIGURG || sig == SIGWINCH;
}

// SIGKILL cannot be ignored by a user task; a kthread ignores all it did not allow.
static bool is_ignored(int sig, task_struct *p)
{
	if (sig == SIGKILL && !(p->flags.peek() & PF_KTHREAD))
		return false;
	if (p->blocked.seen_under(p->siglock) & bit_of(sig))
		return false;
	if (!(p->flags.peek() & PF_KTHREAD) && is_harmless(sig))
		return true;
	return p->ignored.seen_under(p->siglock) & bit_of(sig);
}

int send_sig(int sig, task_struct *p)
{
	in_function here;
	bool deliver = false;

	check_live(p, "send_sig");
	if (p->flags.read({ "send_sig", "read" }) & PF_EXITING)
		return -ESRCH;
	if (sig < 1 || sig > SIGNALS)
		return sig ? -EINVAL : 0; // 0 only asks whether it is there
	raw_spin_lock_irqsave(p->siglock);
	const bool fatal = is_fatal(sig, p);
	if (!is_ignored(sig, p)) {
		p->pending.under(p->siglock) |= bit_of(fatal ? SIGKILL : sig);
		deliver = !(p->blocked.seen_under(p->siglock) & bit_of(sig));
	}
	if (deliver) {
		set_tsk_thread_flag(p, TIF_SIGPENDING);
		wake_up_state(p, TASK_INTERRUPTIBLE | (fatal ? unsigned{ TASK_WAKEKILL } : 0u));
	}
	raw_spin_unlock_irqrestore(p->siglock);
	return 0;
}

void fake_signal_wake_up(task_struct *p)
{
	raw_spin_lock_irqsave(p->siglock);
	set_tsk_thread_flag(p, TIF_SIGPENDING);
	wake_up_state(p, TASK_INTERRUPTIBLE);
	raw_spin_unlock_irqrestore(p->siglock);
}

void allow_signal(int sig)
{
	task_struct *me = current;

	raw_spin_lock_irq(me->siglock);
	me->ignored.under(me->siglock) &= ~bit_of(sig);
	// It may have come already.
	if (me->blocked.seen_under(me->siglock) & me->pending.peek() & bit_of(sig))
		set_tsk_thread_flag(me, TIF_SIGPENDING);
	me->blocked.under(me->siglock) &= ~bit_of(sig);
	raw_spin_unlock_irq(me->siglock);
}

void disallow_signal(int sig)
{
	task_struct *me = current;

	raw_spin_lock_irq(me->siglock);
	me->ignored.under(me->siglock) |= bit_of(sig);
	me->pending.under(me->siglock) &= ~bit_of(sig);
	if (!me->pending.peek())
		clear_bit(TIF_SIGPENDING, me->thread_flags);
	raw_spin_unlock_irq(me->siglock);
}

void flush_signals(task_struct *p)
{
	raw_spin_lock_irqsave(p->siglock);
	clear_bit(TIF_SIGPENDING, p->thread_flags);
	p->pending.under(p->siglock) = 0;
	raw_spin_unlock_irqrestore(p->siglock);
}

void ignore_signals(task_struct *p)
{
	raw_spin_lock_irqsave(p->siglock);
	p->ignored.under(p->siglock) = ~uint64_t{ 0 };
	p->pending.under(p->siglock) = 0;
	raw_spin_unlock_irqrestore(p->siglock);
}

void block_signals()
{
	task_struct *me = current;

	raw_spin_lock_irq(me->siglock);
	me->blocked.under(me->siglock) = ~uint64_t{ 0 };
	clear_bit(TIF_SIGPENDING, me->thread_flags);
	raw_spin_unlock_irq(me->siglock);
}

bool signal_pending(task_struct *p, const char *function)
{
	const unsigned long flags = p->thread_flags.read({ function, "read" });

	return flags & (1ul << TIF_SIGPENDING | 1ul << TIF_NOTIFY_SIGNAL);
}

bool fatal_signal_pending(task_struct *p, const char *function)
{
	return signal_pending(p, function) && p->pending.look() & bit_of(SIGKILL);
}

bool signal_pending_state(unsigned state, task_struct *p)
{
	if (!(state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL)))
		return false;
	if (!signal_pending(p, "signal_pending_state"))
		return false;
	return (state & TASK_INTERRUPTIBLE) || (p->pending.look() & bit_of(SIGKILL));
}

} // namespace kernel
