// SPDX-License-Identifier: GPL-2.0-only
// Who waits for a count of a completion that somebody else has taken.
// It must not know scenarios.
#pragma once
#include <string>
#include <vector>

namespace sim {
class machine;
}

namespace kernel {

struct second_consumer {
	const char *function; // that waits; kthread_stop() for the end of a thread
	std::string text;
};

// Only when nobody can go on, so that nobody completes anything any more. The end of a thread
// comes once, whoever waits. How many counts another completion was meant to have only the program
// knows: those are looked at where it asks. Not on a fiber.
std::vector<second_consumer> consumed_twice(const sim::machine &m);

} // namespace kernel
