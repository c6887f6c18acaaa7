// SPDX-License-Identifier: GPL-2.0-only
// Drawing scenarios: how many, and the operations of a task from a table.
// Must not know what is drawn, nor what it is for.
#pragma once
#include <cstdlib>
#include <string>
#include "sim/prng.hpp"

namespace support {

// How many of each kind; for a longer search than a test should take:
inline unsigned programs_wanted(unsigned few)
{
	const char *more = getenv("KTHREADSIM_TEST_PROGRAMS");

	return more ? static_cast<unsigned>(atoi(more)) : few;
}

// One to `most` rows of the table; "@" in a row is which of them it is.
template <size_t N>
std::string drawn_body(sim::prng &numbers, const char *const (&table)[N], unsigned most)
{
	const uint64_t n = 1 + numbers.below(most);
	std::string body;

	for (uint64_t i = 0; i < n; i++) {
		std::string one = table[numbers.below(N)];

		if (const size_t at = one.find('@'); at != one.npos)
			one.replace(at, 1, std::to_string(i));
		body += (i ? ", " : "") + one;
	}
	return body;
}

} // namespace support
