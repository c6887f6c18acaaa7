// SPDX-License-Identifier: GPL-2.0-only
// Whether counts of drawn executions are those of a known distribution. Seeds are fixed, so a
// test passes always or never; the limits say how surprising it may be.
// It must not know what was drawn.
#pragma once
#include <cmath>
#include <cstdint>
#include <map>

namespace support {

// Within five standard deviations of what is expected.
inline bool is_about(uint64_t hits, uint64_t draws, double chance)
{
	const double expected = double(draws) * chance;

	return std::abs(double(hits) - expected) <= 5 * std::sqrt(expected * (1 - chance));
}

// Pearson's chi-square over all that can come about, within five standard deviations. Something
// that should not have come about is never plausible.
template <class K>
bool is_distributed(const std::map<K, uint64_t> &hits, uint64_t draws,
		    const std::map<K, double> &chances)
{
	double sum = 0;

	for (const auto &[key, count] : hits)
		if (!chances.count(key))
			return false;
	for (const auto &[key, chance] : chances) {
		const double expected = double(draws) * chance;
		const auto found = hits.find(key);
		const double off = (found == hits.end() ? 0 : double(found->second)) - expected;

		sum += off * off / expected;
	}
	const double freedom = double(chances.size()) - 1;
	return sum <= freedom + 5 * std::sqrt(2 * freedom);
}

} // namespace support
