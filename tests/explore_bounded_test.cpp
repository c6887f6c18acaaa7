// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/explore_bounded.hpp: what lies within a bound is searched once, and nothing else.
// Must not know the machine that is explored.
#include "sim/explore_bounded.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <set>
#include "sim/explore_pct.hpp"
#include "sim/explore_random.hpp"
#include "sim/strategies.hpp"
#include "tests/support_tiny_programs.hpp"

namespace {

// Beside another strategy: what each execution costs, by the definitions.
class meter final : public sim::strategy {
public:
	explicit meter(sim::strategy &inner) : inner_(inner) {}
	uint32_t choose(const sim::choice &c) override
	{
		const uint32_t answer = inner_.choose(c);

		deviations += answer != 0;
		if (c.kind == sim::choice_kind::value)
			return answer;
		const auto offered = [&](auto f) {
			return std::any_of(c.options.begin(), c.options.end(), f);
		};
		const sim::context_id who = c.options[answer].who;
		preemptions += who != last_ && !(last_ & sim::EVENT) &&
			       offered([&](auto &o) { return o.who == last_; });
		const bool early = offered([](auto &o) { return !(o.who & sim::EVENT); });
		events += (who & sim::EVENT) != 0;
		if ((who & sim::EVENT) && early)
			early_events = events;
		// Among events alone the natural one comes, beyond the bound.
		if ((who & sim::EVENT) && !early && answer)
			early_events = events;
		last_ = who;
		return answer;
	}
	bool next_execution(const sim::verdict &v) override
	{
		deviations = preemptions = events = early_events = 0;
		last_ = sim::NO_CONTEXT;
		return inner_.next_execution(v);
	}

	uint64_t deviations = 0, preemptions = 0, events = 0, early_events = 0;

private:
	sim::strategy &inner_;
	sim::context_id last_ = sim::NO_CONTEXT;
};

struct found {
	uint64_t executions = 0;
	std::set<std::vector<sim::context_id>> orders;
	bool reached = false;
};

template <class B> found search(const tiny::program &p, uint64_t n)
{
	tiny::odometer all;
	B bound(all, n);
	found f;

	f.executions = tiny::explore(p, bound, [&](const tiny::engine &e, const sim::verdict &) {
		f.orders.insert(e.order());
	});
	f.reached = bound.was_reached();
	return f;
}

// How many of all executions cost how much.
std::map<uint64_t, uint64_t> costs(const tiny::program &p, uint64_t meter::*cost)
{
	tiny::odometer all;
	meter m(all);
	std::map<uint64_t, uint64_t> count;

	tiny::explore(p, m, [&](const tiny::engine &, const sim::verdict &) { count[m.*cost]++; });
	return count;
}

template <class B> void check_against_brute_force(const tiny::program &p, uint64_t meter::*cost)
{
	const auto all = costs(p, cost);
	const uint64_t most = all.rbegin()->first;
	uint64_t within = 0;

	REQUIRE(most > 0);
	for (uint64_t n = 0; n <= most + 1; n++) {
		const found f = search<B>(p, n);

		within += all.count(n) ? all.at(n) : 0;
		INFO("bound " << n << " of " << most);
		CHECK(f.executions == within);
		CHECK(f.reached == (n < most));
	}
}

uint64_t choose(uint64_t n, uint64_t k)
{
	return k > n ? 0 : k == 0 ? 1 : choose(n - 1, k - 1) * n / k;
}

// Interleavings of two tasks of `steps` steps that consist of r runs and begin with a given task:
// ceil(r / 2) runs of one and floor(r / 2) of the other.
uint64_t with_runs(uint64_t steps, uint64_t r)
{
	return choose(steps - 1, (r + 1) / 2 - 1) * choose(steps - 1, r / 2 - 1);
}

std::vector<tiny::program> programs()
{
	tiny::program faults;

	for (unsigned t = 0; t < 2; t++)
		faults.threads.push_back([t]() -> tiny::thread {
			co_await tiny::write(0, t);
			if (co_await tiny::value(2))
				co_await tiny::write(1, t);
			co_await tiny::read(0);
		});
	return { tiny::store_buffering(), tiny::writers(3, 3, true),
		 tiny::philosophers(3),	 tiny::mutexinc(3),
		 tiny::casw(3),		 faults };
}

tiny::program with_events()
{
	tiny::program p = tiny::writers(4, 2, true);

	p.events = 2;
	return p;
}

} // namespace

TEST_CASE("delay bounding: r runs of two tasks cost r - 2 deviations, one more if the other begins")
{
	for (unsigned steps : { 1, 3, 6 })
		for (uint64_t n = 0; n <= 2 * steps; n++) {
			const found f =
				search<sim::deviation_bound>(tiny::writers(2, steps, true), n);
			uint64_t expected = 0;

			// The switch away from the task that ends first is natural.
			for (uint64_t r = 2; r <= 2 * steps; r++)
				expected += with_runs(steps, r) * ((r - 2 <= n) + (r - 1 <= n));
			INFO(steps << " steps, " << n << " deviations");
			CHECK(f.executions == expected);
			CHECK(f.orders.size() == expected);
		}
}

