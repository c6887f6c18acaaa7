// SPDX-License-Identifier: GPL-2.0-only
// CPUs that come and go and their threads, as operations; the callbacks that a scenario gives them.
// Must not know JSON or expectations.
#include "model/boot.hpp"
#include "model/cpu.hpp"
#include "scenarios/interpreter.hpp"

namespace scenario {

using kernel::smp_hotplug_thread;
using kernel::the_kernel;

const sim::object_type hotplug_variable::type = { "smp_hotplug_thread" };

// ---- callbacks ----

// A function of the scenario that is given a CPU; what it returned.
static int64_t call_with_cpu(uint32_t function_index, unsigned cpu, bool online)
{
	scenario_state &state = running_state();
	const function &f = state.program->functions[function_index];
	const registers_of_call own(*state.program, f.scope);
	kernel::in_function here(f.name.c_str());

	own->slots[0] = value::of(cpu);
	if (f.parameters > 1)
		own->slots[1] = value::of(online);
	return interpreter(state, *own).run_body(f.body).number;
}

template <hotplug_callback which>
static int64_t call_back(const smp_hotplug_thread &ht, unsigned cpu, bool online)
{
	const auto &v = reinterpret_cast<const hotplug_variable &>(ht); // its first member

	return call_with_cpu(v.declared->functions[static_cast<size_t>(which)], cpu, online);
}

template <hotplug_callback which> static void plain_callback(smp_hotplug_thread &ht, unsigned cpu)
{
	call_back<which>(ht, cpu, false);
}

static bool should_run_callback(smp_hotplug_thread &ht, unsigned cpu)
{
	return call_back<hotplug_callback::thread_should_run>(ht, cpu, false);
}

static void cleanup_callback(smp_hotplug_thread &ht, unsigned cpu, bool online)
{
	call_back<hotplug_callback::cleanup>(ht, cpu, online);
}

void *make_hotplug_variable(const hotplug_thread &declared)
{
	using enum hotplug_callback;
	auto *v = kernel::allocate<hotplug_variable>(hotplug_variable::type, "scenario");
	smp_hotplug_thread &ht = v->ht;
	auto given = [&declared](hotplug_callback which) {
		return declared.functions[static_cast<size_t>(which)] != no_index;
	};

	v->declared = &declared;
	kernel::INIT_LIST_HEAD(ht.list);
	ht.store = kernel::alloc_percpu_store();
	ht.thread_comm = declared.thread_comm.c_str();
	ht.selfparking = declared.selfparking;
	ht.thread_should_run = should_run_callback;
	ht.thread_fn = plain_callback<thread_fn>;
	ht.create = given(create) ? plain_callback<create> : nullptr;
	ht.setup = given(setup) ? plain_callback<setup> : nullptr;
	ht.cleanup = given(cleanup) ? cleanup_callback : nullptr;
	ht.park = given(park) ? plain_callback<park> : nullptr;
	ht.unpark = given(unpark) ? plain_callback<unpark> : nullptr;
	return v;
}

// `user` is the function itself, which lies outside the arena.
static int call_for_state(unsigned cpu, void *user)
{
	const auto *f = static_cast<const function *>(user);
	const function *first = running_state().program->functions.data();

	return static_cast<int>(call_with_cpu(static_cast<uint32_t>(f - first), cpu, false));
}

kernel::cpuhp_callback interpreter::state_callback(const instruction &i, unsigned n)
{
	const operand &o = i.arguments[n];

	if (o.kind != operand_kind::function)
		return {};
	const function &f = program_.functions[o.index];
	return { call_for_state, f.name.c_str(), const_cast<function *>(&f) };
}

// ---- operations ----

bool interpreter::hotplug_operation(const instruction &i, value &result)
{
	kernel::kthread_api *const api = the_kernel().api;
	auto plug_thread = [&] { return &object<hotplug_variable>(i, 0).ht; };

	switch (i.row->code) {
	case opcode::smpboot_register_percpu_thread:
		result = value::of(api->smpboot_register_percpu_thread(plug_thread()));
		return true;
	case opcode::smpboot_unregister_percpu_thread:
		api->smpboot_unregister_percpu_thread(plug_thread());
		return true;
	case opcode::remove_cpu: result = value::of(kernel::remove_cpu(cpu(i, 0))); return true;
	case opcode::add_cpu: result = value::of(kernel::add_cpu(cpu(i, 0))); return true;
	case opcode::cpu_down: result = value::of(kernel::cpu_down(cpu(i, 0))); return true;
	case opcode::cpu_up: result = value::of(kernel::cpu_up(cpu(i, 0))); return true;
	case opcode::cpus_read_lock: kernel::cpus_read_lock(); return true;
	case opcode::cpus_read_unlock: kernel::cpus_read_unlock(); return true;
	case opcode::cpu_online: result = value::of(kernel::cpu_online(cpu(i, 0))); return true;
	case opcode::cpu_active: result = value::of(kernel::cpu_active(cpu(i, 0))); return true;
	case opcode::num_online_cpus: result = value::of(kernel::num_online_cpus()); return true;
	case opcode::cpuhp_setup_state_nocalls:
		result = value::of(kernel::cpuhp_setup_state_nocalls(static_cast<int>(number(i, 0)),
								     state_callback(i, 1),
								     state_callback(i, 2)));
		return true;
	case opcode::cpuhp_remove_state_nocalls:
		kernel::cpuhp_remove_state_nocalls(static_cast<int>(number(i, 0)));
		return true;
	case opcode::per_cpu:
		result = value::of(value_kind::task,
				   kernel::READ_ONCE(plug_thread()->store[cpu(i, 1)], "per_cpu"));
		return true;
	default: return false;
	}
}

} // namespace scenario
