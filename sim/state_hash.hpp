// SPDX-License-Identifier: GPL-2.0-only
// What tells states from each other. It must not know what a state is.
#pragma once
#include <cstdint>

namespace sim {

struct state_hash {
	uint64_t low, high;

	bool operator==(const state_hash &) const = default;
	state_hash &operator+=(const state_hash &h)
	{
		low += h.low;
		high += h.high;
		return *this;
	}
	state_hash &operator-=(const state_hash &h)
	{
		low -= h.low;
		high -= h.high;
		return *this;
	}
};

} // namespace sim
