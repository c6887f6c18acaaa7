// SPDX-License-Identifier: GPL-2.0-only
// Collects every name of a scenario before the first use of one is read.
// Must not know values, conditions or expectations.
#include "scenarios/reader_parts.hpp"

#include <algorithm>

namespace scenario {

namespace {

constexpr int64_t longest_start = int64_t{ 1 } << 32;
constexpr size_t longest_comm = 15;

const char *node_text(const node &object, std::string_view key)
{
	const node *n = object.get(key);

	return n && n->is(node_kind::string) ? n->text.c_str() : nullptr;
}

bool makes_thread(const operation &row)
{
	for (size_t i = 0; i < row.parameter_count(); i++) {
		if (row.parameters[i].type == value_type::format)
			return true;
	}
	return false;
}

} // namespace

void reader::collect_symbols()
{
	collect_variables();
	collect_functions();
	collect_works();
	collect_tasks();
	collect_scopes();
}

void reader::collect_variables()
{
	const node *list = document.get("vars");

	if (!list || !is_map(*list, "vars"))
		return;
	for (const member &m : list->members)
		collect_variable(m);
}

void reader::collect_variable(const member &m)
{
	variable v;

	name_must_be_free(m.key, m.key_span, "variable");
	v.name = m.key;
	if (m.value.is(node_kind::integer)) {
		v.initial = m.value.integer;
	} else if (!m.value.is(node_kind::object)) {
		expected(m.value,
			 "an integer, or an object such as {\"plain\": 0} or {\"mutex\": true}",
			 "variable " + in_quotes(m.key));
	} else if (keys_are(m.value, variable_keys())) {
		if (m.value.members.size() != 1)
			complain(m.value.span, "variable " + in_quotes(m.key) + " has " +
						       std::to_string(m.value.members.size()) +
						       " keys, expected exactly one of " +
						       one_of(variable_keys().names()));
		name_list kinds = variable_keys().names();
		for (const member &kind : m.value.members) {
			auto row = std::find(kinds.begin(), kinds.end(), kind.key);
			if (row == kinds.end())
				continue;
			/* The table has the order of variable_kind, from "plain" on. */
			size_t number = static_cast<size_t>(row - kinds.begin());
			v.kind = static_cast<variable_kind>(
				static_cast<size_t>(variable_kind::plain_word) + number);
			if (v.kind == variable_kind::plain_word)
				whole(kind.value, "plain", INT64_MIN, INT64_MAX, v.initial);
			else if (v.kind == variable_kind::semaphore)
				whole(kind.value, "semaphore", 0, INT32_MAX, v.initial);
			else if (v.kind == variable_kind::timer && kind.value.is(node_kind::object))
				keys_are(kind.value, timer_keys());
			else if (v.kind == variable_kind::hotplug_thread)
				keys_are(kind.value, hotplug_thread_keys());
			else if (!kind.value.is(node_kind::boolean) || !kind.value.truth)
				expected(kind.value, "true", kind.key);
			break;
		}
	}
	out.variables.push_back(v);
}

/* After the functions are known. */
void reader::collect_timer(const node &n, variable &v)
{
	const node *timer = n.get("timer");
	const node *function = timer ? timer->get("function") : nullptr;

	if (!function || !is_text(*function, "function"))
		return;
	v.function = find_function(function->text);
	if (v.function != no_index) {
		function_used[v.function] = true;
		return;
	}
	name_list names;
	for (const struct function &f : out.functions)
		names.push_back(f.name);
	unknown(function->span, "function", function->text, names);
}

void reader::collect_functions()
{
	const node *list = document.get("functions");

	if (list && is_map(*list, "functions")) {
		for (const member &m : list->members) {
			is_name(m.key, m.key_span, "function");
			function &f = out.functions.emplace_back();
			f.name = m.key;
		}
	}
	function_used.assign(out.functions.size(), false);
	if (const node *vars = document.get("vars"); vars && vars->is(node_kind::object)) {
		for (size_t i = 0; i < out.variables.size(); i++) {
			collect_timer(vars->members[i].value, out.variables[i]);
			collect_hotplug_thread(vars->members[i].value, out.variables[i]);
		}
	}
	collect_callbacks();
}

void reader::collect_works()
{
	const node *list = document.get("works");

	if (!list || !is_map(*list, "works"))
		return;
	for (const member &m : list->members) {
		work &w = out.works.emplace_back();
		name_must_be_free(m.key, m.key_span, "work");
		w.name = m.key;
		keys_are(m.value, work_keys());
		const node *delayed = m.value.get("delayed");
		if (delayed && !delayed->is(node_kind::boolean))
			expected(*delayed, "true or false", "delayed");
		w.delayed = delayed && delayed->truth;
		if (w.delayed && !find_operation("kthread_queue_delayed_work", out.kernel.version))
			complain(delayed->span, "kernel " + out.kernel_text +
							" has no kthread_delayed_work, expected "
							"a work without delay");
	}
}

void reader::collect_tasks()
{
	const node *list = document.get("tasks");

	if (list && is_map(*list, "tasks")) {
		if (list->members.empty())
			complain(list->span, "no task, expected at least one");
		for (const member &m : list->members)
			collect_task(m);
	}
	for (uint32_t i = 0; i < out.tasks.size(); i++)
		out.threads.push_back({ out.tasks[i].name, thread_kind::task, i });
	collect_percpu_threads();
	for (const char *phase : { "setup", "teardown" })
		if (document.get(phase))
			out.threads.push_back({ phase, thread_kind::phase, no_index });
}

void reader::collect_task(const member &m)
{
	task t;

	name_must_be_free(m.key, m.key_span, "task");
	if (m.key.size() > longest_comm)
		complain(m.key_span, "task " + in_quotes(m.key) + ", expected at most " +
					     std::to_string(longest_comm) + " characters");
	t.name = m.key;
	keys_are(m.value, task_keys());
	collect_placement(m.value, t);
	collect_policy(m.value, t);
	optional_whole(m.value, "start", 0, longest_start, t.start_jiffies);
	out.tasks.push_back(t);
}

void reader::collect_placement(const node &n, task &t)
{
	const node *cpu = n.get("cpu"), *home = n.get("node");
	int64_t cpu_number = -1, node_number = -1;

	if (cpu)
		whole(*cpu, "cpu", 0, out.machine.cpu_count - 1, cpu_number);
	if (home)
		whole(*home, "node", 0, nodes() - 1, node_number);
	if (cpu && home)
		complain(n.find("node")->key_span, "both cpu and node, expected one of them");
	if (node_number >= 0 && out.machine.nodes[node_number].cpus.empty())
		complain(home->span, "node: expected one that has CPUs");
	t.cpu = static_cast<int32_t>(cpu_number);
	t.node = static_cast<int32_t>(node_number);
}

void reader::collect_policy(const node &n, task &t)
{
	const node *policy = n.get("policy"), *level = n.get("priority");
	int64_t number = 0, priority = 0;

	if (policy)
		one_word(*policy, "policy", task_policy_words(), number);
	if (level)
		whole(*level, "priority", 1, 99, priority);
	t.fifo = number == 1;
	t.priority = static_cast<int32_t>(priority);
	if (level && !t.fifo)
		complain(n.find("priority")->key_span,
			 "priority without fifo, expected \"policy\": \"fifo\" beside it");
	if (t.fifo && !level)
		complain(policy->span,
			 "fifo without priority, expected \"priority\": 1 .. 99 beside it");
}

void reader::name_must_be_free(std::string_view name, source_span where, const std::string &what)
{
	if (!is_name(name, where, what))
		return;
	if (find_operation(name, out.kernel.version))
		complain(where, what + " " + in_quotes(name) +
					", expected another name: a function is called so");
	else if (what != "variable" && find_variable(name) != no_index)
		complain(where, what + " " + in_quotes(name) +
					", expected another name: a variable is called so");
	else if (what == "register" && find_task(name) != no_index)
		complain(where, what + " " + in_quotes(name) +
					", expected another name: a task is called so");
	else if (what == "register" && find_work(name) != no_index)
		complain(where, what + " " + in_quotes(name) +
					", expected another name: a work is called so");
}

uint16_t reader::add_scope(scope_kind kind, uint32_t index, const std::string &name)
{
	out.scopes.push_back({ kind, index, name, {}, {} });
	registers.emplace_back();
	return static_cast<uint16_t>(out.scopes.size() - 1);
}

void reader::collect_scopes()
{
	auto collect = [&](const node *code, uint16_t scope) {
		if (!code)
			return;
		collect_registers(*code, scope);
		collect_threads(*code);
	};
	auto body = [&](std::string_view list, const std::string &name) {
		const node *n = document.get(list);
		const node *object = n ? n->get(name) : nullptr;
		return object && list != "functions" ? object->get("do") : object;
	};

	add_scope(scope_kind::setup, no_index, "setup");
	add_scope(scope_kind::teardown, no_index, "teardown");
	collect(document.get("setup"), setup_scope);
	collect(document.get("teardown"), teardown_scope);
	for (uint32_t i = 0; i < out.tasks.size(); i++) {
		out.tasks[i].scope = add_scope(scope_kind::task, i, out.tasks[i].name);
		collect(body("tasks", out.tasks[i].name), out.tasks[i].scope);
	}
	for (uint32_t i = 0; i < out.functions.size(); i++) {
		out.functions[i].scope = add_scope(scope_kind::function, i, out.functions[i].name);
		add_parameters(out.functions[i]);
		collect(body("functions", out.functions[i].name), out.functions[i].scope);
	}
	if (out.works.empty())
		return;
	uint16_t shared = add_scope(scope_kind::works, no_index, "works");
	for (work &w : out.works) {
		w.scope = shared;
		collect(body("works", w.name), shared);
	}
}

void reader::each_operation(const node &code, const std::function<void(const node &)> &visit)
{
	if (code.is(node_kind::object) && node_text(code, "op"))
		visit(code);
	for (const node &item : code.items)
		each_operation(item, visit);
	for (const member &m : code.members)
		each_operation(m.value, visit);
}

void reader::collect_registers(const node &code, uint16_t scope)
{
	each_operation(code, [&](const node &op) { collect_register(op, scope); });
}

void reader::collect_register(const node &op, uint16_t scope)
{
	const operation *row = find_operation(op.get("op")->text, out.kernel.version);
	const node *as = op.get("as");
	const node *target = row && row->code == opcode::set ? op.get("var") : nullptr;
	auto &known = registers[scope];

	if (!as || !as->is(node_kind::string) || as->text.empty()) {
		/* A register that set stores into may hold anything from then on. */
		for (register_info &r : known) {
			if (target && target->is(node_kind::string) && r.name == target->text)
				r.types.push_back(value_type::any);
		}
		return;
	}
	/* An unknown operation is complained about elsewhere: here it writes anything. */
	value_type type = row ? row->result : value_type::any;
	auto found = std::find_if(known.begin(), known.end(),
				  [&](const register_info &r) { return r.name == as->text; });
	if (found == known.end()) {
		if (known.size() == most_registers)
			return complain(as->span, "too many registers in " +
							  out.scopes[scope].name +
							  ", expected at most " +
							  std::to_string(most_registers));
		name_must_be_free(as->text, as->span, "register");
		out.scopes[scope].registers.push_back(as->text);
		out.scopes[scope].is_shared.push_back(false);
		known.push_back({ as->text, { type } });
	} else {
		found->types.push_back(type);
	}
}

void reader::collect_threads(const node &code)
{
	each_operation(code, [&](const node &op) { collect_thread(op); });
}

/* Every operation that makes a thread names it in `name`. */
void reader::collect_thread(const node &op)
{
	const operation *row = find_operation(op.get("op")->text, out.kernel.version);
	const char *name = node_text(op, "name");
	const node *kargs = op.get("kargs");
	const char *function = nullptr;

	for (const char *key : { "threadfn", "corefn", "initfn" })
		function = function ? function : node_text(kargs ? *kargs : op, key);

	if (!name || !*name || (row && !makes_thread(*row)))
		return;
	uint32_t runs = function ? find_function(function) : no_index;
	for (thread_name &known : out.threads) {
		if (known.name != name)
			continue;
		if (known.kind == thread_kind::task)
			continue;
		if (known.index != runs)
			known.index = no_index;
		return;
	}
	out.threads.push_back({ name, thread_kind::kthread, runs });
}

} // namespace scenario
