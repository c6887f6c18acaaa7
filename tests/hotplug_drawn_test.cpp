// SPDX-License-Identifier: GPL-2.0-only
// Drawn scenarios in which CPUs come and go and tasks are moved end in the same ways whether or not
// orders are left out. Must not know the library.
#include <set>
#include <doctest/doctest.h>
#include "scenarios/explore.hpp"
#include "scenarios/reader.hpp"
#include "sim/snapshot.hpp"
#include "tests/support_drawn.hpp"

namespace {

using support::drawn_body;
using support::programs_wanted;

// K sleeps until somebody wakes it, and says where it runs; L belongs to CPU 1.
constexpr const char *FUNCTIONS = R"(
	"vars": { "x": 0, "t": { "timer": true } },
	"functions": {
		"visits": [
			{ "op": "smp_processor_id", "as": "at" },
			{ "op": "set", "var": "x", "value": "at" },
			{ "op": "schedule_timeout_uninterruptible",
			  "timeout": "MAX_SCHEDULE_TIMEOUT" } ],
		"wakes": [ { "op": "wake_up_process", "p": "k" } ]
	},)";

constexpr const char *SETUP = R"(
	"setup": [
		{ "op": "kthread_create", "threadfn": "visits", "name": "K", "as": "k" },
		{ "op": "timer_setup", "timer": "t", "callback": "wakes" })";

constexpr const char *WITH_STOPPERS[] = {
	R"({ "op": "set_cpus_allowed_ptr", "p": "k", "new_mask": [ 0 ], "as": "r@" })",
	R"({ "op": "set_cpus_allowed_ptr", "p": "k", "new_mask": [ 1 ], "as": "r@" })",
	R"({ "op": "set_cpus_allowed_ptr", "p": "current", "new_mask": [ 0 ], "as": "r@" })",
	R"({ "op": "set_cpus_allowed_ptr", "p": "current", "new_mask": [ 1 ], "as": "r@" })",
	R"({ "op": "set_cpus_allowed_ptr", "p": "other", "new_mask": [ 0 ], "as": "r@" })",
	R"({ "op": "wake_up_process", "p": "k" })",
	R"({ "op": "smp_processor_id", "as": "c@" })",
	R"({ "op": "set", "value": "x", "as": "x@" })",
	R"({ "op": "mod_timer", "timer": "t", "expires": "jiffies + 1" })",
	R"({ "op": "sched_setscheduler", "p": "k", "policy": "SCHED_FIFO", "priority": 1 })",
};
constexpr const char *WITH_HOTPLUG[] = {
	R"({ "op": "cpu_down", "cpu": 1, "as": "d@" })",
	R"({ "op": "cpu_online", "cpu": 1, "as": "o@" })",
	R"({ "op": "wake_up_process", "p": "k" })",
	R"({ "op": "mod_timer", "timer": "t", "expires": "jiffies + 1" })",
	R"({ "op": "set_cpus_allowed_ptr", "p": "k", "new_mask": [ 1 ], "as": "r@" })",
	R"({ "op": "set", "value": "x", "as": "x@" })",
};

scenario::scenario drawn(uint64_t seed, bool hotplug)
{
	sim::prng numbers = sim::prng::seeded(seed);
	std::string text = std::string(R"({ "name": "t", "question": "?", "kernel": "6.13",
		"machine": { "cpus": 2 },)") +
			   FUNCTIONS + SETUP;
	scenario::scenario s;
	scenario::diagnostics errors;

	if (hotplug)
		text += R"(, { "op": "wait_until_idle" }, { "op": "wake_up_process", "p": "k" },
			     { "op": "wait_until_idle" } ], "tasks": {
			"main": { "cpu": 0, "do": [ )" +
			drawn_body(numbers, WITH_HOTPLUG, 2) +
			R"(, { "op": "cpu_down", "cpu": 1, "as": "down" } ] } } )";
	else
		text += R"( ], "tasks": {
			"main": { "cpu": 0, "do": [ )" +
			drawn_body(numbers, WITH_STOPPERS, 3) + R"( ] },
			"other": { "do": [ )" +
			drawn_body(numbers, WITH_STOPPERS, 2) + " ] } }";
	text += R"(, "expect": {} })";
	const bool good = scenario::read_scenario("t.json", text, s, errors);
	INFO(text);
	INFO(errors.print());
	REQUIRE(good);
	return s;
}

std::set<std::string> ends_of(const scenario::scenario &s, bool reduce, bool &complete,
			      uint64_t &states)
{
	sim::explore_plan plan = scenario::plan_of(s, s.explore);
	std::set<std::string> ends;

	plan.reduce = reduce;
	plan.states = 40'000;
	const scenario::explored r = search(s, plan, {}, nullptr);
	for (const auto &[text, met] : r.found.outcomes)
		ends.insert(text);
	complete = r.cut.empty();
	states += r.states;
	return ends;
}

} // namespace

TEST_CASE("drawn scenarios that move tasks end alike whether or not orders are left out" *
	  doctest::skip(!sim::snapshot::supported))
{
	uint64_t all_states = 0, some_states = 0;
	unsigned compared = 0;

	for (const bool hotplug : { false, true })
		for (uint64_t seed = 1; seed <= programs_wanted(hotplug ? 3 : 12); seed++) {
			const scenario::scenario s = drawn(seed, hotplug);
			bool all_met, some_met;
			uint64_t of_all = 0;
			const auto all = ends_of(s, false, all_met, of_all);

			if (!all_met)
				continue;
			CAPTURE(hotplug);
			CAPTURE(seed);
			const auto some = ends_of(s, true, some_met, some_states);
			CHECK(some_met);
			CHECK((some == all));
			all_states += of_all;
			compared++;
		}
	CHECK(compared > 2);
	MESSAGE(compared << " compared, " << all_states << " states, reduced " << some_states);
	CHECK(some_states < all_states);
}
