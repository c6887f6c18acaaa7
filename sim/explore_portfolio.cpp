// SPDX-License-Identifier: GPL-2.0-only
// Several strategies take turns.
// It must not know which strategies they are.
#include "sim/explore_portfolio.hpp"

namespace sim {

bool portfolio_strategy::next_execution(const verdict &v)
{
	if (!members_[turn_]->next_execution(v))
		members_[turn_] = nullptr;
	for (size_t i = 0; i < members_.size(); i++) {
		turn_ = (turn_ + 1) % members_.size();
		if (members_[turn_])
			return true;
	}
	return false;
}

} // namespace sim
