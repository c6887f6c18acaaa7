// SPDX-License-Identifier: GPL-2.0-only
// Control flow and expectations of a running body.
// Must not know JSON, expectations of the whole run, or strategies.
#include "scenarios/interpreter.hpp"
#include <cstdio>
#include <cstring>
#include "model/boot.hpp"
#include "model/events.hpp"
#include "model/explain.hpp"
#include "model/fork.hpp"
#include "model/one_step.hpp"
#include "model/sched.hpp"
#include "scenarios/values.hpp"

namespace scenario {

using kernel::machine;
using kernel::task_struct;
using kernel::the_kernel;

const sim::object_type thread_start::type = { "thread start" };
const sim::object_type shared_word::type = { "variable" };
const sim::object_type spin_word::type = { "spin lock" };
const sim::object_type scenario_state::type = { "scenario" };

void count_up(const scenario_state &s, uint64_t &counter)
{
	if (!s.counts_runs)
		return;
	machine().effect(sim::access::write, &counter);
	counter++;
}

// Whether a term asks about threads that run this function twice. Only where one does at all.
static bool is_asked_about(const scenario &s, const std::string &function)
{
	const auto kind = static_cast<uint32_t>(sim::finding_kind::runs_twice);

	for (const auto *terms : { &s.expect.always, &s.expect.sometimes, &s.expect.never })
		for (const term &t : *terms)
			if (t.is_finding && t.finding == kind &&
			    (t.function.empty() || t.function == function))
				return true;
	return false;
}

// A thread that has begun with the same function and data, and has not come to its exit.
static bool runs_beside(task_struct *t, const thread_start &start)
{
	if (t == kernel::current || !t->scope || the_kernel().api->kthread_func(t) != run_thread)
		return false;
	const auto &other = *static_cast<const thread_start *>(the_kernel().api->kthread_data(t));

	machine().effect(sim::access::read, &t->flags);
	return other.function == start.function && same_value(other.data, start.data) &&
	       !(t->flags.peek() & kernel::PF_EXITING);
}

// Its texts are not to lie in the frame of the caller, which is a part of the state.
[[gnu::noinline]] static void check_runs_once(const thread_start &start)
{
	const function &f = start.program->functions[start.function];
	char text[300], me[32], other[32];

	if (!the_kernel().asks_for(sim::finding_kind::runs_twice) ||
	    !is_asked_about(*start.program, f.name))
		return;
	kernel::note_walk();
	for (task_struct *t = the_kernel().first_task; t; t = t->next_task) {
		if (!runs_beside(t, start))
			continue;
		kernel::name_of_context(*machine().current(), me, sizeof(me));
		kernel::name_of_context(*t->context, other, sizeof(other));
		snprintf(text, sizeof(text),
			 "threadfn %s runs twice\n    %s begins it\n    %s has not left it yet",
			 f.name.c_str(), me, other);
		machine().report(sim::finding_kind::runs_twice, f.name.c_str(), text);
		return;
	}
}

int run_thread(void *data)
{
	auto *start = static_cast<thread_start *>(data);
	const function &f = start->program->functions[start->function];
	registers *own = new_registers(*start->program, f.scope);
	kernel::in_function here(f.name.c_str());

	kernel::current->scope = own;
	check_runs_once(*start);
	interpreter i(running_state(), *own);
	return static_cast<int>(i.run_body(f.body).number);
}

// ---- control flow ----

value interpreter::run_body(uint32_t block)
{
	returned_ = value::of(0);
	if (block != no_index)
		run_block(block);
	return returned_;
}

interpreter::flow interpreter::run_block(uint32_t block)
{
	const struct block &b = program_.blocks[block];

	for (uint32_t i = b.first; i < b.first + b.count; i++) {
		machine().leave_nothing();
		const flow f = run(program_.code[i]);

		if (f != flow::next)
			return f;
	}
	return flow::next;
}

// A label is a step of its own on either side, so that a schedule can stop there.
[[gnu::noinline]] interpreter::flow interpreter::run(const instruction &i)
{
	const char *label = i.label == no_index ? nullptr : program_.labels[i.label].name.c_str();
	flow f = flow::next;

	if (label)
		machine().step(sim::access::none, nullptr, { label, "before" });
	if (i.row->is_control()) {
		f = control(i);
	} else {
		const value result = call(i);

		store(i.as, result);
		check(i, result);
	}
	if (label)
		machine().step(sim::access::none, nullptr, { label, "after" });
	return f;
}

// What nobody can see comes before all else in a search, and a loop of nothing else would keep
// others from going on for ever. So a turn looks at something there.
[[gnu::noinline]] static void turn(const registers &own)
{
	const bool free = machine().free();

	machine().step(free ? sim::access::read : sim::access::none, free ? &own : nullptr,
		       { "loop", "turn" });
}

[[gnu::noinline]] interpreter::flow interpreter::loop(const instruction &i, uint64_t turns)
{
	const operand &body = i.arguments[1];
	const bool conditional = i.row->code == opcode::while_loop;

	// Nothing here may count what does not matter: equal states of a search are equal bytes.
	for (; turns; turns -= !conditional) {
		machine().leave_nothing();
		if (conditional && !holds(i.arguments[0].index))
			break;
		const uint64_t before = machine().free() ? 0 : machine().state().steps;
		const flow f = run_block(body.index);
		// A turn without any visible operation would keep the machine for ever.
		if (machine().free() || machine().state().steps == before)
			turn(own_);
		if (f == flow::leave_loop)
			break;
		if (f == flow::finished)
			return f;
	}
	return flow::next;
}

[[gnu::noinline]] interpreter::flow interpreter::control(const instruction &i)
{
	const operand *a = i.arguments.data();
	value result = value::of(0);

	switch (i.row->code) {
	case opcode::if_else:
		if (holds(a[0].index))
			return run_block(a[1].index);
		return a[2].given() ? run_block(a[2].index) : flow::next;
	case opcode::while_loop: return loop(i, UINT64_MAX);
	case opcode::repeat: return loop(i, static_cast<uint64_t>(number(i, 0)));
	case opcode::return_value: returned_ = evaluate(a[0]); return flow::finished;
	case opcode::break_loop: return flow::leave_loop;
	case opcode::continue_loop: return flow::next_turn;
	case opcode::choose:
		result = value::of(machine().value(static_cast<uint32_t>(number(i, 0)),
						   { place_of_choice(i), "value" }));
		break;
	case opcode::set:
		result = evaluate(a[1]);
		if (a[0].given())
			store(a[0], result);
		break;
	case opcode::add: {
		const long more = static_cast<long>(number(i, 1));

		if (a[0].kind == operand_kind::variable && !is_plain(a[0])) {
			result = value::of(word(a[0]).update([=](long &v) { return v += more; },
							     { "add", "add" }));
		} else {
			result = value::of(evaluate(a[0]).number + more);
			store(a[0], result);
		}
		break;
	}
	case opcode::assert_that:
		if (!holds(a[0].index))
			failed(i, "the assertion does not hold");
		return flow::next;
	case opcode::cpu_time:
		machine().spend(static_cast<uint64_t>(number(i, 0)), { "cpu_time", "spend" });
		return flow::next;
	case opcode::mark: kernel::trace_marker(text(i, 0)); return flow::next;
	case opcode::progress: machine().note_progress(); return flow::next;
	default: return flow::next;
	}
	store(i.as, result);
	check(i, result);
	return flow::next;
}

value interpreter::call(const instruction &i)
{
	value result = value::of(0);

	if (!create_operation(i, result) && !kthread_operation(i, result) &&
	    !worker_operation(i, result) && !sched_operation(i, result) &&
	    !sync_operation(i, result) && !lock_operation(i, result) &&
	    !memory_operation(i, result) && !freezer_operation(i, result) &&
	    !timer_operation(i, result) && !hotplug_operation(i, result) &&
	    !operation_2003(i, result))
		other_operation(i, result);
	return result;
}

// ---- expectations ----

void interpreter::check(const instruction &i, const value &result)
{
	if (!i.expect.given())
		return;
	const value wanted = evaluate(i.expect);
	const bool as_truth = i.expect.type == value_type::boolean;

	if (as_truth ? result.truth() == wanted.truth() : same_value(result, wanted))
		return;
	char text[160], is[48], was[48];

	print_value(wanted, i.row->result, was, sizeof(was));
	print_value(result, i.row->result, is, sizeof(is));
	snprintf(text, sizeof(text), "%s gave %s, expected %s", i.row->name, is, was);
	failed(i, text);
}

// Findings name places as "@byte"; who prints them knows the file and its lines.
void interpreter::failed(const instruction &i, const char *text)
{
	char line[200];

	snprintf(line, sizeof(line), "@%u: %s", i.where.begin, text);
	state_.assertions_failed++;
	machine().report(sim::finding_kind::assertion, i.line.c_str(), line);
}

void interpreter::oops(const instruction &i, const value &v, const char *why)
{
	char text[200], shown[64];

	print_value(v, value_type::any, shown, sizeof(shown));
	snprintf(text, sizeof(text), "@%u: %s was given %s, %s", i.where.begin, i.row->name, shown,
		 why);
	machine().fail(sim::finding_kind::bad_access, i.row->name, text);
}

scenario_state &running_state()
{
	return *static_cast<scenario_state *>(kernel::the_kernel().program);
}

} // namespace scenario
