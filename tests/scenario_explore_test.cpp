// SPDX-License-Identifier: GPL-2.0-only
// Tests of scenarios/explore.hpp: what a search says of a scenario, why, and how to bring it about
// by hand.
// Must not know how a search is done or printed.
#include "scenarios/explore.hpp"
#include <cstring>
#include <doctest/doctest.h>
#include "scenarios/judge.hpp"
#include "scenarios/reader.hpp"
#include "scenarios/written_schedule.hpp"
#include "tests/library_run.hpp"
#include "tests/support_scenarios.hpp"

namespace {

using library::explored;
using library::parse;

// A thread that looks whether it shall stop, and then sleeps: before a7c01fa93aeb a stop may come
// in between.
std::string lost_stop(const std::string &how, const std::string &expect,
		      const std::string &kernel = R"({"version":"6.13","revert":["a7c01fa93aeb"]})")
{
	return R"({
  "name": "lost-stop", "question": "Is a stop lost?", "kernel": )" +
	       kernel + R"(, "machine": { "cpus": 2 },
  "functions": { "looks_too_early": [
    { "op": "while", "cond": { "not": "kthread_should_stop" }, "do": [
      { "op": "set_current_state", "state": "TASK_INTERRUPTIBLE", "at": "sleep" },
      { "op": "schedule" } ] },
    { "op": "__set_current_state", "state": "TASK_RUNNING" },
    { "op": "return", "value": 0 } ] },
  "tasks": { "controller": { "cpu": 0, "do": [
    { "op": "kthread_run", "threadfn": "looks_too_early", "name": "K", "as": "k" },
    { "op": "kthread_stop", "k": "k", "as": "ret" } ] } },
  )" + how + R"(, "expect": )" +
	       expect + "\n}";
}

const char by_chance[] = R"("explore": { "strategy": "portfolio", "executions": 1000 })";

const scenario::observation &seen(const scenario::explore_result &r, const std::string &text)
{
	for (const scenario::observation &o : r.observations)
		if (o.text == text)
			return o;
	FAIL("nobody observed " << text);
	abort();
}

// Nobody completes what A waits for.
std::string limited(const std::string &steps, const std::string &strategy)
{
	return R"({ "name": "limited", "kernel": "6.13",
	     "machine": { "cpus": 2, "limits": { "steps": )" +
	       steps + R"( } },
	     "functions": { "f": [] }, "vars": { "c": { "completion": true } },
	     "tasks": { "A": { "do": [
		{ "op": "kthread_run", "threadfn": "f", "name": "K" },
		{ "op": "wait_for_completion", "x": "c" } ] } },
	     "explore": { "strategy": ")" +
	       strategy + R"(" }, "expect": { "never": [ "deadlock" ] } })";
}

} // namespace

TEST_CASE("executions longer than a scenario's limit of steps are no outcomes of any search")
{
	for (const std::string strategy : { "stateful", "dpor", "exhaustive", "random" }) {
		const scenario::explore_result r = explored(parse(limited("20", strategy)));

		INFO(strategy);
		CHECK(r.of.cut.ends_with("had more than 20 steps"));
		CHECK(r.wrong == "");
		CHECK(r.outcomes.empty());
		CHECK(!r.failed());
		CHECK(r.undecided());
	}
}

TEST_CASE("an execution may have as many steps as a limit says, in a run and in a search")
{
	scenario::run_options natural;
	const sim::schedule without_choices;

	natural.replay = &without_choices;
	const uint64_t steps =
		scenario::run_scenario(parse(limited("100000", "exhaustive")), natural).steps;
	for (const uint64_t less : { 0, 1 }) {
		const scenario::scenario s =
			parse(limited(std::to_string(steps - less), "exhaustive"));
		const scenario::run_result r = scenario::run_scenario(s, natural);

		CHECK(r.how == (less ? sim::ending::bound : sim::ending::deadlock));
		CHECK(r.steps == steps);
	}
}

TEST_CASE("a lost stop is found, explained, and written as steps that come to it again")
{
	const std::string expect = R"({ "sometimes": [ "deadlock" ] })";
	const scenario::explore_result r = explored(parse(lost_stop(by_chance, expect)));
	const scenario::observation &o = seen(r, "deadlock");

	CHECK(r.wrong == "");
	CHECK(!r.failed());
	CHECK(!r.undecided());
	REQUIRE(o.witness != scenario::no_index);
	const scenario::explored_outcome &e = r.outcomes[o.witness];
	CHECK(e.shortest.deviations.size() <= 4);
	REQUIRE(e.story.size() == 1);
	CHECK(e.story[0] == "controller's wakeup in kthread_stop found K running, K slept "
			    "afterwards: nobody wakes it again");
	REQUIRE(e.by_hand != "");
	const scenario::run_result by_hand =
		scenario::run_scenario(parse(lost_stop("\"schedule\": " + e.by_hand, expect)), {});
	CHECK(by_hand.schedule_error == "");
	CHECK(identity_of(by_hand) == identity_of(e.end));
	CHECK(by_hand.how == sim::ending::deadlock);
}

