// SPDX-License-Identifier: GPL-2.0-only
// The table of strategies, replay and recording.
// It must not know the machine.
#include "sim/strategies.hpp"
#include <algorithm>

namespace sim {

uint64_t replay_strategy::attentive_from(uint64_t from)
{
	const auto &all = schedule_.deviations;
	const auto next = std::lower_bound(
		all.begin(), all.end(), from,
		[](const deviation &d, uint64_t number) { return d.number < number; });

	return next == all.end() || diverged_at_ != NEVER ? NEVER : next->number;
}

uint32_t replay_strategy::choose(const choice &c)
{
	for (const deviation &d : schedule_.deviations) {
		if (d.number != c.number)
			continue;
		if (static_cast<uint16_t>(c.taken) == d.check && d.answer < c.count)
			return d.answer;
		diverged_at_ = c.number;
	}
	return 0;
}

uint32_t recording_strategy::choose(const choice &c)
{
	const uint32_t answer = inner_.choose(c);

	if (answer)
		schedule_.deviations.push_back(
			{ c.number, answer, static_cast<uint16_t>(c.taken) });
	return answer;
}

bool recording_strategy::next_execution(const verdict &v)
{
	schedule_.deviations.clear();
	return inner_.next_execution(v);
}

schedule recording_strategy::recorded(uint64_t steps, uint64_t taken) const
{
	schedule s = schedule_;

	s.steps = steps;
	s.check = static_cast<uint32_t>(taken);
	return s;
}

std::span<const strategy_row> strategy_table()
{
	static constexpr strategy_row rows[] = {
		{ "natural", "one execution in the order of the timed machine" },
		{ "replay", "one execution that follows a schedule string" },
	};

	return rows;
}

} // namespace sim
