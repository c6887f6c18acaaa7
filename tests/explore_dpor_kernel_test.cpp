// SPDX-License-Identifier: GPL-2.0-only
// Tests of optimal DPOR on the kernel model: it comes to the outcomes that the stateful search has,
// and is offered what it expects.
// Must not know what the scenarios ask.
#include <algorithm>
#include <doctest/doctest.h>
#include <set>
#include "model/boot.hpp"
#include "sim/explore_dpor.hpp"
#include "sim/plan_dpor.hpp"
#include "sim/states.hpp"
#include "sim/strategies.hpp"
#include "tests/library_run.hpp"
#include "tests/support_scenarios.hpp"

namespace {

const scenario::scenario &scenario_named(const std::string &name)
{
	for (const support::library_entry &e : support::library())
		if (e.name == name)
			return e.scenario;
	FAIL("no scenario " << name);
	return support::library().front().scenario;
}

struct explored {
	sim::dpor_counts counts;
	std::set<std::string> outcomes;
	bool complete = false;
	bool began_again = false;
};

const sim::dpor_strategy &dpor_of(const sim::dpor_strategy &s)
{
	return s;
}

const sim::dpor_strategy &dpor_of(const sim::dpor_search &s)
{
	return s.dpor();
}

bool has_begun_again(const sim::dpor_strategy &)
{
	return false;
}

bool has_begun_again(const sim::dpor_search &s)
{
	return s.began_again();
}

// Outcomes of a search that has begun again do no harm: they were met.
template <class S = sim::dpor_strategy>
explored by_dpor(const scenario::scenario &s, uint64_t executions_max,
		 uint64_t steps_max = sim::NEVER)
{
	S dpor;
	sim::machine_config config = scenario::machine_config_of(s, true);
	config.steps_max = std::min(config.steps_max, steps_max);
	sim::machine m(config, dpor);
	scenario::program p(s);
	explored e;
	std::string text;

	m.set_hooks(&kernel::hooks());
	do {
		m.start(p);
		m.run();
		if (!dpor_of(dpor).is_wasted()) {
			p.outcome(m, text);
			e.outcomes.insert(text);
		}
		e.complete = !dpor.next_execution(m.ended_as());
		e.counts = dpor_of(dpor).counts();
		e.began_again = has_begun_again(dpor);
	} while (!e.complete && e.counts.executions < executions_max && !e.counts.bound);
	return e;
}

std::set<std::string> by_states(const scenario::scenario &s)
{
	sim::natural_strategy nobody_asked;
	sim::machine m(scenario::machine_config_of(s, true), nobody_asked);
	scenario::program p(s);
	std::set<std::string> outcomes;

	m.set_hooks(&kernel::hooks());
	const sim::search_result found = sim::state_search(m, p, {}).run();
	CHECK(found.complete);
	for (const sim::search_outcome &o : found.outcomes)
		outcomes.insert(o.text);
	return outcomes;
}

} // namespace

TEST_CASE("two mutexes in opposite orders: one execution a trace, and both outcomes")
{
	const scenario::scenario &s = scenario_named("lessons/two-mutexes");
	const explored found = by_dpor(s, sim::NEVER);

	CHECK(found.complete);
	CHECK(found.counts.complete == found.counts.executions);
	CHECK(found.counts.diverged == 0);
	CHECK(found.outcomes.size() == 2);
	CHECK((found.outcomes == by_states(s)));
}

TEST_CASE("in larger scenarios nothing is blocked, and nothing else offered than expected")
{
	for (const char *name :
	     { "create/sigkill-in-create", "cancel/mod-vs-cancel", "cancel/mod-vs-cancel variant 1",
	       "stop/lost-stop-by-hand", "park/s03a-park-unpark-stop" }) {
		const explored found = by_dpor(scenario_named(name), 2000);

		INFO(name);
		CHECK((found.complete || found.counts.executions == 2000));
		CHECK(found.counts.blocked == 0);
		CHECK(found.counts.diverged == 0);
	}
}

