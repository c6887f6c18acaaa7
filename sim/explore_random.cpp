// SPDX-License-Identifier: GPL-2.0-only
// The random walk.
// It must not know what the answers do.
#include "sim/explore_random.hpp"

namespace sim {

uint32_t random_strategy::choose(const choice &c)
{
	return c.count > 1 ? numbers_.index(c.count) : 0;
}

bool random_strategy::next_execution(const verdict &)
{
	return left_ > 1 && --left_;
}

} // namespace sim