TEST_CASE("a wakeup is not lost on who sees what was done in the very step of the wakeup")
{
	for (const support::library_entry &e : support::library()) {
		if (e.name != "cancel/mod-vs-cancel variant 1")
			continue;
		for (const char *strategy : { "stateful", "portfolio" }) {
			scenario::scenario s = e.scenario;

			INFO(strategy);
			s.explore.strategy = strategy;
			s.explore.executions = strcmp(strategy, "stateful") ? 6000 : 0;
			const scenario::explore_result r = explored(s);
			const scenario::observation &o = seen(r, "deadlock");

			REQUIRE(o.witness != scenario::no_index);
			REQUIRE(r.outcomes[o.witness].story.size() == 1);
			CHECK(r.outcomes[o.witness].story[0] ==
			      "nobody has tried to wake B since it fell asleep in "
			      "kthread_cancel_delayed_work_sync");
		}
		return;
	}
	FAIL("there is no such scenario");
}

TEST_CASE("a cycle is explained by the cycle: nobody's wakeup was lost or is missing")
{
	const scenario::explore_result r = explored(parse(R"({ "name": "flush-behind",
		"kernel": "6.13", "machine": { "cpus": 2 },
		"works": { "a": { "do": [ { "op": "kthread_flush_work", "work": "b" } ] },
			   "b": { "do": [] } },
		"setup": [ { "op": "kthread_create_worker", "flags": 0, "name": "W", "as": "w" } ],
		"tasks": {
			"A": { "do": [
				{ "op": "kthread_queue_work", "worker": "w", "work": "a" } ] },
			"B": { "do": [
				{ "op": "kthread_queue_work", "worker": "w", "work": "b" } ] } },
		"teardown": [ { "op": "kthread_flush_work", "work": "a" },
			      { "op": "kthread_destroy_worker", "worker": "w" } ],
		"explore": {}, "expect": { "sometimes": [ "deadlock" ] } })"));
	const scenario::observation &o = seen(r, "deadlock");

	REQUIRE(o.witness != scenario::no_index);
	const scenario::explored_outcome &e = r.outcomes[o.witness];
	REQUIRE(e.end.findings.size() == 1);
	CHECK(e.end.findings[0].text.find("lost wakeup") == std::string::npos);
	CHECK(e.end.findings[0].text.ends_with(
		"cycle: W/105 waits for W/105 to execute its flush work"));
	CHECK(e.story.empty());
}

TEST_CASE("a wakeup that is an operation of its own is told without a function")
{
	const scenario::explore_result r = explored(parse(R"({ "name": "lost",
		"kernel": "6.13", "machine": { "cpus": 2 },
		"vars": { "todo": 0, "done": { "completion": true } },
		"functions": { "f": [
			{ "op": "while", "cond": { "not": "kthread_should_stop" }, "do": [
			{ "op": "if", "cond": { "eq": [ "todo", 0 ] }, "then": [
				{ "op": "set_current_state", "state": "TASK_INTERRUPTIBLE" },
				{ "op": "schedule" } ] },
			{ "op": "if", "cond": { "eq": [ "todo", 1 ] }, "then": [
				{ "op": "set", "var": "todo", "value": 0 },
				{ "op": "complete", "x": "done" } ] } ] } ] },
		"setup": [ { "op": "kthread_run", "threadfn": "f", "name": "K", "as": "k" } ],
		"tasks": { "P": { "do": [ { "op": "set", "var": "todo", "value": 1 },
					  { "op": "wake_up_process", "p": "k" },
					  { "op": "wait_for_completion", "x": "done" } ] } },
		"teardown": [ { "op": "kthread_stop", "k": "k" } ],
		"explore": {}, "expect": { "sometimes": [ "deadlock" ] } })"));
	const scenario::observation &o = seen(r, "deadlock");

	REQUIRE(o.witness != scenario::no_index);
	REQUIRE(r.outcomes[o.witness].story.size() == 1);
	CHECK(r.outcomes[o.witness].story[0] ==
	      "P's wakeup found K running, K slept afterwards: nobody wakes it again");
}

