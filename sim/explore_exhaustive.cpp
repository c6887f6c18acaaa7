// SPDX-License-Identifier: GPL-2.0-only
// The odometer over all answers.
// It must not know what it explores.
#include "sim/explore_exhaustive.hpp"
#include <cstdio>
#include <cstdlib>

namespace sim {

exhaustive_strategy::exhaustive_strategy(const std::vector<uint32_t> &path, size_t fixed)
	: fixed_(fixed)
{
	for (const uint32_t answer : path)
		digits_.push_back({ answer, 0 });
}

uint32_t exhaustive_strategy::choose(const choice &c)
{
	if (at_ == digits_.size())
		digits_.push_back({ 0, c.count });
	digit &d = digits_[at_++];
	if (!d.count && d.answer < c.count)
		d.count = c.count;
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
	for (; digits_.size() > fixed_; digits_.pop_back())
		if (++digits_.back().answer < digits_.back().count) {
			repeated_ = digits_.size();
			return true;
		}
	done_ = true;
	return false;
}

uint64_t exhaustive_strategy::goes_back_to(uint64_t from) const
{
	for (size_t i = from; i < repeated_; i++)
		if (digits_[i].answer + 1 < digits_[i].count)
			return i;
	return NEVER;
}

std::vector<uint32_t> exhaustive_strategy::path() const
{
	std::vector<uint32_t> answers;

	for (const digit &d : digits_)
		answers.push_back(d.answer);
	return answers;
}

uint32_t exhaustive_strategy::share_done() const
{
	constexpr uint64_t ALL = UINT64_C(1'000'000) << 24;
	uint64_t part = ALL, done = 0;

	for (size_t i = fixed_; i < digits_.size() && digits_[i].count; i++) {
		part /= digits_[i].count;
		done += part * digits_[i].answer;
	}
	return static_cast<uint32_t>((done_ ? ALL : done) >> 24);
}

} // namespace sim
