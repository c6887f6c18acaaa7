// SPDX-License-Identifier: GPL-2.0-only
// Drawn scenarios of sleeps, wakeups and works come to the same ends whether these are one step
// each or all that the kernel takes, for the stateful search and DPOR. Must not know the library.
#include <doctest/doctest.h>
#include <optional>
#include <set>
#include <string>
#include "model/boot.hpp"
#include "scenarios/machine_config.hpp"
#include "scenarios/program.hpp"
#include "scenarios/reader.hpp"
#include "sim/plan_dpor.hpp"
#include "sim/snapshot.hpp"
#include "sim/states.hpp"
#include "sim/strategies.hpp"
#include "tests/support_drawn.hpp"

namespace {

using support::drawn_body;
using support::programs_wanted;
using ends = std::set<std::string>;

// K sleeps twice, L until it shall stop, whatever else it is woken for; W is a worker's.
constexpr const char *BEGINNINGS[] = {
	R"("vars": { "x": 0, "c": { "completion": true }, "m": { "mutex": true },
		"t": { "timer": true }, "q": { "waitqueue": true } },
	"functions": {
		"sleeps": [
			{ "op": "set_current_state", "state": "TASK_INTERRUPTIBLE" },
			{ "op": "if", "cond": { "not": "x" }, "then": [ { "op": "schedule" } ] },
			{ "op": "__set_current_state", "state": "TASK_UNINTERRUPTIBLE" },
			{ "op": "schedule" },
			{ "op": "complete", "x": "c" } ],
		"wakes": [ { "op": "wake_up_process", "p": "k" } ] },
	"setup": [ { "op": "kthread_run", "threadfn": "sleeps", "name": "K", "as": "k" },
		{ "op": "timer_setup", "timer": "t", "callback": "wakes" } ])",
	R"("vars": { "x": 0 },
	"functions": { "until_stopped": [
		{ "op": "set_current_state", "state": "TASK_INTERRUPTIBLE" },
		{ "op": "while", "cond": { "not": "kthread_should_stop" }, "do": [
			{ "op": "kthread_parkme" },
			{ "op": "schedule" },
			{ "op": "set_current_state", "state": "TASK_INTERRUPTIBLE" } ] },
		{ "op": "__set_current_state", "state": "TASK_RUNNING" } ] },
	"setup": [ { "op": "kthread_create", "threadfn": "until_stopped", "name": "L",
		     "as": "l" } ])",
	R"("vars": { "x": 0 },
	"works": { "w": { "delayed": true, "do": [ { "op": "add", "var": "x", "value": 1 } ] } },
	"setup": [ { "op": "kthread_create_worker", "flags": 0, "name": "W", "as": "worker" } ])",
	R"("vars": { "x": 0 },
	"works": { "w": { "delayed": true, "do": [ { "op": "add", "var": "x", "value": 1 } ] },
		"v": { "do": [ { "op": "kthread_queue_delayed_work", "worker": "worker",
			"dwork": "w", "delay": 2 } ] } },
	"setup": [ { "op": "kthread_create_worker", "flags": 0, "name": "W", "as": "worker" },
		{ "op": "kthread_queue_delayed_work", "worker": "worker", "dwork": "w",
		  "delay": 1 } ])",
	R"("vars": { "x": 0, "lock": { "spinlock": true },
		"t": { "timer": { "function": "adds" } },
		"u": { "timer": { "function": "sets" } } },
	"functions": {
		"adds": [ { "op": "spin_lock", "lock": "lock" }, { "op": "add", "var": "x" },
			{ "op": "spin_unlock", "lock": "lock" } ],
		"sets": [ { "op": "set", "var": "x", "value": 5 } ] },
	"setup": [ { "op": "mod_timer", "timer": "u", "expires": "jiffies + 1" } ],
	"teardown": [ { "op": "timer_delete_sync", "timer": "t" },
		{ "op": "timer_delete_sync", "timer": "u" } ])",
	R"("vars": { "x": 0 },
	"functions": { "ends": [ { "op": "add", "var": "x" } ] },
	"setup": [ { "op": "kthread_create", "threadfn": "ends", "name": "B", "as": "b" },
		{ "op": "get_task_struct", "t": "b" } ])",
};

