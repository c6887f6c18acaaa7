// SPDX-License-Identifier: GPL-2.0-only
// Tests of scenarios/written_schedule.hpp and turning_point.hpp: what searches of the library find,
// written as steps, comes about again, and is told by the choice it hangs on.
// Must not know how a search is done or printed.
#include "scenarios/written_schedule.hpp"
#include <doctest/doctest.h>
#include <regex>
#include "scenarios/explore.hpp"
#include "tests/library_run.hpp"

namespace {

scenario::explore_result drawn(const scenario::scenario &s)
{
	sim::explore_plan plan;

	plan.strategy = "portfolio";
	plan.executions = 1000;
	return conclude(s, plan, search(s, plan, {}, nullptr, scenario::until::the_end));
}

std::string with_schedule(const std::string &text, const std::string &steps)
{
	static const std::regex explore("\"explore\": \\{[^}]*\\}");

	return std::regex_replace(text, explore, "\"schedule\": " + steps,
				  std::regex_constants::format_first_only);
}

struct written {
	unsigned good = 0, none = 0;
};

written check_all_of(const std::string &file)
{
	const std::string text = library::text_of(library::root + "/scenarios/" + file);
	const scenario::explore_result r = drawn(library::parse(text, file));
	written n;

	for (const scenario::explored_outcome &e : r.outcomes) {
		if (e.turning_point.empty() && e.by_hand.empty())
			continue;
		n.none += e.by_hand.empty();
		if (e.by_hand.empty())
			continue;
		n.good++;
		INFO(file << ": " << e.by_hand);
		const scenario::scenario by_hand = library::parse(with_schedule(text, e.by_hand));
		const scenario::run_result run = scenario::run_scenario(by_hand, {});
		CHECK(run.schedule_error == "");
		CHECK(identity_of(run) == identity_of(e.end));
	}
	return n;
}

// Of the outcome that has this finding.
const scenario::explored_outcome &outcome_with(const scenario::explore_result &r,
					       const std::string &brief)
{
	for (const scenario::explored_outcome &e : r.outcomes)
		for (const scenario::found &f : e.end.findings)
			if (f.brief == brief)
				return e;
	FAIL("nobody found " << brief);
	abort();
}

} // namespace

// What is decided by interrupts, or by what the kernel's own threads do, cannot always be written.
TEST_CASE("what searches of the known bugs find comes about again by the steps that they write")
{
	written all;

	for (const std::string &file : library::files())
		if (file.starts_with("bugs/")) {
			const written n = check_all_of(file);

			all.good += n.good;
			all.none += n.none;
		}
	CHECK(all.good >= 36);
	CHECK(all.none <= 4);
}

TEST_CASE("a thread without a name of its own is run by its pid")
{
	const scenario::explore_result r = drawn(library::read("bugs/exec-while-looked-at.json"));
	const scenario::explored_outcome &e = outcome_with(r, "use_after_free: kthread_is_per_cpu");

	CHECK(e.by_hand == "{ \"without_time\": [\n"
			   "  { \"run\": \"main\", \"until\": { \"before\": "
			   "\"kthread_is_per_cpu\", \"step\": 3 } },\n"
			   "  { \"run\": 102, \"until\": \"blocked\" }\n"
			   "] }");
}

TEST_CASE("an outcome hangs on its last deviation: who went on, and what it comes to else")
{
	const scenario::explore_result r = drawn(library::read("bugs/exec-while-looked-at.json"));
	const scenario::explored_outcome &e = outcome_with(r, "use_after_free: kthread_is_per_cpu");

	CHECK(e.turning_point ==
	      "step 6 by main/102 [helper > kernel_execve > mm_release: lock main.alloc_lock]\n"
	      "  if main/101 [kthread_is_per_cpu: test_bit main.flags (kthread.c:611)] "
	      "goes on there instead: main.answer=false");
}

TEST_CASE("where natural order comes to it nothing decides it")
{
	const scenario::explore_result r = drawn(library::read("checkers/never-freed.json"));

	REQUIRE(r.outcomes.size() == 1);
	CHECK(r.outcomes[0].turning_point == "");
	CHECK(r.outcomes[0].by_hand == "[]");
}
