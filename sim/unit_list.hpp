// SPDX-License-Identifier: GPL-2.0-only
// The units that a search, or a share of it, still has to run; blocks in a row are not listed.
// It must not know how they are run.
#pragma once
#include <algorithm>
#include <vector>
#include "sim/search_part.hpp"

namespace sim {

struct unit_list {
	std::vector<search_unit> some;			    // first these,
	uint64_t block = 0, block_step = 1, blocks_end = 0; // then these blocks
	bool is_undivided = false; // a share's own have not been picked from them yet

	uint64_t blocks() const
	{
		return block < blocks_end ? (blocks_end - block + block_step - 1) / block_step : 0;
	}
	uint64_t size() const { return some.size() + blocks(); }
	bool empty() const { return !size(); }
	search_unit at(uint64_t n) const
	{
		search_unit u;

		if (n < some.size())
			return some[n];
		u.block = block + (n - some.size()) * block_step;
		return u;
	}
	void put_first(const std::vector<search_unit> &units)
	{
		some.insert(some.begin(), units.begin(), units.end());
	}
	// Those from the n-th on.
	unit_list from(uint64_t n) const
	{
		unit_list rest = *this;
		const uint64_t gone = std::min<uint64_t>(n, some.size());

		rest.some.erase(rest.some.begin(),
				rest.some.begin() + static_cast<ptrdiff_t>(gone));
		rest.block += (n - gone) * block_step;
		return rest;
	}
};

} // namespace sim
