// SPDX-License-Identifier: GPL-2.0-only
// Tests of scenarios/freed_story.hpp: who freed what another used, in the shortest
// schedules that a search finds.
// Must not know how a search is done or printed.
#include "scenarios/freed_story.hpp"
#include <doctest/doctest.h>
#include "scenarios/story.hpp"
#include "tests/library_run.hpp"

namespace {

using library::explored;
using library::read;

// Of the shortest way to what that finding is called, in words.
std::string why(const scenario::scenario &s, const std::string &finding)
{
	const scenario::explore_result r = explored(s);

	for (const scenario::observation &o : r.observations)
		if (o.text == finding && o.witness != scenario::no_index) {
			const std::vector<std::string> &story = r.outcomes[o.witness].story;

			CHECK(story.size() <= 1);
			return story.empty() ? "" : story[0];
		}
	FAIL("nobody found " << finding);
	return "";
}

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
