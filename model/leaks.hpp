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

// Only when nothing can go on and all RCU callbacks have run. One line an object, with the
// function that allocated it. Not on a fiber.
std::vector<std::string> leaks(sim::machine &m);

} // namespace kernel
