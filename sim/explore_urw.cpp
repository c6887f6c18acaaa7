// SPDX-License-Identifier: GPL-2.0-only
// Uniform random walk.
// It must not know what the answers do.
#include "sim/explore_urw.hpp"
#include <algorithm>

namespace sim {

// Rounded.
uint64_t urw_strategy::mean_of(context_id who) const
{
	return who < sums_.size() ? (sums_[who] + done_ / 2) / done_ : 0;
}

// Whoever is new was begun by the last step. What it does is no longer to come from whom it was
// begun by.
void urw_strategy::meet(context_id who)
{
	if (lives_.size() <= who)
		lives_.resize(who + 1);
	life &l = lives_[who];
	if (l.met)
		return;
	l.met = true;
	l.expected = mean_of(who);
	const context_id by = last_ & EVENT ? NO_CONTEXT : last_; // which has that bit, too
	begun_.push_back({ who, by });
	if (by != NO_CONTEXT)
		lives_[by].expected -= std::min(lives_[by].expected, l.expected);
}

uint64_t urw_strategy::weight_of(context_id who) const
{
	return who & EVENT ? 1 : std::max<uint64_t>(lives_[who].expected, 1);
}

void urw_strategy::note_step(context_id who)
{
	last_ = who;
	if (who & EVENT)
		return;
	life &l = lives_[who];
	l.steps++;
	l.expected -= l.expected > 0;
}

uint32_t urw_strategy::choose(const choice &c)
{
	uint64_t all = 0;
	uint32_t answer = 0;

	if (c.kind == choice_kind::value)
		return c.count > 1 ? numbers_.index(c.count) : 0;
	for (const option &o : c.options)
		if (!(o.who & EVENT))
			meet(o.who);
	weights_.clear();
	for (const option &o : c.options) {
		weights_.push_back(weight_of(o.who));
		all += weights_.back();
	}
	if (c.count > 1)
		for (uint64_t drawn = numbers_.below(all); drawn >= weights_[answer]; answer++)
			drawn -= weights_[answer];
	note_step(c.options[answer].who);
	return answer;
}

bool urw_strategy::next_execution(const verdict &)
{
	done_++;
	if (sums_.size() < lives_.size())
		sums_.resize(lives_.size());
	for (size_t i = begun_.size(); i-- > 0;) {
		const auto [who, by] = begun_[i];

		sums_[who] += lives_[who].steps;
		if (by != NO_CONTEXT)
			lives_[by].steps += lives_[who].steps;
	}
	lives_.clear();
	begun_.clear();
	last_ = NO_CONTEXT;
	return done_ < executions_;
}

} // namespace sim
