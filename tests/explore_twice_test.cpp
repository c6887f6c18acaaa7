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
#include "tests/support_script_programs.hpp"

namespace {

// Thread 0 is `first` in the executions before `from`, then `later`.
script::program changing(uint64_t from, std::function<script::thread()> first,
			 std::function<script::thread()> later)
{
	script::program p;
	auto runs = std::make_shared<uint64_t>(0);

	p.threads.push_back([=] { return (*runs)++ < from ? first() : later(); });
	p.threads.push_back([]() -> script::thread {
		co_await script::write(0, 1);
		co_await script::lock(5);
	});
	return p;
}

script::thread writes(sim::object_id word, unsigned times)
{
	for (unsigned i = 0; i < times; i++)
		co_await script::write(word, i);
}

script::thread touches_secretly(sim::object_id word)
{
	co_await script::write_unannounced(word, 1);
}

std::string difference(const script::program &p, uint64_t expected_execution)
{
	sim::random_strategy random(1, 10);
	sim::twice_strategy twice(random);

	const uint64_t runs = script::explore(p, twice);
	REQUIRE(twice.difference() != nullptr);
	CHECK(twice.difference()->execution == expected_execution);
	CHECK(runs == 2 * expected_execution + 2);
	return twice.difference()->what;
}

} // namespace

TEST_CASE("a program that follows its answers runs twice as often and shows no difference")
{
	for (const script::program &p :
	     { script::philosophers(3), script::casw(3), script::fib(2) }) {
		script::odometer once, all;
		sim::twice_strategy twice(all);
		const uint64_t executions = script::explore(p, once);
		std::vector<std::vector<sim::context_id>> orders;

		CHECK(script::explore(p, twice, [&](const script::engine &e, const sim::verdict &) {
			      orders.push_back(e.order());
		      }) == 2 * executions);
		CHECK(twice.difference() == nullptr);
		for (size_t i = 0; i < orders.size(); i += 2)
			REQUIRE(orders[i] == orders[i + 1]);
	}
}

TEST_CASE("values and natural stretches are compared, too")
{
	script::program p;

	p.threads.push_back([]() -> script::thread {
		co_await script::nothing();
		co_await script::value(3);
		co_await script::write(0, 1);
	});
	script::odometer all;
	sim::twice_strategy twice(all);
	CHECK(script::explore(p, twice) == 6);
	CHECK(twice.difference() == nullptr);

	sim::natural_strategy natural;
	sim::twice_strategy unasked(natural);
	CHECK(script::explore(changing(
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
	script::program p;
	unsigned runs = 0;

	p.threads.push_back([&runs]() -> script::thread {
		co_await script::write(0, 1);
		if (runs)
			co_await script::lock(1);
	});
	p.threads.push_back([]() -> script::thread { co_await script::lock(1); });
	script::explore(p, twice, [&](const script::engine &, const sim::verdict &) { runs++; });
	REQUIRE(twice.difference() != nullptr);

	script::program ends;
	sim::twice_strategy again(natural);
	runs = 0;
	ends.threads.push_back(
		[&runs]() -> script::thread { co_await script::write_unannounced(runs, 1); });
	script::explore(ends, again, [&](const script::engine &, const sim::verdict &) { runs++; });
	REQUIRE(again.difference() != nullptr);
	CHECK(again.difference()->number == sim::NEVER);
	CHECK(std::string(again.difference()->what) == "how it ended");

	script::program waits;
	sim::twice_strategy stuck(natural);
	runs = 0;
	waits.threads.push_back([]() -> script::thread {
		co_await script::lock(1);
		co_await script::lock(2);
	});
	waits.threads.push_back([&runs]() -> script::thread { co_await script::lock(1 + runs); });
	script::explore(waits, stuck,
			[&](const script::engine &, const sim::verdict &) { runs++; });
	REQUIRE(stuck.difference() != nullptr);
}

TEST_CASE("it stands inside and around a bound alike")
{
	const script::program p = script::writers(3, 2, true);
	script::odometer a, b, c;
	sim::deviation_bound plain(a, 2), inside(b, 2);
	sim::twice_strategy around(inside), within(c);
	sim::deviation_bound outside(within, 2);
	const uint64_t executions = script::explore(p, plain);

	CHECK(script::explore(p, around) == 2 * executions);
	CHECK(script::explore(p, outside) == 2 * executions);
	CHECK(around.difference() == nullptr);
	CHECK(within.difference() == nullptr);
}