constexpr const char *WITH_K[] = {
	R"({ "op": "wake_up_process", "p": "k", "as": "r@" })",
	R"({ "op": "wake_up_state", "p": "k", "state": "TASK_INTERRUPTIBLE", "as": "i@" })",
	R"({ "op": "wait_for_completion", "x": "c" })",
	R"({ "op": "wait_for_completion_interruptible", "x": "c", "as": "s@" })",
	R"({ "op": "wait_for_completion_timeout", "x": "c", "timeout": 1 })",
	R"({ "op": "try_wait_for_completion", "x": "c", "as": "y@" })",
	R"({ "op": "complete", "x": "c" })",
	R"({ "op": "complete_all", "x": "c" })",
	R"({ "op": "set", "var": "x", "value": 1 })",
	R"({ "op": "mod_timer", "timer": "t", "expires": "jiffies + 1" })",
	R"({ "op": "wait_task_inactive", "p": "k", "match_state": "TASK_UNINTERRUPTIBLE" })",
	R"({ "op": "send_sig", "sig": "SIGKILL", "p": "other" })",
	R"({ "op": "mutex_lock", "lock": "m" }, { "op": "add", "var": "x", "value": 2 },
	   { "op": "mutex_unlock", "lock": "m" })",
	R"({ "op": "wait_event", "wq_head": "q", "condition": "x" })",
	R"({ "op": "wake_up", "wq_head": "q" })",
};
constexpr const char *WITH_L[] = {
	R"({ "op": "wake_up_process", "p": "l", "as": "r@" })",
	R"({ "op": "kthread_stop", "k": "l", "as": "s@" })",
	R"({ "op": "kthread_park", "k": "l", "as": "p@" })",
	R"({ "op": "kthread_unpark", "k": "l" })",
	R"({ "op": "get_task_struct", "t": "l" })",
	R"({ "op": "set", "var": "x", "value": 1 })",
};
constexpr const char *WITH_WORKER[] = {
	R"({ "op": "kthread_queue_work", "worker": "worker", "work": "w", "as": "q@" })",
	R"({ "op": "kthread_mod_delayed_work", "worker": "worker", "dwork": "w", "delay": 1,
	     "as": "m@" })",
	R"({ "op": "kthread_cancel_delayed_work_sync", "dwork": "w", "as": "c@" })",
	R"({ "op": "kthread_flush_work", "work": "w" })",
	R"({ "op": "kthread_flush_worker", "worker": "worker" })",
	R"({ "op": "kthread_destroy_worker", "worker": "worker" })",
	R"({ "op": "set", "value": "x", "as": "x@" })",
};

constexpr const char *WITH_WORKS[] = {
	R"({ "op": "kthread_queue_work", "worker": "worker", "work": "v", "as": "q@" })",
	R"({ "op": "kthread_queue_delayed_work", "worker": "worker", "dwork": "w", "delay": 0,
	     "as": "d@" })",
	R"({ "op": "kthread_mod_delayed_work", "worker": "worker", "dwork": "w", "delay": 0,
	     "as": "m@" })",
	R"({ "op": "kthread_mod_delayed_work", "worker": "worker", "dwork": "w", "delay": 3,
	     "as": "m@" })",
	R"({ "op": "kthread_cancel_delayed_work_sync", "dwork": "w", "as": "c@" })",
	R"({ "op": "kthread_cancel_work_sync", "work": "v", "as": "v@" })",
	R"({ "op": "kthread_flush_work", "work": "w" })",
	R"({ "op": "kthread_flush_work", "work": "v" })",
	R"({ "op": "kthread_destroy_worker", "worker": "worker" })",
	R"({ "op": "wake_up_process", "p": "worker.task", "as": "p@" })",
	R"({ "op": "set", "value": "x", "as": "x@" })",
};
constexpr const char *WITH_TIMERS[] = {
	R"({ "op": "mod_timer", "timer": "t", "expires": "jiffies + 1", "as": "m@" })",
	R"({ "op": "mod_timer", "timer": "t", "expires": "jiffies + 3" })",
	R"({ "op": "mod_timer", "timer": "u", "expires": "jiffies + 1" })",
	R"({ "op": "timer_reduce", "timer": "u", "expires": "jiffies + 1" })",
	R"({ "op": "timer_delete", "timer": "t", "as": "d@" })",
	R"({ "op": "timer_delete_sync", "timer": "u", "as": "s@" })",
	R"({ "op": "spin_lock", "lock": "lock" }, { "op": "timer_delete_sync", "timer": "t" },
	   { "op": "spin_unlock", "lock": "lock" })",
	R"({ "op": "timer_shutdown_sync", "timer": "t" })",
	R"({ "op": "msleep", "msecs": 4 })",
	R"({ "op": "add", "var": "x" })",
};
constexpr const char *WITH_MOVED[] = {
	R"({ "op": "kthread_stop", "k": "b", "as": "s@" })",
	R"({ "op": "kthread_park", "k": "b", "as": "p@" })",
	R"({ "op": "kthread_unpark", "k": "b" })",
	R"({ "op": "wake_up_process", "p": "b", "as": "w@" })",
	R"({ "op": "set_cpus_allowed_ptr", "p": "b", "new_mask": [ 0 ] })",
	R"({ "op": "set", "value": "x", "as": "x@" })",
};
// Works are handled in another way by each.
constexpr const char *KERNELS[] = {
	R"("6.13")",
	R"({ "version": "6.13", "revert": [ "5fa54346caf6" ] })",
	R"({ "version": "6.13", "revert": [ "d71ba1649fa3" ] })",
	R"({ "version": "6.13", "revert": [ "6993d0fdbee0" ] })",
	R"("6.14")",
	R"("4.9")",
};

std::string body_of(sim::prng &numbers, unsigned kind)
{
	return kind == 0   ? drawn_body(numbers, WITH_K, 2)
	       : kind == 1 ? drawn_body(numbers, WITH_L, 2)
	       : kind == 2 ? drawn_body(numbers, WITH_WORKER, 2)
	       : kind == 3 ? drawn_body(numbers, WITH_WORKS, 2)
	       : kind == 4 ? drawn_body(numbers, WITH_TIMERS, 3)
			   : drawn_body(numbers, WITH_MOVED, 2);
}

