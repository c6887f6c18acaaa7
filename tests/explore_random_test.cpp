// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/explore_random.hpp: the executions it draws are as likely as they should be.
// Must not know the machine that is explored.
#include "sim/explore_random.hpp"

#include <doctest/doctest.h>
#include "tests/support_statistics.hpp"
#include "tests/support_tiny_programs.hpp"

namespace {

using order = std::vector<sim::context_id>;

std::vector<order> orders_of(const tiny::program &p, sim::strategy &s)
{
	std::vector<order> all;

	tiny::explore(p, s,
		     [&](const tiny::engine &e, const sim::verdict &) { all.push_back(e.order()); });
	return all;
}

} // namespace

TEST_CASE("each order of steps comes as often as its choices make likely")
{
	for (const tiny::program &p : { tiny::store_buffering(), tiny::writers(3, 2, true),
				       tiny::philosophers(3), tiny::mutexinc(2) }) {
		std::map<order, double> chances;
		std::map<order, uint64_t> hits;
		tiny::odometer all;
		sim::random_strategy random(11, 100'000);

		tiny::explore(p, all, [&](const tiny::engine &e, const sim::verdict &) {
			chances[e.order()] += all.chance();
		});
		for (const order &o : orders_of(p, random))
			hits[o]++;
		CHECK(support::is_distributed(hits, 100'000, chances));
	}
}

TEST_CASE("values are drawn evenly")
{
	tiny::program p;
	std::map<int64_t, uint64_t> hits;
	std::map<int64_t, double> chances;
	sim::random_strategy random(3, 60'000);

	p.threads.push_back([]() -> tiny::thread {
		co_await tiny::nothing();
		const int64_t a = co_await tiny::value(3);
		const int64_t b = co_await tiny::value(4);
		co_await tiny::write(0, a * 10 + b);
	});
	tiny::explore(p, random,
		     [&](const tiny::engine &e, const sim::verdict &) { hits[e.words()[0]]++; });
	for (int64_t a = 0; a < 3; a++)
		for (int64_t b = 0; b < 4; b++)
			chances[a * 10 + b] = 1.0 / 12;
	CHECK(support::is_distributed(hits, 60'000, chances));
}

TEST_CASE("a seed gives the same executions every time, another seed others")
{
	const tiny::program p = tiny::writers(3, 4, true);
	sim::random_strategy a(5, 100), b(5, 100), c(6, 100);
	const std::vector<order> first = orders_of(p, a);

	CHECK(first.size() == 100);
	CHECK(first == orders_of(p, b));
	CHECK(first != orders_of(p, c));
}

TEST_CASE("a random walk runs as many executions as it was told to, and one at least")
{
	const tiny::program p = tiny::store_buffering();

	for (uint64_t executions : { 0u, 1u, 2u, 17u }) {
		sim::random_strategy random(1, executions);

		CHECK(tiny::explore(p, random) == std::max<uint64_t>(executions, 1));
	}
}

TEST_CASE("five philosophers deadlock in 0.158 of all random walks")
{
	const tiny::program p = tiny::philosophers(5);
	sim::random_strategy random(1, 100'000);
	uint64_t deadlocks = 0;

	tiny::explore(p, random, [&](const tiny::engine &, const sim::verdict &v) {
		deadlocks += v.how == sim::ending::deadlock;
	});
	CHECK(support::is_about(deadlocks, 100'000, 0.158));
}
