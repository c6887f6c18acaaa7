// SPDX-License-Identifier: GPL-2.0-only
// What of a scenario's executions is unseen, what that saves a search, and that it hides nothing.
// Must not know how a task leaves or sleeps.
#include "model/boot.hpp"
#include "scenarios/unseen.hpp"
#include "scenarios/program.hpp"
#include "sim/states.hpp"
#include "sim/strategies.hpp"
#include "tests/library_run.hpp"
#include "tests/support_scenarios.hpp"

#include <doctest/doctest.h>
#include <string>

namespace {

using library::parse;

// Two tasks, of which A does this.
scenario::scenario with(const std::string &operation, const std::string &faults = "")
{
	const std::string text = R"({ "name": "t", "question": "?", "kernel": "6.13",
		"machine": { "cpus": 2 }, "vars": { "n": 0, "s": { "spinlock": true } },
		"functions": { "f": [] }, )" +
				 faults + R"(
		"tasks": {
			"A": { "cpu": 0, "do": [ )" +
				 operation + R"( ] },
			"B": { "cpu": 1, "do": [
				{ "op": "kthread_run", "threadfn": "f", "name": "K" },
				{ "op": "set", "var": "n", "value": 2 } ] } },
		"expect": { "never": [ "deadlock" ] } })";
	return parse(text);
}

sim::search_result search(const scenario::scenario &s, bool all_steps, uint64_t states_max)
{
	sim::natural_strategy nobody_asked;
	sim::machine m(scenario::machine_config_of(s, true), nobody_asked);
	scenario::program p(s, all_steps);
	sim::search_limits limits;

	limits.states_max = states_max;
	m.set_hooks(&kernel::hooks());
	return sim::state_search(m, p, limits).run();
}

} // namespace

TEST_CASE("who is named, has given himself away or is waited for is seen to leave")
{
	using seen = std::vector<bool>;
	const auto unseen = [](const scenario::scenario &s) { return scenario::leave_unseen(s); };

	CHECK(unseen(with(R"({ "op": "set", "var": "n", "value": 1 })")) == seen{ true, true });
	CHECK(unseen(with(R"({ "op": "send_sig", "sig": "SIGKILL", "p": "B" })")) ==
	      seen{ true, false });
	CHECK(unseen(with(R"({ "op": "set", "var": "n", "value": "current" })")) ==
	      seen{ false, false });
	CHECK(unseen(with(R"({ "op": "wake_up_process", "p": "current" })")) == seen{ true, true });
	CHECK(unseen(with(R"({ "op": "freeze_processes" })")) == seen{ false, false });
	CHECK(unseen(with(R"({ "op": "set", "var": "n", "value": 1 })",
			  R"("faults": [ { "in": "kernel_clone", "waits_for": "A" } ],)")) ==
	      seen{ false, true });
}

TEST_CASE("kthreadd is unseen after the last request that can come, if it is known which that is")
{
	const auto most = [](const std::string &operation) {
		return scenario::most_requests(with(operation));
	};
	const std::string make = R"({ "op": "kthread_create", "threadfn": "f", "name": "L" })";

	CHECK(most(R"({ "op": "set", "var": "n", "value": 1 })") == 1);
	CHECK(most(make) == 2);
	CHECK(most(R"({ "op": "if", "cond": "n", "then": [ )" + make + R"( ], "else": [ )" + make +
		   " ] }") == 3);
	CHECK(most(R"({ "op": "repeat", "times": 2, "do": [ )" + make + " ] }") == UINT32_MAX);
	CHECK(most(R"({ "op": "if", "cond": { "is_err": )" + make + R"( }, "then": [] })") ==
	      UINT32_MAX);
	CHECK(most(R"({ "op": "send_sig", "sig": "SIGKILL", "p": "kthreadd" })") == UINT32_MAX);
	CHECK(most(R"({ "op": "freeze_processes" })") == UINT32_MAX);
}