TEST_CASE("a word is a number unless it is asked for as an error; a result has its name")
{
	const auto states_with = [](const std::string &expect) {
		return explored(parse(R"({ "name": "words", "kernel": "6.13", "vars": { "x": 0 },
			"tasks": { "A": { "do": [
				{ "op": "add", "var": "x", "value": -1 },
				{ "op": "kernel_execve", "as": "r" } ] } },
			"explore": {}, "expect": { "always": [ )" + expect + " ] } }"))
			.outcomes.at(0)
			.line;
	};

	CHECK(states_with(R"({ "x": -1 })") == "x=-1");
	CHECK(states_with(R"({ "x": "-EPERM" })") == "x=-EPERM");
	CHECK(states_with(R"({ "A.r": 0 })") == "A.r=0");
	CHECK(states_with("\"deadlock\"") == "A.r=0 x=-1");
}

TEST_CASE("each assertion that fails is an outcome of its own, known by its line")
{
	const scenario::explore_result r = explored(library::parse(R"({ "name": "asserts",
		"kernel": "6.13", "vars": { "x": 0 },
		"tasks": {
			"A": { "do": [ { "op": "set", "var": "x", "value": 1 },
				       { "op": "set", "var": "x", "value": 2 } ] },
			"B": { "do": [
				{ "op": "assert", "that": { "not": { "eq": [ "x", 1 ] } } },
				{ "op": "assert", "that": { "not": { "eq": [ "x", 2 ] } } } ] } },
		"explore": {} })",
							    "folder/asserts.json"));
	std::vector<std::string> lines;

	CHECK(r.wrong == "");
	for (const scenario::explored_outcome &e : r.outcomes)
		lines.push_back(e.line);
	CHECK(lines == std::vector<std::string>{
			       "x=2", "x=2  assertion: asserts.json:7",
			       "x=2  assertion: asserts.json:7  assertion: asserts.json:8",
			       "x=2  assertion: asserts.json:8" });
}

TEST_CASE("a sleep that ends early is fired by hand")
{
	const std::string text =
		library::text_of(library::root + "/scenarios/park/park-exited.json");
	const std::string expect = "\"expect\": {";
	const auto with = [&](const std::string &how) {
		std::string changed = text;

		changed.replace(text.find(expect), expect.size(), how + ", " + expect);
		return parse(changed);
	};
	const scenario::explore_result r = explored(with(R"("explore": {})"));
	const scenario::observation &o = seen(r, "deadlock");

	REQUIRE(o.witness != scenario::no_index);
	const scenario::explored_outcome &e = r.outcomes[o.witness];
	CHECK(e.by_hand.find(R"({ "fire": "main" })") != std::string::npos);
	const scenario::run_result by_hand =
		scenario::run_scenario(with("\"schedule\": " + e.by_hand), {});
	CHECK(by_hand.schedule_error == "");
	CHECK(identity_of(by_hand) == identity_of(e.end));
}

TEST_CASE("what was chosen is written so that it is chosen again, in tasks that ask in turns")
{
	const std::string before = R"({
  "name": "choices", "question": "Who chooses what?", "kernel": "6.13", "machine": { "cpus": 2 },
  "vars": { "n": 0 },
  "functions": { "f": [ { "op": "return", "value": 0 } ] },
  "tasks": {
    "A": { "cpu": 0, "do": [
      { "op": "choose", "count": 3, "as": "a", "at": "pick" },
      { "op": "choose", "count": 2, "as": "b" },
      { "op": "kthread_create", "threadfn": "f", "name": "K", "as": "k" },
      { "op": "add", "var": "n", "value": "b" },
      { "op": "if", "cond": { "not": { "is_err": "k" } },
        "then": [ { "op": "kthread_stop", "k": "k" } ] } ] },
    "B": { "cpu": 1, "do": [
      { "op": "set", "as": "seen", "value": "n" },
      { "op": "choose", "count": 2, "as": "c" } ] } },
  "faults": [ { "in": "kmalloc", "when": "maybe" }, { "in": "kernel_clone", "when": "maybe" } ],
  )";
	const std::string after = R"(, "expect": { "sometimes": [ { "A.a": 0 }, { "A.b": 0 },
		{ "A.k": "-ENOMEM" }, { "B.c": 0 }, { "B.seen": 0 } ] } })";
	const scenario::scenario s = parse(before + R"("explore": {})" + after);
	const scenario::explore_result r = explored(s);

	CHECK(r.outcomes.size() >= 3 * 2 * 2 * 2);
	for (const scenario::explored_outcome &e : r.outcomes) {
		const std::string steps =
			written_schedule(s, e.shortest, e.end, [] { return true; });

		INFO(e.line << "\n" << steps);
		if (e.shortest.deviations.empty())
			continue;
		REQUIRE(steps != "");
		const scenario::run_result by_hand = scenario::run_scenario(
			parse(before + "\"schedule\": " + steps + after), {});
		CHECK(by_hand.schedule_error == "");
		CHECK(identity_of(by_hand) == identity_of(e.end));
	}
}