// One CPU, or none that is not given up of one's own accord: who may go on depends on the step that
// woke him, or on an interrupt that is over.
TEST_CASE("a plan does without nobody's wakeup, nor without the end of an interrupt")
{
	const auto search = [](const char *machine, const char *setup, const char *task) {
		scenario::scenario s;
		scenario::diagnostics errors;
		const std::string text =
			std::string(R"({ "name": "plan", "kernel": "6.13", "machine": {)") +
			machine + R"(}, "functions": { "f": [] }, "setup": [)" + setup +
			R"(], "tasks": { "A": { "do": [)" + task + "] } } }";

		REQUIRE(scenario::read_scenario("test", text, s, errors));
		const explored found = by_dpor(s, sim::NEVER);
		CHECK(found.complete);
		CHECK(found.counts.blocked == 0);
		CHECK(found.counts.diverged == 0);
		CHECK((found.outcomes == by_states(s)));
		return found.counts.complete;
	};
	const std::string k = R"("threadfn": "f", "name": "K", "as": "k" })";
	const std::string g = R"({ "op": "kthread_run", "threadfn": "f", "name": "G", "as": "g" })";
	const std::string run = R"({ "op": "kthread_run", )" + k;

	CHECK(search(R"("cpus": 2, "preemption": "voluntary")", run.c_str(),
		     R"({ "op": "might_sleep" })") == 3);
	CHECK(search(R"("cpus": 2, "preemption": "voluntary")", run.c_str(), g.c_str()) == 120);
	CHECK(search(R"("cpus": 1)",
		     (R"({ "op": "kthread_create", )" + k +
		      R"(, { "op": "get_task_struct", "t": "k" },
			 { "op": "wake_up_process", "p": "k" }, { "op": "wait_until_idle" })")
			     .c_str(),
		     R"({ "op": "kthread_stop", "k": "k" },
			{ "op": "put_task_struct", "t": "k" })") == 18);
}

TEST_CASE("a task that was moved to another CPU could have gone on before on the one it came from")
{
	const scenario::scenario s = library::parse(R"({ "name": "moved", "question": "?",
		"kernel": "6.13", "machine": { "cpus": 2, "preemption": "voluntary" },
		"functions": { "f": [] },
		"setup": [ { "op": "kthread_create", "threadfn": "f", "name": "K", "as": "k" },
			{ "op": "kthread_bind", "p": "k", "cpu": 1 } ],
		"tasks": {
			"A": { "do": [ { "op": "set_cpus_allowed_ptr", "p": "k",
					 "new_mask": [ 0 ] } ] },
			"B": { "do": [ { "op": "kthread_stop", "k": "k" } ] } } })");
	const explored found = by_dpor<sim::dpor_search>(s, sim::NEVER);

	CHECK(found.complete);
	CHECK(found.counts.diverged == 0);
	CHECK(found.outcomes.size() == 5);
	CHECK((found.outcomes == by_states(s)));
}

// Whether a wakeup waits for the other CPU to let go of the sleeper depends on the sleeper's state.
TEST_CASE("who waits for what he would not wait for in another state was not planned wrongly")
{
	const scenario::scenario s = library::parse(R"({ "name": "stop-and-park", "question": "?",
		"kernel": "6.13", "machine": { "cpus": 2, "preemption": "none" },
		"functions": { "f": [] },
		"setup": [ { "op": "kthread_create", "threadfn": "f", "name": "K", "as": "k" } ],
		"tasks": {
			"A": { "do": [ { "op": "kthread_stop", "k": "k" } ] },
			"B": { "do": [ { "op": "kthread_park", "k": "k" } ] } } })");
	const explored found = by_dpor<sim::dpor_search>(s, sim::NEVER);

	CHECK(found.complete);
	CHECK(found.counts.diverged == 0);
	CHECK(found.counts.blocked * 100 <= found.counts.executions);
	CHECK((found.outcomes == by_states(s)));
}

