// SPDX-License-Identifier: GPL-2.0-only
// Bounds around another strategy.
// It must not know which strategy that is.
#include "sim/explore_bounded.hpp"
#include <algorithm>

namespace sim {

uint32_t bounding_strategy::choose(const choice &c)
{
	const uint32_t answer = restricts(c) ? choose_from_rest(c) : ask(inner_, c);

	taken(c, answer);
	return answer;
}

uint32_t bounding_strategy::choose_from_rest(const choice &c)
{
	choice rest = c;

	was_reached_ = true;
	offered_.clear();
	answers_.clear();
	for (uint32_t i = 0; i < c.count; i++) {
		if (hides(c, i))
			continue;
		answers_.push_back(i);
		if (c.kind == choice_kind::step)
			offered_.push_back(c.options[i]);
	}
	rest.count = static_cast<uint32_t>(answers_.size());
	rest.options = offered_;
	return answers_[ask(inner_, rest)];
}

bool bounding_strategy::next_execution(const verdict &v)
{
	begin();
	return inner_.next_execution(v);
}

// ---- preemptions ----

bool preemption_bound::last_could_go_on(const choice &c) const
{
	return !(last_ & EVENT) && std::any_of(c.options.begin(), c.options.end(),
					       [this](const option &o) { return o.who == last_; });
}

bool preemption_bound::restricts(const choice &c)
{
	return !left_ && c.count > 1 && last_could_go_on(c);
}

bool preemption_bound::hides(const choice &c, uint32_t answer) const
{
	return c.options[answer].who != last_;
}

void preemption_bound::taken(const choice &c, uint32_t answer)
{
	if (c.kind != choice_kind::step)
		return;
	const context_id who = c.options[answer].who;

	left_ -= who != last_ && last_could_go_on(c);
	last_ = who;
}

void preemption_bound::begin()
{
	left_ = n_;
	last_ = NO_CONTEXT;
}

// ---- events ----

static bool is_event(const option &o)
{
	return o.who & EVENT;
}

bool event_bound::restricts(const choice &c)
{
	if (left_ || c.count < 2)
		return false;
	events_only_ = std::all_of(c.options.begin(), c.options.end(), is_event);
	return std::any_of(c.options.begin(), c.options.end(), is_event);
}

bool event_bound::hides(const choice &c, uint32_t answer) const
{
	return events_only_ ? answer != 0 : is_event(c.options[answer]);
}

void event_bound::taken(const choice &c, uint32_t answer)
{
	if (left_ && c.kind == choice_kind::step)
		left_ -= is_event(c.options[answer]);
}

} // namespace sim
