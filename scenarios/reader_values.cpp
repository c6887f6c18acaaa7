// SPDX-License-Identifier: GPL-2.0-only
// Reads the arguments of operations and the values that results are compared with.
// Must not know which operation an argument belongs to.
#include "scenarios/reader_parts.hpp"

#include <charconv>

namespace scenario {

namespace {

constexpr uint64_t ns_per_second = 1'000'000'000;
constexpr uint64_t ns_per_ms = 1'000'000;
constexpr int64_t max_schedule_timeout = INT64_MAX;

std::string_view trimmed(std::string_view text)
{
	while (!text.empty() && text.front() == ' ')
		text.remove_prefix(1);
	while (!text.empty() && text.back() == ' ')
		text.remove_suffix(1);
	return text;
}

/* As the kernel's conversions: rounded up, so that a sleep is never shorter than asked. */
uint64_t jiffies_of(uint64_t ns, uint32_t hz)
{
	uint64_t seconds = ns / ns_per_second, rest = ns % ns_per_second;

	return seconds * hz + (rest * hz + ns_per_second - 1) / ns_per_second;
}

} // namespace

operand number_operand(value_type type, int64_t number)
{
	operand o;

	o.kind = operand_kind::number;
	o.type = type;
	o.number = number;
	return o;
}

bool reader::number_bounds(value_type wanted, int64_t &low, int64_t &high) const
{
	const value_type_row &row = type_row(wanted);

	low = row.low;
	high = row.high;
	if (wanted == value_type::cpu || wanted == value_type::cpu_or_none) {
		low = wanted == value_type::cpu ? 0 : -1;
		high = out.machine.cpu_count - 1;
		return true;
	}
	if (wanted == value_type::node) {
		low = -1;
		high = static_cast<int64_t>(nodes()) - 1;
		return true;
	}
	return low != high;
}

operand reader::read_number(const node &n, value_type wanted)
{
	int64_t low = 0, high = 0;

	/* A null pointer is written null, not 0. */
	if (!number_bounds(wanted, low, high)) {
		expected(n, type_row(wanted).phrase);
		return {};
	}
	if (n.integer < low || n.integer > high) {
		std::string what = type_row(wanted).phrase;
		if (what.find('(') == what.npos)
			what += " from " + std::to_string(low) + " to " + std::to_string(high);
		expected(n, what);
		return {};
	}
	if (wanted == value_type::duration)
		return number_operand(
			wanted, n.integer * static_cast<int64_t>(ns_per_second / out.machine.hz));
	return number_operand(wanted == value_type::any ? value_type::integer : wanted, n.integer);
}

/* Words joined by |. */
bool reader::read_bits(const node &n, value_type type, operand &o)
{
	std::string_view rest = n.text;
	int64_t bits = 0;

	for (;;) {
		size_t bar = rest.find('|');
		std::string_view part = trimmed(rest.substr(0, bar));
		const word *w = find_word(*type_row(type).words(), part);
		if (!w)
			return false;
		bits |= w->value;
		if (bar == rest.npos)
			break;
		rest.remove_prefix(bar + 1);
	}
	o = number_operand(type, bits);
	return true;
}

bool reader::read_time(const node &n, value_type wanted, operand &o)
{
	uint64_t ns = 0;

	if (!parse_time(n.text, ns))
		return false;
	uint64_t value = ns;
	if (wanted == value_type::delay)
		value = jiffies_of(ns, out.machine.hz);
	else if (wanted == value_type::msecs)
		value = (ns + ns_per_ms - 1) / ns_per_ms;
	/* An hour of virtual time in one operation is a slip of the unit. */
	if (ns > 3600 * ns_per_second)
		complain(n.span, "the time " + in_quotes(n.text) + ", expected at most one hour");
	o = number_operand(wanted, static_cast<int64_t>(value));
	return true;
}

/* "jiffies", "jiffies + 10", "jiffies + 5ms". */
bool reader::read_jiffies(const node &n, operand &o)
{
	std::string_view rest = n.text;

	if (rest.substr(0, 7) != "jiffies")
		return false;
	rest = trimmed(rest.substr(7));
	o.kind = operand_kind::jiffies;
	o.type = value_type::integer;
	if (rest.empty())
		return true;
	bool minus = rest[0] == '-';
	if (rest[0] != '+' && !minus)
		return false;
	std::string text(trimmed(rest.substr(1)));
	uint64_t ns = 0;
	uint32_t count = 0;
	auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
	if (error == std::errc() && end == text.data() + text.size())
		o.number = count;
	else if (parse_time(text, ns) && ns <= 3600 * ns_per_second)
		o.number = static_cast<int64_t>(jiffies_of(ns, out.machine.hz));
	else
		return false;
	if (minus)
		o.number = -o.number;
	return true;
}

/* Constants that are written as words. */
bool reader::read_word(const node &n, value_type wanted, operand &o)
{
	bool any = wanted == value_type::any || wanted == value_type::integer;

	if (n.text.size() > 2 && n.text[0] == '-' && n.text[1] == 'E') {
		const word *w = find_word(errno_words(), n.text.substr(1));
		/* A pointer may hold an error too. */
		value_group group = group_of(wanted);
		if (!w || (!any && group != value_group::task && group != value_group::worker))
			return false;
		o = number_operand(value_type::integer, -w->value);
		return true;
	}
	if ((wanted == value_type::state || any) && read_bits(n, value_type::state, o))
		return true;
	if (wanted == value_type::timer_flags && read_bits(n, wanted, o))
		return true;
	if (wanted == value_type::delay && n.text == "MAX_SCHEDULE_TIMEOUT") {
		o = number_operand(wanted, max_schedule_timeout);
		return true;
	}
	if (wanted == value_type::node && n.text == "NUMA_NO_NODE") {
		o = number_operand(wanted, -1);
		return true;
	}
	if (wanted == value_type::delay || wanted == value_type::msecs ||
	    wanted == value_type::duration)
		return read_time(n, wanted, o);
	if ((any || wanted == value_type::expires) && read_jiffies(n, o))
		return true;
	if (auto words = type_row(wanted).words;
	    words && words != type_row(value_type::any).words) {
		if (const word *w = find_word(*words(), n.text)) {
			o = number_operand(wanted, w->value);
			return true;
		}
	}
	return false;
}

operand reader::read_mask(const node &n)
{
	int64_t mask = 0;

	if (n.is(node_kind::string) && n.text == "cpu_all_mask") {
		for (uint32_t cpu = 0; cpu < out.machine.cpu_count; cpu++)
			mask |= static_cast<int64_t>(uint64_t{ 1 } << cpu);
		return number_operand(value_type::cpu_mask, mask);
	}
	if (n.is(node_kind::string))
		return resolve(n, n.text, value_type::cpu_mask);
	if (!is_array(n, "CPU mask"))
		return {};
	for (const node &item : n.items) {
		int64_t cpu = 0;
		if (whole(item, "CPU", 0, out.machine.cpu_count - 1, cpu))
			mask |= static_cast<int64_t>(uint64_t{ 1 } << cpu);
	}
	if (n.items.empty())
		complain(n.span, "an empty CPU mask, expected at least one CPU");
	return number_operand(value_type::cpu_mask, mask);
}

operand reader::read_list(const node &n)
{
	std::vector<operand> list;
	operand o;

	if (!is_array(n, "args"))
		return {};
	for (const node &item : n.items)
		list.push_back(read_value(item, value_type::any));
	o.kind = operand_kind::list;
	o.type = value_type::arguments;
	o.index = static_cast<uint32_t>(out.lists.size());
	out.lists.push_back(std::move(list));
	return o;
}

operand reader::read_function(const node &n)
{
	uint32_t i = n.is(node_kind::string) ? find_function(n.text) : no_index;
	operand o;

	if (i == no_index && n.is(node_kind::string) && n.text == "kthread_worker_fn" &&
	    find_operation(n.text, out.kernel.version))
		i = worker_function;
	if (i == no_index) {
		name_list names;
		for (const function &f : out.functions)
			names.push_back(f.name);
		if (n.is(node_kind::string))
			unknown(n.span, "function", n.text, names);
		else
			expected(n, "the name of a function");
		return {};
	}
	if (i != worker_function)
		function_used[i] = true;
	o.kind = operand_kind::function;
	o.type = value_type::function;
	o.index = i;
	return o;
}

/* The target of set and add: a word, or a register of the running code's own scope. */
operand reader::read_variable_name(const node &n)
{
	operand o;
	name_list names;

	if (!is_text(n, "var"))
		return {};
	if (find_register(scope_now, n.text, o))
		return o;
	for (uint32_t i = 0; i < out.variables.size(); i++) {
		const variable &v = out.variables[i];
		if (v.kind != variable_kind::shared_word && v.kind != variable_kind::plain_word)
			continue;
		names.push_back(v.name);
		if (v.name == n.text) {
			o.kind = operand_kind::variable;
			o.type = value_type::any;
			o.index = i;
			return o;
		}
	}
	for (const register_info &r : registers[scope_now])
		names.push_back(r.name);
	unknown(n.span, "word or register", n.text, names);
	return {};
}

/* Of works first; else what holds a work: "work", or a register with memory. */
operand reader::read_work(const node &n, value_type wanted)
{
	uint32_t i = find_work(n.text);
	operand o;

	if (i == no_index && wanted == value_type::work_function) {
		unknown(n.span, "work", n.text, known_names(wanted));
		return o;
	}
	if (i == no_index)
		return resolve(n, n.text, wanted);
	if (wanted == value_type::delayed_work && !out.works[i].delayed)
		complain(n.span, in_quotes(n.text) + " is a work without delay, expected one with "
						     "\"delayed\": true");
	o.kind = operand_kind::work;
	o.type = wanted;
	o.index = i;
	return o;
}

operand reader::read_object_name(const node &n, value_type wanted)
{
	switch (wanted) {
	case value_type::function:
	case value_type::function_or_null: return read_function(n);
	case value_type::cpu_function: return read_callback(n);
	case value_type::work:
	case value_type::delayed_work:
	case value_type::work_function: return read_work(n, wanted);
	default: return resolve(n, n.text, wanted);
	}
}

operand reader::read_text_value(const node &n, value_type wanted)
{
	operand o;

	if (wanted == value_type::text || wanted == value_type::format) {
		if (n.text.empty() || n.text.size() > 63) {
			expected(n, "1 to 63 characters", type_row(wanted).phrase);
			return o;
		}
		o.kind = operand_kind::text;
		o.type = value_type::text;
		o.index = static_cast<uint32_t>(out.texts.size());
		out.texts.push_back(n.text);
		return o;
	}
	if (read_word(n, wanted, o))
		return o;
	value_group group = group_of(wanted);
	if (group == value_group::object || group == value_group::function)
		return read_object_name(n, wanted);
	const operation *row = find_operation(n.text, out.kernel.version);
	if (row && row->is_bare_value() && stands_for(row->result, wanted))
		return read_call(n, wanted);
	/* A misspelt word of a table is told by the table, not by the names in scope. */
	operand head;
	const value_type_row &types = type_row(wanted);
	bool time = wanted == value_type::delay || wanted == value_type::msecs ||
		    wanted == value_type::duration || wanted == value_type::expires;
	bool errno_like = n.text.size() > 1 && n.text[0] == '-';
	if (!resolve_head(n.text.substr(0, n.text.find('.')), n.text.find('.') != n.text.npos,
			  head) &&
	    (types.words || time) && (wanted != value_type::any || errno_like) &&
	    (wanted != value_type::integer || errno_like)) {
		name_list names = time	       ? known_names(wanted)
				  : errno_like ? errno_names()
					       : names_of(*types.words());
		complain(n.span, "unknown value " + in_quotes(n.text) + ", expected " +
					 types.phrase + did_you_mean(n.text, names));
		return {};
	}
	bool find_none = wanted == value_type::any && find_function(n.text) != no_index &&
			 head.kind == operand_kind::absent;
	return find_none ? read_function(n) : resolve(n, n.text, wanted);
}

operand reader::read_value(const node &n, value_type wanted)
{
	value_group group = group_of(wanted);

	if (wanted == value_type::condition)
		return read_condition(n);
	if (wanted == value_type::block)
		return read_block(n);
	if (wanted == value_type::variable)
		return read_variable_name(n);
	if (wanted == value_type::arguments)
		return read_list(n);
	if (wanted == value_type::kthread_args)
		return read_kthread_args(n);
	if (wanted == value_type::cpu_mask)
		return read_mask(n);
	switch (n.kind) {
	case node_kind::string: return read_text_value(n, wanted);
	case node_kind::boolean:
		if (wanted == value_type::any || wanted == value_type::boolean)
			return number_operand(value_type::boolean, n.truth);
		break;
	case node_kind::integer:
		if (group == value_group::number || group == value_group::any)
			return read_number(n, wanted);
		break;
	case node_kind::null:
		if (group == value_group::task || group == value_group::memory ||
		    group == value_group::worker || group == value_group::any ||
		    group == value_group::css || wanted == value_type::completion ||
		    wanted == value_type::cpu_function || wanted == value_type::function_or_null)
			return number_operand(wanted, 0);
		break;
	case node_kind::object:
		if (n.get("op"))
			return read_call(n, wanted);
		break;
	default: break;
	}
	expected(n, type_row(wanted).phrase);
	return {};
}

/* What a result or a field of type `of` may be compared with. */
operand reader::read_expected(const node &n, value_type of)
{
	value_group group = group_of(of);

	if (n.is(node_kind::boolean) && group == value_group::number &&
	    of != value_type::state_letter)
		return number_operand(value_type::boolean, n.truth);
	if (n.is(node_kind::integer) && of == value_type::boolean) {
		expected(n, "true or false");
		return {};
	}
	if (of == value_type::function && n.is(node_kind::null))
		return number_operand(of, 0);
	/* Where a number came from does not limit what it may be compared with. */
	bool special = of == value_type::state_letter || of == value_type::boolean ||
		       of == value_type::cpu_mask || of == value_type::state;
	if (group == value_group::number && !special)
		of = value_type::integer;
	return read_value(n, of);
}

} // namespace scenario
