// SPDX-License-Identifier: GPL-2.0-only
// A scenario of a bug on one kernel after another: is it there, and what does it take to see it?
// Must not know JSON or how a table is printed.
#pragma once

#include <string>
#include <vector>
#include "scenarios/explore.hpp"

namespace scenario {

// One kernel without fixes, on which the scenario or a variant of it expects the bug.
struct bug_case {
	const scenario *with;	 // the bug
	const scenario *without; // a variant with the fix; null where nothing was fixed: a trap
	std::string sign;	 // by which the bug shows, as the first expects it: "deadlock"
	kernel::fix_set lacks;	 // what the first lacks, and a variant has
	size_t variant;		 // which one the first is, from 1; 0: the scenario itself
};

// In the order of the variants; the scenario itself comes first.
std::vector<bug_case> bug_cases(const scenario &s);

enum class sighting : uint8_t {
	found,
	absent, // of a complete search
	open,	// not seen, and not everything was searched
};

struct bug_search {
	sighting what = sighting::open;
	uint64_t executions = 0; // up to the first that shows it, or all
	uint64_t states = 0;	 // the same; depends on the build
	std::string wrong;	 // what shows an error of the simulator
};

// By one run where the scenario asks for no search. `s` must expect something with that sign, or
// with one that says it more generally.
bug_search look_for(const scenario &s, const std::string &sign, const sim::explore_plan &plan,
		    const explore_watch &watch);

} // namespace scenario
