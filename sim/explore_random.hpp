// SPDX-License-Identifier: GPL-2.0-only
// The random walk: every answer of every choice is equally likely.
// It must not know what the answers do.
#pragma once
#include "sim/choice.hpp"
#include "sim/prng.hpp"

namespace sim {

class random_strategy final : public strategy {
public:
	// The same seed gives the same executions; there is at least one.
	random_strategy(uint64_t seed, uint64_t executions)
		: numbers_(prng::seeded(seed)), left_(executions)
	{}
	needs needed() const override { return needs::count; }
	uint32_t pick(uint32_t count) override { return numbers_.index(count); }
	uint32_t choose(const choice &c) override { return c.count > 1 ? pick(c.count) : 0; }
	bool next_execution(const verdict &) override;

private:
	prng numbers_;
	uint64_t left_; // executions, with the present one
};

} // namespace sim
