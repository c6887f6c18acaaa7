// SPDX-License-Identifier: GPL-2.0-only
// The table of strategies, replay and recording.
// It must not know the machine.
#include "sim/strategies.hpp"
#include <algorithm>

namespace sim {

// The first deviation at this choice or after it; null: there is none.
static const deviation *first_from(const schedule &s, uint64_t from)
{
	const auto next = std::lower_bound(
		s.deviations.begin(), s.deviations.end(), from,
		[](const deviation &d, uint64_t number) { return d.number < number; });

	return next == s.deviations.end() ? nullptr : &*next;
}

uint64_t replay_strategy::attentive_from(uint64_t from)
{
	const deviation *next = first_from(schedule_, from);

	return !next || diverged_at_ != NEVER ? NEVER : next->number;
}

uint32_t replay_strategy::choose(const choice &c)
{
	const deviation *d = first_from(schedule_, c.number);

	if (!d || d->number != c.number)
		return 0;
	if (static_cast<uint16_t>(c.taken) == d->check && d->answer < c.count)
		return d->answer;
	diverged_at_ = c.number;
	return 0;
}

uint32_t recording_strategy::choose(const choice &c)
{
	const uint32_t answer = inner_.choose(c);

	if (answer)
		schedule_.deviations.push_back(
			{ c.number, answer, static_cast<uint16_t>(c.taken) });
	return answer;
}

settled_step recording_strategy::settled(uint64_t number, uint64_t taken)
{
	const settled_step known = inner_.settled(number, taken);

	if (known.who != NO_CONTEXT && known.answer)
		schedule_.deviations.push_back(
			{ number, known.answer, static_cast<uint16_t>(taken) });
	return known;
}

bool recording_strategy::next_execution(const verdict &v)
{
	last_.swap(schedule_.deviations);
	schedule_.deviations.clear();
	return inner_.next_execution(v);
}

void recording_strategy::goes_on_at(uint64_t number)
{
	for (const deviation &d : last_)
		if (d.number < number)
			schedule_.deviations.push_back(d);
	inner_.goes_on_at(number);
}

schedule recording_strategy::recorded(uint64_t steps, uint64_t taken) const
{
	schedule s = schedule_;

	s.steps = steps;
	s.check = static_cast<uint32_t>(taken);
	return s;
}

std::span<const strategy_row> strategy_table()
{
	static constexpr strategy_row rows[] = {
		{ "natural", "one execution in the order of the timed machine", "" },
		{ "replay", "one execution that follows a schedule string", "schedule",
		  "it would leave its schedule" },
		{ "stateful", "every state once: all outcomes, a shortest way to each",
		  "states steps", "it looks at states, not at executions" },
		{ "dpor", "of executions that differ only in the order of independent steps, one",
		  "executions steps", "it would take what a bound hides for explored" },
		{ "exhaustive", "every execution",
		  "executions steps deviations preemptions events" },
		{ "random", "every answer of every choice is equally likely",
		  "seed executions steps deviations preemptions events" },
		{ "pct", "random priorities of contexts, changed at depth - 1 random steps",
		  "seed executions steps depth deviations preemptions events" },
		{ "pos", "random priorities of operations, drawn anew where they conflict",
		  "seed executions steps deviations preemptions events" },
		{ "urw", "contexts as likely as they have steps left: every order of steps evenly",
		  "seed executions steps deviations preemptions events" },
		{ "portfolio", "random, pos, urw and pct of depths 1 to depth take turns",
		  "seed executions steps depth deviations preemptions events" },
	};

	return rows;
}

std::span<const strategy_row> decorator_table()
{
	static constexpr strategy_row rows[] = {
		{ "deviations", "at most so many answers that are not the natural one" },
		{ "preemptions", "at most so many times one that could go on has to wait" },
		{ "events", "at most so many timers and interrupts that come early" },
		{ "twice", "runs each execution twice and reports any difference" },
	};

	return rows;
}

const strategy_row *find_strategy(std::string_view name)
{
	for (const strategy_row &s : strategy_table())
		if (s.name == name)
			return &s;
	return nullptr;
}

// The first of words separated by blanks, which is cut off; empty: there is none left.
static std::string_view next_word(std::string_view &words)
{
	const size_t end = std::min(words.find(' '), words.size());
	const std::string_view word = words.substr(0, end);

	words.remove_prefix(std::min(end + 1, words.size()));
	return word;
}

std::string as_it_is(std::string_view parameter)
{
	return std::string(parameter);
}

std::string not_taken(const strategy_row &s, std::string_view parameter, parameter_spelling spelled)
{
	const std::string head = std::string(s.name) + " takes no '" + spelled(parameter) + "'";
	std::string_view rest = s.takes;
	std::string taken;

	for (const strategy_row &bound : decorator_table())
		if (parameter == bound.name && s.unbounded)
			return head + ": " + s.unbounded;
	while (!rest.empty())
		taken += spelled(next_word(rest)) + (rest.empty() ? "" : " ");
	return head + ", expected one of: " + taken;
}

bool takes(const strategy_row &s, std::string_view parameter)
{
	std::string_view rest = s.takes;

	while (!rest.empty())
		if (next_word(rest) == parameter)
			return true;
	return false;
}

} // namespace sim