TEST_CASE("runs of works and timers are counted where somebody asks for them")
{
	const auto asks = [](const std::string &operation, const std::string &never) {
		const std::string text = R"({ "name": "t", "question": "?", "kernel": "6.13",
			"vars": { "n": 0 }, "works": { "w": { "do": [] } }, "setup": [
				{ "op": "kthread_create_worker", "flags": 0,
				  "name": "k", "as": "k" } ],
			"tasks": { "A": { "do": [
				{ "op": "kthread_queue_work", "worker": "k", "work": "w" }, )" +
					 operation + R"( ] } }, "expect": { "never": [ )" + never +
					 " ] } }";
		return scenario::asks_for_runs(parse(text));
	};
	const std::string set = R"({ "op": "set", "var": "n", "value": 1 })";

	CHECK(!asks(set, R"("deadlock", { "w.pending": true })"));
	CHECK(asks(set, R"({ "w.runs": 2 })"));
	CHECK(asks(set, R"("livelock")"));
	CHECK(asks(R"({ "op": "set", "var": "n", "value": "w.runs" })", R"("deadlock")"));
	CHECK(asks(R"({ "op": "if", "cond": "w.running", "then": [] })", R"("deadlock")"));
}

TEST_CASE("that a spin lock is held is seen by who only tries to get it, or asks for a place")
{
	const auto asking = [](const std::string &term) {
		return parse(R"({ "name": "t", "question": "?", "kernel": "6.13",
			"tasks": { "A": { "do": [] } }, "expect": { "never": [ )" +
			     term + " ] } }");
	};
	const auto seen = [](const char *operation) {
		return scenario::tries_spin_locks(
			parse(R"({ "name": "t", "question": "?", "kernel": "6.13",
			"vars": { "l": { "spinlock": true } }, "tasks": { "A": { "do": [
				{ "op": ")" +
			      std::string(operation) + R"(", "lock": "l" } ] } },
			"expect": { "never": [ "deadlock" ] } })"));
	};

	CHECK(!seen("spin_lock"));
	CHECK(seen("spin_trylock"));
	CHECK(!scenario::tries_spin_locks(asking(R"("use_after_free")")));
	CHECK(scenario::tries_spin_locks(asking(R"({ "use_after_free": "kthread_stop" })")));
}

TEST_CASE("that it should freeze is looked for where somebody freezes or thaws")
{
	const auto freezes = [](const char *operation) {
		return scenario::freezes_tasks(
			parse(R"({ "name": "t", "question": "?", "kernel": "6.13",
			"tasks": { "A": { "do": [ { "op": ")" +
			      std::string(operation) + R"(" } ] } },
			"expect": { "never": [ "deadlock" ] } })"));
	};

	CHECK(!freezes("try_to_freeze"));
	for (const char *operation : { "freeze_processes", "freeze_kernel_threads",
				       "thaw_processes", "thaw_kernel_threads" })
		CHECK(freezes(operation));
}

TEST_CASE("how far a sleep or a wakeup has come is seen by who asks, or sets the CPUs of others")
{
	const auto sees = [](const std::string &operation) {
		return scenario::sees_scheduling(with(operation));
	};

	CHECK(!sees(R"({ "op": "kthread_create", "threadfn": "f", "name": "L" })"));
	CHECK(!sees(R"({ "op": "set", "var": "n", "value": "K.pid" })"));
	CHECK(sees(R"({ "op": "set", "var": "n", "value": "K.on_rq" })"));
	CHECK(sees(R"({ "op": "if", "cond": { "K.state": "S" }, "then": [] })"));
	CHECK(sees(R"({ "op": "kthread_create", "threadfn": "f", "name": "L", "as": "l" },
		{ "op": "kthread_bind", "p": "l", "cpu": 1 })"));
	CHECK(sees(R"({ "op": "spin_trylock", "lock": "s" })"));
	CHECK(sees(R"({ "op": "freeze_processes" })"));
	CHECK(sees(R"({ "op": "kthread_create_worker_on_cpu", "cpu": 0, "flags": 0,
		"name": "w" })"));
}

// It says so before it sleeps, in kernels before 85f1abe0019f.
TEST_CASE("a parked thread that has not left its CPU is met where a term names still_runs")
{
	const auto outcomes = [](const std::string &kernel) {
		return search(parse(R"({ "name": "t", "question": "?", "kernel": ")" + kernel +
				    R"(", "machine": { "cpus": 2 }, "functions": { "f": [
			{ "op": "while", "cond": { "not": "kthread_should_stop" },
			  "do": [ { "op": "kthread_parkme" } ] } ] },
		"setup": [ { "op": "kthread_create", "threadfn": "f", "name": "K", "as": "k" } ],
		"tasks": { "A": { "do": [ { "op": "kthread_park", "k": "k", "as": "p" } ] } },
		"expect": { "never": [ "still_runs" ] } })"),
			      false, 10'000)
			.outcomes.size();
	};

	CHECK(outcomes("4.9") == 2);
	CHECK(outcomes("6.13") == 1);
}

TEST_CASE("what is done under a worker's lock is seen by who looks without it, or has another one")
{
	const auto sees = [](const std::string &operation, const std::string &never) {
		const std::string text = R"({ "name": "t", "question": "?", "kernel": "6.13",
			"vars": { "n": 0, "u": { "timer": { "function": "f" } } },
			"works": { "w": { "delayed": true, "do": [] } },
			"functions": { "f": [] }, "tasks": { "A": { "do": [
				{ "op": "kthread_create_worker", "flags": 0, "name": "k",
				  "as": "k" },
				{ "op": "kthread_queue_work", "worker": "k", "work": "w" }, )" +
					 operation + R"( ] } }, "expect": { "never": [ )" + never +
					 " ] } }";
		return scenario::sees_sections(parse(text));
	};
	const auto does = [&](const std::string &operation) {
		return sees(operation, R"("deadlock")");
	};
	const std::string set = R"({ "op": "set", "var": "n", "value": 1 })";
	const std::string make = R"({ "op": "kthread_create_worker", "flags": 0, "name": "l" })";

	CHECK(!does(set));
	CHECK(!does(R"({ "op": "kthread_destroy_worker", "worker": "k" })"));
	CHECK(!does(R"({ "op": "mod_timer", "timer": "u", "expires": 3 })"));
	CHECK(!sees(set, R"({ "w.pending": true })")); // in the end
	CHECK(sees(set, R"("race")"));
	CHECK(sees(set, R"("livelock")"));
	CHECK(does(R"({ "op": "set", "var": "n", "value": "w.pending" })"));
	CHECK(does(R"({ "op": "if", "cond": "k.busy", "then": [] })"));
	CHECK(does(R"({ "op": "set", "var": "n", "value": "u.expires" })"));
	CHECK(does(R"({ "op": "timer_setup", "timer": "u", "callback": "f" })"));
	CHECK(does(R"({ "op": "kthread_init_delayed_work", "dwork": "w", "fn": "w" })"));
	CHECK(does(make));
	CHECK(!does(R"({ "op": "repeat", "times": 2, "do": [ )" + set + " ] }"));
}

TEST_CASE("who tries to get a spin lock may find it held after the last thing done under it")
{
	const scenario::scenario s = parse(R"({ "name": "t", "question": "?", "kernel": "6.13",
		"machine": { "cpus": 2 }, "vars": { "l": { "spinlock": true }, "n": 0 }, "tasks": {
			"A": { "cpu": 0, "do": [ { "op": "spin_lock", "lock": "l" },
				{ "op": "set", "var": "n", "value": 1 },
				{ "op": "spin_unlock", "lock": "l" } ] },
			"B": { "cpu": 1, "do": [ { "op": "if", "cond": "n", "then": [
				{ "op": "spin_trylock", "lock": "l", "as": "got" } ] } ] } },
		"expect": { "never": [ "warn" ] } })");

	CHECK(search(s, false, 1000).outcomes.size() == 3); // nothing, 0 and 1
}

TEST_CASE("scenarios of the library end in the same ways with the steps that nobody sees")
{
	constexpr uint64_t STATES_MAX = 3'000;
	uint64_t compared = 0, states = 0, all_states = 0;
	const auto ends = [](const sim::search_result &r) {
		std::vector<std::string> texts;

		for (const sim::search_outcome &o : r.outcomes)
			texts.push_back(o.text);
		return texts;
	};

	for (const support::library_entry &e : support::library()) {
		if (scenario::moves_tasks(e.scenario))
			continue;
		const sim::search_result all = search(e.scenario, true, STATES_MAX);
		if (!all.complete)
			continue;
		const sim::search_result some = search(e.scenario, false, STATES_MAX);

		CAPTURE(e.name);
		CHECK(some.complete);
		CHECK(ends(some) == ends(all));
		compared++;
		states += some.states;
		all_states += all.states;
	}
	MESSAGE(compared << " scenarios: " << states << " states, with all steps " << all_states);
	CHECK(compared > 80);
	CHECK(states < all_states / 2);
}

TEST_CASE("two tasks that set a word come to two executions, however they leave")
{
	const scenario::scenario s = parse( R"({ "name": "t", "question": "?", "kernel": "6.13",
		"machine": { "cpus": 2 }, "vars": { "n": 0 }, "tasks": {
			"A": { "cpu": 0, "do": [ { "op": "set", "var": "n", "value": 1 } ] },
			"B": { "cpu": 1, "do": [ { "op": "set", "var": "n", "value": 2 } ] } },
		"expect": { "sometimes": [ { "n": 1 } ] } })");
	const sim::search_result found = search(s, false, 1000);

	CHECK(found.complete);
	CHECK(found.outcomes.size() == 2);
	CHECK(found.transitions < 20);
}
