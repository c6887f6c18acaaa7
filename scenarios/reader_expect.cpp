// SPDX-License-Identifier: GPL-2.0-only
// Reads the key "expect": its lists of terms and its traces.
// Must not know how an expectation is judged.
#include "scenarios/event_names.hpp"
#include "scenarios/reader_parts.hpp"

#include <algorithm>

namespace scenario {

void reader::read_expect()
{
	const node *n = section("expect");

	if (!n || !keys_are(*n, expect_keys()))
		return;
	read_terms(n->get("always"), "always", out.expect.always);
	read_terms(n->get("sometimes"), "sometimes", out.expect.sometimes);
	read_terms(n->get("never"), "never", out.expect.never);
	if (const node *trace = n->get("trace"))
		read_sequence(*trace, {});
	const node *each = n->get("per_task");
	if (!each || !is_map(*each, "per_task"))
		return;
	for (const member &m : each->members) {
		operand thread;
		if (!find_thread(m.key, thread))
			unknown(m.key_span, "thread", m.key, thread_names());
		read_sequence(m.value, thread);
	}
}

void reader::read_sequence(const node &n, operand thread)
{
	event_sequence s;

	if (!is_array(n, "trace"))
		return;
	if (n.items.empty())
		expected(n, "at least one event", "trace");
	s.thread = thread;
	s.where = n.span;
	for (const node &item : n.items) {
		event_pattern e;
		if (read_event(item, e))
			s.events.push_back(std::move(e));
	}
	out.expect.traces.push_back(std::move(s));
}

bool reader::read_event(const node &n, event_pattern &e)
{
	const node *name = n.get("event");
	name_list names;

	if (!is_object(n, "event"))
		return false;
	if (!name) {
		complain({ n.span.begin, n.span.begin + 1 },
			 "the event has no 'event', expected the name of a trace event");
		return false;
	}
	if (!is_text(*name, "event"))
		return false;
	e.event = name->text;
	e.where = n.span;
	const event_row *row = nullptr;
	for (const event_row &known : event_rows()) {
		names.push_back(known.name);
		if (name->text == known.name)
			row = &known;
	}
	if (!row) {
		unknown(name->span, "event", name->text, names);
		return false;
	}
	name_list fields = row->fields;
	fields.insert(fields.end(), common_event_fields().begin(), common_event_fields().end());
	for (const member &m : n.members) {
		event_field field;
		if (m.key == "event")
			continue;
		if (std::find(fields.begin(), fields.end(), m.key) == fields.end())
			unknown(m.key_span, "field of " + e.event, m.key, fields);
		else if (read_event_field(m, e.event, field))
			e.fields.push_back(std::move(field));
	}
	return true;
}

bool reader::read_event_field(const member &m, const std::string &event, event_field &field)
{
	operand &o = field.value;
	const node &n = m.value;

	field.name = m.key;
	if (n.is(node_kind::integer)) {
		o.kind = operand_kind::number;
		o.type = value_type::integer;
		o.number = n.integer;
		return true;
	}
	if (!n.is(node_kind::string)) {
		expected(n, "an integer or a string", m.key + " of " + event);
		return false;
	}
	if (n.text.size() > 1 && n.text[0] == '-' && n.text[1] == 'E') {
		o = read_value(n, value_type::integer);
		return o.given();
	}
	if (m.key == "prev_state") {
		o = read_value(n, value_type::state_letter);
		return o.given();
	}
	return read_event_name(m, o);
}

/* Fields that hold the name of a task, an object or a function; else any text. */
bool reader::read_event_name(const member &m, operand &o)
{
	const node &n = m.value;

	if (m.key == "task") {
		if (!find_thread(n.text, o))
			unknown(n.span, "thread", n.text, thread_names());
	} else if (m.key == "work") {
		o = read_work(n, value_type::work_function);
	} else if (m.key == "timer") {
		if (!find_timer(n.text, o))
			unknown(n.span, "timer", n.text, timer_names());
	} else if (m.key == "worker") {
		/* Known by the name of its thread, or as a variable. */
		uint32_t i = find_variable(n.text);
		bool is_worker = i != no_index && out.variables[i].kind == variable_kind::worker;
		operand thread;
		if (is_worker || find_thread(n.text, thread))
			o = read_value(n, value_type::text);
		else
			unknown(n.span, "worker", n.text, known_names(value_type::worker));
	} else if (m.key == "function" && !is_function_name(n.text)) {
		complain(n.span, "unknown function " + in_quotes(n.text) +
					 ", expected one of the kernel's or the scenario's" +
					 did_you_mean(n.text, function_names()));
	} else {
		o = read_value(n, value_type::text);
	}
	return o.given();
}

} // namespace scenario
