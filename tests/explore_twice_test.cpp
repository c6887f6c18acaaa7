// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/explore_twice.hpp: a program that depends on more than its answers is caught.
// Must not know the machine that is explored.
#include "sim/explore_twice.hpp"

#include <doctest/doctest.h>
#include <memory>
#include <string>
#include "sim/explore_bounded.hpp"
#include "sim/explore_random.hpp"
#include "sim/strategies.hpp"
#include "tests/support_tiny_programs.hpp"

namespace {

// Thread 0 is `first` in the executions before `from`, then `later`.
tiny::program changing(uint64_t from, std::function<tiny::thread()> first,
		      std::function<tiny::thread()> later)
{
	tiny::program p;
	auto runs = std::make_shared<uint64_t>(0);

	p.threads.push_back([=] { return (*runs)++ < from ? first() : later(); });
	p.threads.push_back([]() -> tiny::thread {
		co_await tiny::write(0, 1);
		co_await tiny::lock(5);
	});
	return p;
}

tiny::thread writes(sim::object_id word, unsigned times)
{
	for (unsigned i = 0; i < times; i++)
		co_await tiny::write(word, i);
}

tiny::thread touches_secretly(sim::object_id word)
{
	co_await tiny::write_unannounced(word, 1);
}

std::string difference(const tiny::program &p, uint64_t expected_execution)
{
	sim::random_strategy random(1, 10);
	sim::twice_strategy twice(random);

	const uint64_t runs = tiny::explore(p, twice);
	REQUIRE(twice.difference() != nullptr);
	CHECK(twice.difference()->execution == expected_execution);
	CHECK(runs == 2 * expected_execution + 2);
	return twice.difference()->what;
}

} // namespace

TEST_CASE("a program that follows its answers runs twice as often and shows no difference")
{
	for (const tiny::program &p : { tiny::philosophers(3), tiny::casw(3), tiny::fib(2) }) {
		tiny::odometer once, all;
		sim::twice_strategy twice(all);
		const uint64_t executions = tiny::explore(p, once);
		std::vector<std::vector<sim::context_id>> orders;

		CHECK(tiny::explore(p, twice, [&](const tiny::engine &e, const sim::verdict &) {
			      orders.push_back(e.order());
		      }) == 2 * executions);
		CHECK(twice.difference() == nullptr);
		for (size_t i = 0; i < orders.size(); i += 2)
			REQUIRE(orders[i] == orders[i + 1]);
	}
}

TEST_CASE("values and natural stretches are compared, too")
{
	tiny::program p;

	p.threads.push_back([]() -> tiny::thread {
		co_await tiny::nothing();
		co_await tiny::value(3);
		co_await tiny::write(0, 1);
	});
	tiny::odometer all;
	sim::twice_strategy twice(all);
	CHECK(tiny::explore(p, twice) == 6);
	CHECK(twice.difference() == nullptr);

	sim::natural_strategy natural;
	sim::twice_strategy unasked(natural);
	CHECK(tiny::explore(changing(
				   1, [] { return writes(0, 2); }, [] { return writes(1, 2); }),
			   unasked) == 2);
	CHECK(unasked.difference() != nullptr);
}

TEST_CASE("the first difference of two runs is named, and ends the search")
{
	CHECK(difference(changing(
				 1, [] { return writes(0, 2); }, [] { return writes(1, 2); }),
			 0) == "what is offered");
	CHECK(difference(changing(
				 5, [] { return writes(0, 2); }, [] { return writes(1, 2); }),
			 2) == "what is offered");
	CHECK(difference(changing(
				 1, [] { return writes(0, 2); }, [] { return writes(0, 3); }),
			 0) == "one run has more choices");
	CHECK(difference(changing(
				 1, [] { return writes(0, 3); }, [] { return writes(0, 2); }),
			 0) != "");
	CHECK(difference(changing(
				 3, [] { return touches_secretly(1); },
				 [] { return touches_secretly(2); }),
			 1) != "");
}

TEST_CASE("what differs only at the end is found there")
{
	sim::natural_strategy natural;
	sim::twice_strategy twice(natural);
	tiny::program p;
	unsigned runs = 0;

	p.threads.push_back([&runs]() -> tiny::thread {
		co_await tiny::write(0, 1);
		if (runs)
			co_await tiny::lock(1);
	});
	p.threads.push_back([]() -> tiny::thread { co_await tiny::lock(1); });
	tiny::explore(p, twice, [&](const tiny::engine &, const sim::verdict &) { runs++; });
	REQUIRE(twice.difference() != nullptr);

	tiny::program ends;
	sim::twice_strategy again(natural);
	runs = 0;
	ends.threads.push_back(
		[&runs]() -> tiny::thread { co_await tiny::write_unannounced(runs, 1); });
	tiny::explore(ends, again, [&](const tiny::engine &, const sim::verdict &) { runs++; });
	REQUIRE(again.difference() != nullptr);
	CHECK(again.difference()->number == sim::NEVER);
	CHECK(std::string(again.difference()->what) == "how it ended");

	tiny::program waits;
	sim::twice_strategy stuck(natural);
	runs = 0;
	waits.threads.push_back([]() -> tiny::thread {
		co_await tiny::lock(1);
		co_await tiny::lock(2);
	});
	waits.threads.push_back([&runs]() -> tiny::thread { co_await tiny::lock(1 + runs); });
	tiny::explore(waits, stuck, [&](const tiny::engine &, const sim::verdict &) { runs++; });
	REQUIRE(stuck.difference() != nullptr);
}

TEST_CASE("it stands inside and around a bound alike")
{
	const tiny::program p = tiny::writers(3, 2, true);
	tiny::odometer a, b, c;
	sim::deviation_bound plain(a, 2), inside(b, 2);
	sim::twice_strategy around(inside), within(c);
	sim::deviation_bound outside(within, 2);
	const uint64_t executions = tiny::explore(p, plain);

	CHECK(tiny::explore(p, around) == 2 * executions);
	CHECK(tiny::explore(p, outside) == 2 * executions);
	CHECK(around.difference() == nullptr);
	CHECK(within.difference() == nullptr);
}
