// SPDX-License-Identifier: GPL-2.0-only
// Runs each execution twice and compares what was offered: the proof that a replay is possible.
// It must not know which strategy it asks.
#pragma once
#include <vector>
#include "sim/choice.hpp"

namespace sim {

// Where the second of two runs was not the first. `number` is that of the choice; NEVER: they
// differed only in how they ended.
struct run_difference {
	uint64_t execution; // from 0, as the inner strategy counts
	uint64_t number;
	const char *what; // a string literal: what differs
};

// The first run is the other strategy's; the second gets the same answers. Every choice is looked
// at, also where the other strategy is not attentive. Ends at the first difference.
class twice_strategy final : public strategy {
public:
	explicit twice_strategy(strategy &inner) : inner_(inner) {}
	uint32_t choose(const choice &) override;
	void stuck(std::span<const option> blocked) override;
	bool next_execution(const verdict &) override;

	// Whether the execution that ends next, or has ended, is to be run again.
	bool is_first() const { return !second_; }
	// Null: there was none. A program that is given equal answers must give none.
	const run_difference *difference() const { return differs_ ? &difference_ : nullptr; }

private:
	struct record {
		uint64_t taken, offered;
		uint32_t answer;
	};

	void differ(uint64_t number, const char *what);

	strategy &inner_;
	std::vector<record> first_;
	size_t at_ = 0; // of the second run
	bool second_ = false;
	bool differs_ = false;
	uint64_t stuck_[2] = {};
	uint64_t verdict_ = 0; // of the first run
	uint64_t execution_ = 0;
	run_difference difference_ = {};
};

} // namespace sim
