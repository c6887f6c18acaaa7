// SPDX-License-Identifier: GPL-2.0-only
// Several strategies take turns: no single one finds every kind of bug soonest.
// It must not know which strategies they are.
#pragma once
#include <vector>
#include "sim/choice.hpp"

namespace sim {

// Each execution belongs to the next member in turn. A member that has nothing left is passed
// over; it ends when none has.
class portfolio_strategy final : public strategy {
public:
	// At least one member. They are not owned.
	explicit portfolio_strategy(std::vector<strategy *> members) : members_(std::move(members))
	{}
	needs needed() const override { return members_[turn_]->needed(); }
	uint64_t attentive_from(uint64_t from) override
	{
		return members_[turn_]->attentive_from(from);
	}
	uint32_t choose(const choice &c) override { return members_[turn_]->choose(c); }
	void stuck(std::span<const option> blocked) override { members_[turn_]->stuck(blocked); }
	bool next_execution(const verdict &) override;

	// Whose the present execution is: an index of the list of members.
	size_t turn() const { return turn_; }

private:
	std::vector<strategy *> members_; // null: has nothing left
	size_t turn_ = 0;
};

} // namespace sim