// It is found where it stood before, and is awake without the steps that put it to sleep and woke
// it on the other CPU.
TEST_CASE("a task is moved while it could go on: what it does on the old CPU first is explored")
{
	const scenario::scenario s = library::parse(R"({ "name": "moved", "question": "?",
		"kernel": "6.13", "machine": { "cpus": 3, "preemption": "voluntary" },
		"functions": { "f": [] },
		"setup": [ { "op": "kthread_create", "threadfn": "f", "name": "K", "as": "k" },
			{ "op": "get_task_struct", "t": "k" } ],
		"tasks": {
			"A": { "do": [ { "op": "kthread_park", "k": "k" } ] },
			"B": { "do": [
				{ "op": "set_cpus_allowed_ptr", "p": "k", "new_mask": [ 0 ] },
				{ "op": "kthread_stop", "k": "k" } ] } } })");

	CHECK((by_dpor<sim::dpor_search>(s, 20'000).outcomes == by_states(s)));
}

// A step that is kept moves it: what it would have done on the old CPU is not there after that.
TEST_CASE("a task is moved while it could go on: nothing is planned on the CPU that it has left")
{
	const scenario::scenario s = library::parse(R"({ "name": "moved-away", "question": "?",
		"kernel": "6.13", "machine": { "cpus": 3, "preemption": "full" },
		"functions": { "f": [] },
		"setup": [ { "op": "kthread_create", "threadfn": "f", "name": "K", "as": "k" },
			{ "op": "wait_until_idle" } ],
		"tasks": {
			"A": { "cpu": 0, "do": [
				{ "op": "set_cpus_allowed_ptr", "p": "k", "new_mask": [ 1 ] } ] },
			"B": { "cpu": 1, "do": [
				{ "op": "wake_up_process", "p": "k" },
				{ "op": "kthread_stop", "k": "k" } ] } } })");

	// The rest of this search is of the same kind.
	CHECK(by_dpor<sim::dpor_search>(s, 45'000).counts.diverged == 0);
}

// Which CPU's wheel a pending timer is in depends on who armed it last.
TEST_CASE("timers move from CPU to CPU: the outcomes of the stateful search, and all as planned")
{
	const auto search = [](const char *rest) {
		const scenario::scenario s = library::parse(
			std::string(R"({ "name": "moving", "kernel": "6.13", "vars": { "x": 0,
				"lock": { "spinlock": true },
				"t": { "timer": { "function": "ft" } },
				"u": { "timer": { "function": "fu" } } }, "functions": { "ft": [],
				"fu": [ { "op": "set", "var": "x", "value": 5 } ] }, )") +
			rest + "}");
		const explored found = by_dpor<sim::dpor_search>(s, sim::NEVER);

		INFO(rest);
		CHECK(found.complete);
		CHECK(found.counts.diverged == 0);
		CHECK((found.outcomes == by_states(s)));
		return found.outcomes.size();
	};

	CHECK(search(R"("machine": { "cpus": 2 }, "tasks": {
		"A": { "do": [
			{ "op": "mod_timer", "timer": "t", "expires": "jiffies + 1" } ] },
		"B": { "do": [
			{ "op": "mod_timer", "timer": "u", "expires": "jiffies + 1" },
			{ "op": "msleep", "msecs": 4 } ] } },
		"teardown": [ { "op": "timer_delete_sync", "timer": "u" } ])") == 2);
	CHECK(search(R"("machine": { "cpus": 3 },
		"setup": [ { "op": "mod_timer", "timer": "u", "expires": "jiffies + 1" } ],
		"tasks": {
		"A": { "do": [ { "op": "spin_lock", "lock": "lock" },
			{ "op": "spin_unlock", "lock": "lock" },
			{ "op": "timer_delete_sync", "timer": "u", "as": "s" },
			{ "op": "mod_timer", "timer": "u", "expires": "jiffies + 1" } ] },
		"B": { "do": [ { "op": "add", "var": "x" },
			{ "op": "spin_lock", "lock": "lock" },
			{ "op": "spin_unlock", "lock": "lock" } ] } }, "teardown": [])") == 4);
	CHECK(search(R"("machine": { "cpus": 2 }, "tasks": {
		"A": { "do": [
			{ "op": "mod_timer", "timer": "t", "expires": "jiffies + 1" },
			{ "op": "timer_reduce", "timer": "u",
			  "expires": "jiffies + 1" } ] },
		"B": { "do": [
			{ "op": "mod_timer", "timer": "u", "expires": "jiffies + 1" },
			{ "op": "timer_delete", "timer": "t" } ] } })") == 1);
	CHECK(search(R"("machine": { "cpus": 2 }, "tasks": {
		"A": { "do": [
			{ "op": "mod_timer", "timer": "t", "expires": "jiffies + 1" },
			{ "op": "mod_timer", "timer": "u", "expires": "jiffies + 3" } ] },
		"B": { "do": [
			{ "op": "mod_timer", "timer": "u", "expires": "jiffies + 1" },
			{ "op": "mod_timer", "timer": "t", "expires": "jiffies + 3" } ] } })") ==
	      1);
	CHECK(search(R"("machine": { "cpus": 2 }, "tasks": {
		"A": { "do": [
			{ "op": "mod_timer", "timer": "t", "expires": "jiffies + 1" },
			{ "op": "timer_delete", "timer": "t" },
			{ "op": "timer_delete", "timer": "u" } ] },
		"B": { "do": [
			{ "op": "mod_timer", "timer": "u", "expires": "jiffies + 1" },
			{ "op": "mod_timer", "timer": "t", "expires": "jiffies + 3" } ] } })") ==
	      2);
}

// What a worker's steps touch is known only once they are taken, and plans count on it.
TEST_CASE("a worker that is destroyed beside another task is searched without an execution in vain")
{
	const explored found = by_dpor<sim::dpor_search>(
		library::parse(R"({ "name": "destroyed-beside-another", "kernel": "6.14",
			"machine": { "cpus": 2 }, "vars": { "n": 0 },
			"setup": [ { "op": "kthread_create_worker", "flags": 0, "name": "worker",
				     "as": "worker" } ],
			"tasks": {
				"A": { "cpu": 0, "do": [ { "op": "kthread_destroy_worker",
							   "worker": "worker" } ] },
				"B": { "cpu": 1, "do": [ { "op": "add", "var": "n",
							   "value": 1 } ] } },
			"teardown": [], "expect": { "always": [ { "n": 1 } ] } })"),
		sim::NEVER);

	CHECK(found.complete);
	CHECK(found.counts.complete == 1404);
	CHECK(found.counts.blocked == 0);
	CHECK(found.outcomes.size() == 1);
}

