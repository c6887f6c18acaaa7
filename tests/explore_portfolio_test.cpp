// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/explore_portfolio.hpp: each execution belongs wholly to one member, in turn.
// Must not know the machine that is explored.
#include "sim/explore_portfolio.hpp"

#include <doctest/doctest.h>
#include <string>
#include "sim/explore_pct.hpp"
#include "sim/explore_pos.hpp"
#include "sim/explore_random.hpp"
#include "sim/strategies.hpp"
#include "tests/support_tiny_programs.hpp"

namespace {

using orders = std::vector<std::vector<sim::context_id>>;

template <class F> orders orders_of(const tiny::program &p, sim::strategy &s, F wanted)
{
	orders all;

	tiny::explore(p, s, [&](const tiny::engine &e, const sim::verdict &) {
		if (wanted())
			all.push_back(e.order());
	});
	return all;
}

} // namespace

TEST_CASE("members take turns, and one that has nothing left is passed over")
{
	const tiny::program p = tiny::store_buffering();
	sim::natural_strategy once;
	sim::random_strategy three(1, 3);
	sim::pos_strategy five(2, 5);
	sim::portfolio_strategy all({ &once, &three, &five });
	std::string turns;

	CHECK(tiny::explore(p, all, [&](const tiny::engine &, const sim::verdict &) {
		      turns += char('a' + all.turn());
	      }) == 9);
	CHECK(turns == "abcbcbccc");
}

TEST_CASE("each member sees the executions that it would see alone")
{
	const tiny::program p = tiny::fib(2);
	sim::random_strategy random(1, 50), random_alone(1, 50);
	sim::pos_strategy pos(2, 80), pos_alone(2, 80);
	sim::pct_strategy pct(3, 30, 3), pct_alone(3, 30, 3);
	tiny::odometer exhaustive, exhaustive_alone;
	sim::strategy *alone[] = { &random_alone, &pos_alone, &pct_alone, &exhaustive_alone };

	for (size_t member = 0; member < 4; member++) {
		random = sim::random_strategy(1, 50);
		pos = sim::pos_strategy(2, 80);
		pct = sim::pct_strategy(3, 30, 3);
		exhaustive = {};
		sim::portfolio_strategy all({ &random, &pos, &pct, &exhaustive });

		CHECK(orders_of(p, all, [&] { return all.turn() == member; }) ==
		      orders_of(p, *alone[member], [] { return true; }));
	}
}

TEST_CASE("a portfolio is as attentive as its member")
{
	sim::natural_strategy natural;
	sim::random_strategy random(1, 2);
	sim::portfolio_strategy all({ &natural, &random });

	CHECK(all.attentive_from(3) == sim::NEVER);
	CHECK(all.next_execution({ sim::ending::finished, 0 }));
	CHECK(all.attentive_from(3) == 3);
	CHECK(all.next_execution({ sim::ending::finished, 0 }));
	CHECK(all.attentive_from(3) == 3);
	CHECK(!all.next_execution({ sim::ending::finished, 0 }));
}
