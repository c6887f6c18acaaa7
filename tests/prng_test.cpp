// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/prng.hpp against published numbers and a second, plain implementation.
// Must not know who draws.
#include "sim/prng.hpp"

#include <doctest/doctest.h>
#include <initializer_list>
#include <type_traits>

namespace {

static_assert(std::is_trivially_copyable_v<sim::prng>);

struct plain_generator {
	uint64_t a, b, c, d;

	static uint64_t left(uint64_t word, int bits)
	{
		return (word << bits) | (word >> (64 - bits));
	}

	uint64_t next()
	{
		const uint64_t result = left(b * 5, 7) * 9;
		const uint64_t new_c = c ^ a;
		const uint64_t new_d = d ^ b;
		const uint64_t shifted = b << 17;

		b ^= new_c;
		a ^= new_d;
		c = new_c ^ shifted;
		d = left(new_d, 45);
		return result;
	}
};

uint64_t plain_splitmix(uint64_t seed, unsigned nth)
{
	uint64_t z = seed + (nth + 1) * UINT64_C(11400714819323198485);

	z ^= z >> 30;
	z *= UINT64_C(13787848793156543929);
	z ^= z >> 27;
	z *= UINT64_C(10723151780598845931);
	return z ^ z >> 31;
}

} // namespace

TEST_CASE("splitmix64 gives the published numbers")
{
	const uint64_t expected[] = {
		UINT64_C(6457827717110365317),	UINT64_C(3203168211198807973),
		UINT64_C(9817491932198370423),	UINT64_C(4593380528125082431),
		UINT64_C(16408922859458223821),
	};
	sim::splitmix64 mixer{ 1234567 };

	for (uint64_t number : expected)
		CHECK(mixer.next() == number);
	CHECK(sim::splitmix64{ 0 }.next() == UINT64_C(0xe220a8397b1dcdaf));
}

TEST_CASE("the generator gives the published numbers for the state 1, 2, 3, 4")
{
	const uint64_t expected[] = {
		UINT64_C(11520),
		UINT64_C(0),
		UINT64_C(1509978240),
		UINT64_C(1215971899390074240),
		UINT64_C(1216172134540287360),
		UINT64_C(607988272756665600),
		UINT64_C(16172922978634559625),
		UINT64_C(8476171486693032832),
		UINT64_C(10595114339597558777),
		UINT64_C(2904607092377533576),
	};
	sim::prng random{ { 1, 2, 3, 4 } };

	for (uint64_t number : expected)
		CHECK(random.next() == number);
}

TEST_CASE("a seeded generator is splitmix64 followed by xoshiro256**")
{
	for (uint64_t seed : { UINT64_C(0), UINT64_C(1), UINT64_C(42), ~UINT64_C(0) }) {
		sim::prng random = sim::prng::seeded(seed);
		plain_generator plain{ plain_splitmix(seed, 0), plain_splitmix(seed, 1),
				       plain_splitmix(seed, 2), plain_splitmix(seed, 3) };
		unsigned same = 0;

		for (unsigned i = 0; i < 1000; i++)
			same += random.next() == plain.next();
		CHECK(same == 1000);
	}
}

TEST_CASE("seeds that differ by one give different sequences, a copy gives the same one")
{
	sim::prng first = sim::prng::seeded(7);
	sim::prng second = sim::prng::seeded(8);
	sim::prng copy = first;
	unsigned equal_to_other = 0;

	for (unsigned i = 0; i < 100; i++) {
		const uint64_t drawn = first.next();

		CHECK(copy.next() == drawn);
		equal_to_other += second.next() == drawn;
	}
	CHECK(equal_to_other == 0);
}

TEST_CASE("below stays below and reaches every value about equally often")
{
	sim::prng random = sim::prng::seeded(2026);

	for (uint64_t count : { 1u, 2u, 3u, 7u, 10u, 64u }) {
		unsigned drawn[64] = {};
		const unsigned rounds = 2000;

		for (unsigned i = 0; i < rounds * count; i++) {
			const uint64_t value = random.below(count);

			REQUIRE(value < count);
			drawn[value]++;
		}
		for (uint64_t value = 0; value < count; value++) {
			CHECK(drawn[value] > rounds * 85 / 100);
			CHECK(drawn[value] < rounds * 115 / 100);
		}
	}
}

TEST_CASE("below rejects the draws that would favour small remainders")
{
	// With three quarters of the range a plain remainder would land in the first third of
	// it half of the time instead of one time in three.
	const uint64_t count = UINT64_C(3) << 62;
	sim::prng random = sim::prng::seeded(5);
	unsigned low = 0;

	for (unsigned i = 0; i < 30000; i++)
		low += random.below(count) < count / 3;
	CHECK(low > 9500);
	CHECK(low < 10500);

	// A count of 2^64 - 1 rejects only the draw 0: the state below draws 0 second.
	sim::prng zero_second{ { 1, 2, 3, 4 } };

	CHECK(zero_second.below(~UINT64_C(0)) == 11520);
	CHECK(zero_second.below(~UINT64_C(0)) == 1509978240);
}

TEST_CASE("an index stays below its count, is spread evenly, and rejects what would favour some")
{
	sim::prng random = sim::prng::seeded(2027);

	for (uint32_t count : { 1u, 2u, 3u, 7u, 10u, 64u }) {
		unsigned drawn[64] = {};
		const unsigned rounds = 2000;

		for (unsigned i = 0; i < rounds * count; i++) {
			const uint32_t value = random.index(count);

			REQUIRE(value < count);
			drawn[value]++;
		}
		for (uint32_t value = 0; value < count; value++) {
			CHECK(drawn[value] > rounds * 85 / 100);
			CHECK(drawn[value] < rounds * 115 / 100);
		}
	}

	// With three quarters of the range two draws in four would reach every third index alone.
	const uint32_t count = UINT32_C(3) << 30;
	unsigned third = 0;

	for (unsigned i = 0; i < 30000; i++)
		third += random.index(count) % 3 == 0;
	CHECK(third > 9500);
	CHECK(third < 10500);

	// This state draws small numbers first, whose high half is 0: one too many for 3 places,
	// and not for 2^31.
	const sim::prng small_first{ { 0, 0, 1, 1 } };
	sim::prng few = small_first, many = small_first, plain = small_first;
	uint64_t drawn = plain.next();

	CHECK((drawn >> 32) == 0);
	CHECK(many.index(UINT32_C(1) << 31) == 0);
	CHECK(many.state[0] == plain.state[0]);
	while (!(drawn >> 32))
		drawn = plain.next();
	CHECK(few.index(3) == static_cast<uint32_t>((drawn >> 32) * 3 >> 32));
	CHECK(few.state[0] == plain.state[0]);
}

TEST_CASE("the generator can be evaluated by the compiler")
{
	constexpr uint64_t drawn = [] {
		sim::prng random{ { 1, 2, 3, 4 } };

		return random.below(1000);
	}();

	CHECK(drawn == 520);
}