scenario::scenario drawn(uint64_t seed, unsigned kind)
{
	sim::prng numbers = sim::prng::seeded(seed);
	scenario::scenario s;
	scenario::diagnostics errors;
	static constexpr const char *preemption[] = { "full", "full", "voluntary", "none" };
	const char *kernel = KERNELS[kind == 3 ? numbers.below(std::size(KERNELS)) : 0];
	std::string text = R"({ "name": "t", "question": "?", "kernel": )" + std::string(kernel) +
			   R"(, "machine": { "cpus": )" +
			   std::to_string(1 + numbers.below(3)) + R"(, "preemption": ")" +
			   preemption[numbers.below(4)] + "\" }," + BEGINNINGS[kind];

	text += R"(, "tasks": { "main": { "do": [ )" + body_of(numbers, kind);
	text += R"( ] }, "other": { "do": [ )" + body_of(numbers, kind);
	text += R"( ] } }, "expect": {} })";
	const bool good = scenario::read_scenario("t.json", text, s, errors);

	INFO(text);
	INFO(errors.print());
	REQUIRE(good);
	return s;
}

// Where freed memory is used first depends on how far its user had come, and so do the warnings
// that others gave before: not whether it is used.
std::string end_named(const std::string &text)
{
	for (const char *finding : { "use_after_free", "double_free", "bad_access", "bug:" })
		if (text.find(finding) != text.npos)
			return "memory is used after it was freed";
	return text;
}

// Null: more states than are looked at.
std::optional<ends> by_states(const scenario::scenario &s, bool all_steps, bool reduce,
			      uint64_t &states)
{
	sim::natural_strategy nobody_asked;
	sim::machine m(scenario::machine_config_of(s, true), nobody_asked);
	scenario::program p(s, all_steps);
	sim::search_limits limits;
	ends all;

	limits.states_max = 30'000;
	limits.reduce = reduce;
	m.set_hooks(&kernel::hooks());
	const sim::search_result found = sim::state_search(m, p, limits).run();
	for (const sim::search_outcome &o : found.outcomes)
		all.insert(end_named(o.text));
	states += found.states;
	if (!found.complete)
		return {};
	return all;
}

// Null: more executions than that.
std::optional<ends> by_dpor(const scenario::scenario &s)
{
	constexpr uint64_t EXECUTIONS_MAX = 3000;
	sim::dpor_search dpor;
	sim::machine_config config = scenario::machine_config_of(s, true);
	config.steps_max = 2000;
	sim::machine m(config, dpor);
	scenario::program p(s);
	std::string text;
	ends all;
	bool more = true;

	m.set_hooks(&kernel::hooks());
	for (uint64_t n = 0; n < EXECUTIONS_MAX && more; n++) {
		m.start(p);
		m.run();
		if (m.ended_as().how == sim::ending::bound)
			return {};
		if (!dpor.dpor().is_wasted()) {
			p.outcome(m, text);
			all.insert(end_named(text));
		}
		more = dpor.next_execution(m.ended_as());
	}
	CHECK(dpor.dpor().counts().diverged == 0);
	if (more)
		return {};
	return all;
}

// What only one of them has, for messages.
std::string difference(const ends &some, const ends &all)
{
	std::string text;

	for (const std::string &t : all)
		text += some.count(t) ? "" : "  lost: " + t;
	for (const std::string &t : some)
		text += all.count(t) ? "" : "  new: " + t;
	return text;
}

} // namespace

TEST_CASE("drawn scenarios end alike whether or not sleeps, wakeups and sections are one step" *
	  doctest::skip(!sim::snapshot::supported))
{
	uint64_t all_states = 0, some_states = 0, unreduced = 0;
	unsigned compared = 0, compared_with_dpor = 0;

	for (unsigned kind = 0; kind < std::size(BEGINNINGS); kind++)
		for (uint64_t seed = 1; seed <= programs_wanted(kind ? 12 : 40); seed++) {
			const scenario::scenario s = drawn(seed, kind);
			uint64_t states = 0;
			const auto all = by_states(s, true, true, states);

			if (!all)
				continue;
			CAPTURE(kind);
			CAPTURE(seed);
			const auto some = by_states(s, false, true, some_states);
			const auto every_order = by_states(s, false, false, unreduced);
			const auto by_traces = by_dpor(s);
			REQUIRE(some);
			CHECK(difference(*some, *all) == "");
			if (every_order)
				CHECK(difference(*every_order, *all) == "");
			if (by_traces)
				CHECK(difference(*by_traces, *all) == "");
			all_states += states;
			compared++;
			compared_with_dpor += by_traces.has_value();
		}
	MESSAGE(compared << " compared, " << compared_with_dpor << " with dpor: " << all_states
			 << " states, as one step each " << some_states);
	CHECK(compared > 10);
	CHECK(some_states < all_states / 2);
}
