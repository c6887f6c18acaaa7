// SPDX-License-Identifier: GPL-2.0-only
// The freezer, as operations.
// Must not know JSON or expectations.
#include "model/boot.hpp"
#include "scenarios/interpreter.hpp"

namespace scenario {

bool interpreter::freezer_operation(const instruction &i, value &result)
{
	switch (i.row->code) {
	case opcode::kthread_freezable_should_stop: {
		bool was_frozen = false;

		result = value::of(
			kernel::the_kernel().api->kthread_freezable_should_stop(&was_frozen));
		store(i.arguments[0], value::of(was_frozen));
		return true;
	}
	case opcode::set_freezable: result = value::of(kernel::set_freezable()); return true;
	case opcode::try_to_freeze: result = value::of(kernel::try_to_freeze()); return true;
	case opcode::freezing:
		result = value::of(kernel::freezing(task(i, 0), "freezing"));
		return true;
	case opcode::frozen: result = value::of(kernel::frozen(task(i, 0), "frozen")); return true;
	case opcode::freeze_processes: result = value::of(kernel::freeze_processes()); return true;
	case opcode::freeze_kernel_threads:
		result = value::of(kernel::freeze_kernel_threads());
		return true;
	case opcode::thaw_processes: kernel::thaw_processes(); return true;
	case opcode::thaw_kernel_threads: kernel::thaw_kernel_threads(); return true;
	case opcode::pm_freeze_timeout:
		kernel::plain_write(kernel::the_kernel().freezer.timeout_msecs,
				    static_cast<unsigned>(number(i, 0)), "pm_freeze_timeout");
		return true;
	default: return false;
	}
}

} // namespace scenario
