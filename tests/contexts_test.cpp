// SPDX-License-Identifier: GPL-2.0-only
// What is said where a task sleeps, ends, or waits for a callback in the wrong context.
// Must not know how that is found.
#include "model/lockdep.hpp"
#include "scenarios/reader.hpp"
#include "scenarios/run.hpp"
#include "tests/library_run.hpp"

namespace {

// What is said of a task that does `ops`, in a scenario with some locks and a timer.
std::string said_of(const std::string &ops, sim::finding_kind kind,
		    const std::string &kernel = "6.13", const std::string &faults = "")
{
	scenario::scenario s;
	scenario::diagnostics errors;

	REQUIRE(scenario::read_scenario("t.json", R"({ "name": "t", "kernel": ")" + kernel + R"(",
		"machine": { "cpus": 2 }, "vars": { "l": { "spinlock": true },
		"m": { "mutex": true }, "t": { "timer": { "function": "cb" } } },
		"functions": { "cb": [ { "op": "spin_lock", "lock": "l" },
			{ "op": "spin_unlock", "lock": "l" } ] },
		"faults": [ )" + faults + R"( ],
		"tasks": { "A": { "cpu": 0, "do": [ )" + ops + R"( ] } },
		"expect": { "never": [ "lockdep" ] } })",
					s, errors));
	std::string text;
	for (const scenario::found &f : scenario::run_scenario(s, {}).findings)
		if (f.kind == kind)
			text += f.text;
	return text;
}

TEST_CASE("memory is asked for with GFP_KERNEL only where one may sleep, also in vain")
{
	const auto under_lock = [](const std::string &op) {
		return said_of(R"({ "op": "spin_lock", "lock": "l" }, )" + op +
				       R"(, { "op": "spin_unlock", "lock": "l" })",
			       sim::finding_kind::atomic_sleep, "6.13",
			       R"({ "in": "kmalloc", "when": "always" })");
	};
	const std::string in_vain = "BUG: sleeping function called from invalid context: kmalloc\n"
				    "    preempt_count 1, irqs on, holds l\n"
				    "    by A/101 in kmalloc";

	CHECK(under_lock(R"({ "op": "kmalloc", "size": 8 })") == in_vain);
	CHECK(under_lock(R"({ "op": "kmalloc", "size": 8, "flags": "GFP_ATOMIC" })") == "");
	CHECK(under_lock(R"({ "op": "kthread_create", "threadfn": "cb", "name": "K" })") ==
	      in_vain + " <- __kthread_create_on_node (kernel/kthread.c:436) <- "
			"kthread_create_on_node");
}

TEST_CASE("who ends with a lock held, or where nobody may sleep, is told at once")
{
	const std::string end = "    by A/101 in do_exit";

	CHECK(said_of(R"({ "op": "mutex_lock", "lock": "m" })", sim::finding_kind::lockdep) ==
	      "WARNING: a task ends with locks held: m\n" + end);
	CHECK(said_of(R"({ "op": "spin_lock", "lock": "l" })", sim::finding_kind::atomic_sleep) ==
	      "BUG: a task ends in atomic context: do_exit\n"
	      "    preempt_count 1, irqs on, holds l\n" +
		      end);
	CHECK(said_of(R"({ "op": "local_irq_disable" })", sim::finding_kind::atomic_sleep) ==
	      "BUG: a task ends in atomic context: do_exit\n"
	      "    preempt_count 0, irqs off\n" +
		      end);
	CHECK(said_of(R"({ "op": "preempt_disable" }, { "op": "preempt_enable" })",
		      sim::finding_kind::atomic_sleep) == "");
}

TEST_CASE("a callback is not waited for under a lock that it takes, even where it has run")
{
	const std::string expires = R"({ "op": "mod_timer", "timer": "t",
		"expires": "jiffies + 1" }, { "op": "msleep", "msecs": 20 }, )",
			  lock = R"({ "op": "spin_lock_irq", "lock": "l" })",
			  unlock = R"({ "op": "spin_unlock_irq", "lock": "l" })",
			  wait = R"({ "op": "timer_delete_sync", "timer": "t" })";

	CHECK(said_of(expires + lock + ", " + wait + ", " + unlock, sim::finding_kind::lockdep) ==
	      "WARNING: possible circular locking dependency detected: l -> t -> l\n"
	      "    l -> t: A/101 in timer_delete_sync\n"
	      "    t -> l: irq/0 in spin_lock <- cb");
	CHECK(said_of(expires + lock + ", " + unlock + ", " + wait, sim::finding_kind::lockdep) ==
	      "");
}

TEST_CASE("schedule() looks at preemption only: interrupts are on when it returns")
{
	const auto kind = sim::finding_kind::atomic_sleep;

	CHECK(said_of(R"({ "op": "local_irq_disable" }, { "op": "msleep", "msecs": 5 })", kind) ==
	      "");
	CHECK(said_of(R"({ "op": "preempt_disable" }, { "op": "msleep", "msecs": 5 })", kind)
		      .find("BUG: scheduling while atomic: schedule\n") == 0);
}

TEST_CASE("to arm a timer that is pending killed the kernel before 6.2")
{
	const std::string add = R"({ "op": "add_timer", "timer": "t", "expires": "jiffies + 9" })",
			  twice = add + ", " + add;

	for (const char *kernel : { "2003", "2.6.24", "3.8", "6.1" })
		CHECK(said_of(twice, sim::finding_kind::bug, kernel) ==
		      "kernel BUG in add_timer: the timer is pending\n"
		      "    by A/101 in add_timer");
	CHECK(said_of(twice, sim::finding_kind::warn) ==
	      "WARNING: add_timer: the timer is pending: t\n    by A/101 in add_timer");
}

} // namespace
