// SPDX-License-Identifier: GPL-2.0-only
// Drawn programs for the toy engine. It must not know any strategy.
#pragma once
#include "tests/support_toy_engine.hpp"

namespace toy {

enum feature : unsigned {
	LOCKS = 1,
	GUARDS = 2, // on one word or two
	SLEEPS = 4,
	SPAWNS = 8,
	TIMERS = 16,
	VALUES = 32,
	EFFECTS = 64,
	FAILURES = 128,
	SPINS = 256, // and CPUs
	ALL_FEATURES = 511,
	LOOPS = 512, // not for those who count executions
	BORROWS = 1024, // locks that the same step may give back
};

// The same for the same seed. Small: its executions are to be counted one by one.
program drawn(uint64_t seed, unsigned features, unsigned threads_max = 4, unsigned steps_max = 4);

} // namespace toy
