// SPDX-License-Identifier: GPL-2.0-only
// What the checkers say: the words of findings, and what they are silent about.
// Must not know how they find it.
#include "model/lockdep.hpp"
#include "model/races.hpp"
#include "scenarios/explore.hpp"
#include "scenarios/program.hpp"
#include "scenarios/reader.hpp"
#include "sim/strategies.hpp"
#include "tests/library_run.hpp"

namespace {

using library::explored;

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
	      "    allocated by setup/101 in kmalloc\n"
	      "    freed by one/102 in kfree");
	CHECK(said("stop/stop-after-free", sim::finding_kind::use_after_free) ==
	      "BUG: KASAN: use-after-free in kthread_stop\n"
	      "    use of task by main/101 in kthread_stop\n"
	      "    allocated by kthreadd/2 in dup_task_struct <- copy_process <- kernel_clone <- "
	      "create_kthread (kernel/kthread.c:412) <- kthreadd\n"
	      "    freed by irq/1 in free_task");
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

TEST_CASE("who spins for ever is in a deadlock, also if all tasks have ended")
{
	CHECK(said("checkers/spins-for-ever", sim::finding_kind::deadlock) ==
	      "deadlock:\n"
	      "    K (pid 102, state R) in spins <- kthread\n"
	      "        waits for lock a, which K/102 holds\n"
	      "    K/102 spins in spin_lock on lock a, which K/102 holds\n"
	      "    cycle: K/102 waits for lock a, which K/102 holds");
}

TEST_CASE("a lock that a thread took along when it exited is waited for in vain, and is told so")
{
	const scenario::scenario s = library::parse(R"({ "name": "t", "kernel": "6.13",
		"machine": { "cpus": 2 }, "vars": { "m": { "mutex": true } },
		"functions": { "g": [ { "op": "mutex_lock", "lock": "m" } ] },
		"tasks": { "A": { "do": [
			{ "op": "kthread_run", "threadfn": "g", "name": "G", "as": "g" },
			{ "op": "msleep", "msecs": 20 },
			{ "op": "mutex_lock", "lock": "m" } ] } },
		"expect": { "always": [ "deadlock" ] } })");
	CHECK(only(scenario::run_scenario(s, {}), sim::finding_kind::deadlock) ==
	      "deadlock:\n"
	      "    A (pid 101, state D) in schedule <- mutex_lock\n"
	      "        waits for mutex m, which a task that has exited holds");
}

TEST_CASE("who waits for a condition is told with the queue through which he would be woken")
{
	const scenario::scenario s = library::parse(R"({ "name": "t", "kernel": "6.13",
		"machine": { "cpus": 1 }, "vars": { "q": { "waitqueue": true }, "x": 0 },
		"tasks": { "A": { "do": [
			{ "op": "wait_event", "wq_head": "q", "condition": "x" } ] } },
		"expect": { "always": [ "deadlock" ] } })");

	CHECK(only(scenario::run_scenario(s, {}), sim::finding_kind::deadlock) ==
	      "deadlock:\n"
	      "    A (pid 101, state D) in schedule\n"
	      "        waits for a wakeup through q");
}

TEST_CASE("who holds a worker's lock when it is freed uses freed memory, and breaks no rule of it")
{
	const scenario::explore_result r =
		library::explored(library::parse(R"({ "name": "early", "question": "?",
  "kernel": "6.13", "machine": { "cpus": 2 }, "works": { "w": { "delayed": true, "do": [] } },
  "setup": [ { "op": "kthread_create_worker", "flags": 0, "name": "W", "as": "wk" },
    { "op": "kthread_queue_delayed_work", "worker": "wk", "dwork": "w", "delay": 1 } ],
  "tasks": { "A": { "do": [ { "op": "kthread_destroy_worker", "worker": "wk" } ] } },
  "explore": { "strategy": "stateful" },
  "expect": { "sometimes": [ "use_after_free" ], "never": [ "bug" ] } })"));

	for (const scenario::observation &o : r.observations)
		if (o.text == "bug" || o.text == "use_after_free")
			CHECK((o.yes > 0) == (o.text != "bug"));
}

TEST_CASE("a timer that is armed and shut down while its callback runs expires with a warning")
{
	const scenario::explore_result r =
		library::explored(library::parse(R"({ "name": "shut", "question": "?",
  "kernel": "6.13", "machine": { "cpus": 2 }, "vars": { "t": { "timer": { "function": "f" } } },
  "functions": { "f": [] },
  "tasks": {
    "A": { "do": [ { "op": "mod_timer", "timer": "t", "expires": "jiffies + 1" },
      { "op": "timer_shutdown_sync", "timer": "t" } ] },
    "B": { "do": [ { "op": "timer_reduce", "timer": "t", "expires": "jiffies + 1" } ] } },
  "explore": { "strategy": "dpor" },
  "expect": { "sometimes": [ "warn" ] } })"));

	CHECK(r.outcomes.size() == 2);
}

