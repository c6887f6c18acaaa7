// SPDX-License-Identifier: GPL-2.0-only
// The random numbers of a search: integers only, the same ones on every compiler and machine.
// Must not know what they are drawn for, the time, or any other source of chance.
#pragma once

#include <bit>
#include <cstdint>
#include <cstdlib>

namespace sim {

// Every bit of the result depends on every bit of the word; no two words give the same.
constexpr uint64_t mixed(uint64_t word)
{
	word = (word ^ (word >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	word = (word ^ (word >> 27)) * UINT64_C(0x94d049bb133111eb);
	return word ^ (word >> 31);
}

// Weyl sequence plus a mixer. Any 64-bit value is a good start, and two that differ by one give
// unrelated sequences: this is what turns a seed that a person typed into a generator's state.
struct splitmix64 {
	uint64_t state;

	constexpr uint64_t next() { return mixed(state += UINT64_C(0x9e3779b97f4a7c15)); }
};

// xoshiro256**. Trivially copyable, so that a saved execution or strategy keeps its place in the
// sequence. A state of four zeros would stay there for ever; seeded() cannot produce it.
struct prng {
	uint64_t state[4];

	static constexpr prng seeded(uint64_t seed)
	{
		splitmix64 mixer{ seed };
		prng fresh{};

		for (uint64_t &word : fresh.state)
			word = mixer.next();
		return fresh;
	}

	// The whole range of 64 bits.
	constexpr uint64_t next()
	{
		const uint64_t drawn = std::rotl(state[1] * 5, 7) * 9;
		const uint64_t carried = state[1] << 17;

		state[2] ^= state[0];
		state[3] ^= state[1];
		state[1] ^= state[2];
		state[0] ^= state[3];
		state[2] ^= carried;
		state[3] = std::rotl(state[3], 45);
		return drawn;
	}

	// 0 .. count - 1, every value equally likely; count is at least 1 (0 aborts).
	// Draws again while it lands in the 2^64 mod count lowest numbers, which would make the
	// small remainders one more likely; so it takes one draw, very rarely more.
	constexpr uint64_t below(uint64_t count)
	{
		if (count == 0)
			std::abort();

		const uint64_t surplus = (0 - count) % count;
		uint64_t drawn = next();

		while (drawn < surplus)
			drawn = next();
		return drawn % count;
	}

	// The same for a count of 32 bits, without dividing: what a search draws at every choice.
	// Multiplying spreads 2^32 draws over count places; the 2^32 mod count too many are drawn
	// again.
	constexpr uint32_t index(uint32_t count)
	{
		if (count == 0)
			std::abort();

		uint64_t product = (next() >> 32) * count;

		if (static_cast<uint32_t>(product) < count) [[unlikely]] {
			const uint32_t surplus = (0 - count) % count;

			while (static_cast<uint32_t>(product) < surplus)
				product = (next() >> 32) * count;
		}
		return static_cast<uint32_t>(product >> 32);
	}
};

} // namespace sim
