// SPDX-License-Identifier: GPL-2.0-only
// Resolves a name, perhaps with a field, to the operand it stands for.
// Must not know which parameters there are.
#include "scenarios/kernels.hpp"
#include "scenarios/reader_parts.hpp"

#include <algorithm>
#include <charconv>

namespace scenario {

namespace {

template <class list> uint32_t index_by_name(const list &all, std::string_view name)
{
	for (uint32_t i = 0; i < all.size(); i++) {
		if (all[i].name == name)
			return i;
	}
	return no_index;
}

value_type type_of_variable(variable_kind kind)
{
	static constexpr value_type types[] = {
		value_type::any,       value_type::any,	     value_type::completion,
		value_type::mutex,     value_type::spinlock, value_type::raw_spinlock,
		value_type::waitqueue, value_type::timer,    value_type::mm,
		value_type::css,       value_type::worker,   value_type::hotplug_thread,
		value_type::semaphore,
	};

	return types[static_cast<size_t>(kind)];
}

} // namespace

uint32_t reader::find_function(std::string_view name) const
{
	return index_by_name(out.functions, name);
}
uint32_t reader::find_variable(std::string_view name) const
{
	return index_by_name(out.variables, name);
}
uint32_t reader::find_task(std::string_view name) const
{
	return index_by_name(out.tasks, name);
}
uint32_t reader::find_work(std::string_view name) const
{
	return index_by_name(out.works, name);
}

/* A directive stands for at least one character; "%%" is not worth a case of its own here. */
bool name_matches(std::string_view written, std::string_view name)
{
	static constexpr long most_directives = 4;
	size_t percent = written.find('%');

	/* Matching is exponential in the directives. */
	if (percent == written.npos ||
	    std::count(written.begin(), written.end(), '%') > most_directives)
		return written == name;
	size_t end = written.find_first_of("duxsic%", percent + 1);
	if (end == written.npos || written.substr(0, percent) != name.substr(0, percent))
		return false;
	for (size_t from = percent + 1; from <= name.size(); from++) {
		if (name_matches(written.substr(end + 1), name.substr(from)))
			return true;
	}
	return false;
}

/* "name" or "name#2"; a written name that can print as this one will do. */
bool reader::find_thread(std::string_view name, operand &out_thread) const
{
	size_t hash = name.rfind('#');
	int64_t nth = 1;

	if (hash != name.npos) {
		const char *end = name.data() + name.size();
		auto [rest, error] = std::from_chars(name.data() + hash + 1, end, nth);
		if (error != std::errc() || rest != end || nth < 1 || nth > 1'000'000)
			return false;
		name = name.substr(0, hash);
	}
	for (uint32_t i = 0; i < out.threads.size(); i++) {
		if (!name_matches(out.threads[i].name, name))
			continue;
		if (nth != 1 && out.threads[i].kind != thread_kind::kthread)
			return false;
		out_thread.kind = operand_kind::thread;
		out_thread.type = value_type::task;
		out_thread.index = i;
		out_thread.number = nth;
		return true;
	}
	return false;
}

/* A timer in vars, or that of a delayed work. */
bool reader::find_timer(std::string_view name, operand &out_timer) const
{
	if (uint32_t i = find_variable(name);
	    i != no_index && out.variables[i].kind == variable_kind::timer) {
		out_timer.kind = operand_kind::variable;
		out_timer.type = value_type::timer;
		out_timer.index = i;
		return true;
	}
	if (uint32_t i = find_work(name); i != no_index && out.works[i].delayed) {
		out_timer.kind = operand_kind::work;
		out_timer.type = value_type::delayed_work;
		out_timer.index = i;
		return true;
	}
	return false;
}

name_list reader::timer_names() const
{
	name_list names;

	for (const variable &v : out.variables) {
		if (v.kind == variable_kind::timer)
			names.push_back(v.name);
	}
	for (const work &w : out.works) {
		if (w.delayed)
			names.push_back(w.name);
	}
	return names;
}

bool reader::find_register(uint16_t scope, std::string_view name, operand &out_register) const
{
	if (scope >= registers.size())
		return false;
	for (uint32_t i = 0; i < registers[scope].size(); i++) {
		const register_info &r = registers[scope][i];
		if (r.name != name)
			continue;
		out_register.kind = operand_kind::reg;
		out_register.scope = scope;
		out_register.index = i;
		bool same = std::all_of(r.types.begin(), r.types.end(),
					[&](value_type t) { return t == r.types[0]; });
		out_register.type = same ? r.types[0] : value_type::any;
		return true;
	}
	return false;
}

/* What stands before the dot, or the whole name; in the order of precedence. */
bool reader::resolve_head(std::string_view head, bool with_field, operand &o)
{
	if (find_register(scope_now, head, o))
		return true;
	if (scope_now != setup_scope && scope_now != no_scope &&
	    find_register(setup_scope, head, o)) {
		const scope_kind reader = out.scopes[scope_now].kind;
		if (reader == scope_kind::function || reader == scope_kind::works)
			out.scopes[setup_scope].is_shared[o.index] = true;
		return true;
	}
	if (uint32_t i = find_variable(head); i != no_index) {
		o.kind = operand_kind::variable;
		o.index = i;
		o.type = type_of_variable(out.variables[i].kind);
		return true;
	}
	if (head == "work" && work_now != no_index) {
		o.kind = operand_kind::this_work;
		o.index = work_now;
		o.type = out.works[work_now].delayed ? value_type::delayed_work : value_type::work;
		return true;
	}
	if (head == "current") {
		o.kind = operand_kind::current;
		o.type = value_type::task;
		return true;
	}
	if (uint32_t i = find_task(head); i != no_index || head == "kthreadd" || with_field) {
		if (find_thread(head, o))
			return true;
	}
	if (uint32_t i = find_work(head); with_field && i != no_index) {
		o.kind = operand_kind::work;
		o.index = i;
		o.type = value_type::work;
		return true;
	}
	return false;
}

/* The type whose fields an operand has: a delayed work is a work, a word may hold a task. */
value_type reader::object_type(const operand &o) const
{
	if (o.type == value_type::any && o.kind != operand_kind::reg)
		return value_type::task;
	if (o.type == value_type::any && o.kind == operand_kind::reg) {
		for (value_type t : registers[o.scope][o.index].types) {
			if (t == value_type::task || t == value_type::any)
				return value_type::task;
		}
	}
	return o.type == value_type::delayed_work ? value_type::work : o.type;
}

bool reader::add_field(operand &o, std::string_view field, source_span where)
{
	value_type of = object_type(o);
	name_list names;

	if (const field_row *row = find_field(of, field)) {
		o.field = row->id;
		o.type = row->type;
		return true;
	}
	for (const field_row &row : fields()) {
		if (row.of == of)
			names.push_back(row.name);
	}
	std::string_view phrase = type_row(of).phrase;
	unknown(where, "field of " + std::string(phrase.substr(0, phrase.find(':'))), field, names);
	return false;
}

const std::vector<value_type> *reader::types_of(const operand &o) const
{
	if (o.kind != operand_kind::reg || o.field != field_id::none)
		return nullptr;
	return &registers[o.scope][o.index].types;
}

bool reader::type_fits(const operand &o, value_type wanted, const node &n, std::string_view name)
{
	bool fits = stands_for(o.type, wanted);

	if (const std::vector<value_type> *types = types_of(o))
		fits = std::any_of(types->begin(), types->end(),
				   [&](value_type t) { return stands_for(t, wanted); });
	if (!fits)
		complain(n.span, in_quotes(name) + " is " + type_row(o.type).phrase +
					 ", expected " + type_row(wanted).phrase);
	return fits;
}

name_list reader::thread_names() const
{
	name_list names;

	for (const thread_name &t : out.threads)
		names.push_back(t.name);
	return names;
}

name_list reader::known_names(value_type wanted) const
{
	name_list names;
	auto add_registers = [&](uint16_t scope) {
		for (const register_info &r : registers[scope]) {
			if (std::any_of(r.types.begin(), r.types.end(),
					[&](value_type t) { return stands_for(t, wanted); }))
				names.push_back(r.name);
		}
	};

	if (work_now != no_index && stands_for(value_type::work, wanted))
		names.push_back("work");
	for (const work &w : out.works) {
		bool fits =
			wanted == value_type::delayed_work
				? w.delayed
				: wanted == value_type::work || wanted == value_type::work_function;
		if (fits)
			names.push_back(w.name);
	}
	if (scope_now != no_scope)
		add_registers(scope_now);
	if (scope_now != no_scope && scope_now != setup_scope)
		add_registers(setup_scope);
	for (const variable &v : out.variables) {
		if (stands_for(type_of_variable(v.kind), wanted))
			names.push_back(v.name);
	}
	if (stands_for(value_type::task, wanted)) {
		names.push_back("current");
		for (const task &t : out.tasks)
			names.push_back(t.name);
	}
	return names;
}

/* "main.ret", as expectations say it, in a program. */
bool reader::is_register_of(const operand &thread, std::string_view name, std::string_view field,
			    source_span where)
{
	const std::string owner(name.substr(0, name.find('.')));
	operand o;

	if (thread.kind != operand_kind::thread || find_field(value_type::task, field))
		return false;
	for (uint16_t i = 0; i < out.scopes.size(); i++) {
		const scope_kind kind = out.scopes[i].kind;
		if (kind == scope_kind::function || kind == scope_kind::works ||
		    out.scopes[i].name != owner || !find_register(i, field, o))
			continue;
		complain(where,
			 in_quotes(name) + " is a register of " + owner + ", " +
				 (i == setup_scope || i == scope_now
					  ? "which is read as " + in_quotes(field) + " here"
					  : "which no other can read; expected one of setup, "
					    "or a variable"));
		return true;
	}
	return false;
}

/* A name in a program. On an error the operand is absent and the complaint made. */
operand reader::resolve(const node &n, std::string_view name, value_type wanted)
{
	size_t dot = name.find('.');
	std::string_view head = name.substr(0, dot);
	operand o;

	if (!resolve_head(head, dot != name.npos, o)) {
		std::string what = "name";
		if (scope_now < out.scopes.size())
			what += " in " + out.scopes[scope_now].name;
		name_list names = known_names(dot == name.npos ? wanted : value_type::any);
		operand thread;
		if (find_thread(name, thread)) {
			complain(n.span, in_quotes(name) +
						 " is the name of a kthread, expected the register "
						 "that holds it");
			return {};
		}
		if (group_of(wanted) == value_group::number ||
		    group_of(wanted) == value_group::any) {
			for (const operation &row : operations()) {
				if (has_kernel(row.kernels, out.kernel.version) &&
				    row.is_bare_value() && stands_for(row.result, wanted))
					names.push_back(row.name);
			}
		}
		if (const std::string lacks = lacks_operation(name); !lacks.empty()) {
			complain(n.span, lacks);
			return {};
		}
		unknown(n.span, what, head, names);
		return {};
	}
	if (dot != name.npos && (is_register_of(o, name, name.substr(dot + 1), n.span) ||
				 !add_field(o, name.substr(dot + 1), n.span)))
		return {};
	return type_fits(o, wanted, n, name) ? o : operand{};
}

} // namespace scenario
