// SPDX-License-Identifier: GPL-2.0-only
// States, sleeping, waking, affinity, references and signals, as operations.
// Must not know JSON or expectations.
#include "model/boot.hpp"
#include "model/sched.hpp"
#include "model/signal.hpp"
#include "model/timer.hpp"
#include "scenarios/interpreter.hpp"

namespace scenario {

using kernel::task_struct;

static value timeout_result(long rest)
{
	return value::of(rest);
}

bool interpreter::sched_operation(const instruction &i, value &result)
{
	auto state = [&](unsigned n) { return static_cast<unsigned>(number(i, n)); };
	auto sleep_in = [&](unsigned s) {
		result = timeout_result(kernel::schedule_timeout_state(number(i, 0), s));
	};
	auto signal = [&] { return static_cast<int>(number(i, 0)); };
	auto task_and_mask = [&] {
		return in_order{ task(i, 0), static_cast<kernel::cpumask>(number(i, 1)) };
	};

	switch (i.row->code) {
	case opcode::set_current_state:
		kernel::set_current_state(state(0), "set_current_state");
		return true;
	case opcode::set_current_state_unordered:
		kernel::__set_current_state(state(0), "__set_current_state");
		return true;
	case opcode::set_special_state:
		kernel::set_special_state(state(0), "set_special_state");
		return true;
	case opcode::schedule: kernel::schedule(); return true;
	case opcode::schedule_timeout:
		result = timeout_result(kernel::schedule_timeout(number(i, 0)));
		return true;
	case opcode::schedule_timeout_interruptible:
		sleep_in(kernel::TASK_INTERRUPTIBLE);
		return true;
	case opcode::schedule_timeout_uninterruptible:
		sleep_in(kernel::TASK_UNINTERRUPTIBLE);
		return true;
	case opcode::schedule_timeout_killable: sleep_in(kernel::TASK_KILLABLE); return true;
	case opcode::schedule_timeout_idle: sleep_in(kernel::TASK_IDLE); return true;
	case opcode::msleep: kernel::msleep(static_cast<unsigned>(number(i, 0))); return true;
	case opcode::msleep_interruptible:
		result = value::of(static_cast<int64_t>(
			kernel::msleep_interruptible(static_cast<unsigned>(number(i, 0)))));
		return true;
	case opcode::cond_resched: result = value::of(kernel::cond_resched()); return true;
	case opcode::might_sleep: kernel::might_sleep("might_sleep"); return true;
	case opcode::wake_up_process:
		result = value::of(kernel::wake_up_process(task(i, 0)));
		return true;
	case opcode::wake_up_state:
		result = value::of(kernel::wake_up_state(task(i, 0), state(1)));
		return true;
	case opcode::wait_task_inactive: {
		const unsigned match = state(1);

		result =
			value::of(kernel::wait_task_inactive(task(i, 0), match ? match : ~0u) != 0);
		return true;
	}
	case opcode::set_cpus_allowed_ptr:
		result = value::of(task_and_mask().into([](auto *p, kernel::cpumask mask) {
			return kernel::set_cpus_allowed_ptr(p, mask);
		}));
		return true;
	case opcode::sched_setaffinity:
		result = value::of(task_and_mask().into([](auto *p, kernel::cpumask mask) {
			return kernel::the_kernel().api->sched_setaffinity(p, mask);
		}));
		return true;
	case opcode::cpuset_lock: kernel::the_kernel().api->cpuset_lock(); return true;
	case opcode::cpuset_unlock: kernel::the_kernel().api->cpuset_unlock(); return true;
	case opcode::sched_setscheduler:
		in_order{ task(i, 0), number(i, 1), number(i, 2) }.into(
			[](auto *p, auto policy, auto priority) {
				kernel::sched_setscheduler_nocheck(p, static_cast<int>(policy),
								   static_cast<int>(priority));
			});
		return true;
	case opcode::get_task_struct:
		kernel::get_task_struct(task(i, 0), "get_task_struct");
		return true;
	case opcode::put_task_struct:
		kernel::put_task_struct(task(i, 0), "put_task_struct");
		return true;
	case opcode::send_sig:
		result = value::of(kernel::send_sig(signal(), task(i, 1)));
		return true;
	case opcode::allow_signal: kernel::allow_signal(signal()); return true;
	case opcode::disallow_signal: kernel::disallow_signal(signal()); return true;
	case opcode::signal_pending:
		result = value::of(kernel::signal_pending(task(i, 0), "signal_pending"));
		return true;
	case opcode::fatal_signal_pending:
		result =
			value::of(kernel::fatal_signal_pending(task(i, 0), "fatal_signal_pending"));
		return true;
	case opcode::flush_signals: kernel::flush_signals(task(i, 0)); return true;
	default: return false;
	}
}

} // namespace scenario
