// SPDX-License-Identifier: GPL-2.0-only
// The rules of the repository that no compiler checks: arrows, bans, shape, names.
// Must not know where the files come from: the same functions judge the tree and small strings.
#pragma once

#include "tests/tidy_source.hpp"

namespace tidy {

// Each function adds an offence for every place of `file` that breaks its rule, and nothing for
// a file the rule is not about.

// Includes follow the arrows of the rooms; the contract includes nothing; a strategy knows only
// the contract; the engine knows no strategy.
void check_includes(const source &file, offences &found);

// What would make two runs differ, in sim/ and model/.
void check_bans(const source &file, offences &found);

// Pointers become integers nowhere in sim/ and model/ but in the arena.
void check_pointer_casts(const source &file, offences &found);

// No variable of sim/ and model/ outlives an execution. Finds statics and namespace variables
// that are not const; both are told from functions by their shape, not by a parser.
void check_mutable_statics(const source &file, offences &found);

// Preemption points live in the data types; no function of the model writes one by hand.
void check_preemption_points(const source &file, offences &found);

// The licence in line 1, what the file is in line 2.
void check_heading(const source &file, offences &found);

// At most 450 lines of at most 100 columns, tabs of 8; no blanks at the end of a line.
void check_shape(const source &file, offences &found);

// A .cpp lies where the build looks for it, and test cases where ctest runs them.
void check_is_built(const source &file, offences &found);

// No path of one machine, in whatever kind of file.
void check_foreign_paths(const source &file, offences &found);

// The one thread_local of the whole project; the engine's header may declare it.
void check_thread_local(const std::vector<source> &files, offences &found);

// Every scenario is named in the table of contents, as `stem`, stem.json or family/stem.
void check_scenarios_named(const std::vector<source> &scenarios, const source &readme,
			   offences &found);

// A checked-in trace has the name of its scenario up to the first dot.
void check_golden_traces(const std::vector<source> &golden, const std::vector<source> &scenarios,
			 offences &found);

} // namespace tidy
