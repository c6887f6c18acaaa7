// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/tournament.hpp against looking at all times one after the other.
// Must not know machines or CPUs.
#include "sim/tournament.hpp"

#include <doctest/doctest.h>
#include <vector>
#include "sim/prng.hpp"

namespace {

constexpr uint64_t NEVER = UINT64_MAX;

sim::tournament::result scan(const std::vector<uint64_t> &times)
{
	sim::tournament::result found{ 0, times[0], NEVER };

	for (unsigned i = 1; i < times.size(); i++)
		if (times[i] < found.at)
			found = { i, times[i], NEVER };
	// Others of a lower number come first at equal times, those of a higher one do not.
	for (unsigned i = 0; i < times.size(); i++)
		if (i != found.who && times[i] != NEVER)
			found.until = std::min(found.until, times[i] + (i > found.who));
	return found;
}

struct pair_of_both {
	std::vector<uint64_t> words, times;
	sim::tournament order;

	explicit pair_of_both(unsigned players)
		: words(sim::tournament::words_for(players)), times(players, NEVER),
		  order(words.data(), players)
	{
		order.init();
	}
	void set(unsigned player, uint64_t at)
	{
		times[player] = at;
		order.set(player, at);
	}
	void compare() const
	{
		const sim::tournament::result found = order.first(), wanted = scan(times);

		CHECK(found.at == wanted.at);
		if (wanted.at == NEVER)
			return;
		CHECK(found.who == wanted.who);
		CHECK(found.until == wanted.until);
	}
};

} // namespace

TEST_CASE("nobody is first while nobody's time comes")
{
	for (const unsigned players : { 1u, 8u, 9u, 64u }) {
		pair_of_both both(players);

		CHECK(both.order.first().at == NEVER);
		both.set(players - 1, 5);
		CHECK(both.order.first().at == 5);
		CHECK(both.order.first().who == players - 1);
		CHECK(both.order.first().until == NEVER);
		both.set(players - 1, NEVER);
		CHECK(both.order.first().at == NEVER);
	}
}

TEST_CASE("of equal times the lower number's comes first, in one group and between groups")
{
	for (const unsigned low : { 0u, 6u, 8u, 33u }) {
		for (const unsigned high : { 7u, 34u, 63u }) {
			if (low >= high)
				continue;
			pair_of_both both(64);

			both.set(high, 100);
			both.set(low, 100);
			CHECK(both.order.first().who == low);
			CHECK(both.order.first().until == 101);
			both.set(low, 101);
			CHECK(both.order.first().who == high);
			CHECK(both.order.first().until == 101);
		}
	}
}

TEST_CASE("a tournament of any size finds what looking at all of them finds")
{
	sim::prng random = sim::prng::seeded(1);

	for (unsigned players = 1; players <= 64; players++) {
		pair_of_both both(players);

		for (unsigned i = 0; i < 300; i++) {
			// Few different times make many ties.
			const uint64_t at = random.below(6) ? random.below(20) : NEVER;

			both.set(static_cast<unsigned>(random.below(players)), at);
			both.compare();
		}
	}
}
