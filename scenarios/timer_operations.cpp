// SPDX-License-Identifier: GPL-2.0-only
// Timers, as operations.
// Must not know JSON or expectations.
#include "model/timer.hpp"
#include "scenarios/interpreter.hpp"

namespace scenario {

using kernel::machine;
using kernel::timer_list;

void run_timer(kernel::timer_list &timer)
{
	scenario_state &state = running_state();
	const auto variable =
		static_cast<uint32_t>(static_cast<void **>(timer.user) - state.variables);
	const function &f = state.program->functions[state.timer_functions[variable]];
	const registers_of_call own(*state.program, f.scope);
	kernel::in_function here(f.name.c_str());

	count_up(state, state.timer_runs[variable]);
	interpreter(state, *own).run_body(f.body);
}

void interpreter::setup_timer(const instruction &i, timer_list &t)
{
	const uint32_t variable = i.arguments[0].index;
	const uint32_t function = i.arguments[1].index;

	kernel::timer_setup(t, run_timer, program_.functions[function].name.c_str(),
			    static_cast<unsigned>(number(i, 2)));
	t.user = &state_.variables[variable];
	state_.timer_functions[variable] = function;
}

bool interpreter::timer_operation(const instruction &i, value &result)
{
	auto timer = [&]() -> timer_list & { return object<timer_list>(i, 0); };
	auto jiffies = [&](unsigned n) { return static_cast<unsigned long>(number(i, n)); };
	// timer->expires may have been stored there before.
	auto expires = [&](unsigned n) {
		return i.arguments[n].given() ? jiffies(n) : timer().entry.expires;
	};

	switch (i.row->code) {
	case opcode::timer_setup: setup_timer(i, timer()); return true;
	case opcode::add_timer: kernel::add_timer(timer(), expires(1)); return true;
	case opcode::add_timer_on:
		kernel::add_timer_on(timer(), expires(2), cpu(i, 1));
		return true;
	case opcode::add_timer_local: kernel::add_timer_local(timer(), expires(1)); return true;
	case opcode::add_timer_global: kernel::add_timer_global(timer(), expires(1)); return true;
	case opcode::mod_timer:
		result = value::of(kernel::mod_timer(timer(), jiffies(1)));
		return true;
	case opcode::mod_timer_pending:
		result = value::of(kernel::mod_timer_pending(timer(), jiffies(1)));
		return true;
	case opcode::timer_reduce:
		result = value::of(kernel::timer_reduce(timer(), jiffies(1)));
		return true;
	case opcode::timer_delete: result = value::of(kernel::timer_delete(timer())); return true;
	case opcode::timer_delete_sync:
		result = value::of(kernel::timer_delete_sync(timer()));
		return true;
	case opcode::try_to_del_timer_sync:
		result = value::of(kernel::try_to_del_timer_sync(timer()));
		return true;
	case opcode::timer_shutdown:
		result = value::of(kernel::timer_shutdown(timer()));
		return true;
	case opcode::timer_shutdown_sync:
		result = value::of(kernel::timer_shutdown_sync(timer()));
		return true;
	case opcode::timer_pending: result = value::of(kernel::timer_pending(timer())); return true;
	default: return false;
	}
}

} // namespace scenario
