// SPDX-License-Identifier: GPL-2.0-only
// Reads the keys "faults" and "explore".
// Must not know how a search or a fault is carried out.
#include "scenarios/ranges.hpp"
#include "scenarios/reader_parts.hpp"
#include "sim/strategies.hpp"

#include <algorithm>

namespace scenario {

namespace {

constexpr int64_t most_calls = 1'000'000;

uint32_t row_number(const word_list &list, const word *w)
{
	return static_cast<uint32_t>(w - list.data());
}

} // namespace

void reader::read_faults()
{
	const node *n = section("faults");

	if (!n || !is_array(*n, "faults"))
		return;
	if (n->items.size() > most_names)
		complain(n->span, "faults: " + std::to_string(n->items.size()) +
					  " entries, expected at most " +
					  std::to_string(most_names));
	for (const node &item : n->items) {
		fault f;
		f.where = item.span;
		if (read_fault(item, f))
			out.faults.push_back(f);
	}
}

bool reader::read_fault(const node &n, fault &f)
{
	const node *in = n.get("in"), *error = n.get("error"), *when = n.get("when");
	const member *waits_for = n.find("waits_for");

	if (!keys_are(n, fault_keys()) || !in || !is_text(*in, "in"))
		return false;
	const word *point = find_word(fault_point_words(), in->text);
	if (!point) {
		unknown(in->span, "fault point", in->text, names_of(fault_point_words()));
		return false;
	}
	f.point = row_number(fault_point_words(), point);
	f.error = waits_for ? 0 : point->value;
	if (const node *task = n.get("task"))
		f.task = read_task_name(*task);
	if (waits_for)
		f.waits_for = read_task_name(waits_for->value);
	if (waits_for && in->text != "kernel_clone")
		complain(waits_for->key_span,
			 "waits_for in " + in->text + ", expected it in kernel_clone only");
	if (error && waits_for)
		complain(n.find("error")->key_span,
			 "both error and waits_for, expected one of them");
	else if (error)
		read_fault_error(*error, f);
	return !when || read_fault_when(*when, f);
}

uint32_t reader::read_task_name(const node &n)
{
	uint32_t index = no_index;
	name_list names;

	if (!is_text(n, "task"))
		return index;
	index = find_task(n.text);
	for (const task &t : out.tasks)
		names.push_back(t.name);
	if (index == no_index)
		unknown(n.span, "task", n.text, names);
	return index;
}

void reader::read_fault_error(const node &n, fault &f)
{
	bool named = n.is(node_kind::string) && n.text.substr(0, 1) == "-";
	const word *w = named ? find_word(errno_words(), n.text.substr(1)) : nullptr;

	if (w)
		f.error = -w->value;
	else
		complain(n.span, "error: expected a name such as \"-ENOMEM\", got " + describe(n) +
					 did_you_mean(n.text, errno_names()));
}

bool reader::read_fault_when(const node &n, fault &f)
{
	if (n.is(node_kind::string) && n.text == "always")
		return true;
	if (n.is(node_kind::string) && n.text == "maybe") {
		f.when = fault_when::maybe;
		return true;
	}
	if (n.is(node_kind::integer) && n.integer >= 1 && n.integer <= most_calls) {
		f.when = fault_when::nth;
		f.nth = static_cast<uint32_t>(n.integer);
		return true;
	}
	expected(n,
		 "always, maybe, or the number of a call from 1 to " + std::to_string(most_calls),
		 "when");
	return false;
}

void reader::read_explore()
{
	const node *n = section("explore");
	exploration &e = out.explore;
	int64_t strategy = 0;

	if (!n || !keys_are(*n, explore_keys()))
		return;
	e.given = true;
	const node *name = n->get("strategy");
	if (name && one_word(*name, "strategy", strategy_words(), strategy))
		e.strategy = name->text;
	const sim::strategy_row &row = *sim::find_strategy(e.strategy);
	for (const explore_number &number : explore_numbers)
		if (const member *m = n->find(number.name); m && !takes(row, number.name))
			complain(m->key_span, not_taken(row, number.name));
	for (const explore_number &number : explore_numbers)
		optional_whole(*n, number.name, static_cast<int64_t>(number.range.least),
			       static_cast<int64_t>(number.range.most), e.*number.of);
	if (out.schedule.given())
		complain(out.schedule.where,
			 "both schedule and explore, expected one of them: a search tries "
			 "every schedule");
}

} // namespace scenario