TEST_CASE("a warning shows the line, the object and who called")
{
	CHECK(said("park/park-parked", sim::finding_kind::warn) ==
	      "WARNING: at kernel/kthread.c:662 kthread_park: the thread is being parked already: "
	      "K\n"
	      "    by main/101 in kthread_park");
}

TEST_CASE("a completion that is consumed twice shows who took the count and who waits")
{
	const auto kind = sim::finding_kind::consumed_twice;

	CHECK(said("stop/stop-twice", kind) ==
	      "completion K.exited is consumed twice\n"
	      "    A/102 took its last count\n"
	      "    B (pid 103, state D) in schedule <- wait_for_completion <- kthread_stop "
	      "(kernel/kthread.c:712) <- "
	      "kthread_stop_put\n"
	      "        waits for another, and nobody completes it again");
	CHECK(said("checkers/completed-once-for-two", kind).find("completion done is consumed") ==
	      0);
	// Nobody asks about this one, and a count taken away by a rival may be meant.
	CHECK(said("lessons/completion-taken-by-another", kind) == "");
	// A park that never comes is no count that another took.
	CHECK(said("park/park-against-exit", kind) == "");
}

TEST_CASE("a thread function that runs twice is told of those that a term names")
{
	scenario::scenario s = library::read("checkers/started-twice.json");
	scenario::term &t = s.expect.always[0];
	const auto twice = [&s] {
		return only(scenario::run_scenario(s, {}), sim::finding_kind::runs_twice);
	};

	CHECK(twice() == "threadfn sampler runs twice\n"
			 "    S2/104 begins it\n"
			 "    S1/103 has not left it yet");
	t.function = "";
	CHECK(twice() != "");
	t.function = "another";
	CHECK(twice() == "");
	s.expect = {};
	CHECK(twice() == "");
}

TEST_CASE("a hung task is told as khungtaskd does, with its calls and what it waits for")
{
	CHECK(said("checkers/hung-task", sim::finding_kind::hung) ==
	      "INFO: task patient:101 blocked for more than 120 seconds.\n"
	      "    patient (pid 101, state D) in schedule <- wait_for_completion\n"
	      "        waits for completion done");
}

TEST_CASE("who sleeps in atomic context is told with the locks that it holds")
{
	CHECK(said("checkers/sleeps-under-a-lock", sim::finding_kind::atomic_sleep) ==
	      "BUG: sleeping function called from invalid context: mutex_lock\n"
	      "    preempt_count 1, irqs on, holds spin\n"
	      "    by main/101 in mutex_lock");
}

TEST_CASE("a work that is lost shows its worker, one that is canceled who did it")
{
	CHECK(said("checkers/work-lost", sim::finding_kind::work_lost) ==
	      "work late is lost: it is queued, and no thread serves worker");
	CHECK(said("checkers/canceled-but-queued", sim::finding_kind::runs_after_cancel) ==
	      "work w is executed, though it was canceled by kthread_cancel_delayed_work_sync\n"
	      "    by K/105 in kthread_worker_fn <- kthread");
}

// Each row of the table is two functions, so that another race on the same field is a finding.
TEST_CASE("known races are pairs of functions, and few enough to be bits of a word")
{
	CHECK(kernel::known_races().size() <= 64);
	for (const kernel::known_race &r : kernel::known_races()) {
		CHECK(r.first != nullptr);
		CHECK(r.second != nullptr);
	}
}

TEST_CASE("a wakeup between the last look and the sleep is named as lost, others are not")
{
	const auto kind = sim::finding_kind::deadlock;

	CHECK(said("stop/lost-stop-by-hand", kind)
		      .find("lost wakeup: controller/101 in "
			    "kthread_stop found K/102 awake") != std::string::npos);
	CHECK(said("worker/destroys-its-worker", kind).find("lost wakeup") == std::string::npos);
}

// Three whose mistake shows in more ways than they ask about when one looks closer.
bool is_doubly_wrong(const scenario::scenario &s)
{
	return s.name == "delete-under-its-lock" || s.name == "two-threads" ||
	       s.name == "timer-waits-for-itself";
}

TEST_CASE("no scenario has a race or an order of locks that it does not expect")
{
	for (const std::string &file : library::files())
		for (const scenario::scenario &s : library::with_variants(file)) {
			CAPTURE(s.name);
			const scenario::run_result r = scenario::run_scenario(
				s, { .check = sim::checking::execution });
			const bool as_asked = r.expected || library::is_endless(s, r);
			CHECK(as_asked == !is_doubly_wrong(s));
		}
}

