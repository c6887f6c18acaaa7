// SPDX-License-Identifier: GPL-2.0-only
// Memory, and where and when one is, as operations.
// Must not know JSON or expectations.
#include "model/boot.hpp"
#include "model/sched.hpp"
#include "scenarios/interpreter.hpp"

namespace scenario {

bool interpreter::other_operation(const instruction &i, value &result)
{
	switch (i.row->code) {
	case opcode::kmalloc: {
		int error = 0;
		const int64_t bytes = number(i, 0);

		// Nobody looks into it, so that a page stands for whatever is larger.
		if (bytes > 0 && !kernel::machine().objects().nearly_full() &&
		    !kernel::should_fail("kmalloc", error))
			result = value::of(
				value_kind::memory,
				kernel::machine().allocate(&memory_block::type,
							   static_cast<size_t>(std::clamp<int64_t>(
								   bytes, sizeof(memory_block),
								   sim::OBJECT_BYTES_MAX)),
							   "kmalloc"));
		return true;
	}
	case opcode::kfree: kernel::kfree(evaluate(i.arguments[0]).pointer, "kfree"); return true;
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
