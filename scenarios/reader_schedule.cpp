// SPDX-License-Identifier: GPL-2.0-only
// Reads the key "schedule": readable steps, or the string a search printed.
// Must not know how a schedule is followed.
#include "scenarios/reader_parts.hpp"

#include <algorithm>

#include "scenarios/schedule_text.hpp"
#include "sim/schedule.hpp"

namespace scenario {

void reader::read_schedule()
{
	const node *n = section("schedule");
	schedule &s = out.schedule;

	if (!n)
		return;
	s.where = n->span;
	if (n->is(node_kind::string)) {
		read_printed_schedule(*n);
		return;
	}
	const node *steps = n->is(node_kind::object) && keys_are(*n, schedule_keys())
				    ? n->get("without_time")
				    : n;
	if (!steps)
		return;
	s.without_time = steps != n;
	if (!steps->is(node_kind::array)) {
		expected(*steps, "a list of steps, or the string a search printed", "schedule");
		return;
	}
	is_array(*steps, "schedule");
	for (const node &item : steps->items) {
		schedule_step step;
		step.where = item.span;
		if (read_schedule_step(item, step))
			s.steps.push_back(std::move(step));
	}
	check_reachable();
}

/* As it was printed, with the scenario's name and the version before it, or without. */
void reader::read_printed_schedule(const node &n)
{
	const size_t colon = n.text.rfind(":k1");
	const size_t begin = colon == n.text.npos ? 0 : colon + 1;
	const std::string name = n.text.substr(0, n.text.rfind('@', begin));
	const bool is_verbatim = n.span.end - n.span.begin == n.text.size() + 2;
	sim::schedule followed;
	std::string why;
	size_t at = 0;

	out.schedule.text = n.text.substr(begin);
	if (begin && name != out.name) {
		complain(n.span, "a schedule of scenario " + in_quotes(name) +
					 ", expected one of " + in_quotes(out.name));
		return;
	}
	if (sim::parse_schedule(out.schedule.text, followed, why, at))
		return;
	source_span place = n.span;
	if (is_verbatim) {
		place.begin += static_cast<uint32_t>(1 + begin + at);
		place.end = place.begin + 1;
	}
	complain(place, why);
}

bool reader::read_schedule_step(const node &n, schedule_step &step)
{
	static const name_list actions = { "run", "time", "fire", "choose" };
	const node *run = n.get("run"), *time = n.get("time"), *choose = n.get("choose");

	if (!keys_are(n, schedule_step_keys()))
		return false;
	auto given = std::count_if(actions.begin(), actions.end(),
				   [&](std::string_view a) { return n.get(a) != nullptr; });
	if (given != 1) {
		complain(n.span, "a schedule step with " + std::to_string(given) +
					 " actions, expected exactly one of " + one_of(actions));
		return false;
	}
	if (const member *until = n.find("until"); until && !run)
		complain(until->key_span, "until without run, expected it beside run");
	if (const member *at = n.find("at"); at && !choose)
		complain(at->key_span, "at without choose, expected it beside choose");
	if (run)
		return read_run(n, *run, step);
	if (choose)
		return read_choose(n, *choose, step);
	if (n.get("fire"))
		return read_fire(*n.get("fire"), step);
	step.action = schedule_action::time;
	scope_now = no_scope;
	/* A duration in nanoseconds, also where jiffies were written. */
	operand o = read_value(*time, value_type::duration);
	if (o.given() && o.kind != operand_kind::number)
		expected(*time, "a time like '5ms', or jiffies", "time");
	step.duration_ns = static_cast<uint64_t>(o.number);
	return o.given();
}

/* Of a thread that the scenario has no name for. */
bool reader::read_pid(const node &n, std::string_view key, operand &thread)
{
	thread.kind = operand_kind::thread;
	thread.type = value_type::task;
	thread.index = no_index;
	return whole(n, std::string(key), 1, INT32_MAX, thread.number);
}

bool reader::read_run(const node &n, const node &run, schedule_step &step)
{
	const node *until = n.get("until");

	if (run.is(node_kind::integer)) {
		if (!read_pid(run, "run", step.subject))
			return false;
	} else if (!run.is(node_kind::string)) {
		expected(run, "a thread's name, or its pid", "run");
		return false;
	} else if (!find_thread(run.text, step.subject)) {
		unknown(run.span, "thread", run.text, thread_names());
		return false;
	}
	return !until || read_until(*until, step);
}

bool reader::read_until(const node &n, schedule_step &step)
{
	if (n.is(node_kind::string) && n.text == "blocked") {
		step.until = until_kind::blocked;
		return true;
	}
	if (!n.is(node_kind::object)) {
		expected(n, "\"blocked\", or an object with before or after", "until");
		return false;
	}
	return keys_are(n, until_keys()) && read_stop(n, step);
}

bool reader::read_stop(const node &n, schedule_step &step)
{
	const node *before = n.get("before"), *after = n.get("after");
	const node *place = before ? before : after;
	uint64_t number = 0, nth = 1;

	if ((before != nullptr) == (after != nullptr)) {
		complain(n.span, "until: expected exactly one of before or after");
		return false;
	}
	if (!is_text(*place, before ? "before" : "after"))
		return false;
	step.until = before ? until_kind::before : until_kind::after;
	optional_whole(n, "step", 1, 1'000'000, number);
	optional_whole(n, "nth", 1, 1'000'000, nth);
	step.step = static_cast<uint32_t>(number);
	step.nth = static_cast<uint32_t>(nth);
	step.label = find_label(place->text);
	if (step.label == no_index) {
		step.function = place->text;
		if (is_function_name(place->text))
			return true;
		name_list names;
		for (const label &l : out.labels)
			names.push_back(l.name);
		name_list functions = function_names();
		names.insert(names.end(), functions.begin(), functions.end());
		complain(place->span, "unknown place " + in_quotes(place->text) +
					      ", expected a label or a function" +
					      did_you_mean(place->text, names));
		return false;
	}
	uint16_t runs = scope_of_thread(step.subject), lies = out.labels[step.label].scope;
	if (runs != no_scope && runs != lies)
		complain(place->span, "unreachable step: label " + in_quotes(place->text) +
					      " lies in " + out.scopes[lies].name +
					      ", expected one in " + out.scopes[runs].name +
					      ", which the thread runs");
	return true;
}

/* The code a thread runs; none when threads of one name run several functions. */
uint16_t reader::scope_of_thread(const operand &thread) const
{
	if (thread.index == no_index)
		return no_scope;
	const thread_name &t = out.threads[thread.index];

	if (t.kind == thread_kind::task)
		return out.tasks[t.index].scope;
	/* A kthread that executes works has labels in those too. */
	if (t.kind == thread_kind::kthread && t.index != no_index)
		return out.functions[t.index].scope;
	return no_scope;
}

bool reader::read_fire(const node &n, schedule_step &step)
{
	step.action = schedule_action::fire;
	if (n.is(node_kind::integer))
		return read_pid(n, "fire", step.subject);
	if (!is_text(n, "fire"))
		return false;
	if (find_timer(n.text, step.subject) || find_thread(n.text, step.subject))
		return true;
	name_list names = timer_names(), threads = thread_names();
	names.insert(names.end(), threads.begin(), threads.end());
	unknown(n.span, "timer", n.text, names);
	return false;
}

bool reader::read_choose(const node &n, const node &choose, schedule_step &step)
{
	const node *at = n.get("at");
	int64_t index = 0;

	step.action = schedule_action::choose;
	if (!whole(choose, "choose", 0, 999'999, index))
		return false;
	step.chosen = static_cast<uint64_t>(index);
	if (!at) {
		complain(n.span, "choose without at, expected the place that chooses");
		return false;
	}
	if (!is_text(*at, "at"))
		return false;
	name_list places = names_of(fault_point_words());
	places.push_back("choose"); /* one without a label */
	for (uint32_t k = 0; k < out.labels.size(); k++) {
		if (out.labels[k].instruction >= out.code.size())
			continue;
		const instruction &i = out.code[out.labels[k].instruction];
		if (i.row->code != opcode::choose)
			continue;
		places.push_back(out.labels[k].name);
		if (at->text != out.labels[k].name)
			continue;
		step.label = k;
		if (i.arguments[0].kind == operand_kind::number && index >= i.arguments[0].number)
			expected(choose, "an index below " + std::to_string(i.arguments[0].number),
				 "choose");
	}
	if (step.label == no_index)
		step.function = at->text;
	if (std::find(places.begin(), places.end(), at->text) != places.end())
		return true;
	unknown(at->span, "place of a choice", at->text, places);
	return false;
}

void reader::check_reachable()
{
	const std::vector<schedule_step> &steps = out.schedule.steps;

	for (size_t i = 0; i < steps.size(); i++) {
		/* Long schedules have few of those. */
		if (steps[i].action != schedule_action::run || steps[i].until != until_kind::end)
			continue;
		for (size_t k = i + 1; k < steps.size(); k++) {
			if (!comes_after_end(steps[i], steps[k]))
				continue;
			source_position p = errors.position(steps[i].where.begin);
			complain(steps[k].where,
				 "unreachable step: the step in line " + std::to_string(p.line) +
					 " runs " +
					 in_quotes(subject_text(out, steps[i].subject)) +
					 " to its end, expected 'until' there");
			break;
		}
	}
}

uint32_t reader::find_label(std::string_view name) const
{
	for (uint32_t i = 0; i < out.labels.size(); i++) {
		if (out.labels[i].name == name)
			return i;
	}
	return no_index;
}

name_list reader::function_names() const
{
	name_list names;

	for (const operation &row : operations()) {
		if (!row.is_control())
			names.push_back(row.name);
	}
	names.insert(names.end(), inner_functions().begin(), inner_functions().end());
	for (const function &f : out.functions)
		names.push_back(f.name);
	for (const work &w : out.works)
		names.push_back(w.name);
	return names;
}

bool reader::is_function_name(std::string_view name) const
{
	name_list names = function_names();

	return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace scenario
