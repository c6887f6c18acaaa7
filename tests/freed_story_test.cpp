// SPDX-License-Identifier: GPL-2.0-only
// Tests of scenarios/freed_story.hpp: who freed what another used, and where that one was.
// Must not know how a search is done or printed.
#include "scenarios/freed_story.hpp"
#include <doctest/doctest.h>
#include "scenarios/story.hpp"
#include "tests/library_run.hpp"

namespace {

using library::explored;
using library::parse;
using library::read;

// All that is told.
std::string sentence(const std::vector<std::string> &story)
{
	CHECK(story.size() <= 1);
	return story.empty() ? "" : story[0];
}

// Of the shortest way to what that finding is called, in words.
std::string why(const scenario::scenario &s, const std::string &finding)
{
	const scenario::explore_result r = explored(s);

	for (const scenario::observation &o : r.observations)
		if (o.text == finding && o.witness != scenario::no_index)
			return sentence(r.outcomes[o.witness].story);
	FAIL("nobody found " << finding);
	return "";
}

// Two tasks, what comes before them, and who goes when.
std::string why_by_hand(const std::string &setup, const std::string &one, const std::string &two,
			const std::string &steps)
{
	const scenario::scenario s = parse(R"({ "name": "freed", "kernel": "6.13",
		"machine": { "cpus": 2 }, "works": { "w": { "do": [] } },
		"setup": [ )" + setup + R"( ],
		"tasks": { "one": { "cpu": 0, "do": [ )" +
					   one + R"( ] },
			   "two": { "cpu": 1, "do": [ )" +
					   two + R"( ] } },
		"schedule": { "without_time": [ )" +
					   steps + " ] } }");

	return sentence(story_of(s, run_scenario(s, {}).schedule));
}

const std::string make_memory = R"({ "op": "kmalloc", "size": "struct kthread_work", "as": "m" })";
const std::string init_work = R"({ "op": "kthread_init_work", "work": "m", "fn": "w" })";
const std::string free_memory = R"({ "op": "kfree", "objp": "m" })";
const std::string one_first = R"({ "run": "one" }, { "run": "two" })";

} // namespace

TEST_CASE("who was in a call when another freed what it uses is told to have been there")
{
	CHECK(why(read("bugs/exec-while-looked-at.json"), "use_after_free") ==
	      "main/102 freed the struct kthread in free_kthread_struct at step 8, while "
	      "main/101 was in kthread_is_per_cpu, which used it at step 11");
}

TEST_CASE("who came to what had been freed, or goes on all its life, has used it then")
{
	CHECK(why(read("bugs/destroyed-before-its-timer.json"),
		  "use_after_free: kthread_delayed_work_timer_fn") ==
	      "main/101 freed the worker in kthread_destroy_worker at step 188; then irq/0 "
	      "used it in kthread_delayed_work_timer_fn at step 204");
	CHECK(why(read("bugs/flush-work-on-a-stack.json"), "use_after_free: kthread_worker_fn") ==
	      "main/102 freed the flush work in kthread_flush_worker at step 116; then "
	      "K/103 used it in kthread_worker_fn at step 117");
}

TEST_CASE("a call is in the middle of what was freed, the next of the same name is not")
{
	const std::string setup = make_memory + ", " + init_work;
	const std::string calls =
		R"({ "op": "kthread_cancel_work_sync", "work": "m", "at": "first" },
		   { "op": "kthread_cancel_work_sync", "work": "m" })";
	const auto freed_when_one_is = [&](const std::string &where) {
		return why_by_hand(setup, calls, free_memory,
				   R"({ "run": "one", "until": { )" + where +
					   R"( } }, { "run": "two" }, { "run": "one" })");
	};

	CHECK(freed_when_one_is(R"("before": "__kthread_cancel_work_sync")") ==
	      "two/103 freed the work in kfree at step 8, while one/102 was in "
	      "kthread_cancel_work_sync, which used it at step 9");
	CHECK(freed_when_one_is(R"("after": "first")") ==
	      "two/103 freed the work in kfree at step 10; then one/102 used it in "
	      "kthread_cancel_work_sync at step 12");
}

TEST_CASE("who uses what he has freed himself is told to")
{
	CHECK(why(read("bugs/clone-inherits-the-struct.json"), "use_after_free") ==
	      "P/102 freed the struct kthread in free_kthread_struct at step 31, and then "
	      "used it in kthread_should_stop at step 33");
}

TEST_CASE("an RCU callback that frees has no name")
{
	CHECK(why(read("2003/answer-taken-for-an-order.json"), "use_after_free: try_to_wake_up") ==
	      "an RCU callback freed the task in free_task at step 356; then K/102 used it "
	      "in ktm_send at step 363");
}

TEST_CASE("what is freed before all tasks begin is freed by the setup")
{
	const std::string setup = make_memory + ", " + free_memory;

	CHECK(why_by_hand(setup, init_work, "", one_first) ==
	      "setup/101 freed the memory in kfree at step 2; then one/102 used it in "
	      "kthread_init_work at step 6");
}

TEST_CASE("memory that is freed twice is freed again, by another or by the same")
{
	CHECK(why_by_hand(make_memory, free_memory, free_memory, one_first) ==
	      "one/102 freed the memory in kfree at step 5; then two/103 freed it again in kfree "
	      "at step 7");
	CHECK(why_by_hand(make_memory, free_memory + ", " + free_memory, "", one_first) ==
	      "one/102 freed the memory in kfree at step 5, and then freed it again in kfree at "
	      "step 6");
}

TEST_CASE("nothing is told where nobody used what was freed, or only put it once too often")
{
	const scenario::scenario put_too_often = read("stop/put-once-too-often.json");

	CHECK(why_by_hand(make_memory + ", " + init_work, "", free_memory, one_first) == "");
	CHECK(story_of(put_too_often, run_scenario(put_too_often, {}).schedule).empty());
}
