// SPDX-License-Identifier: GPL-2.0-only
// Where and when one is, as operations.
// Must not know JSON or expectations.
#include "model/boot.hpp"
#include "model/sched.hpp"
#include "scenarios/interpreter.hpp"

namespace scenario {

bool interpreter::other_operation(const instruction &i, value &result)
{
	switch (i.row->code) {
	case opcode::smp_processor_id: result = value::of(kernel::smp_processor_id()); return true;
	case opcode::current_node:
		result = value::of(kernel::cpu_to_node(kernel::smp_processor_id()));
		return true;
	case opcode::jiffies:
		result = value::of(static_cast<int64_t>(kernel::jiffies()));
		return true;
	default: return false;
	}
}

} // namespace scenario
