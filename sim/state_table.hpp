// SPDX-License-Identifier: GPL-2.0-only
// Which states were met: 128-bit hashes in an open table that doubles when it fills up.
// It must not know what a state is.
#pragma once
#include <cstdint>
#include "sim/large_vector.hpp"
#include "sim/state_hash.hpp"

namespace sim {

class state_table {
public:
	// The number of a state; `fresh` says that it was not there and has got `number`.
	uint32_t find_or_add(state_hash h, uint32_t number, bool &fresh)
	{
		if (4 * (used_ + 1) > 3 * slots_.size())
			grow();
		slot &s = slot_of(h);

		fresh = s.number == FREE;
		if (fresh) {
			s = { h, number };
			used_++;
		}
		return s.number;
	}

private:
	static constexpr uint32_t FREE = UINT32_MAX;

	struct slot {
		state_hash hash{};
		uint32_t number = FREE;
	};

	slot &slot_of(state_hash h)
	{
		size_t i = h.low & (slots_.size() - 1);

		while (slots_[i].number != FREE && !(slots_[i].hash == h))
			i = (i + 1) & (slots_.size() - 1);
		return slots_[i];
	}
	void grow()
	{
		large_vector<slot> old(slots_.empty() ? 1024 : 2 * slots_.size());

		old.swap(slots_);
		for (const slot &s : old)
			if (s.number != FREE)
				slot_of(s.hash) = s;
	}

	large_vector<slot> slots_;
	size_t used_ = 0;
};

} // namespace sim
