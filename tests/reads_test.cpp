// SPDX-License-Identifier: GPL-2.0-only
// What a scenario reads and another may change is read in a step of its own: others come between
// that and what the reader did before. Must not know how a search is done.
#include <doctest/doctest.h>
#include "scenarios/explore.hpp"
#include "tests/library_run.hpp"

namespace {

const char threads[] = R"("functions": { "f": [
    { "op": "while", "cond": { "not": "kthread_should_stop" }, "do": [
      { "op": "set_current_state", "state": "TASK_INTERRUPTIBLE" },
      { "op": "if", "cond": { "not": "kthread_should_stop" }, "then": [ { "op": "schedule" } ] },
      { "op": "__set_current_state", "state": "TASK_RUNNING" } ] } ] },)";
const std::string kept = R"(, { "op": "get_task_struct", "t": "k" })";
const char works[] = R"("works": { "w": { "do": [] } },)";
const std::string starts = R"({ "op": "kthread_run", "threadfn": "f", "name": "K", "as": "k" })";
const std::string stops = R"({ "op": "kthread_stop", "k": "k" })";
const std::string worker =
	R"({ "op": "kthread_create_worker", "flags": 0, "name": "W", "as": "wk" })";

struct read_case {
	std::string name, others, setup, reads, changes, seen;
};

// B changes something only once A has set y, just before it reads.
std::string scenario_of(const read_case &c, const std::string &strategy)
{
	const std::string setup = c.setup.empty() ? "" : R"("setup": [)" + c.setup + "],";

	return R"({ "name": "reads", "question": "?", "kernel": "6.13", "machine": { "cpus": 2 },
  "vars": { "y": 0 }, )" +
	       c.others + setup + R"(
  "tasks": {
    "A": { "cpu": 0, "do": [ { "op": "set", "var": "y", "value": 1 },)" +
	       c.reads + R"( ] },
    "B": { "cpu": 0, "do": [ { "op": "set", "value": "y", "as": "s" },
      { "op": "if", "cond": { "eq": ["s", 1] }, "then": [)" +
	       c.changes + R"( ] } ] } },
  "explore": { "strategy": ")" +
	       strategy + R"(" }, "expect": { "sometimes": [)" + c.seen + "] } }";
}

std::string set_to(const std::string &what)
{
	return R"({ "op": "set", "as": "c", "value": ")" + what + R"(" })";
}

} // namespace

TEST_CASE("what is read and may change meanwhile has both values, whatever was done just before")
{
	const read_case cases[] = {
		{ "runs of a work", works, worker, set_to("w.runs"),
		  R"({ "op": "kthread_queue_work", "worker": "wk", "work": "w" })",
		  R"({ "A.c": 0 }, { "A.c": 1 })" },
		{ "whether it has exited", threads,
		  starts + kept,
		  set_to("k.exited"), stops,
		  R"({ "A.c": false }, { "A.c": true })" },
		{ "priority", threads, starts, set_to("k.prio"),
		  R"({ "op": "sched_setscheduler", "p": "k", "policy": "SCHED_FIFO",
		       "priority": 5 })",
		  R"({ "A.c": 120 }, { "A.c": 94 })" },
		{ "who has a name", threads, "", set_to("K.pid"), starts,
		  R"({ "A.c": 0 }, { "A.c": 103 })" },
		{ "number of what may be freed", threads, starts, set_to("k.pid"), stops,
		  R"("use_after_free", { "A.c": 104 })" },
		{ "data of what may be freed", threads, starts,
		  R"({ "op": "kthread_data", "task": "k", "as": "c" })", stops,
		  R"("use_after_free", { "A.c": 0 })" },
		{ "what memory has become", works,
		  worker + R"(, { "op": "kmalloc", "size": "struct kthread_work", "as": "m" })",
		  R"({ "op": "kthread_queue_work", "worker": "wk", "work": "m", "as": "c" })",
		  R"({ "op": "kthread_init_work", "work": "m", "fn": "w" })",
		  R"({ "A.c": true })" },
	};

	for (const read_case &c : cases)
		for (const char *strategy : { "stateful", "dpor" }) {
			const scenario::scenario s = library::parse(scenario_of(c, strategy));
			const sim::explore_plan plan = scenario::plan_of(s, s.explore);
			const scenario::explore_result r = conclude(
				s, plan, search(s, plan, {}, nullptr, scenario::until::the_end));

			INFO(c.name << ", " << strategy);
			for (const scenario::observation &o : r.observations) {
				CAPTURE(o.text);
				CHECK(o.yes > 0);
			}
		}
}

TEST_CASE("the CPU of a task that can be moved is read in a step of its own")
{
	for (const char *strategy : { "stateful", "dpor" }) {
		const scenario::scenario s = library::parse(R"({ "name": "moved", "question": "?",
  "kernel": "6.13", "machine": { "cpus": 2 }, "tasks": {
    "A": { "do": [ { "op": "cpu_time", "time": "10us" },
      { "op": "smp_processor_id", "as": "c" } ] },
    "B": { "cpu": 0, "do": [
      { "op": "set_cpus_allowed_ptr", "p": "A", "new_mask": [0] } ] } },
  "explore": { "strategy": ")" + std::string(strategy) +
							    R"(" },
  "expect": { "sometimes": [ { "A.c": 0 }, { "A.c": 1 } ] } })");
		const sim::explore_plan plan = scenario::plan_of(s, s.explore);
		const scenario::explore_result r =
			conclude(s, plan, search(s, plan, {}, nullptr, scenario::until::the_end));

		for (const scenario::observation &o : r.observations) {
			CAPTURE(o.text);
			CHECK(o.yes > 0);
		}
	}
}

TEST_CASE("what the setup stores may not be there yet when a thread or a work looks for it")
{
	const std::string uses = R"({ "op": "wake_up_process", "p": "k" })";
	const std::string queues =
		R"({ "op": "kthread_queue_work", "worker": "wk", "work": "w" })";
	const std::string of_a_work = R"("works": { "w": { "do": [)" + uses + "] } },";
	const std::string from_a_thread =
		R"("functions": { "f": [)" + uses + "] },";
	const std::string from_a_work = R"("functions": { "g": [] }, )" + of_a_work;
	const std::string runs_g =
		R"(, { "op": "kthread_run", "threadfn": "g", "name": "G", "as": "k" })";
	const std::string usual = "bad_access: wake_up_process\neverything finished\n";
	const struct {
		std::string others, setup, ends;
	} cases[] = {
		{ from_a_thread, starts, usual },
		{ from_a_work, worker + "," + queues + runs_g,
		  usual + "use_after_free: try_to_wake_up\n" }, // of G, which has ended
	};

	for (const std::string kernel : { "4.9", "6.13" })
		for (const auto &c : cases)
			for (const std::string strategy : { "stateful", "dpor" }) {
				const scenario::explore_result r = library::explored(library::parse(
					R"({ "name": "early", "question": "?", "kernel": ")" +
					kernel + R"(", "machine": { "cpus": 2 },)" + c.others +
					R"("setup": [)" + c.setup +
					R"(], "tasks": { "T": { "do": [] } },
					"explore": { "strategy": ")" + strategy +
					R"(" }, "expect": { "sometimes": [ "warn" ] } })"));
				std::string lines;

				for (const scenario::explored_outcome &o : r.outcomes)
					lines += o.line + "\n";
				INFO(kernel << " " << strategy << " " << c.setup);
				CHECK(r.wrong == "");
				CHECK(lines == c.ends);
			}
}
