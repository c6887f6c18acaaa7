// SPDX-License-Identifier: GPL-2.0-only
// Tests of scenarios/written_schedule.hpp and turning_point.hpp: what searches of the library find,
// written as steps, comes about again, and is told by the choice it hangs on.
// Must not know how a search is done or printed.
#include "scenarios/written_schedule.hpp"
#include <doctest/doctest.h>
#include <regex>
#include "scenarios/explore.hpp"
#include "tests/library_run.hpp"

namespace {

scenario::explore_result drawn(const scenario::scenario &s)
{
	sim::explore_plan plan;

	plan.strategy = "portfolio";
	plan.executions = 1000;
	return conclude(s, plan, search(s, plan, {}, nullptr, scenario::until::the_end));
}

std::string with_schedule(const std::string &text, const std::string &steps)
{
	static const std::regex explore("\"explore\": \\{[^}]*\\}");

	return std::regex_replace(text, explore, "\"schedule\": " + steps,
				  std::regex_constants::format_first_only);
}

struct written {
	unsigned good = 0, none = 0;
};

written check_all_of(const std::string &file)
{
	const std::string text = library::text_of(library::root + "/scenarios/" + file);
	const scenario::explore_result r = drawn(library::parse(text, file));
	written n;

	for (const scenario::explored_outcome &e : r.outcomes) {
		if (e.turning_point.empty() && e.by_hand.empty())
			continue;
		n.none += e.by_hand.empty();
		if (e.by_hand.empty())
			continue;
		n.good++;
		INFO(file << ": " << e.by_hand);
		const scenario::scenario by_hand = library::parse(with_schedule(text, e.by_hand));
		const scenario::run_result run = scenario::run_scenario(by_hand, {});
		CHECK(run.schedule_error == "");
		CHECK(identity_of(run) == identity_of(e.end));
	}
	return n;
}

// Of the outcome that has this finding.
const scenario::explored_outcome &outcome_with(const scenario::explore_result &r,
					       const std::string &brief)
{
	for (const scenario::explored_outcome &e : r.outcomes)
		for (const scenario::found &f : e.end.findings)
			if (f.brief == brief)
				return e;
	FAIL("nobody found " << brief);
	abort();
}

} // namespace

// What is decided by interrupts, or by what the kernel's own threads do, cannot always be written.
TEST_CASE("what searches of the known bugs find comes about again by the steps that they write")
{
	written all;

	for (const std::string &file : library::files())
		if (file.starts_with("bugs/")) {
			const written n = check_all_of(file);

			all.good += n.good;
			all.none += n.none;
		}
	CHECK(all.good >= 35);
	CHECK(all.none <= 4);
}

TEST_CASE("a thread without a name of its own is run by its pid")
{
	const scenario::explore_result r = drawn(library::read("bugs/exec-while-looked-at.json"));
	const scenario::explored_outcome &e = outcome_with(r, "use_after_free: kthread_is_per_cpu");

	CHECK(e.by_hand == "{ \"without_time\": [\n"
			   "  { \"run\": \"main\", \"until\": { \"before\": "
			   "\"kthread_is_per_cpu\", \"step\": 3 } },\n"
			   "  { \"run\": 102, \"until\": \"blocked\" }\n"
			   "] }");
}

TEST_CASE("an outcome hangs on its last deviation: who went on, and what it comes to else")
{
	const scenario::explore_result r = drawn(library::read("bugs/exec-while-looked-at.json"));
	const scenario::explored_outcome &e = outcome_with(r, "use_after_free: kthread_is_per_cpu");

	CHECK(e.turning_point ==
	      "step 6 by main/102 [helper > kernel_execve > mm_release: lock main.alloc_lock]\n"
	      "  if main/101 [kthread_is_per_cpu: test_bit main.flags (kthread.c:611)] "
	      "goes on there instead: main.answer=false");
}

