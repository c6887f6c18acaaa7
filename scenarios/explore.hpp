// SPDX-License-Identifier: GPL-2.0-only
// Searches all that a scenario can come to, and judges what it expects of every execution.
// Must not know JSON or how results are printed.
#pragma once

#include <functional>
#include <string>
#include <vector>
#include "scenarios/run.hpp"
#include "sim/explore.hpp"

namespace scenario {

// What a search met.
struct explored : sim::explore_result {
	// What no execution needs to show alone: orders of locks that make a cycle together.
	// Only of a stateful search.
	std::vector<struct found> together;
	// How many executions had ended when all that is expected had been seen; 0: it was not, or
	// nobody asked.
	uint64_t decided_after = 0;
};

struct explored_outcome {
	std::string line;	// see line_of()
	uint64_t executions;	// NEVER: endless, too many to count, or not all were met
	sim::schedule shortest; // has been replayed, and came to this
	outcome end;
	// Where it shows something that was asked or that nobody expected:
	std::vector<std::string> story; // why it came to that: see story.hpp
	std::string turning_point;	// see turning_point.hpp
	std::string by_hand;		// the way as steps: see written_schedule.hpp
};

// A term, or a finding that no term names, over all outcomes.
struct observation {
	const char *quantifier; // "always", "sometimes", "never"; "" where nobody named it
	std::string text;
	bool is_finding;
	uint64_t yes, no;	      // executions; NEVER as above
	uint32_t yes_lines, no_lines; // outcomes
	judgement verdict;
	std::string reason;	     // why it was not judged
	uint32_t witness = no_index; // the outcome that shows it
	bool together = false; // shown by several executions, of which none need show it alone
};

struct explore_result {
	sim::explore_result of;			// its outcomes, judged, are here:
	std::vector<explored_outcome> outcomes; // by line
	std::vector<observation> observations;
	std::vector<found> together; // see explored
	size_t untold = 0;	     // outcomes that have a schedule, but no words any more
	std::string scope;	     // of what executions it speaks: "every execution"
	bool is_complete = false;    // every execution indeed
	std::string hurried; // why schedules are longer, or words fewer, than they could be
	std::string wrong;   // a bug here: a schedule did not come to its outcome again, and such

	bool failed() const;	// something is not as expected
	bool undecided() const; // something could not be judged
};

// Asked now and then: why the search is to end now; null: it is not.
using explore_watch = std::function<const char *(const sim::explore_progress &)>;
// Asked now and then: why what follows a search is to end now; null: it is not.
using conclusion_watch = std::function<const char *()>;

// Within the scenario's own limit of steps.
sim::explore_plan plan_of(const scenario &s, const exploration &e);

// Why a search cannot say anything about what is expected, or there is none such; empty if it can.
// May begin with a place, as texts of findings may.
std::string cannot_explore(const scenario &s, const sim::explore_plan &plan);

// Of a scenario and a plan that can be explored.
enum class until : uint8_t { the_end, all_is_decided };
explored search(const scenario &s, const sim::explore_plan &asked, const sim::explore_share &share,
		const explore_watch &watch, until when = until::the_end);

// What a search, or the sum of its shares, says of the scenario. Each schedule is made shorter and
// replayed, and what was asked is told in words, as long as `watch` lets it; every verdict is there
// all the same.
explore_result conclude(const scenario &s, const sim::explore_plan &plan, explored of,
			const conclusion_watch &watch = nullptr);

} // namespace scenario
