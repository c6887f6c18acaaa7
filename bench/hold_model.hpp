// SPDX-License-Identifier: GPL-2.0-only
// The hold model's load, the same numbers for the wheel and for its peers.
// Must not know who keeps the events in order, nor how time is measured.
#pragma once

#include "sim/prng.hpp"

namespace bench {

constexpr uint64_t HOLD_SEED = 20260101;

// Half of the delays are those of short timeouts, half reach far into the wheel's coarse levels.
inline uint64_t draw_delay(sim::prng &random)
{
	return random.below(random.below(2) ? 500 : 200000);
}

// Not timed: as many events as it takes for the longest delay to have passed, so that what is
// pending no longer shows that all were armed in one moment.
constexpr uint64_t warm_up_events(uint64_t pending)
{
	return 4 * pending;
}

} // namespace bench
