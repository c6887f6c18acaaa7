// SPDX-License-Identifier: GPL-2.0-only
// Hiding steps that only wait.
// It must not know the machine, nor what executions come to.
#include "sim/explore_waits.hpp"
#include <algorithm>

namespace sim {

// As what it will be once the lock is free.
void without_waits::show_blocked(const option &o)
{
	blocked_.push_back(o);
	if (!o.stands.only_waits)
		return;
	option &shown = blocked_.back();
	for (unsigned i = 1; i < shown.next.count; i++)
		if (shown.next.touches[i].kind == access::lock)
			shown.next.touches[i].kind = access::borrow;
	shown.next.touches[0].kind = o.stands.locks;
	if (shown.why == obstacle::none)
		shown.why = obstacle::guard;
	uses_more_ |= o.next.count > 1 && o.next.touches[1].kind == access::read;
}

uint32_t without_waits::choose(const choice &c)
{
	const auto is_hidden = [](const option &o) { return o.stands.only_waits; };
	uint32_t answer = 0;

	if (only_waits_left_)
		return 0; // what comes of this execution counts for nothing
	const auto hidden = std::count_if(c.options.begin(), c.options.end(), is_hidden) +
			    std::count_if(c.blocked.begin(), c.blocked.end(), is_hidden);
	answer = hidden ? choose_from_rest(c) : ask(inner_, c);
	taken_.resize(std::max<size_t>(taken_.size(), c.number + 1));
	taken_[c.number] = answer;
	return answer;
}

uint32_t without_waits::choose_from_rest(const choice &c)
{
	choice rest = c;

	offered_.clear();
	answers_.clear();
	blocked_.clear();
	for (uint32_t i = 0; i < c.count; i++) {
		if (c.options[i].stands.only_waits)
			continue;
		answers_.push_back(i);
		offered_.push_back(c.options[i]);
	}
	for (const option &o : c.blocked)
		show_blocked(o);
	for (const option &o : c.options)
		if (o.stands.only_waits)
			show_blocked(o);
	only_waits_left_ = answers_.empty();
	if (only_waits_left_)
		return 0;
	rest.count = static_cast<uint32_t>(answers_.size());
	rest.options = offered_;
	rest.blocked = blocked_;
	return answers_[ask(inner_, rest)];
}

// What is not repeated is asked for anew: where in the choice that answer is, is not known.
settled_step without_waits::settled(uint64_t number, uint64_t taken)
{
	if (only_waits_left_ || number >= inner_.repeats())
		return {};
	settled_step known = inner_.settled(number, taken);

	if (known.who != NO_CONTEXT)
		known.answer = taken_[number];
	return known;
}

void without_waits::stuck(std::span<const option> blocked)
{
	blocked_.clear();
	for (const option &o : blocked)
		show_blocked(o);
	if (!only_waits_left_)
		inner_.stuck(blocked_);
}

bool without_waits::next_execution(const verdict &v)
{
	return !only_waits_left_ && inner_.next_execution(v);
}

} // namespace sim
