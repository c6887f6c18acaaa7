// SPDX-License-Identifier: GPL-2.0-only
// Virtual time: what operations cost, and how nanoseconds become jiffies.
// It must not know who spends the time.
#pragma once
#include <cstdint>
#include "sim/choice.hpp"

namespace sim {

// Nanoseconds of virtual time. The figures are of the order of a present server's; what matters
// is that they are fixed, and that each operation costs some.
struct cost_table {
	uint32_t access_ns[ACCESS_KINDS] = { 20, 30, 30, 60, 60, 30, 0, 0 }; // by enum access
	uint32_t switch_ns = 1200;    // from one context to another
	uint32_t idle_exit_ns = 2000; // a CPU that slept starts a task
	uint32_t ipi_ns = 1500;	      // from sending to arrival
	uint32_t interrupt_ns = 400;  // entry
	uint32_t spin_ns = 50;	      // a turn of a busy wait
};

// Jiffies and the virtual clock. Time 0 is the end of boot; jiffies start five minutes before
// the 32-bit counter wraps, as in the kernel, unless told otherwise.
struct jiffy_clock {
	uint32_t hz = 250;
	uint64_t start_jiffies = initial_jiffies(250);

	static uint64_t initial_jiffies(uint32_t hz)
	{
		return static_cast<uint32_t>(-300 * static_cast<int64_t>(hz));
	}
	uint64_t tick_ns() const { return 1'000'000'000 / hz; }
	uint64_t jiffies_at(uint64_t ns) const { return start_jiffies + ns / tick_ns(); }
	// The first nanosecond at which the counter reads `jiffies`; NEVER stays NEVER.
	uint64_t ns_of(uint64_t jiffies) const
	{
		if (jiffies == NEVER)
			return NEVER;
		return jiffies <= start_jiffies ? 0 : (jiffies - start_jiffies) * tick_ns();
	}
};

} // namespace sim
