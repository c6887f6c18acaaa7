// SPDX-License-Identifier: GPL-2.0-only
// What a checker found in one execution.
// It must not know how it is printed, nor what the scenario expected.
#pragma once
#include <cstdint>
#include "sim/choice.hpp"

namespace sim {

enum class finding_kind : uint8_t {
	deadlock,
	hung,
	livelock,
	warn,
	use_after_free,
	double_free,
	leak,
	race,
	lockdep,
	atomic_sleep,
	wrong_cpu,
	bug,	    // BUG_ON: the kernel cannot go on
	assertion,  // the scenario's own
	bad_access, // an address that never was an object: NULL and the like
	still_runs, // a thread that was parked
	work_lost,  // queued, and nobody will ever execute it
	queued_while_canceling,
	runs_after_cancel,
	runs_twice,	// a thread function, by two threads at a time
	consumed_twice, // a completion, which was completed once
};

constexpr const char *finding_name(finding_kind k)
{
	constexpr const char *names[] = { "deadlock",
					  "hung",
					  "livelock",
					  "warn",
					  "use_after_free",
					  "double_free",
					  "leak",
					  "race",
					  "lockdep",
					  "atomic_sleep",
					  "wrong_cpu",
					  "bug",
					  "assertion",
					  "bad_access",
					  "still_runs",
					  "work_lost",
					  "queued_while_canceling",
					  "runs_after_cancel",
					  "runs_twice",
					  "consumed_twice" };

	return names[static_cast<unsigned>(k)];
}

struct finding {
	finding_kind kind;
	context_id who;
	const char *function; // where; a string that outlives the machine
	const char *other;    // the other side of a race, or ""
	uint64_t step;
	uint64_t time_ns;
	char text[600]; // lines end with \n, but for the last
};

// What is looked at beyond what the program itself finds out: nothing costs nothing.
enum class checking : uint8_t {
	off,
	waits,	   // only how somebody came to sleep, for the words of a deadlock
	execution, // orders between contexts, and races by them
	states,	   // for a search that merges states: races by what two are about to do
};

constexpr unsigned FINDINGS_MAX = 16; // later ones are counted, not kept

} // namespace sim