TEST_CASE("preemption bounding: r runs of two tasks cost r - 2 preemptions, whoever begins")
{
	for (unsigned steps : { 1, 3, 6 })
		for (uint64_t n = 0; n <= 2 * steps; n++) {
			const found f =
				search<sim::preemption_bound>(tiny::writers(2, steps, true), n);
			uint64_t expected = 0;

			for (uint64_t r = 2; r <= 2 * steps; r++)
				expected += 2 * with_runs(steps, r) * (r - 2 <= n);
			INFO(steps << " steps, " << n << " preemptions");
			CHECK(f.executions == expected);
			CHECK(f.orders.size() == expected);
		}
}

TEST_CASE("a bound leaves just the executions that brute force finds within it")
{
	for (const tiny::program &p : programs()) {
		check_against_brute_force<sim::deviation_bound>(p, &meter::deviations);
		check_against_brute_force<sim::preemption_bound>(p, &meter::preemptions);
	}
	check_against_brute_force<sim::deviation_bound>(with_events(), &meter::deviations);
	check_against_brute_force<sim::preemption_bound>(with_events(), &meter::preemptions);
	check_against_brute_force<sim::event_bound>(with_events(), &meter::early_events);
}

TEST_CASE("two bounds around each other leave what lies within both")
{
	const tiny::program p = with_events();
	tiny::odometer all, rest;
	meter m(all);
	uint64_t expected = 0;

	tiny::explore(p, m, [&](const tiny::engine &, const sim::verdict &) {
		expected += m.preemptions <= 2 && m.early_events <= 2;
	});
	for (const bool events_outside : { false, true }) {
		sim::event_bound events(rest, 2);
		sim::preemption_bound around(events, 2), within(rest, 2);
		sim::event_bound outside(within, 2);

		CHECK(tiny::explore(p, events_outside ? static_cast<sim::strategy &>(outside)
						     : around) == expected);
		rest = {};
	}
}

TEST_CASE("a timer that arms itself for ever ends no search within a bound of events")
{
	tiny::program p;

	p.threads.push_back([]() -> tiny::thread {
		for (unsigned i = 0; i < 4; i++)
			co_await tiny::write(0, i);
		co_await tiny::write(1, 1);
	});
	p.threads.push_back([]() -> tiny::thread {
		while (co_await tiny::read(1) == 0)
			;
	});
	p.events = 1;
	p.steps_max = 100;
	const auto all_finish = [](const tiny::engine &, const sim::verdict &v) {
		REQUIRE(v.how == sim::ending::finished);
	};
	tiny::odometer all;
	sim::event_bound bounded(all, 3);
	// 3 events at most before or between five steps: C(5 + i - 1, i) ways for i of them.
	CHECK(tiny::explore(p, bounded, all_finish) == 1 + 5 + 15 + 35);
	CHECK(bounded.was_reached());
	for (unsigned depth : { 1, 3 }) {
		sim::pct_strategy pct(8, 2000, depth);
		sim::event_bound around(pct, 10);

		CHECK(tiny::explore(p, around, all_finish) == 2000);
	}
}

TEST_CASE("a bound of nothing leaves the natural order, of any strategy")
{
	const tiny::program p = tiny::writers(3, 3, true);
	sim::natural_strategy natural;
	std::vector<sim::context_id> order;
	sim::random_strategy random(1, 100);
	sim::deviation_bound bounded(random, 0);

	tiny::explore(p, natural,
		     [&](const tiny::engine &e, const sim::verdict &) { order = e.order(); });
	CHECK(tiny::explore(p, bounded, [&](const tiny::engine &e, const sim::verdict &) {
		      REQUIRE(e.order() == order);
	      }) == 100);
	CHECK(bounded.was_reached());
}

TEST_CASE("the natural order is left where it has too many preemptions")
{
	const tiny::program p = tiny::writers(2, 3, true);
	// Unlike the toy's, a natural order that takes turns.
	struct turns final : sim::strategy {
		explicit turns(sim::strategy &i) : inner(i) {}
		uint32_t choose(const sim::choice &c) override
		{
			std::vector<sim::option> turned(c.options.rbegin(), c.options.rend());
			sim::choice other = c;

			other.options = turned;
			return c.count - 1 - inner.choose(other);
		}
		bool next_execution(const sim::verdict &v) override
		{
			return inner.next_execution(v);
		}
		sim::strategy &inner;
	};
	for (uint64_t n = 0; n < 5; n++) {
		sim::natural_strategy natural;
		sim::preemption_bound bounded(natural, n);
		turns around(bounded);
		std::vector<sim::context_id> order;

		tiny::explore(p, around, [&](const tiny::engine &e, const sim::verdict &) {
			order = e.order();
		});
		uint64_t runs = 1;
		for (size_t i = 1; i < order.size(); i++)
			runs += order[i] != order[i - 1];
		CHECK(runs - 2 == std::min<uint64_t>(n, 4));
	}
}
