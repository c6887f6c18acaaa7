// SPDX-License-Identifier: GPL-2.0-only
// Matching trace events against expected sequences.
// Must not know JSON or output formats.
#include "scenarios/event_matcher.hpp"
#include <cstring>
#include "scenarios/program.hpp"

namespace scenario {

event_matcher::event_matcher(const scenario &s, sim::sink *next)
	: scenario_(s), next_(next), positions_(s.expect.traces.size())
{}

void event_matcher::write(std::span<const sim::event> events)
{
	for (const sim::event &e : events)
		for (size_t i = 0; i < positions_.size(); i++) {
			const event_sequence &s = scenario_.expect.traces[i];

			if (positions_[i] < s.events.size() &&
			    matches(s, s.events[positions_[i]], e))
				positions_[i]++;
		}
	if (next_)
		next_->write(events);
}

bool event_matcher::met(size_t sequence) const
{
	return positions_[sequence] == scenario_.expect.traces[sequence].events.size();
}

std::string event_matcher::missing(size_t sequence) const
{
	const event_sequence &s = scenario_.expect.traces[sequence];
	const size_t at = positions_[sequence];

	return "event " + std::to_string(at + 1) + " of " + std::to_string(s.events.size()) + ", " +
	       s.events[at].event;
}

// A scenario writes "mark" for what the kernel calls tracing_mark_write.
static bool same_event(const std::string &wanted, const char *name)
{
	return wanted == name || (wanted == "mark" && !strcmp(name, "tracing_mark_write"));
}

static bool same_comm(const char *comm, const std::string &name)
{
	return name.compare(0, 15, comm) == 0;
}

bool event_matcher::matches(const event_sequence &s, const event_pattern &p,
			    const sim::event &e) const
{
	if (!same_event(p.event, e.type->name))
		return false;
	if (s.thread.given() && !same_comm(e.comm, scenario_.threads[s.thread.index].name))
		return false;
	for (const event_field &f : p.fields)
		if (!field_matches(f, e))
			return false;
	return true;
}

static bool text_equals(const scenario &s, const operand &o, const char *text)
{
	switch (o.kind) {
	case operand_kind::function: return s.functions[o.index].name == text;
	case operand_kind::thread: return same_comm(text, s.threads[o.index].name);
	case operand_kind::text: return s.texts[o.index] == text;
	case operand_kind::number: return o.number == text[0]; // a state: R also stands for R+
	default: return false;
	}
}

// The object that an operand names, as it is in the execution whose trace this is.
static bool is_object(const operand &o, const std::string &text, const std::string &field,
		      sim::object_id id)
{
	const scenario_state &s = program::state();
	auto is = [id](const void *object) { return kernel::machine().id(object) == id; };

	if (o.kind == operand_kind::work && field == "timer")
		return is(&static_cast<kernel::kthread_delayed_work *>(s.works[o.index])->timer);
	if (o.kind == operand_kind::work)
		return is(s.works[o.index]);
	if (o.kind == operand_kind::variable)
		return is(s.variables[o.index]);
	for (size_t i = 0; i < s.program->variables.size(); i++)
		if (s.program->variables[i].name == text && is(s.variables[i]))
			return true;
	for (const named_worker *w = s.first_worker; w; w = w->next)
		if (w->id == id && text == w->name)
			return true;
	return false;
}

bool event_matcher::field_matches(const event_field &f, const sim::event &e) const
{
	for (size_t i = 0; i < e.type->fields.size(); i++) {
		if (f.name != e.type->fields[i].name)
			continue;
		const uint64_t v = e.values[i];

		switch (e.type->fields[i].type) {
		case sim::field_type::text: return text_equals(scenario_, f.value, e.texts[v]);
		case sim::field_type::symbol: return text_equals(scenario_, f.value, e.names[v]);
		case sim::field_type::object:
			return is_object(f.value,
					 f.value.kind == operand_kind::text
						 ? scenario_.texts[f.value.index]
						 : "",
					 f.name, static_cast<sim::object_id>(v));
		default:
			return f.value.kind == operand_kind::number &&
			       static_cast<uint64_t>(f.value.number) == v;
		}
	}
	if (f.name == "cpu")
		return f.value.number == e.cpu;
	return f.name == "task" && text_equals(scenario_, f.value, e.comm);
}

} // namespace scenario
