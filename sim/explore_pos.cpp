// SPDX-License-Identifier: GPL-2.0-only
// Partial order sampling.
// It must not know what the answers do.
#include "sim/explore_pos.hpp"

namespace sim {

uint32_t pos_strategy::choose(const choice &c)
{
	if (c.kind == choice_kind::value)
		return c.count > 1 ? numbers_.index(c.count) : 0;
	// What the last step touched unannounced decides over those that were pending then, too.
	if (!c.effects.empty())
		for (const option &o : c.options)
			if (conflict({ o.next.touches, o.next.count }, c.effects))
				priorities_.redraw(o.who);

	const uint32_t best = c.count > 1 ? priorities_.highest(c.options, numbers_) : 0;
	const option &taken = c.options[best];

	priorities_.redraw(taken.who); // its next operation's is still to be drawn
	for (const option &o : c.options)
		if (conflict(o.next, taken.next))
			priorities_.redraw(o.who);
	return best;
}

bool pos_strategy::next_execution(const verdict &)
{
	priorities_.clear();
	return left_ > 1 && --left_;
}

} // namespace sim
