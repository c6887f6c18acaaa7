// SPDX-License-Identifier: GPL-2.0-only
// The earliest of some times, and how long it stays so: a tournament of groups of eight.
// It must not know whose times they are. Its memory is the owner's, to be copied with the rest.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace sim {

// A time that moves costs a look at its group, and at the groups' earliest if there are several.
// One group is the common case, and is laid out as that. UINT64_MAX stands for never.
class tournament {
public:
	static constexpr size_t words_for(unsigned players)
	{
		return groups_for(players) * (GROUP + 1);
	}
	// `words` has words_for(players) of them; init() must come before everything else.
	tournament(uint64_t *words, unsigned players)
		: times_(words), minima_(words + groups_for(players) * GROUP),
		  groups_(groups_for(players)), in_group_(std::min(players, GROUP))
	{}
	// Nobody's time comes ever.
	void init() { std::fill_n(times_, groups_ * (GROUP + 1), UINT64_MAX); }

	void set(unsigned player, uint64_t at)
	{
		times_[player] = at;
		if (groups_ > 1) [[unlikely]]
			minima_[player / GROUP] = minimum(times_ + player / GROUP * GROUP);
	}

	struct result {
		unsigned who;
		uint64_t at;	// never: nobody's time comes
		uint64_t until; // it is the earliest as long as only its own time moves, to less
	};
	// Ties go to the lower number.
	result first() const
	{
		unsigned begin = 0;
		uint64_t until = UINT64_MAX;

		if (groups_ > 1) [[unlikely]] {
			const result group = first_of(minima_, groups_, until);

			begin = group.who * GROUP;
			until = group.until;
		}
		result found = first_of(times_ + begin, in_group_, until);

		found.who += begin;
		return found;
	}

private:
	static constexpr unsigned GROUP = 8;

	static constexpr unsigned groups_for(unsigned players)
	{
		return (players + GROUP - 1) / GROUP;
	}
	static uint64_t minimum(const uint64_t *group)
	{
		const uint64_t a = std::min(group[0], group[1]), b = std::min(group[2], group[3]);
		const uint64_t c = std::min(group[4], group[5]), d = std::min(group[6], group[7]);

		return std::min(std::min(a, b), std::min(c, d));
	}
	// Branches, because they are mostly foreseen: then nobody waits for the comparisons.
	static result first_of(const uint64_t *times, unsigned count, uint64_t until)
	{
		result found{ 0, times[0], until };

		for (unsigned i = 1; i < count; i++) {
			const uint64_t at = times[i];

			if (at < found.at) [[unlikely]]
				found = { i, at, std::min(until, found.at) };
			else if (at < found.until) [[unlikely]]
				found.until = at + 1; // it wins a tie
		}
		return found;
	}

	uint64_t *times_;
	uint64_t *minima_; // of each group, where there are several
	unsigned groups_, in_group_;
};

} // namespace sim
