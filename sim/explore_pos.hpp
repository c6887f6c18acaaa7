// SPDX-License-Identifier: GPL-2.0-only
// Partial order sampling (Yuan, Yang, Gu: Partial order aware concurrency sampling, CAV 2018).
// It must not know what the answers do.
#pragma once
#include "sim/choice.hpp"
#include "sim/priorities.hpp"
#include "sim/prng.hpp"

namespace sim {

// Each pending operation has a random priority, and the highest that can be taken is. Those that
// conflict with it are drawn anew: whether two operations race, not how many steps stand before
// them, decides how likely each order is. Values are drawn evenly.
class pos_strategy final : public strategy {
public:
	// The same seed gives the same executions; there is at least one.
	pos_strategy(uint64_t seed, uint64_t executions)
		: numbers_(prng::seeded(seed)), left_(executions)
	{}
	needs needed() const override { return needs::options; }
	uint32_t choose(const choice &) override;
	bool next_execution(const verdict &) override;

private:
	prng numbers_;
	uint64_t left_;		// executions, with the present one
	priorities priorities_; // of each context's pending operation
};

} // namespace sim
