// SPDX-License-Identifier: GPL-2.0-only
// Workers, works and the memory they may lie in, as operations; and what works do.
// Must not know JSON or expectations.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include "model/boot.hpp"
#include "model/kthread_4_7_v7.hpp"
#include "scenarios/interpreter.hpp"
#include "scenarios/words.hpp"

namespace scenario {

using kernel::kthread_delayed_work;
using kernel::kthread_work;
using kernel::kthread_worker;
using kernel::machine;

const sim::object_type memory_block::type = { "memory" };
const sim::object_type named_worker::type = { "name of a worker" };

// ---- executing ----

// All works that a thread executes share one set of registers, if they have any. A thread that has
// a function of its own, and calls kthread_worker_fn() from there, has both.
static registers &works_registers(const scenario_state &state)
{
	const scenario &s = *state.program;
	auto *own = static_cast<registers *>(kernel::current->scope);
	const uint16_t scope = s.works[0].scope;

	if (state.no_registers)
		return *state.no_registers;
	if (own && own->scope == scope)
		return *own;
	if (!own) {
		own = new_registers(s, scope);
		kernel::current->scope = own;
		return *own;
	}
	if (!own->of_works)
		own->of_works = new_registers(s, scope);
	return *own->of_works;
}

static void run_any_work(void *work, const kernel::kthread_work_function &function)
{
	scenario_state &state = running_state();
	const auto index = static_cast<size_t>(&function - state.work_functions);
	kernel::in_function here(function.name);

	count_up(state, state.work_runs[index]);
	interpreter(state, works_registers(state), work).run_body(state.program->works[index].body);
	count_up(state, state.work_ends[index]);
}

void run_work(kthread_work *work, const kernel::kthread_work_function &function)
{
	run_any_work(work, function);
}

void run_scheduled_work(void *function)
{
	const auto &f = *static_cast<const kernel::kthread_work_function *>(function);
	const scenario_state &state = running_state();

	run_any_work(state.works[&f - state.work_functions], f);
}

// ---- arguments ----

// What works a scenario declares were made before it ran, and cannot be freed: to look at one is no
// step.
static bool is_there_for_ever(const void *object)
{
	if (!machine().objects().is_live(object))
		return false;
	const sim::allocation &a = *machine().objects().find(object);
	return !strcmp(a.where, "scenario") &&
	       (a.type == &kthread_work::type || a.type == &kthread_delayed_work::type);
}

// What an address is now; null for an object that is gone, or for none.
static const sim::object_type *type_at(const void *object)
{
	const sim::arena &objects = machine().objects();

	if (!is_there_for_ever(object))
		machine().effect(sim::access::read, object);
	return objects.is_live(object) ? objects.find(object)->type : nullptr;
}

// The same for whoever needs it to be something. Plain memory may become that until it is used, so
// a step of its own looks again.
static const sim::object_type *type_needed(const void *object)
{
	const sim::object_type *type = type_at(object);

	if (type != &memory_block::type)
		return type;
	machine().step(sim::access::read, object, { "read", "look at the type of" });
	return type_at(object);
}

// An object that was freed is let through: the kernel finds out where it uses it.
kthread_worker *interpreter::worker(const instruction &i, unsigned n)
{
	const value v = evaluate(i.arguments[n]);
	const sim::object_type *type = type_needed(v.pointer);

	if (!v.pointer)
		oops(i, v);
	if (type && type != &kthread_worker::type)
		oops(i, v, "for which kthread_init_worker() was not called");
	return static_cast<kthread_worker *>(v.pointer);
}

kthread_work *interpreter::work(const instruction &i, unsigned n)
{
	const value v = evaluate(i.arguments[n]);
	const sim::object_type *type = type_needed(v.pointer);

	if (!v.pointer)
		oops(i, v);
	if (type && type != &kthread_work::type && type != &kthread_delayed_work::type)
		oops(i, v, "for which kthread_init_work() was not called");
	return static_cast<kthread_work *>(v.pointer);
}

kthread_delayed_work *interpreter::delayed_work(const instruction &i, unsigned n)
{
	const value v = evaluate(i.arguments[n]);
	const sim::object_type *type = type_needed(v.pointer);

	if (!v.pointer)
		oops(i, v);
	if (type && type != &kthread_delayed_work::type)
		oops(i, v, "for which kthread_init_delayed_work() was not called");
	return static_cast<kthread_delayed_work *>(v.pointer);
}

// kmalloc'ed memory becomes what an init function makes of it; other objects stay what they are.
void interpreter::become(const instruction &i, const sim::object_type &type, int64_t bytes)
{
	const value v = evaluate(i.arguments[0]);

	if (!v.pointer)
		oops(i, v);
	const sim::allocation *a = machine().objects().find(v.pointer);
	if (!machine().objects().is_live(v.pointer) || strcmp(a->where, "kmalloc") != 0)
		return;
	if (static_cast<memory_block *>(v.pointer)->bytes < bytes)
		oops(i, v, "which is too small");
	machine().effect(sim::access::write, v.pointer);
	machine().objects().retype(v.pointer, &type);
}

kernel::kthread_work_func_t interpreter::work_function(const instruction &i)
{
	return &state_.work_functions[i.arguments[1].index];
}

// ---- operations ----

static void remember(scenario_state &s, const kthread_worker *worker, const char *name)
{
	auto *named = arena_array<named_worker>(1, named_worker::type);

	machine().effect(sim::access::write, &s.last_worker);
	named->id = machine().id(worker);
	snprintf(named->name, sizeof(named->name), "%s", name);
	(s.last_worker ? s.last_worker->next : s.first_worker) = named;
	s.last_worker = named;
}

static kernel::kthread_worker_api *workers_of_this_kernel()
{
	kernel::kthread_api *const api = kernel::the_kernel().api;

	return api ? api->workers() : nullptr;
}

static kthread_worker *make_worker(opcode code, unsigned flags, int cpu, int node, const char *name)
{
	kernel::kthread_api &api = *kernel::the_kernel().api;

	switch (code) {
	case opcode::kthread_create_worker:
		return api.workers()->kthread_create_worker(flags, name);
	case opcode::kthread_create_worker_on_cpu:
		return api.workers()->kthread_create_worker_on_cpu(cpu, flags, name);
	case opcode::kthread_create_worker_on_node:
		return api.since_6_14()->kthread_create_worker_on_node(flags, node, name);
	case opcode::kthread_run_worker: return api.since_6_14()->kthread_run_worker(flags, name);
	default: return api.since_6_14()->kthread_run_worker_on_cpu(cpu, flags, name);
	}
}

value interpreter::create_worker(const instruction &i)
{
	const auto at = [&i](const char *parameter) { return i.row->parameter_index(parameter); };
	const auto given = [&](const char *parameter) {
		return at(parameter) < 0 ? 0 : number(i, static_cast<unsigned>(at(parameter)));
	};
	const auto name_at = static_cast<unsigned>(at("name"));
	char name[sizeof(kernel::name_string::text)];

	// Without args of its own it is a format for the CPU's number, which the kernel fills in.
	if (at("args") < 0)
		snprintf(name, sizeof(name), "%s", text(i, name_at));
	else
		format_name(i, name_at, name, sizeof(name));
	const auto flags = static_cast<unsigned>(given("flags"));
	const auto cpu = static_cast<int>(given("cpu")), node = static_cast<int>(given("node"));
	kthread_worker *made = make_worker(i.row->code, flags, cpu, node, name);
	if (!kernel::IS_ERR(made))
		remember(state_, made, name);
	return value::of(value_kind::worker, made);
}

bool interpreter::worker_operation(const instruction &i, value &result)
{
	kernel::kthread_worker_api *const api = workers_of_this_kernel();
	auto delay = [&] { return static_cast<unsigned long>(number(i, 2)); };

	switch (i.row->code) {
	case opcode::kthread_init_worker:
		become(i, kthread_worker::type, worker_bytes);
		api->__kthread_init_worker(worker(i, 0), "worker");
		return true;
	case opcode::kthread_worker_fn:
		result = value::of(api->kthread_worker_fn(worker(i, 0)));
		return true;
	case opcode::kthread_create_worker:
	case opcode::kthread_create_worker_on_cpu:
	case opcode::kthread_create_worker_on_node:
	case opcode::kthread_run_worker:
	case opcode::kthread_run_worker_on_cpu: result = create_worker(i); return true;
	case opcode::kthread_destroy_worker: api->kthread_destroy_worker(worker(i, 0)); return true;
	case opcode::drain_kthread_worker:
		kernel::the_kernel().api->v7()->drain_kthread_worker(worker(i, 0));
		return true;
	case opcode::kthread_init_work:
		become(i, kthread_work::type, work_bytes);
		kernel::kthread_init_work(work(i, 0), work_function(i));
		return true;
	case opcode::kthread_init_delayed_work:
		become(i, kthread_delayed_work::type, delayed_work_bytes);
		kernel::kthread_init_delayed_work(delayed_work(i, 0), work_function(i));
		return true;
	case opcode::kthread_queue_work:
		result = value::of(in_order{ worker(i, 0), work(i, 1) }.into(
			[&](auto *to, auto *what) { return api->kthread_queue_work(to, what); }));
		return true;
	case opcode::kthread_queue_delayed_work:
		result = value::of(in_order{ worker(i, 0), delayed_work(i, 1), delay() }.into(
			[&](auto *to, auto *what, auto jiffies) {
				return api->kthread_queue_delayed_work(to, what, jiffies);
			}));
		return true;
	case opcode::kthread_mod_delayed_work:
		result = value::of(in_order{ worker(i, 0), delayed_work(i, 1), delay() }.into(
			[&](auto *to, auto *what, auto jiffies) {
				return api->kthread_mod_delayed_work(to, what, jiffies);
			}));
		return true;
	case opcode::kthread_flush_work: api->kthread_flush_work(work(i, 0)); return true;
	case opcode::kthread_flush_worker: api->kthread_flush_worker(worker(i, 0)); return true;
	case opcode::kthread_cancel_work_sync:
		result = value::of(api->kthread_cancel_work_sync(work(i, 0)));
		return true;
	case opcode::kthread_cancel_delayed_work_sync:
		result = value::of(api->kthread_cancel_delayed_work_sync(delayed_work(i, 0)));
		return true;
	default: return false;
	}
}

// ---- memory ----

bool interpreter::memory_operation(const instruction &i, value &result)
{
	if (i.row->code == opcode::kfree) {
		free_memory(i);
		return true;
	}
	if (i.row->code != opcode::kmalloc)
		return false;
	constexpr int64_t GFP_DIRECT_RECLAIM = 0x400; // as in GFP_KERNEL: it may sleep
	int error = 0;
	const int64_t bytes = number(i, 0);

	if (number(i, 1) & GFP_DIRECT_RECLAIM)
		kernel::might_alloc("kmalloc");
	if (bytes <= 0 || machine().objects().nearly_full() ||
	    kernel::should_fail("kmalloc", error))
		return true;
	// Only the init functions look into it: a page stands for whatever is larger.
	auto *made = static_cast<memory_block *>(
		machine().allocate(&memory_block::type,
				   static_cast<size_t>(std::clamp<int64_t>(
					   bytes, sizeof(memory_block), sim::OBJECT_BYTES_MAX)),
				   "kmalloc"));
	made->bytes = bytes;
	result = value::of(value_kind::memory, made);
	return true;
}

void interpreter::free_memory(const instruction &i)
{
	const value v = evaluate(i.arguments[0]);
	const sim::object_type *type = type_at(v.pointer);

	if (type && strcmp(machine().objects().find(v.pointer)->where, "kmalloc") != 0)
		oops(i, v, "which kmalloc() did not give");
	if (type == &kthread_delayed_work::type)
		kernel::debug_check_no_timer_freed(
			static_cast<kthread_delayed_work *>(v.pointer)->timer);
	kernel::kfree(v.pointer, "kfree");
}

} // namespace scenario
