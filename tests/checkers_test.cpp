// SPDX-License-Identifier: GPL-2.0-only
// What the checkers say: the words of findings, and what they are silent about.
// Must not know how they find it.
#include "model/lockdep.hpp"
#include "scenarios/explore.hpp"
#include "scenarios/program.hpp"
#include "sim/strategies.hpp"
#include "tests/library_run.hpp"

namespace {

// The text of the only finding of this kind that is not a known race.
std::string only(const scenario::run_result &r, sim::finding_kind kind)
{
	std::string text;

	for (const scenario::found &f : r.findings)
		if (f.kind == kind && !f.known) {
			CHECK(text == "");
			text = f.text;
		}
	return text;
}

std::string said(const std::string &file, sim::finding_kind kind)
{
	return only(scenario::run_scenario(library::read(file + ".json"), {}), kind);
}

TEST_CASE("a data race shows both accesses, who did them and from where they were called")
{
	CHECK(said("checkers/starting-orders", sim::finding_kind::race) ==
	      "BUG: KCSAN: data-race in other / reads_since on since\n"
	      "    write to since by other/102 in other\n"
	      "    read of since by L/104 in reads_since <- kthread");
}

TEST_CASE("a circle of locks shows where each was taken")
{
	CHECK(said("checkers/lock-order", sim::finding_kind::lockdep) ==
	      "WARNING: possible circular locking dependency detected: b -> c -> b\n"
	      "    b -> c: second/102 in spin_lock\n"
	      "    c -> b: third/103 in spin_lock");
}

TEST_CASE("a lock that is not safe from a timer shows both uses")
{
	CHECK(said("checkers/lock-taken-in-a-timer", sim::finding_kind::lockdep) ==
	      "WARNING: inconsistent lock state: {IN-SOFTIRQ-W} and {SOFTIRQ-ON-W} usage of "
	      "unsafe\n"
	      "    in the interrupt: irq/0 in spin_lock <- fires\n"
	      "    with interrupts on: main/101 in spin_lock");
}

TEST_CASE("freed memory shows who allocated and who freed it")
{
	CHECK(said("checkers/freed-twice", sim::finding_kind::double_free) ==
	      "BUG: KASAN: double-free in kfree\n"
	      "    kfree of memory by two/103 in kfree\n"
	      "    allocated in kmalloc, freed in kfree");
	CHECK(said("stop/stop-after-free", sim::finding_kind::use_after_free) ==
	      "BUG: KASAN: use-after-free in kthread_stop\n"
	      "    use of task by main/101 in kthread_stop\n"
	      "    allocated in dup_task_struct, freed in free_task");
}

TEST_CASE("a deadlock shows who waits for what, and the cycle")
{
	CHECK(said("lessons/two-mutexes", sim::finding_kind::deadlock) ==
	      "deadlock:\n"
	      "    one (pid 101, state D) in schedule <- mutex_lock\n"
	      "        waits for mutex b, which two/102 holds\n"
	      "    two (pid 102, state D) in schedule <- mutex_lock\n"
	      "        waits for mutex a, which one/101 holds\n"
	      "    cycle: one/101 waits for mutex b, which two/102 holds; two/102 waits for mutex "
	      "a, "
	      "which one/101 holds");
}

TEST_CASE("a wakeup between the last look and the sleep is named as lost, others are not")
{
	const auto kind = sim::finding_kind::deadlock;

	CHECK(said("stop/lost-stop-by-hand", kind)
		      .find("lost wakeup: controller/101 in "
			    "kthread_stop found K/102 awake") != std::string::npos);
	CHECK(said("worker/destroys-its-worker", kind).find("lost wakeup") == std::string::npos);
}

// Two whose mistake shows in more ways than they ask about when one looks closer.
bool is_doubly_wrong(const scenario::scenario &s)
{
	return s.name == "delete-under-its-lock" || s.name == "two-threads";
}

TEST_CASE("no scenario has a race or an order of locks that it does not expect")
{
	for (const std::string &file : library::files())
		for (const scenario::scenario &s : library::with_variants(file)) {
			CAPTURE(s.name);
			CHECK(scenario::run_scenario(s, { .check = sim::checking::execution })
				      .expected == !is_doubly_wrong(s));
		}
}

TEST_CASE("a search finds a circle of locks that no single execution has")
{
	scenario::scenario s = library::read("lessons/two-mutexes.json");

	s.schedule = {};
	const sim::explore_plan plan = scenario::plan_of(s.explore);
	const scenario::explore_result r = conclude(s, plan, search(s, plan, {}, nullptr));
	REQUIRE(r.together.size() == 1);
	CHECK(r.together[0].brief == "lockdep: a -> b -> a");
}

TEST_CASE("orders of locks of several executions are merged")
{
	const scenario::scenario s = library::read("checkers/lock-order.json");
	scenario::program p(s);
	sim::natural_strategy natural;
	sim::machine_config config = scenario::machine_config_of(s);
	kernel::lock_graph all;

	config.check = sim::checking::execution;
	sim::machine m(config, natural);
	m.set_hooks(&kernel::hooks());
	m.start(p);
	m.run(20); // only the first two are in time
	all.merge(p.lock_orders());
	CHECK(all.reports().empty());
	m.start(p);
	m.run();
	all.merge(p.lock_orders());
	all.merge(p.lock_orders());
	CHECK(all.reports().size() == 1);
}

} // namespace
