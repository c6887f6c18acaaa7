// SPDX-License-Identifier: GPL-2.0-only
// Probabilistic concurrency testing.
// It must not know what the answers do.
#include "sim/explore_pct.hpp"
#include <algorithm>

namespace sim {

pct_strategy::pct_strategy(uint64_t seed, uint64_t executions, uint64_t depth)
	: numbers_(prng::seeded(seed)), executions_(executions),
	  falls_(std::clamp<uint64_t>(depth, 1, DEPTH_MAX) - 1)
{}

uint64_t pct_strategy::points() const
{
	return std::max(most_, most_before_) + 1;
}

uint32_t pct_strategy::choose(const choice &c)
{
	uint32_t best = 0;

	if (c.kind == choice_kind::value)
		return c.count > 1 ? numbers_.index(c.count) : 0;
	// Where only one can go on, to fall now or at the next choice is the same.
	if (c.count > 1) {
		choices_++;
		best = priorities_.highest(c.options, numbers_);
		for (size_t i = 0; i < falls_.size(); i++) {
			if (falls_[i] != choices_)
				continue;
			priorities_.set(c.options[best].who, i + 1);
			best = priorities_.highest(c.options, numbers_);
		}
	}
	// An event is over when it came; the next one of its object is another.
	if (c.options[best].who & EVENT)
		priorities_.redraw(c.options[best].who);
	return best;
}

bool pct_strategy::next_execution(const verdict &)
{
	most_ = std::max(most_, choices_);
	if (++done_ >= executions_)
		return false;
	for (uint64_t &fall : falls_)
		fall = 1 + numbers_.below(points());
	if (done_ % WINDOW == 0) {
		most_before_ = most_;
		most_ = 0;
	}
	priorities_.clear();
	choices_ = 0;
	return true;
}

} // namespace sim
