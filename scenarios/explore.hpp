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

struct explored_outcome {
	std::string line;	// see line_of()
	uint64_t executions;	// NEVER: endless, too many to count, or not all were met
	sim::schedule shortest; // has been replayed, and came to this
	outcome end;
};

// A term, or a finding that no term names, over all outcomes.
struct observation {
	const char *quantifier; // "always", "sometimes", "never"; "" where nobody expected it
	std::string text;
	uint64_t yes, no;	      // executions; NEVER as above
	uint32_t yes_lines, no_lines; // outcomes
	judgement verdict;
	std::string reason;	     // why it was not judged
	uint32_t witness = no_index; // the outcome that shows it
};

struct explore_result {
	std::string refused;			// why nothing was searched: then the rest is empty
	sim::explore_result of;			// its outcomes are here instead:
	std::vector<explored_outcome> outcomes; // by line
	std::vector<observation> observations;
	std::string wrong; // a bug here: a schedule did not come to its outcome again, and such

	bool failed() const;	// something is not as expected
	bool undecided() const; // a bound was met before everything was decided
};

// Asked now and then: why the search is to end now; null: it is not.
using explore_watch = std::function<const char *(const sim::search_progress &)>;

// `how` is the scenario's `explore`, or what a command line made of it.
explore_result explore_scenario(const scenario &s, const exploration &how,
				const explore_watch &watch = nullptr);

} // namespace scenario
