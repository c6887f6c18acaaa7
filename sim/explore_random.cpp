// SPDX-License-Identifier: GPL-2.0-only
// The random walk.
// It must not know what the answers do.
#include "sim/explore_random.hpp"

namespace sim {

bool random_strategy::next_execution(const verdict &)
{
	return left_ > 1 && --left_;
}

} // namespace sim