TEST_CASE("where natural order comes to it nothing decides it")
{
	const scenario::explore_result r = drawn(library::read("checkers/never-freed.json"));

	REQUIRE(r.outcomes.size() == 1);
	CHECK(r.outcomes[0].turning_point == "");
	CHECK(r.outcomes[0].by_hand == "[]");
}

// Somebody puts a reference that is not his: too early, or when the thread is gone.
TEST_CASE("steps come to the very bug that they are told of, not to another in the same function")
{
	const std::string text = R"({ "name": "put", "kernel": "6.13",
		"functions": { "f": [] },
		"works": { "w": { "do": [
			{ "op": "set_cpus_allowed_ptr", "p": "current", "new_mask": [0] } ] } },
		"setup": [ { "op": "kthread_run", "threadfn": "f", "name": "K", "as": "k" } ],
		"tasks": { "A": { "do": [ { "op": "put_task_struct", "t": "k" } ] } },
		"explore": {} })";
	unsigned written = 0;
	const scenario::explore_result all = library::explored(library::parse(text));

	for (const scenario::explored_outcome &e : all.outcomes) {
		if (e.by_hand.empty())
			continue;
		INFO(e.by_hand);
		const scenario::run_result r = scenario::run_scenario(
			library::parse(with_schedule(text, e.by_hand)), {});
		REQUIRE(r.findings.size() == 1);
		CHECK(r.findings[0].text == e.end.findings[0].text);
		written++;
	}
	CHECK(written > 0);
}

// K is bound to a CPU; what B does to it is too late or too early.
TEST_CASE("not what is left to be done for the dead decides, but who comes before somebody else")
{
	const scenario::explore_result r = library::explored(library::parse(R"({ "name": "bound",
		"kernel": "6.13", "machine": { "cpus": 2 },
		"functions": { "f": [ { "op": "smp_processor_id", "as": "cpu" },
				      { "op": "return", "value": "cpu" } ] },
		"setup": [ { "op": "kthread_create", "threadfn": "f", "name": "K", "as": "k" },
			   { "op": "get_task_struct", "t": "k" } ],
		"tasks": {
			"A": { "cpu": 0, "do": [ { "op": "kthread_bind", "p": "k", "cpu": 1 },
						 { "op": "wake_up_process", "p": "k" } ] },
			"B": { "cpu": 0, "do": [ { "op": "sched_setaffinity", "p": "k",
						   "new_mask": [0], "as": "s" } ] } },
		"teardown": [ { "op": "kthread_stop", "k": "k", "as": "r" },
			      { "op": "put_task_struct", "t": "k" } ],
		"explore": {}, "expect": { "always": [ { "teardown.r": 1 } ] } })"));

	REQUIRE(r.observations[0].witness != scenario::no_index);
	const std::string &decided = r.outcomes[r.observations[0].witness].turning_point;
	INFO(decided);
	CHECK(decided.find(" by teardown/104 [") != std::string::npos);
	CHECK(decided.find("\n  if K/105 [kthread: go on] goes on at step ") != std::string::npos);
}

TEST_CASE("natural order that comes to no end is no turning point")
{
	const scenario::explore_result r = library::explored(library::parse(R"({ "name": "polls",
		"kernel": "6.13", "machine": { "cpus": 2 },
		"functions": { "f": [ { "op": "while", "cond": { "not": "kthread_should_stop" },
					"do": [ { "op": "cond_resched" } ] } ] },
		"setup": [ { "op": "kthread_run", "threadfn": "f", "name": "K", "as": "k" } ],
		"tasks": { "A": { "do": [ { "op": "set", "value": 7, "as": "n" } ] } },
		"teardown": [ { "op": "kthread_stop", "k": "k", "as": "r" } ],
		"explore": {}, "expect": { "sometimes": [ { "teardown.r": 0 } ] } })"));

	REQUIRE(r.observations[0].witness != scenario::no_index);
	const scenario::explored_outcome &e = r.outcomes[r.observations[0].witness];
	CHECK(!e.shortest.deviations.empty());
	CHECK(e.turning_point == "");
}
