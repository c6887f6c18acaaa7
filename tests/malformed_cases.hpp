// SPDX-License-Identifier: GPL-2.0-only
// The table of malformed scenarios, each with the place and text of its one complaint.
// Must not know how the reader works.
#pragma once

#include <vector>

namespace malformed {

/* Where `text` goes: it is all, beside the required keys, into main's do (with a few functions and
 * objects, or with works and a worker), into machine. */
enum class frame { whole, top, ops, works, machine };

struct malformed_case {
	const char *title;
	frame around;
	const char *text;	/* @@ marks the place of the complaint and is taken out */
	const char *fragment;	/* of the complaint */
};

const std::vector<malformed_case> &texts();		/* not JSON, or not the right kind */
const std::vector<malformed_case> &documents();		/* sections other than programs */
const std::vector<malformed_case> &programs();
const std::vector<malformed_case> &works();
const std::vector<malformed_case> &judgements();	/* expect, schedule, variants, .. */

} // namespace malformed
