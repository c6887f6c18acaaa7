// SPDX-License-Identifier: GPL-2.0-only
// Which tasks of a scenario leave unseen, and what that saves a search.
// Must not know how a task leaves.
#include "model/boot.hpp"
#include "scenarios/leaving.hpp"
#include "scenarios/program.hpp"
#include "sim/states.hpp"
#include "sim/strategies.hpp"
#include "tests/library_run.hpp"

#include <doctest/doctest.h>
#include <string>

namespace {

using library::parse;

// Two tasks, of which A does this.
scenario::scenario with(const std::string &operation, const std::string &faults = "")
{
	const std::string text = R"({ "name": "t", "question": "?", "kernel": "6.13",
		"machine": { "cpus": 2 }, "vars": { "n": 0 },
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

TEST_CASE("two tasks that set a word come to two executions, however they leave")
{
	const scenario::scenario s = parse( R"({ "name": "t", "question": "?", "kernel": "6.13",
		"machine": { "cpus": 2 }, "vars": { "n": 0 }, "tasks": {
			"A": { "cpu": 0, "do": [ { "op": "set", "var": "n", "value": 1 } ] },
			"B": { "cpu": 1, "do": [ { "op": "set", "var": "n", "value": 2 } ] } },
		"expect": { "sometimes": [ { "n": 1 } ] } })");
	sim::natural_strategy nobody_asked;
	sim::machine m(scenario::machine_config_of(s, true), nobody_asked);
	scenario::program p(s);
	m.set_hooks(&kernel::hooks());
	const sim::search_result found = sim::state_search(m, p, {}).run();

	CHECK(found.complete);
	CHECK(found.outcomes.size() == 2);
	CHECK(found.transitions < 20);
}
