// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/explore_urw.hpp: every order of steps is as likely as any other.
// Must not know the machine that is explored.
#include "sim/explore_urw.hpp"

#include <doctest/doctest.h>
#include <map>
#include <string>
#include "tests/support_script_programs.hpp"
#include "tests/support_statistics.hpp"

namespace {

constexpr uint64_t EXECUTIONS = 100'000;

// A context of so many steps that is there from the beginning, or once another has taken some.
struct worker {
	unsigned steps;
	int begun_by = -1;
	unsigned after = 0; // so many steps of that one
};

// One execution, nobody of which ever waits: who went, a letter each.
std::string order_of(const std::vector<worker> &all, sim::strategy &s)
{
	std::vector<unsigned> done(all.size());
	std::string order;

	for (;;) {
		std::vector<sim::option> options;

		for (uint32_t i = 0; i < all.size(); i++) {
			const worker &w = all[i];

			if (done[i] < w.steps && (w.begun_by < 0 || done[w.begun_by] >= w.after))
				options.push_back({ i, 0, sim::obstacle::none, nullptr, {} });
		}
		if (options.empty())
			break;
		sim::choice c{};
		c.kind = sim::choice_kind::step;
		c.count = static_cast<uint32_t>(options.size());
		c.options = options;
		const sim::context_id who = options[s.choose(c)].who;
		done[who]++;
		order += static_cast<char>('a' + who);
	}
	s.next_execution({ sim::ending::finished, order.size() });
	return order;
}

// Whether each of so many orders comes about evenly, from the second execution on.
bool is_even(const std::vector<worker> &all, uint64_t orders)
{
	std::map<std::string, uint64_t> hits;
	std::map<std::string, double> chances;
	sim::urw_strategy urw(5, sim::NEVER);

	order_of(all, urw);
	for (uint64_t i = 0; i < EXECUTIONS; i++)
		hits[order_of(all, urw)]++;
	for (const auto &[order, count] : hits)
		chances[order] = 1.0 / double(orders);
	return hits.size() == orders && support::is_distributed(hits, EXECUTIONS, chances);
}

} // namespace

TEST_CASE("every order of steps is as likely, however many of them a context has")
{
	CHECK(is_even({ { 1 }, { 1 } }, 2));
	CHECK(is_even({ { 7 }, { 1 } }, 8));
	CHECK(is_even({ { 4 }, { 2 }, { 1 } }, 105));
}

TEST_CASE("whoever begins others stands for their steps until they are there")
{
	CHECK(is_even({ { 1 }, { 1 }, { 5, 0, 1 } }, 7));
	CHECK(is_even({ { 3 }, { 2 }, { 2, 0, 1 } }, 126));
	CHECK(is_even({ { 1 }, { 2 }, { 1, 0, 1 }, { 3, 2, 1 } }, 21));
}

TEST_CASE("values are drawn evenly, and the same executions for a seed")
{
	script::program p;
	std::map<int64_t, uint64_t> hits[2];

	p.threads.push_back([]() -> script::thread {
		co_await script::nothing();
		const int64_t drawn = co_await script::value(3);
		co_await script::write(0, drawn);
	});
	for (auto &h : hits) {
		sim::urw_strategy urw(3, 30'000);

		CHECK(script::explore(p, urw, [&](const script::engine &e, const sim::verdict &) {
			      h[e.words()[0]]++;
		      }) == 30'000);
	}
	CHECK(hits[0] == hits[1]);
	CHECK(support::is_distributed(hits[0], 30'000,
				      { { 0, 1. / 3 }, { 1, 1. / 3 }, { 2, 1. / 3 } }));
}

TEST_CASE("events count as one step each")
{
	script::program p = script::writers(3, 2, true);
	sim::urw_strategy urw(1, EXECUTIONS);
	uint64_t last = 0;

	p.events = 1; // the last thread: each of its steps is an event
	script::explore(p, urw, [&](const script::engine &e, const sim::verdict &) {
		last += e.order().back() & sim::EVENT ? 1 : 0;
	});
	CHECK(last > EXECUTIONS / 10);
	CHECK(last < EXECUTIONS / 2);
}
