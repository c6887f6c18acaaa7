// SPDX-License-Identifier: GPL-2.0-only
// Every execution there is, in lexicographic order of the answers: what cleverer strategies are
// measured against. It must not know what it explores.
#pragma once
#include <vector>
#include "sim/choice.hpp"

namespace sim {

class exhaustive_strategy final : public strategy {
public:
	uint32_t choose(const choice &) override;
	bool next_execution(const verdict &) override;

	uint64_t executions() const { return executions_; }
	// How much is done, of 1,000,000: each choice's answers taken as equally large.
	uint32_t share_done() const;

private:
	struct digit {
		uint32_t answer, count;
	};
	std::vector<digit> digits_;
	size_t at_ = 0;
	uint64_t executions_ = 0;
};

} // namespace sim
