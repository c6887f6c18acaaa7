// SPDX-License-Identifier: GPL-2.0-only
// What an execution has left behind in memory that nobody can free any more.
// It must not know scenarios.
#pragma once
#include <string>
#include <vector>

namespace sim {
class machine;
}

namespace kernel {

struct leak {
	std::string brief; // the object, and the function that allocated it
	std::string text;  // with who did, if that is known
};

// Only when nothing can go on and all RCU callbacks have run. Not on a fiber.
std::vector<leak> leaks(sim::machine &m);

} // namespace kernel
