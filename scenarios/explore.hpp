// SPDX-License-Identifier: GPL-2.0-only
// Searches all that a scenario can come to, and judges what it expects of every execution.
// Must not know JSON or how results are printed.
#pragma once

#include <functional>
#include <string>
#include <vector>
#include "scenarios/run.hpp"
#include "sim/states.hpp"

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
	std::string reason;	     // of a failure, or why it was not judged
	uint32_t witness = no_index; // the outcome that shows it
};

struct explore_result {
	std::string refused; // why nothing was searched: then the rest is empty
	std::string strategy;
	std::vector<explored_outcome> outcomes; // by line
	std::vector<observation> observations;
	// What no execution needs to show alone: orders of locks that make a cycle together.
	std::vector<found> together;
	uint64_t executions = 0; // NEVER as above
	uint64_t states = 0, steps = 0;
	bool cyclic = false;	  // some execution can go on for ever
	std::string cut;	  // which bound ended the search early; empty: none
	std::string not_replayed; // an outcome whose schedule did not come to it again: a bug here

	bool failed() const; // something is not as expected
};

// Asked now and then: why the search is to end now; null: it is not.
using explore_watch = std::function<const char *(const sim::search_progress &)>;

// `how` is the scenario's `explore`, or what a command line made of it.
explore_result explore_scenario(const scenario &s, const exploration &how,
				const explore_watch &watch = nullptr);

} // namespace scenario
