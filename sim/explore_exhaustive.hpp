// SPDX-License-Identifier: GPL-2.0-only
// Every execution there is, in lexicographic order of the answers: what cleverer strategies are
// measured against. It must not know what it explores.
#pragma once
#include <vector>
#include "sim/choice.hpp"

namespace sim {

class exhaustive_strategy final : public strategy {
public:
	exhaustive_strategy() = default;
	// Only executions that begin with the first `fixed` answers of `path`, and of these only
	// from `path` on.
	exhaustive_strategy(const std::vector<uint32_t> &path, size_t fixed);
	needs needed() const override { return needs::options; }
	uint32_t choose(const choice &) override;
	bool next_execution(const verdict &) override;
	uint64_t repeats() const override { return digits_.empty() ? 0 : digits_.size() - 1; }
	uint64_t goes_back_to(uint64_t from) const override;
	void goes_on_at(uint64_t number) override { at_ = number; }

	uint64_t executions() const { return executions_; }
	// The answers that the next execution begins with; empty: there is none, or none was run.
	std::vector<uint32_t> path() const;
	// The answers and their number in the execution that has ended, before next_execution().
	uint32_t count_at(size_t choice) const { return digits_[choice].count; }
	size_t choices() const { return at_; }
	// How much is done, of 1,000,000: each choice's answers taken as equally large.
	uint32_t share_done() const;

private:
	struct digit {
		uint32_t answer, count; // 0: not known yet
	};
	std::vector<digit> digits_;
	size_t at_ = 0, fixed_ = 0;
	size_t repeated_ = 0; // choices whose answers were known when the execution began
	uint64_t executions_ = 0;
	bool done_ = false;
};

} // namespace sim
