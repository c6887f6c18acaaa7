// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/explore_pct.hpp: the guaranteed chance of a bug by its depth, and its k.
// Must not know the machine that is explored.
#include "sim/explore_pct.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <numeric>
#include "tests/support_statistics.hpp"
#include "tests/support_tiny_programs.hpp"

namespace {

using order = std::vector<sim::context_id>;

constexpr uint64_t EXECUTIONS = 100'000;

// The first window teaches it k.
std::map<order, uint64_t> drawn(const tiny::program &p, unsigned depth, uint64_t &points)
{
	sim::pct_strategy warm(9, 1000 + EXECUTIONS, depth);
	std::map<order, uint64_t> hits;
	uint64_t n = 0;

	tiny::explore(p, warm, [&](const tiny::engine &e, const sim::verdict &) {
		if (n++ >= 1000)
			hits[e.order()]++;
	});
	points = warm.points();
	return hits;
}

// The algorithm once more and plainly, for n contexts of `steps` steps each: every initial order
// and every choice of points, all equally likely.
std::map<order, double> expected(unsigned n, unsigned steps, unsigned depth, unsigned points)
{
	std::map<order, double> chances;
	std::vector<unsigned> first(n);
	uint64_t tuples = 1;

	for (unsigned i = 1; i < depth; i++)
		tuples *= points;
	std::iota(first.begin(), first.end(), 0);
	double permutations = 0;
	do {
		permutations++;
		for (uint64_t tuple = 0; tuple < tuples; tuple++) {
			std::vector<unsigned> rank = first, left(n, steps);
			order o;

			for (unsigned &r : rank)
				r += depth;
			for (unsigned choice = 1; o.size() < size_t(n) * steps;) {
				auto best = [&] {
					unsigned b = n;
					for (unsigned t = 0; t < n; t++)
						if (left[t] && (b == n || rank[t] > rank[b]))
							b = t;
					return b;
				};
				const bool is_one =
					std::count(left.begin(), left.end(), 0) < int(n) - 1;
				uint64_t rest = tuple;

				for (unsigned i = 1; i < depth; i++, rest /= points)
					if (is_one && rest % points + 1 == choice)
						rank[best()] = i;
				choice += is_one;
				o.push_back(best());
				left[best()]--;
			}
			chances[o]++;
		}
	} while (std::next_permutation(first.begin(), first.end()));
	for (auto &[o, chance] : chances)
		chance /= permutations * double(tuples);
	return chances;
}

} // namespace

TEST_CASE("orders of steps come as often as the algorithm says, for depths 1 to 4")
{
	for (unsigned depth = 1; depth <= 4; depth++)
		for (unsigned n = 2; n <= 3; n++) {
			const unsigned steps = n == 2 ? 4 : 2;
			uint64_t points = 0;
			const auto hits = drawn(tiny::writers(n, steps, true), depth, points);
			const auto chances = expected(n, steps, depth, unsigned(points));

			INFO("depth " << depth << ", " << n << " contexts");
			CHECK(support::is_distributed(hits, EXECUTIONS, chances));
		}
}

TEST_CASE("a bug of depth d is met with a chance of 1 / (n k^(d - 1)), and never at depth d - 1")
{
	constexpr unsigned STEPS = 6;
	const tiny::program p = tiny::writers(2, STEPS, true);
	// The shortest prefixes that need so many orderings: 0 goes first, is overtaken, ...
	const order prefix[] = { {}, { 0 }, { 0, 0, 1 }, { 0, 0, 1, 0 }, { 0, 1, 0, 0, 1 } };

	for (unsigned depth = 2; depth <= 4; depth++) {
		for (unsigned tried = depth - 1; tried <= depth; tried++) {
			uint64_t points = 0, met = 0;

			for (const auto &[o, count] : drawn(p, tried, points))
				if (std::equal(prefix[depth].begin(), prefix[depth].end(),
					       o.begin()))
					met += count;
			double bound = 0.5;
			for (unsigned i = 1; i < depth; i++)
				bound /= double(points);
			INFO("a bug of depth " << depth << " at depth " << tried);
			CHECK(points <= 2 * STEPS);
			if (tried < depth)
				CHECK(met == 0);
			else
				CHECK(double(met) + 5 * std::sqrt(bound * EXECUTIONS) >=
				      bound * EXECUTIONS);
		}
	}
}

