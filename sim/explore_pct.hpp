// SPDX-License-Identifier: GPL-2.0-only
// Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010).
// It must not know what the answers do.
#pragma once
#include <vector>
#include "sim/choice.hpp"
#include "sim/priorities.hpp"
#include "sim/prng.hpp"

namespace sim {

// Each context has a random priority, and the highest that can go on does. At depth - 1 random
// points the one about to go on falls below all others. A bug that depth orderings between steps
// bring about is met with a chance of at least 1 / (n k^(depth - 1)) in each execution: n contexts
// (each event counts as one), k points: before each choice that is one, and after them all. Values
// are drawn evenly. Where timers arm themselves again without end it needs a bound of events: one
// that has fallen never goes on while any other can.
class pct_strategy final : public strategy {
public:
	// depth: 1 to DEPTH_MAX, or the nearest of them is taken. The same seed gives the same
	// executions; there is at least one.
	pct_strategy(uint64_t seed, uint64_t executions, uint64_t depth);
	needs needed() const override { return needs::options; }
	uint32_t choose(const choice &) override;
	bool next_execution(const verdict &) override;

	// The present k, by the longest execution of the last WINDOW to 2 WINDOW ones: it grows at
	// once, and an execution that was far too long is forgotten again. 1 before the first.
	uint64_t points() const;

	static constexpr uint64_t WINDOW = 256;
	static constexpr uint64_t DEPTH_MAX = 64;

private:
	prng numbers_;
	uint64_t executions_, done_ = 0;
	priorities priorities_;
	std::vector<uint64_t> falls_; // at which choice, from 1
	uint64_t choices_ = 0;	      // of this execution, those that count
	uint64_t most_ = 0, most_before_ = 0;
};

} // namespace sim
