// SPDX-License-Identifier: GPL-2.0-only
// The odometer over all answers.
// It must not know what it explores.
#include "sim/explore_exhaustive.hpp"
#include <cstdio>
#include <cstdlib>

namespace sim {

uint32_t exhaustive_strategy::choose(const choice &c)
{
	if (at_ == digits_.size())
		digits_.push_back({ 0, c.count });
	const digit &d = digits_[at_++];
	if (d.count != c.count) {
		fprintf(stderr, "kthreadsim: choice %zu had %u answers and now has %u\n", at_ - 1,
			d.count, c.count);
		abort();
	}
	return d.answer;
}

bool exhaustive_strategy::next_execution(const verdict &)
{
	executions_++;
	at_ = 0;
	for (; !digits_.empty(); digits_.pop_back())
		if (++digits_.back().answer < digits_.back().count)
			return true;
	return false;
}

uint32_t exhaustive_strategy::share_done() const
{
	constexpr uint64_t ALL = UINT64_C(1'000'000) << 24;
	uint64_t part = ALL, done = 0;

	for (const digit &d : digits_) {
		part /= d.count;
		done += part * d.answer;
	}
	return static_cast<uint32_t>((digits_.empty() && executions_ ? ALL : done) >> 24);
}

} // namespace sim