TEST_CASE("of depth 2 the bound is met exactly: one step at a given place among k - 1 others")
{
	constexpr unsigned OTHERS = 20;
	tiny::program p;

	p.threads.push_back([]() -> tiny::thread {
		for (unsigned i = 0; i < OTHERS; i++)
			co_await tiny::write(0, i);
	});
	p.threads.push_back([]() -> tiny::thread { co_await tiny::write(1, 1); });
	uint64_t points = 0;
	const auto hits = drawn(p, 2, points);
	REQUIRE(points == OTHERS + 1);
	REQUIRE(hits.size() == OTHERS + 1);
	for (const auto &[o, count] : hits) {
		// Before all others if it begins higher and does not fall at once, or if the others
		// fall at once; after them if it falls, or nobody.
		const double chance = o.front() == 1  ? 0.5
				      : o.back() == 1 ? 1.0 / double(points)
						      : 0.5 / double(points);

		CHECK(support::is_about(count, EXECUTIONS, chance));
	}
}

TEST_CASE("a depth out of range is the nearest in it")
{
	const auto orders = [](uint64_t depth) {
		const tiny::program p = tiny::writers(3, 3, true);
		sim::pct_strategy pct(2, 100, depth);
		std::vector<order> all;

		tiny::explore(p, pct, [&](const tiny::engine &e, const sim::verdict &) {
			all.push_back(e.order());
		});
		return all;
	};

	CHECK(orders(0) == orders(1));
	CHECK(orders(sim::pct_strategy::DEPTH_MAX) == orders(UINT64_MAX));
	CHECK(orders(1) != orders(2));
}

TEST_CASE("k grows with the first long execution and forgets it after two windows")
{
	tiny::program p;
	unsigned steps = 10;
	uint64_t n = 0;

	p.steps_max = 10'000;
	for (unsigned t = 0; t < 2; t++)
		p.threads.push_back([&steps]() -> tiny::thread {
			for (unsigned i = 0; i < steps; i++)
				co_await tiny::write(0, 0);
		});
	sim::pct_strategy pct(4, 2000, 2);
	CHECK(pct.points() == 1);
	tiny::explore(p, pct, [&](const tiny::engine &, const sim::verdict &) {
		if (n > 0 && n < 500)
			CHECK(pct.points() < 21);
		if (n > 500 && n < 500 + sim::pct_strategy::WINDOW)
			CHECK(pct.points() > 1000);
		if (n >= 500 + 2 * sim::pct_strategy::WINDOW)
			CHECK(pct.points() < 21);
		n++;
		steps = n == 500 ? 1000 : 10;
	});
}

TEST_CASE("an event that comes again has a new priority each time")
{
	tiny::program p;

	p.threads.push_back([]() -> tiny::thread { co_await tiny::write(0, 1); });
	p.threads.push_back([]() -> tiny::thread {
		for (unsigned i = 0; i < 9; i++)
			co_await tiny::write(1, 1);
	});
	for (const bool again : { false, true }) {
		uint64_t points = 0, early[10] = {};

		p.events = again;
		for (const auto &[o, count] : drawn(p, 1, points))
			for (size_t i = 0; o[i]; i++)
				early[i + 1] += count;
		for (unsigned m = 1; m <= 9; m++)
			CHECK(support::is_about(early[m], EXECUTIONS, again ? 1.0 / (m + 1) : 0.5));
	}
}

TEST_CASE("values are drawn evenly, and a seed gives the same executions every time")
{
	tiny::program p = tiny::writers(2, 3, true);

	p.words = 4;
	p.threads.push_back([]() -> tiny::thread {
		co_await tiny::nothing();
		const int64_t drawn = co_await tiny::value(5);
		co_await tiny::write(3, drawn);
	});
	std::map<int64_t, uint64_t> hits;
	std::map<int64_t, double> even;
	std::vector<order> orders[2];
	for (int64_t v = 0; v < 5; v++)
		even[v] = 0.2;
	for (auto &list : orders) {
		sim::pct_strategy pct(21, 20'000, 3);

		tiny::explore(p, pct, [&](const tiny::engine &e, const sim::verdict &) {
			list.push_back(e.order());
			hits[e.words()[3]]++;
		});
	}
	CHECK(orders[0] == orders[1]);
	for (auto &[v, count] : hits)
		count /= 2;
	CHECK(support::is_distributed(hits, 20'000, even));
}
