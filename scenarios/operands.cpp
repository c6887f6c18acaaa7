// SPDX-License-Identifier: GPL-2.0-only
// What the operands, conditions and arguments of a running body come to, and where results go.
// Must not know JSON, operations or strategies.
#include "scenarios/interpreter.hpp"
#include "model/one_step.hpp"
#include "model/sched.hpp"
#include "scenarios/values.hpp"

namespace scenario {

using kernel::machine;
using kernel::task_struct;

// ---- registers and variables ----

// Threads and works that the setup has set going may look for something before it is there. Tasks
// begin when all of it is.
bool interpreter::is_raced_for(const operand &o) const
{
	const scope_kind here = program_.scopes[own_.scope].kind;

	return machine().free() && o.scope == setup_scope &&
	       program_.scopes[setup_scope].is_shared[o.index] &&
	       (here == scope_kind::setup || here == scope_kind::function ||
		here == scope_kind::works);
}

value *interpreter::slot(const operand &o)
{
	if (o.scope == own_.scope)
		return &own_.slots[o.index];
	value *const others = &state_.frames[o.scope]->slots[o.index];

	if (is_raced_for(o))
		machine().step(sim::access::read, others, { "read", "read" });
	else
		machine().effect(sim::access::read, others);
	return others;
}

void interpreter::store(const operand &to, value v)
{
	if (to.kind == operand_kind::reg) {
		value *const where = slot(to);

		if (is_raced_for(to))
			machine().step(sim::access::write, where, { "set", "write" });
		else
			machine().effect(sim::access::write, where);
		*where = v;
	} else if (to.kind == operand_kind::variable) {
		const long number = static_cast<long>(v.number);

		if (is_plain(to))
			kernel::plain_write(word(to), number, body_name());
		else
			word(to).write(number, { "set", "write" });
	}
}

// A plain access is known by the code that does it, as the kernel's are.
const char *interpreter::body_name() const
{
	const sim::frame *f = machine().current()->frames;

	return f ? f->function : program_.scopes[own_.scope].name.c_str();
}

// ---- operands ----

value interpreter::evaluate(const operand &o)
{
	value v = value::of(0);

	switch (o.kind) {
	case operand_kind::absent: break;
	case operand_kind::number: return value::of(o.number);
	case operand_kind::text:
		return value::of(value_kind::text, program_.texts[o.index].c_str());
	case operand_kind::reg: v = *slot(o); break;
	case operand_kind::variable:
		if (o.field != field_id::none)
			return variable_field(o);
		if (is_plain(o))
			return value::of(kernel::plain_read(word(o), body_name()));
		if (program_.variables[o.index].kind == variable_kind::shared_word)
			return value::of(word(o).read({ "read", "read" }));
		v = variable_value(state_, o.index);
		break;
	case operand_kind::work: v = value::of(value_kind::memory, state_.works[o.index]); break;
	case operand_kind::this_work: v = value::of(value_kind::memory, work_); break;
	case operand_kind::thread: {
		v = look_for_thread(state_, o.index, o.number);
		const kernel::one_step all; // whoever has that name now is looked at

		return o.field == field_id::none ? v : field(v, o);
	}
	case operand_kind::current:
		v = value::of(value_kind::task, static_cast<task_struct *>(kernel::current));
		break;
	case operand_kind::function: return { value_kind::function, o.index, nullptr };
	case operand_kind::jiffies:
		return value::of(static_cast<int64_t>(kernel::jiffies()) + o.number);
	case operand_kind::call: v = call(program_.code[o.index]); break;
	case operand_kind::condition: return value::of(holds(o.index));
	default: break;
	}
	return o.field == field_id::none ? v : field(v, o);
}

value interpreter::field(const value &object, const operand &o)
{
	if (o.kind == operand_kind::work || o.kind == operand_kind::this_work)
		return work_field(state_, o.index, object.pointer, o.field, true);
	return value_field(object, o.field, true);
}

value interpreter::variable_field(const operand &o)
{
	return object_field(state_, o.index, o.field, true);
}

// ---- conditions ----

bool interpreter::holds(uint32_t index)
{
	const condition &c = program_.conditions[index];

	switch (c.kind) {
	case condition_kind::value: return evaluate(c.left).truth();
	case condition_kind::negation: return !holds(c.children[0]);
	case condition_kind::all:
		for (uint32_t child : c.children)
			if (!holds(child))
				return false;
		return true;
	case condition_kind::any:
		for (uint32_t child : c.children)
			if (holds(child))
				return true;
		return false;
	case condition_kind::equal: {
		const value left = evaluate(c.left);

		return same_value(left, evaluate(c.right));
	}
	case condition_kind::less: {
		const value left = evaluate(c.left);

		return left.number < evaluate(c.right).number;
	}
	case condition_kind::error: {
		const value v = evaluate(c.left);

		return v.kind == value_kind::number && v.number < 0 &&
		       v.number >= -kernel::MAX_ERRNO;
	}
	}
	return false;
}

// ---- arguments ----

int64_t interpreter::number(const instruction &i, unsigned n)
{
	return evaluate(i.arguments[n]).number;
}

task_struct *interpreter::task(const instruction &i, unsigned n)
{
	const value v = evaluate(i.arguments[n]);

	if (v.kind != value_kind::task)
		oops(i, v);
	return static_cast<task_struct *>(v.pointer);
}

// The number of a CPU of this machine; the kernel would walk off its tables with another.
unsigned interpreter::cpu(const instruction &i, unsigned n)
{
	const value v = evaluate(i.arguments[n]);

	if (v.number < 0 || v.number >= program_.machine.cpu_count)
		oops(i, v);
	return static_cast<unsigned>(v.number);
}

const char *interpreter::text(const instruction &i, unsigned n)
{
	const value v = evaluate(i.arguments[n]);

	return v.kind == value_kind::text ? static_cast<const char *>(v.pointer) : "";
}

} // namespace scenario
