// SPDX-License-Identifier: GPL-2.0-only
// Timers, and where and when one is, as operations.
// Must not know JSON or expectations.
#include "model/boot.hpp"
#include "model/sched.hpp"
#include "model/timer.hpp"
#include "scenarios/interpreter.hpp"

namespace scenario {

using kernel::timer_list;

bool interpreter::other_operation(const instruction &i, value &result)
{
	auto timer = [&]() -> timer_list & { return object<timer_list>(i, 0); };
	auto jiffies = [&](unsigned n) { return static_cast<unsigned long>(number(i, n)); };

	switch (i.row->code) {
	case opcode::timer_setup: {
		const uint32_t variable = i.arguments[0].index;
		const function &f = program_.functions[i.arguments[1].index];

		kernel::timer_setup(timer(), run_timer, f.name.c_str(),
				    static_cast<unsigned>(number(i, 2)));
		timer().user = &state_.variables[variable];
		state_.timer_functions[variable] = i.arguments[1].index;
		return true;
	}
	case opcode::add_timer:
		kernel::add_timer(timer(),
				  i.arguments[1].given() ? jiffies(1) : timer().entry.expires);
		return true;
	case opcode::mod_timer:
		result = value::of(kernel::mod_timer(timer(), jiffies(1)));
		return true;
	case opcode::timer_delete: result = value::of(kernel::timer_delete(timer())); return true;
	case opcode::timer_delete_sync:
		result = value::of(kernel::timer_delete_sync(timer()));
		return true;
	case opcode::timer_pending: result = value::of(kernel::timer_pending(timer())); return true;
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
