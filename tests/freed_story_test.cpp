// SPDX-License-Identifier: GPL-2.0-only
// Tests of scenarios/freed_story.hpp: who freed what another used, in schedules by hand.
// Must not know how a schedule is searched for.
#include "scenarios/freed_story.hpp"
#include <doctest/doctest.h>
#include "scenarios/story.hpp"
#include "tests/library_run.hpp"

namespace {

using library::parse;
using library::read;

// All that is told.
std::string sentence(const std::vector<std::string> &story)
{
	CHECK(story.size() <= 1);
	return story.empty() ? "" : story[0];
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