TEST_CASE("locks, leaving a CPU and alarms armed again are told: none is waited for in vain")
{
	for (const char *name :
	     { "park/park-exited", "park/park-against-exit", "park/unpark-too-early",
	       "worker/park-a-worker", "checkers/lock-order", "stop/stop-twice" }) {
		const explored found = by_dpor(scenario_named(name), 600);

		INFO(name);
		CHECK((found.complete || found.counts.executions == 600));
		CHECK(found.counts.diverged == 0);
	}
}

TEST_CASE("a step tells what it finds where it is offered: all goes as planned")
{
	for (const char *name :
	     { "checkers/locks-in-one-order", "lessons/completion-taken-by-another",
	       "timers/restores-interrupts", "hotplug/read-lock-twice",
	       "hotplug/read-lock-keeps-cpus", "hotplug/fifo-thread-holds-its-cpu" }) {
		const explored found = by_dpor(scenario_named(name), 1500);

		INFO(name);
		CHECK(found.counts.executions > 50);
		CHECK(found.counts.diverged == 0);
	}
}

TEST_CASE("who sleeps and would find a CPU taken as well has to be woken all the same")
{
	const scenario::scenario &s = scenario_named("bugs/mod-denies-what-it-lost");
	const explored found = by_dpor<sim::dpor_search>(s, 21'000);

	CHECK(!found.began_again);
	CHECK(found.counts.diverged == 0);
}

TEST_CASE("sections under a worker's lock that use other data have one order")
{
	scenario::scenario s = scenario_named("cancel/mod-vs-cancel");

	s.teardown_body = scenario::no_index;
	const explored found = by_dpor<sim::dpor_search>(s, 2000);

	CHECK(found.complete);
	CHECK(!found.began_again);
	CHECK(found.counts.executions == 644);
	CHECK(found.counts.complete == 644);
	CHECK((found.outcomes == by_states(s)));
}

TEST_CASE("a pending timer is not waited for behind the step that deletes it")
{
	const scenario::scenario &s = scenario_named("bugs/mod-before-the-timer");
	const explored found = by_dpor<sim::dpor_search>(s, 20'000);

	CHECK(found.complete);
	CHECK(found.began_again);
	CHECK(found.counts.diverged == 0);
	CHECK(found.counts.blocked == 0);
	CHECK((found.outcomes == by_states(s)));
}

TEST_CASE("what it has met of a lost stop are outcomes that the stateful search knows")
{
	const scenario::scenario &s = scenario_named("stop/lost-stop-by-hand");
	const explored some = by_dpor(s, 5000);
	const std::set<std::string> all = by_states(s);

	CHECK(some.outcomes.size() > 1);
	for (const std::string &outcome : some.outcomes)
		CHECK(all.count(outcome) == 1);
}

TEST_CASE("scenarios come to the outcomes of the stateful search without steps that only wait")
{
	uint64_t compared = 0, executions = 0, blocked = 0;

	for (const support::library_entry &e : support::library()) {
		if (scenario::moves_tasks(e.scenario))
			continue;
		const explored found = by_dpor<sim::dpor_search>(e.scenario, 1000, 1000);

		if (!found.complete || found.counts.bound)
			continue;
		INFO(e.name);
		CHECK((found.outcomes == by_states(e.scenario)));
		CHECK((found.began_again || found.counts.diverged == 0));
		compared++;
		executions += found.counts.executions;
		blocked += found.counts.blocked;
	}
	CHECK(compared > 40);
	CHECK(blocked * 100 <= executions);
}
