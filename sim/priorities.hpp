// SPDX-License-Identifier: GPL-2.0-only
// A random priority for each context of one execution, drawn when it is first asked for.
// It must not know what contexts do, nor when a strategy changes a priority.
#pragma once
#include "sim/choice.hpp"
#include "sim/id_table.hpp"
#include "sim/prng.hpp"

namespace sim {

class priorities {
public:
	// All that are drawn lie above it.
	static constexpr uint64_t LOWEST_DRAWN = UINT64_C(1) << 63;

	void clear() { table_.clear(); }
	void redraw(context_id who) { table_[who] = 0; }
	// `value` is not 0.
	void set(context_id who, uint64_t value) { table_[who] = value; }
	// The option whose context has the highest priority.
	uint32_t highest(std::span<const option> options, prng &numbers)
	{
		uint64_t best_value = 0;
		uint32_t best = 0;

		for (uint32_t i = 0; i < options.size(); i++) {
			uint64_t &value = table_[options[i].who];

			if (!value)
				value = numbers.next() | LOWEST_DRAWN;
			if (value > best_value) {
				best_value = value;
				best = i;
			}
		}
		return best;
	}

private:
	id_table<uint64_t> table_; // 0: not drawn yet
};

} // namespace sim