TEST_CASE("a choice that never comes is a step of the schedule that was not finished")
{
	const scenario::run_result r = scenario::run_scenario(
		parse(lost_stop(R"("schedule": [ { "choose": 1, "at": "choose" } ])",
				R"({ "sometimes": [ "deadlock" ] })")),
		{});

	CHECK(r.schedule_error.find(": step 1 of the schedule was never finished: nobody chose") !=
	      std::string::npos);
	CHECK(r.schedule_error[0] == '@');
}

TEST_CASE("steps without time run on the machine of a search")
{
	const std::string expect = R"({ "always": [ "deadlock" ] })";
	const scenario::scenario s = parse(lost_stop(R"("schedule": { "without_time": [
		{ "run": "K", "until": { "before": "sleep" } },
		{ "run": "controller", "until": "blocked" },
		{ "run": "K" } ] })",
						    expect));
	const scenario::run_result r = scenario::run_scenario(s, {});

	CHECK(r.schedule_error == "");
	CHECK(r.expected);
	CHECK(!r.schedule.timed);
	CHECK(r.time_ns == 0);
}

TEST_CASE("the fixed kernel never deadlocks, and a search says so of what it searched")
{
	const scenario::explore_result r = explored(parse(
		lost_stop(R"("explore": { "strategy": "exhaustive", "deviations": 1 })",
			  R"({ "never": [ "deadlock" ], "sometimes": [ "warn" ] })", R"("6.13")")));

	CHECK(r.scope == "every execution with at most 1 deviation");
	CHECK(seen(r, "deadlock").verdict == scenario::judgement::holds);
	CHECK(seen(r, "warn").verdict == scenario::judgement::not_judged);
	CHECK(seen(r, "warn").reason == "not seen in " + r.scope);
	CHECK(r.undecided());
	CHECK(!r.failed());
}

TEST_CASE("what never may happen and does fails, with a schedule that shows it")
{
	const scenario::explore_result r =
		explored(parse(lost_stop(by_chance, R"({ "never": [ "deadlock" ] })")));

	CHECK(r.failed());
	CHECK(seen(r, "deadlock").verdict == scenario::judgement::fails);
	CHECK(seen(r, "deadlock").witness != scenario::no_index);
}

TEST_CASE("a finding that no term names fails unless only what happens sometimes is expected")
{
	const scenario::explore_result some = explored(
		parse(lost_stop(by_chance, R"({ "sometimes": [ { "controller.ret": 0 } ] })")));
	const scenario::explore_result all =
		explored(parse(lost_stop(by_chance, R"({ "sometimes": [ { "controller.ret": 0 } ],
						     "never": [ "warn" ] })")));
	const char deadlock[] = "deadlock: controller in schedule <- wait_for_completion <- "
				"kthread_stop";

	CHECK(!some.failed());
	CHECK(!some.undecided());
	CHECK(seen(some, deadlock).verdict == scenario::judgement::not_judged);
	CHECK(all.failed());
	CHECK(seen(all, deadlock).verdict == scenario::judgement::fails);
	scenario::found assertion;
	assertion.kind = sim::finding_kind::assertion;
	CHECK(is_failure(parse(lost_stop(by_chance, R"({ "sometimes": [ "deadlock" ] })")).expect,
			 assertion));
}

TEST_CASE("a search may end when all that is expected was seen")
{
	const scenario::scenario s =
		parse(lost_stop(R"("explore": { "strategy": "random", "executions": 1000000000 })",
			       R"({ "sometimes": [ "deadlock" ] })"));
	const scenario::explore_result r = explored(s, scenario::until::all_is_decided);

	CHECK(r.of.cut == "all that is expected was seen");
	CHECK(!r.undecided());
	CHECK(!r.failed());
}

TEST_CASE("a search that begins again ends only when it has seen once more what is expected")
{
	unsigned variants = 0;

	for (const support::library_entry &e : support::library()) {
		if (e.name.find("parked-but-not-asleep") == std::string::npos)
			continue;
		const scenario::explore_result r =
			explored(e.scenario, scenario::until::all_is_decided);

		INFO(e.name);
		CHECK(!r.undecided());
		CHECK(!r.failed());
		variants++;
	}
	CHECK(variants == 4);
}

TEST_CASE("a search refuses what it cannot judge, and parameters that a strategy does not take")
{
	const scenario::scenario s = parse(lost_stop(by_chance, R"({ "always": [ "deadlock" ] })"));
	sim::explore_plan plan;

	plan.strategy = "dpor";
	plan.preemptions = 1;
	CHECK(scenario::cannot_explore(s, plan) ==
	      "dpor takes no 'preemptions': it would take what a bound hides for explored");
}
