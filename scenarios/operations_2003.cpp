// SPDX-License-Identifier: GPL-2.0-only
// The kthread API of 2003, keventd and semaphores, as operations; and what such threads do.
// Must not know JSON or expectations.
#include "model/boot.hpp"
#include "model/kthread_2003.hpp"
#include "scenarios/interpreter.hpp"

namespace scenario {

using kernel::machine;
using kernel::the_kernel;

const sim::object_type start_2003::type = { "thread start" };

// ---- threads ----

// A function is called many times, and begins with new registers each time.
static registers &registers_for(start_2003 &start, uint32_t index, registers *&own)
{
	const function &f = start.program->functions[index];

	if (!own)
		own = new_registers(*start.program, f.scope);
	for (uint16_t slot = 0; slot < own->count; slot++)
		own->slots[slot] = {};
	if (f.takes_data)
		own->slots[0] = start.data;
	return *own;
}

// Its registers at the end are those of corefn, or of initfn if it has no other.
template <auto start_2003::*which> static int run_function_2003(void *data)
{
	auto &start = *static_cast<start_2003 *>(data);
	auto &wanted = start.*which;
	const function &f = start.program->functions[wanted.index];
	kernel::in_function here(f.name.c_str());
	registers &own = registers_for(start, wanted.index, wanted.own);

	if (&wanted == &start.corefn || start.corefn.index == no_index)
		kernel::current->scope = &own;
	return static_cast<int>(interpreter(running_state(), own).run_body(f.body).number);
}

start_2003 *interpreter::start_of_2003(const instruction &i)
{
	auto *start = static_cast<start_2003 *>(
		machine().allocate(&start_2003::type, sizeof(start_2003), "kthread_create"));
	auto index = [&](unsigned n) {
		const operand &o = i.arguments[n];

		return o.kind == operand_kind::function ? o.index : no_index;
	};

	start->program = &program_;
	start->initfn.index = index(0);
	start->corefn.index = index(1);
	start->data = evaluate(i.arguments[2]);
	return start;
}

// ---- operations ----

value interpreter::create_2003(const instruction &i, bool run)
{
	kernel::kthread_2003 &api = *the_kernel().kthreads->before_2004();
	char name[sizeof(kernel::kthread_functions::name)];

	format_name(i, 3, name, sizeof(name));
	start_2003 *start = start_of_2003(i);
	const kernel::threadfn_t initfn =
		start->initfn.index == no_index ? nullptr : run_function_2003<&start_2003::initfn>;
	const kernel::threadfn_t corefn =
		start->corefn.index == no_index ? nullptr : run_function_2003<&start_2003::corefn>;
	return value::of(value_kind::task, run ? api.kthread_run(initfn, corefn, start, name)
					       : api.kthread_create(initfn, corefn, start, name));
}

bool interpreter::operation_2003(const instruction &i, value &result)
{
	kernel::kthread_2003 *const api = the_kernel().kthreads->before_2004();

	switch (i.row->code) {
	case opcode::kthread_create_2003: result = create_2003(i, false); return true;
	case opcode::kthread_run_2003: result = create_2003(i, true); return true;
	case opcode::kthread_start:
		result = value::of(value_kind::task, api->kthread_start(task(i, 0)));
		return true;
	case opcode::kthread_destroy:
		result = value::of(api->kthread_destroy(task(i, 0)));
		return true;
	case opcode::keventd_up: result = value::of(api->keventd_up()); return true;
	case opcode::current_is_keventd: result = value::of(api->current_is_keventd()); return true;
	case opcode::schedule_work:
		result = value::of(api->schedule_work(object<kernel::work_struct>(i, 0)));
		return true;
	case opcode::flush_scheduled_work: api->flush_scheduled_work(); return true;
	case opcode::init_workqueues: api->init_workqueues(); return true;
	case opcode::down: kernel::down(object<kernel::semaphore>(i, 0)); return true;
	case opcode::up: kernel::up(object<kernel::semaphore>(i, 0)); return true;
	default: return false;
	}
}

} // namespace scenario
