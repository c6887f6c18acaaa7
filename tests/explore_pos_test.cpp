// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/explore_pos.hpp: races are decided by conflicts, not by the steps before them.
// Must not know the machine that is explored.
#include "sim/explore_pos.hpp"

#include <doctest/doctest.h>
#include "sim/explore_random.hpp"
#include "tests/support_statistics.hpp"
#include "tests/support_tiny_programs.hpp"

namespace {

constexpr uint64_t EXECUTIONS = 100'000;

// How often thread 0 came to its end before thread 1 had its first turn.
template <class S> uint64_t outruns(const tiny::program &p)
{
	S s(13, EXECUTIONS);
	uint64_t hits = 0;

	tiny::explore(p, s, [&](const tiny::engine &e, const sim::verdict &) {
		hits += e.order().back() == 1;
	});
	return hits;
}

// Thread 0 makes `steps` of these, then the one that thread 1 makes too.
tiny::program race_after(unsigned steps, tiny::request each, tiny::request last)
{
	tiny::program p;

	p.threads.push_back([=]() -> tiny::thread {
		for (unsigned i = 0; i < steps; i++) {
			tiny::request r = each;
			co_await r;
		}
		tiny::request r = last;
		co_await r;
	});
	p.threads.push_back([=]() -> tiny::thread {
		tiny::request r = last;
		co_await r;
	});
	return p;
}

} // namespace

TEST_CASE("a step that m others of its own stand before wins its race with a chance of 1 / (m + 2)")
{
	for (unsigned m : { 0, 1, 5, 14 }) {
		const tiny::program p = race_after(m, tiny::write(1, 1), tiny::write(0, 1));
		const uint64_t walked = outruns<sim::random_strategy>(p);

		INFO("m " << m);
		CHECK(support::is_about(outruns<sim::pos_strategy>(p), EXECUTIONS, 1.0 / (m + 2)));
		CHECK(support::is_about(walked, EXECUTIONS, std::pow(0.5, m + 1)));
	}
}

TEST_CASE("what conflicts with the step taken is drawn anew, what reads the same is not")
{
	for (unsigned m : { 1, 4 }) {
		const auto writes = race_after(m, tiny::write(0, 1), tiny::write(0, 1));
		const auto reads = race_after(m, tiny::read(0), tiny::read(0));

		CHECK(support::is_about(outruns<sim::pos_strategy>(writes), EXECUTIONS,
					std::pow(0.5, m + 1)));
		CHECK(support::is_about(outruns<sim::pos_strategy>(reads), EXECUTIONS,
					1.0 / (m + 2)));
	}
}

TEST_CASE("an unannounced touch makes those that conflict with it be drawn anew")
{
	for (unsigned m : { 1, 4 }) {
		const auto p = race_after(m, tiny::write_unannounced(0, 1), tiny::write(0, 1));

		CHECK(support::is_about(outruns<sim::pos_strategy>(p), EXECUTIONS,
					std::pow(0.5, m + 1)));
	}
}

TEST_CASE("five philosophers deadlock in 0.069 of all samples")
{
	const tiny::program p = tiny::philosophers(5);
	sim::pos_strategy pos(1, EXECUTIONS);
	uint64_t deadlocks = 0;

	tiny::explore(p, pos, [&](const tiny::engine &, const sim::verdict &v) {
		deadlocks += v.how == sim::ending::deadlock;
	});
	CHECK(support::is_about(deadlocks, EXECUTIONS, 0.069));
}

TEST_CASE("sampling runs as many executions as it was told to, the same ones for a seed")
{
	const tiny::program p = tiny::writers(3, 3, true);
	std::vector<std::vector<sim::context_id>> orders[2];

	for (auto &list : orders) {
		sim::pos_strategy pos(2, 50);

		CHECK(tiny::explore(p, pos, [&](const tiny::engine &e, const sim::verdict &) {
			      list.push_back(e.order());
		      }) == 50);
	}
	CHECK(orders[0] == orders[1]);
	CHECK(orders[0][0] != orders[0][1]);
}
