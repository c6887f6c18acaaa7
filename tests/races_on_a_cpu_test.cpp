// SPDX-License-Identifier: GPL-2.0-only
// Tests of races on one CPU: of those who can interrupt each other there, and of nobody else,
// whatever looks for it. Must not know how races are found.
#include "scenarios/explore.hpp"
#include "scenarios/run.hpp"
#include "tests/library_run.hpp"

#include <doctest/doctest.h>
#include <string>

namespace {

scenario::scenario on_one_cpu(const std::string &preemption, const std::string &tasks,
			      const std::string &strategy)
{
	return library::parse(R"({ "name": "t", "question": "?", "kernel": "6.13",
		"machine": { "cpus": 1, "preemption": ")" +
			      preemption + R"(" },
		"vars": { "n": { "plain": 0 }, "t": { "timer": { "function": "cb" } } },
		"functions": { "cb": [ { "op": "add", "var": "n", "value": 1 } ] },
		"tasks": {)" + tasks +
			      R"(}, "explore": { "strategy": ")" + strategy +
			      R"(" }, "expect": { "sometimes": [ "race" ] } })");
}

bool finds_a_race(const scenario::scenario &s)
{
	const sim::explore_plan plan = scenario::plan_of(s, s.explore);
	const scenario::explore_result r = conclude(s, plan, search(s, plan, {}, nullptr));

	CHECK(r.is_complete);
	return r.observations.front().yes > 0;
}

// Of all searches alike.
bool races(const std::string &tasks, const std::string &preemption = "full")
{
	const bool race = finds_a_race(on_one_cpu(preemption, tasks, "exhaustive"));

	for (const char *strategy : { "dpor", "stateful" }) {
		INFO(strategy);
		CHECK(finds_a_race(on_one_cpu(preemption, tasks, strategy)) == race);
	}
	return race;
}

// `around` and what undoes it.
std::string task(const std::string &name, const std::string &around, const std::string &what,
		 const std::string &first = "")
{
	const auto op = [](const std::string &o) { return R"({ "op": ")" + o + R"(" }, )"; };
	const bool irqs = around == "local_irq";
	const std::string on = irqs ? "local_irq_disable" : "preempt_disable",
			  off = irqs ? "local_irq_enable" : "preempt_enable";

	return '"' + name + R"(": { "cpu": 0, "do": [ )" + first +
	       (around.empty() ? what : op(on) + what + ", " + op(off).erase(op(off).size() - 2)) +
	       " ] }";
}

const std::string add = R"({ "op": "add", "var": "n", "value": 1 })";
const std::string arm = R"({ "op": "mod_timer", "timer": "t", "expires": "jiffies + 1" }, )";

} // namespace

TEST_CASE("a timer's function races with a task of its CPU that leaves interrupts on")
{
	CHECK(races(task("A", "", add, arm)));
	CHECK(races(task("A", "preempt", add, arm)));
	CHECK(!races(task("A", "local_irq", add, arm)));
}

TEST_CASE("what a task does after an interrupt of its CPU is over does not race with that")
{
	CHECK(!races(task("A", "", R"({ "op": "if", "cond": { "d": 0 }, "then": [ )" + add + " ] }",
			  arm + R"({ "op": "timer_delete", "timer": "t", "as": "d" }, )")));
}

TEST_CASE("tasks of one CPU race unless both keep preemption off, or it is")
{
	CHECK(races(task("A", "", add) + ", " + task("B", "", add)));
	CHECK(races(task("A", "preempt", add) + ", " + task("B", "", add)));
	CHECK(!races(task("A", "preempt", add) + ", " + task("B", "preempt", add)));
	CHECK(!races(task("A", "preempt", add) + ", " + task("B", "local_irq", add)));
	for (const char *preemption : { "voluntary", "none" })
		CHECK(!races(task("A", "", add) + ", " + task("B", "", add), preemption));
}
