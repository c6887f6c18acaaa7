// SPDX-License-Identifier: GPL-2.0-only
// Reads the terms of always, sometimes and never: findings and final values.
// Must not know how an outcome is judged.
#include "scenarios/reader_parts.hpp"
#include "sim/finding.hpp"

#include <algorithm>

namespace scenario {

namespace {

/* As an outcome prints it, so that a table of outcomes can be compared with the scenario by eye. */
std::string value_text(const node &n)
{
	if (n.is(node_kind::string))
		return n.text;
	if (n.is(node_kind::array)) {
		std::string text;
		for (const node &item : n.items)
			text += (text.empty() ? "" : ",") + value_text(item);
		return text;
	}
	return describe(n);
}

bool is_finding(const std::string &name)
{
	return find_word(finding_words(), name) != nullptr;
}

} // namespace

void reader::read_terms(const node *n, const std::string &list, std::vector<term> &out_terms)
{
	if (!n || !is_array(*n, list))
		return;
	if (n->items.empty())
		expected(*n, "at least one term", list);
	for (const node &item : n->items) {
		term t;
		t.where = item.span;
		if (item.is(node_kind::object) && item.members.size() > 1) {
			/* One term cannot say that several values hold together. */
			complain(item.span, "a term with " + std::to_string(item.members.size()) +
						    " keys, expected one key in each object");
			continue;
		}
		if (read_term(item, t) && !refused_in_search(t))
			out_terms.push_back(std::move(t));
	}
}

bool reader::read_term(const node &n, term &t)
{
	if (n.is(node_kind::string))
		return read_finding(n, n.text, nullptr, t);
	if (!n.is(node_kind::object) || n.members.empty()) {
		expected(n, "a finding, or an object such as {\"main.ret\": 0}", "term");
		return false;
	}
	const member &m = n.members[0];
	if (is_finding(m.key))
		return read_finding(n, m.key, &m.value, t);
	return read_final_value(m, t);
}

bool reader::read_finding(const node &where, std::string_view name, const node *function, term &t)
{
	const word *w = find_word(finding_words(), name);

	if (!w) {
		name_list names = names_of(finding_words());
		unknown(where.span, "finding", name, names);
		return false;
	}
	t.is_finding = true;
	t.finding = static_cast<uint32_t>(w->value);
	t.text = name;
	if (!function)
		return true;
	if (!is_text(*function, std::string(name)))
		return false;
	/* One of two accesses that race may stand in a task itself, and a task may go round. */
	const bool of_tasks = w->value == static_cast<int64_t>(sim::finding_kind::race) ||
			      w->value == static_cast<int64_t>(sim::finding_kind::livelock);
	bool task = false;
	for (const auto &t : out.tasks)
		task |= of_tasks && t.name == function->text;
	if (!task && !is_function_name(function->text)) {
		complain(function->span,
			 "unknown function " + in_quotes(function->text) +
				 ", expected one of the kernel's or the scenario's" +
				 (of_tasks ? ", or a task" : "") +
				 did_you_mean(function->text, function_names()));
		return false;
	}
	t.function = function->text;
	t.text += ": " + t.function;
	return true;
}

bool reader::read_final_value(const member &m, term &t)
{
	if (m.value.is(node_kind::object)) {
		expected(m.value, "a value", m.key);
		return false;
	}
	scope_now = no_scope;
	if (!resolve_final(m.key, m.key_span, t.left))
		return false;
	t.text = m.key + "=" + value_text(m.value);
	t.right = read_expected(m.value, t.left.type);
	/* The end of an execution is compared with what stands here, not with a value. */
	bool constant =
		t.right.kind == operand_kind::number || t.right.kind == operand_kind::text ||
		t.right.kind == operand_kind::function || t.right.kind == operand_kind::thread;
	if (t.right.given() && (!constant || t.right.field != field_id::none)) {
		expected(m.value, "a constant", m.key);
		return false;
	}
	return t.right.given();
}

/* The registers an execution ends with: of setup, teardown, a task, or a thread by its name. */
bool reader::final_register(std::string_view owner, std::string_view name, source_span where,
			    operand &o)
{
	name_list names;
	operand thread;

	for (uint16_t s = 0; s < out.scopes.size(); s++) {
		if (out.scopes[s].kind == scope_kind::function ||
		    out.scopes[s].kind == scope_kind::works || out.scopes[s].name != owner)
			continue;
		if (find_register(s, name, o))
			return true;
		for (const std::string &r : out.scopes[s].registers)
			names.push_back(r);
	}
	if (find_thread(owner, thread) && out.threads[thread.index].kind == thread_kind::kthread) {
		uint32_t function = out.threads[thread.index].index;
		operand reg;
		if (function != no_index &&
		    find_register(out.functions[function].scope, name, reg)) {
			o = reg;
			o.kind = operand_kind::thread_reg;
			o.scope = static_cast<uint16_t>(thread.index);
			o.number = thread.number;
			return true;
		}
		if (function != no_index) {
			for (const std::string &r :
			     out.scopes[out.functions[function].scope].registers)
				names.push_back(r);
		}
	}
	if (thread.given()) {
		for (const field_row &row : fields()) {
			if (row.of == value_type::task)
				names.push_back(row.name);
		}
	}
	unknown(where, "register or field of " + std::string(owner), name, names);
	return false;
}

name_list reader::final_names() const
{
	name_list names = { "jiffies", "setup", "teardown" };

	for (const thread_name &t : out.threads)
		names.push_back(t.name);
	for (const variable &v : out.variables)
		names.push_back(v.name);
	for (const work &w : out.works)
		names.push_back(w.name);
	return names;
}

/* "var", "jiffies", "owner.register", "owner.register.field", "thread.field", "work.field". */
bool reader::resolve_final(std::string_view path, source_span where, operand &o)
{
	size_t dot = path.find('.');
	std::string_view head = path.substr(0, dot);
	std::string_view rest = dot == path.npos ? "" : path.substr(dot + 1);
	size_t second = rest.find('.');

	if (path == "jiffies") {
		o.kind = operand_kind::jiffies;
		o.type = value_type::integer;
		return true;
	}
	bool owner = head == "setup" || head == "teardown";
	if (!owner && (head == "current" || !resolve_head(head, true, o))) {
		name_list names = final_names();
		names.insert(names.begin(), "a finding");
		name_list all = names_of(finding_words());
		all.insert(all.end(), names.begin() + 1, names.end());
		complain(where, "unknown term " + in_quotes(path) +
					", expected a finding, or a value such as " +
					one_of(names, 8) +
					(errors.count() > 200 ? "" : did_you_mean(head, all)));
		return false;
	}
	if (dot == path.npos) {
		if (o.kind == operand_kind::variable && o.type == value_type::any)
			return true;
		complain(where, in_quotes(path) + " alone is no value, expected " +
					in_quotes(path) + " with '.' and a register or field");
		return false;
	}
	bool thread = !owner && o.kind == operand_kind::thread;
	if (thread && second == rest.npos && find_field(value_type::task, rest))
		return add_field(o, rest, where);
	if (owner || thread) {
		o = {};
		if (!final_register(head, rest.substr(0, second), where, o))
			return false;
		rest = second == rest.npos ? "" : rest.substr(second + 1);
		return rest.empty() || add_field(o, rest, where);
	}
	return add_field(o, rest, where);
}

bool reader::refused_in_search(const term &t)
{
	if (!is_about_time(t) || !section("explore"))
		return false;
	complain(t.where, in_quotes(t.text) +
				  " in a search, where time is abstract and jiffies stand still, "
				  "expected a scenario without 'explore'");
	return true;
}

} // namespace scenario