TEST_CASE("a search finds a circle of locks that no single execution has")
{
	scenario::scenario s = library::read("lessons/two-mutexes.json");

	s.schedule = {};
	const scenario::explore_result r = explored(s);
	REQUIRE(r.together.size() == 1);
	CHECK(r.together[0].brief == "lockdep: a -> b -> a");
	CHECK(r.together[0].shown_at_once); // one after the other
}

// Two tasks that take two locks, each in its order.
scenario::scenario in_opposite_order(const std::string &how)
{
	return library::parse(R"({ "name": "opposite", "kernel": "6.13", "machine": { "cpus": 2 },
		"vars": { "a": { "mutex": true }, "b": { "mutex": true } },
		"tasks": {
		"A": { "cpu": 0, "do": [
			{ "op": "mutex_lock", "lock": "a" },
			{ "op": "mutex_lock", "lock": "b" },
			{ "op": "mutex_unlock", "lock": "b" },
			{ "op": "mutex_unlock", "lock": "a" } ] },
		"B": { "cpu": 1, "do": [
			{ "op": "mutex_lock", "lock": "b" },
			{ "op": "mutex_lock", "lock": "a" },
			{ "op": "mutex_unlock", "lock": "a" },
			{ "op": "mutex_unlock", "lock": "b" } ] } },
		)" + how + R"(, "expect": { "sometimes": [ "deadlock", "lockdep" ] } })");
}

TEST_CASE("a circle of locks is one, whichever of them is taken first")
{
	const scenario::explore_result r =
		explored(in_opposite_order(R"("explore": { "strategy": "exhaustive" })"));

	REQUIRE(r.outcomes.size() == 2);
	for (const scenario::explored_outcome &e : r.outcomes)
		CHECK(e.line.ends_with("lockdep: a -> b -> a"));
}

TEST_CASE("what is told of executions together keeps no deadlock from being written as steps")
{
	const scenario::explore_result r =
		explored(in_opposite_order(R"("explore": { "strategy": "stateful" })"));

	CHECK(r.together.size() == 1);
	REQUIRE(r.observations.size() == 2);
	REQUIRE(r.observations[0].witness != scenario::no_index);
	const std::string &steps = r.outcomes[r.observations[0].witness].by_hand;
	REQUIRE(steps != "");
	const scenario::run_result by_hand =
		scenario::run_scenario(in_opposite_order("\"schedule\": " + steps), {});
	CHECK(by_hand.schedule_error == "");
	CHECK(by_hand.how == sim::ending::deadlock);
}

TEST_CASE("what is told of executions together is observed also where it is not judged")
{
	const scenario::explore_result r =
		explored(in_opposite_order(R"("schedule": [ { "run": "A" } ])"));

	REQUIRE(r.observations.size() == 2);
	CHECK(r.observations[1].text == "lockdep");
	CHECK(r.observations[1].verdict == scenario::judgement::not_judged);
	CHECK(r.observations[1].together);
}

// Who comes first tells the other to take the other way.
TEST_CASE("each order of locks that only several executions show together has a schedule")
{
	const scenario::scenario s = library::parse(R"({
  "name": "who-comes-first", "question": "Is a deadlock near?", "kernel": "6.13",
  "machine": { "cpus": 2 },
  "vars": { "a": { "mutex": true }, "b": { "mutex": true }, "first": { "mutex": true } },
  "tasks": {
    "one": { "do": [
      { "op": "mutex_trylock", "lock": "first", "as": "am_first" },
      { "op": "if", "cond": { "eq": [ "am_first", 1 ] }, "then": [
        { "op": "mutex_lock", "lock": "a" }, { "op": "mutex_lock", "lock": "b" },
        { "op": "mutex_unlock", "lock": "b" }, { "op": "mutex_unlock", "lock": "a" } ] } ] },
    "two": { "do": [
      { "op": "mutex_trylock", "lock": "first", "as": "am_first" },
      { "op": "if", "cond": { "eq": [ "am_first", 1 ] }, "then": [
        { "op": "mutex_lock", "lock": "b" }, { "op": "mutex_lock", "lock": "a" },
        { "op": "mutex_unlock", "lock": "a" }, { "op": "mutex_unlock", "lock": "b" } ] } ] }
  },
  "expect": { "never": [ "lockdep", "deadlock" ] } })");
	const scenario::explore_result r = explored(s);

	REQUIRE(r.together.size() == 1);
	const scenario::found &f = r.together[0];
	CHECK(f.parts.size() == 2);
	CHECK(!f.shown_at_once);
	REQUIRE(f.shown_by.size() == 2);
	REQUIRE(f.shown_by[0]);
	REQUIRE(f.shown_by[1]);
	CHECK(f.shown_by[0]->deviations.size() + f.shown_by[1]->deviations.size() == 1);
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
