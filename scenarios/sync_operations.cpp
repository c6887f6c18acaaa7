// SPDX-License-Identifier: GPL-2.0-only
// Completions, wait queues and mutexes, as operations.
// Must not know JSON or expectations.
#include "model/sched.hpp"
#include "model/signal.hpp"
#include "model/timer.hpp"
#include "scenarios/interpreter.hpp"

namespace scenario {

using namespace kernel;
using kernel::mutex;

// The rest of the timeout (at least 1) when the condition holds, 0 when time ran out,
// -ERESTARTSYS for a signal that the state lets through.
long interpreter::wait_event(const instruction &i, unsigned state, long timeout)
{
	auto &q = object<wait_queue_head>(i, 0);
	const uint32_t wanted = i.arguments[1].index;

	might_sleep("wait_event");
	if (holds(wanted))
		return timeout ? timeout : 1;
	on_stack<wait_entry> w{ "wait_event" };
	for (;;) {
		prepare_to_wait(q, *w, state);
		if (holds(wanted)) {
			timeout = timeout ? timeout : 1;
			break;
		}
		if (!timeout)
			break;
		if (signal_pending_state(state, current)) {
			timeout = -ERESTARTSYS;
			break;
		}
		note_waiting(wait_kind::wait_queue, &q);
		timeout = schedule_timeout(timeout);
	}
	note_waited();
	finish_wait(q, *w);
	return timeout;
}

static value wait_result(long rest)
{
	return value::of(rest < 0 ? rest : 0);
}

bool interpreter::sync_operation(const instruction &i, value &result)
{
	auto take = [&](unsigned state, const char *function) {
		result = value::of(mutex_lock_common(object<mutex>(i, 0), state, function));
	};
	auto wake = [&](unsigned states, unsigned count) {
		wake_up(object<wait_queue_head>(i, 0), states, count);
	};

	switch (i.row->code) {
	case opcode::init_completion: init_completion(completion(i)); return true;
	case opcode::reinit_completion: reinit_completion(completion(i)); return true;
	case opcode::complete: complete(completion(i)); return true;
	case opcode::complete_all: complete_all(completion(i)); return true;
	case opcode::wait_for_completion: wait_for_completion(completion(i)); return true;
	case opcode::wait_for_completion_timeout:
		result = value::of(static_cast<int64_t>(wait_for_completion_timeout(
			completion(i), static_cast<unsigned long>(number(i, 1)))));
		return true;
	case opcode::wait_for_completion_interruptible:
		result = value::of(wait_for_completion_interruptible(completion(i)));
		return true;
	case opcode::wait_for_completion_killable:
		result = value::of(wait_for_completion_killable(completion(i)));
		return true;
	case opcode::try_wait_for_completion:
		result = value::of(try_wait_for_completion(completion(i)));
		return true;
	case opcode::completion_done:
		result = value::of(completion_done(completion(i)));
		return true;
	case opcode::mutex_lock: take(TASK_UNINTERRUPTIBLE, "mutex_lock"); return true;
	case opcode::mutex_lock_interruptible:
		take(TASK_INTERRUPTIBLE, "mutex_lock_interruptible");
		return true;
	case opcode::mutex_lock_killable: take(TASK_KILLABLE, "mutex_lock_killable"); return true;
	case opcode::mutex_trylock:
		result = value::of(mutex_trylock(object<mutex>(i, 0)));
		return true;
	case opcode::mutex_unlock: mutex_unlock(object<mutex>(i, 0)); return true;
	case opcode::wait_event:
		wait_event(i, TASK_UNINTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
		return true;
	case opcode::wait_event_interruptible:
		result = wait_result(wait_event(i, TASK_INTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT));
		return true;
	case opcode::wait_event_killable:
		result = wait_result(wait_event(i, TASK_KILLABLE, MAX_SCHEDULE_TIMEOUT));
		return true;
	case opcode::wait_event_timeout:
		result = value::of(wait_event(i, TASK_UNINTERRUPTIBLE, number(i, 2)));
		return true;
	case opcode::wait_event_freezable:
		result = wait_result(
			wait_event(i, TASK_INTERRUPTIBLE | TASK_FREEZABLE, MAX_SCHEDULE_TIMEOUT));
		return true;
	case opcode::wait_event_freezable_timeout:
		result =
			value::of(wait_event(i, TASK_INTERRUPTIBLE | TASK_FREEZABLE, number(i, 2)));
		return true;
	case opcode::wake_up:
		wake(TASK_NORMAL, 0); // none of these waiters is an exclusive one
		return true;
	case opcode::wake_up_all: wake(TASK_NORMAL, 0); return true;
	case opcode::wake_up_interruptible: wake(TASK_INTERRUPTIBLE, 0); return true;
	default: return false;
	}
}

bool interpreter::lock_operation(const instruction &i, value &result)
{
	switch (i.row->code) {
	case opcode::spin_lock:
	case opcode::raw_spin_lock: raw_spin_lock(lock(i), i.row->name); return true;
	case opcode::spin_unlock:
	case opcode::raw_spin_unlock: raw_spin_unlock(lock(i), i.row->name); return true;
	case opcode::spin_lock_irq:
	case opcode::spin_lock_irqsave:
	case opcode::raw_spin_lock_irq:
	case opcode::raw_spin_lock_irqsave: raw_spin_lock_irq(lock(i), i.row->name); return true;
	case opcode::spin_unlock_irq:
	case opcode::spin_unlock_irqrestore:
	case opcode::raw_spin_unlock_irq:
	case opcode::raw_spin_unlock_irqrestore:
		raw_spin_unlock_irq(lock(i), i.row->name);
		return true;
	case opcode::spin_trylock:
	case opcode::raw_spin_trylock:
		result = value::of(raw_spin_trylock(lock(i), i.row->name));
		return true;
	case opcode::local_irq_disable: local_irq_disable(); return true;
	case opcode::local_irq_enable: local_irq_enable(); return true;
	case opcode::irqs_disabled:
		result = value::of(kernel::machine().irqs_disabled());
		return true;
	case opcode::preempt_disable: preempt_disable(); return true;
	case opcode::preempt_enable: preempt_enable(); return true;
	default: return false;
	}
}

} // namespace scenario
