// SPDX-License-Identifier: GPL-2.0-only
// Uniform random walk (Zhao, Wolff, Mathur, Roychoudhury: Selectively uniform concurrency testing,
// ASPLOS 2025). It must not know what the answers do.
#pragma once
#include <vector>
#include "sim/choice.hpp"
#include "sim/prng.hpp"

namespace sim {

// A context is the likelier to go on the more steps are still to come from it and from those that
// it will begin. If all of that is known and nobody has to wait, every order of the steps is as
// likely as any other; in a plain random walk whoever has few steps is soon through with them. What
// is to come is expected from the executions before: their mean, of each context. The first one is
// a random walk. An event counts as one step, and values are drawn evenly.
class urw_strategy final : public strategy {
public:
	// The same seed gives the same executions; there is at least one.
	urw_strategy(uint64_t seed, uint64_t executions)
		: numbers_(prng::seeded(seed)), executions_(executions)
	{}
	needs needed() const override { return needs::options; }
	uint32_t choose(const choice &) override;
	bool next_execution(const verdict &) override;

private:
	// A context in the present execution.
	struct life {
		uint64_t steps = 0;    // of its own; at the end with those of whom it began
		uint64_t expected = 0; // that are still to come, by whom it will begin as well
		bool met = false;
	};
	struct beginning {
		context_id who, by; // by: NO_CONTEXT if by nobody, or an event
	};

	uint64_t mean_of(context_id who) const;
	void meet(context_id who);
	uint64_t weight_of(context_id who) const;
	void note_step(context_id who);

	prng numbers_;
	uint64_t executions_, done_ = 0;
	std::vector<uint64_t> sums_; // of the steps of all executions before, by context
	std::vector<life> lives_;    // by context
	std::vector<beginning> begun_;
	context_id last_ = NO_CONTEXT;	// who took the last step
	std::vector<uint64_t> weights_; // scratch
};

} // namespace sim
