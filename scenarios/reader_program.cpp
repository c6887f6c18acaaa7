// SPDX-License-Identifier: GPL-2.0-only
// Reads the programs: blocks of operations with their arguments, results and labels.
// Must not know what an operation does beyond its row in the table.
#include "scenarios/kernels.hpp"
#include "scenarios/reader_parts.hpp"

#include <algorithm>

namespace scenario {

void reader::read_program()
{
	auto section_body = [&](const node &owner, std::string_view list, const std::string &name) {
		const node *all = owner.get(list);
		const node *entry = all ? all->get(name) : nullptr;
		return entry && list != "functions" ? entry->get("do") : entry;
	};

	if (const node *n = document.get("setup"))
		out.setup_body = read_body(*n, setup_scope, "setup");
	if (const node *n = document.get("teardown"))
		out.teardown_body = read_body(*n, teardown_scope, "teardown");
	for (task &t : out.tasks) {
		if (const node *n = section_body(document, "tasks", t.name))
			t.body = read_body(*n, t.scope, "do");
	}
	for (function &f : out.functions) {
		if (const node *n = section_body(document, "functions", f.name))
			f.body = read_body(*n, f.scope, f.name);
	}
	for (work_now = 0; work_now < out.works.size(); work_now++) {
		work &w = out.works[work_now];
		if (const node *n = section_body(document, "works", w.name))
			w.body = read_body(*n, w.scope, "do");
	}
	work_now = no_index;
}

uint32_t reader::read_body(const node &n, uint16_t scope, const std::string &what)
{
	if (!n.is(node_kind::array)) {
		expected(n, "an array of operations", what);
		return no_index;
	}
	scope_now = scope;
	loops_open = 0;
	return read_block(n).index;
}

operand reader::read_block(const node &n)
{
	std::vector<instruction> body;
	operand o;

	o.kind = operand_kind::block;
	o.type = value_type::block;
	if (is_array(n, "a list of operations")) {
		for (const node &item : n.items) {
			instruction i;
			if (read_instruction(item, i))
				body.push_back(i);
		}
	}
	/* Inner blocks are complete by now: each block lies in one piece. */
	block made{ static_cast<uint32_t>(out.code.size()), static_cast<uint32_t>(body.size()) };
	for (const instruction &i : body) {
		if (i.label != no_index)
			out.labels[i.label].instruction = static_cast<uint32_t>(out.code.size());
		out.code.push_back(i);
	}
	o.index = static_cast<uint32_t>(out.blocks.size());
	out.blocks.push_back(made);
	return o;
}

/* "kernel 2003 has no 'kthread_stop', ..": empty if it has, or if no other kernel has it either. */
std::string reader::lacks_operation(std::string_view name) const
{
	const operation *counterpart = nullptr;
	kernel_set others = 0;

	for (const operation &other : operations()) {
		if (name != other.name)
			continue;
		others |= other.kernels;
		if (!counterpart)
			counterpart = find_counterpart(other, out.kernel.version);
	}
	if (!others || find_operation(name, out.kernel.version))
		return "";
	return "kernel " + out.kernel_text + " has no " + in_quotes(name) + ", expected kernel " +
	       names_of(others) +
	       (counterpart ? "; did you mean '" + std::string(counterpart->name) + "'?"
			    : nearest_operation(name));
}

name_list reader::operation_names() const
{
	name_list names;

	for (const operation &row : operations()) {
		if (has_kernel(row.kernels, out.kernel.version))
			names.push_back(row.name);
	}
	return names;
}

/* "; did you mean ..?" */
std::string reader::nearest_operation(std::string_view name) const
{
	return errors.count() > 200 ? "" : did_you_mean(name, operation_names());
}

/* What a wrong operation uses is not unused. */
void reader::use_functions_of(const node &n)
{
	for (const member &m : n.members) {
		uint32_t f = m.value.is(node_kind::string) ? find_function(m.value.text) : no_index;
		if (f != no_index)
			function_used[f] = true;
	}
}

/* Calls of one name are told apart by their first parameter, as _Generic does. */
static const operation *find_call(const node &n, uint32_t kernel)
{
	const std::string &name = n.get("op")->text;

	for (const operation &row : operations())
		if (name == row.name && has_kernel(row.kernels, kernel) && row.parameter_count() &&
		    n.get(row.parameters[0].name))
			return &row;
	return find_operation(name, kernel);
}

const operation *reader::find_row(const node &n, const member &op)
{
	const operation *row = find_call(n, out.kernel.version);

	if (row)
		return row;
	const std::string lacks = lacks_operation(op.value.text);
	if (!lacks.empty())
		complain(op.value.span, lacks);
	else
		complain(op.value.span, "unknown operation " + in_quotes(op.value.text) +
						", expected one of " +
						std::to_string(operation_names().size()) +
						" functions and control words" +
						nearest_operation(op.value.text));
	use_functions_of(n);
	return nullptr;
}

bool reader::read_instruction(const node &n, instruction &i)
{
	const member *op = n.find("op");

	if (!n.is(node_kind::object)) {
		expected(n, "an object with \"op\"", "operation");
		return false;
	}
	if (!op) {
		complain({ n.span.begin, n.span.begin + 1 },
			 "the operation has no 'op', expected the name of a "
			 "kernel function or a control word");
		return false;
	}
	if (!is_text(op->value, "op"))
		return false;
	i.where = n.span;
	i.line = errors.line_at(n.span.begin);
	i.row = find_row(n, *op);
	if (!i.row)
		return false;
	check_parameters(n, *i.row);
	bool loop = i.row->code == opcode::while_loop || i.row->code == opcode::repeat;
	loops_open += loop;
	for (size_t k = 0; k < i.row->parameter_count(); k++)
		i.arguments[k] = read_argument(n, *i.row, i.row->parameters[k]);
	loops_open -= loop;
	read_result(n, i);
	check_instruction(n, i);
	if (const node *at = n.get("at"))
		add_label(*at, i);
	return true;
}

void reader::check_parameters(const node &n, const operation &row)
{
	name_list names;
	name_list common = operation_keys().names();

	for (size_t k = 0; k < row.parameter_count(); k++)
		names.push_back(row.parameters[k].name);
	for (std::string_view key : common) {
		bool has_result = row.result != value_type::none;
		if (key != "op" && (has_result || key == "at"))
			names.push_back(key);
	}
	for (const member &m : n.members) {
		if (m.key == "op" || std::find(names.begin(), names.end(), m.key) != names.end())
			continue;
		if (m.key == "as" || m.key == "expect")
			complain(m.key_span,
				 in_quotes(m.key) + " where " + row.name +
					 " gives nothing, expected an operation with a result");
		else
			unknown(m.key_span, std::string("parameter of ") + row.name, m.key, names);
		use_functions_of(n);
	}
}

operand reader::constant(const char *json_text, value_type wanted)
{
	diagnostics none;
	node n;

	none.set_source("", json_text);
	if (!parse_json(json_text, n, none))
		return {};
	return read_value(n, wanted);
}

operand reader::read_argument(const node &n, const operation &row, const parameter &p)
{
	if (const node *value = n.get(p.name))
		return read_value(*value, p.type);
	if (p.required)
		complain({ n.span.begin, n.span.begin + 1 },
			 std::string(row.name) + " has no '" + p.name + "', expected " + p.doc);
	else if (p.fallback)
		return constant(p.fallback, p.type);
	return {};
}

void reader::read_result(const node &n, instruction &i)
{
	const node *as = n.get("as"), *expect = n.get("expect");

	if (i.row->result == value_type::none)
		return;
	if (as && is_text(*as, "as")) {
		if (as->text.empty())
			expected(*as, "the name of a register", "as");
		else
			find_register(scope_now, as->text, i.as);
	}
	if (expect)
		i.expect = read_expected(*expect, i.row->result);
}

void reader::check_instruction(const node &n, instruction &i)
{
	const node *name = n.get("name");

	switch (i.row->code) {
	case opcode::break_loop:
	case opcode::continue_loop:
		if (loops_open == 0)
			complain(n.get("op")->span,
				 std::string(i.row->name) +
					 " outside of a loop, expected it inside while or repeat");
		break;
	case opcode::set:
		if (!n.get("var") && !n.get("as"))
			complain(n.get("op")->span, "set without a target, expected 'var' or 'as'");
		break;
	case opcode::choose:
		if (i.arguments[0].kind == operand_kind::number && i.arguments[0].number < 2)
			complain(n.get("count")->span,
				 "count: expected at least 2 values to choose from");
		break;
	case opcode::sched_setscheduler:
		if (i.arguments[1].kind == operand_kind::number &&
		    i.arguments[2].kind == operand_kind::number &&
		    (i.arguments[1].number == 1) != (i.arguments[2].number > 0))
			complain(n.get("op")->span,
				 "expected a priority of 1 .. 99 with SCHED_FIFO and none with "
				 "SCHED_NORMAL");
		break;
	case opcode::oops:
		if (out.scopes[scope_now].kind != scope_kind::function &&
		    out.scopes[scope_now].kind != scope_kind::works)
			complain(n.get("op")->span,
				 "oops in a task, expected it in a function or a work: it kills "
				 "kthreads");
		break;
	case opcode::kthread_destroy_worker:
		if (i.arguments[0].kind == operand_kind::variable)
			complain(n.get("worker")->span,
				 "worker: expected one that can be freed, from "
				 "kthread_create_worker(); stop the thread of this one");
		break;
	default: break;
	}
	check_worker_fn(n, i);
	for (size_t k = 0; k < i.row->parameter_count(); k++) {
		const operand &o = i.arguments[k];
		if (i.row->parameters[k].type == value_type::completion &&
		    o.kind == operand_kind::number &&
		    i.row->code != opcode::kthread_complete_and_exit)
			expected(*n.get(i.row->parameters[k].name), "a completion in vars");
	}
	if (name && name->is(node_kind::string))
		check_format(n, i);
}

/* The one thread function that is not the author's takes a worker, and runs in no interrupt. */
void reader::check_worker_fn(const node &n, const instruction &i)
{
	if (i.arguments[0].kind == operand_kind::function &&
	    i.arguments[0].index == worker_function) {
		value_group data = group_of(i.arguments[1].type);
		const node *given = n.get("data");
		if (!given || (data != value_group::worker && data != value_group::memory))
			complain(given ? given->span : n.get("threadfn")->span,
				 "data: expected the worker that kthread_worker_fn shall serve");
	}
	if (i.row->code == opcode::timer_setup && i.arguments[1].index == worker_function)
		complain(n.get("callback")->span,
			 "callback: expected a function of the scenario, got kthread_worker_fn");
}

/* As many directives as values; the on_cpu forms print their CPU with at most one %u. */
void reader::check_format(const node &n, const instruction &i)
{
	const node *name = n.get("name"), *args = n.get("args");
	size_t directives = 0, values = args ? args->items.size() : 0;
	bool takes_args = false, on_cpu = false;

	for (size_t k = 0; k < i.row->parameter_count(); k++) {
		takes_args |= i.row->parameters[k].type == value_type::arguments;
		on_cpu |= i.row->parameters[k].type == value_type::cpu;
	}
	for (size_t at = 0; at < name->text.size(); at++) {
		if (name->text[at] != '%')
			continue;
		char c = at + 1 < name->text.size() ? name->text[++at] : 0;
		if (c == '%')
			continue;
		directives++;
		bool known =
			c && std::string_view(on_cpu && !takes_args ? "u" : "duixsc").find(c) !=
				     std::string_view::npos;
		if (!known)
			complain(name->span, on_cpu && !takes_args
						     ? "name: expected no directive but one %u"
						     : "name: expected the directives %d, %u, %i, "
						       "%x, %s, %c or %%");
	}
	if (!takes_args && directives > 1)
		complain(name->span, "name: " + std::to_string(directives) +
					     " directives, expected at most one %u for the CPU");
	if (takes_args && directives != values)
		complain((args ? args : name)->span,
			 std::to_string(values) + " args for " + std::to_string(directives) +
				 " directives in name, expected as many");
}

void reader::add_label(const node &at, instruction &i)
{
	if (!is_text(at, "at") || !is_name(at.text, at.span, "label"))
		return;
	if (find_operation(at.text, out.kernel.version) || find_word(fault_point_words(), at.text))
		complain(at.span, "label " + in_quotes(at.text) +
					  ", expected another name: a function is called so");
	if (find_label(at.text) != no_index) {
		complain(at.span,
			 "label " + in_quotes(at.text) + " stands here again, expected each once");
		return;
	}
	i.label = static_cast<uint32_t>(out.labels.size());
	out.labels.push_back({ at.text, no_index, scope_now });
}

/* A call as a value: {"op": ..}, or the bare name of a function without arguments. */
operand reader::read_call(const node &n, value_type wanted)
{
	instruction i;
	operand o;

	if (n.is(node_kind::string)) {
		i.row = find_operation(n.text, out.kernel.version);
		i.where = n.span;
		for (size_t k = 0; k < i.row->parameter_count(); k++) {
			if (i.row->parameters[k].fallback)
				i.arguments[k] = constant(i.row->parameters[k].fallback,
							  i.row->parameters[k].type);
		}
	} else {
		if (!read_instruction(n, i))
			return o;
		if (!stands_for(i.row->result, wanted) || i.row->is_control()) {
			complain(n.get("op")->span, in_quotes(i.row->name) + " gives " +
							    type_row(i.row->result).phrase +
							    ", expected " +
							    type_row(wanted).phrase);
			return o;
		}
	}
	o.kind = operand_kind::call;
	o.type = i.row->result;
	o.index = static_cast<uint32_t>(out.code.size());
	if (i.label != no_index)
		out.labels[i.label].instruction = o.index;
	out.code.push_back(i);
	return o;
}

void reader::check_unused()
{
	const node *list = document.get("functions");

	if (!list || !list->is(node_kind::object))
		return;
	for (const member &m : list->members) {
		uint32_t i = find_function(m.key);
		if (i != no_index && !function_used[i])
			complain(m.key_span, "function " + in_quotes(m.key) +
						     " is never used, expected a thread or a timer "
						     "that runs it");
	}
}

} // namespace scenario
