// SPDX-License-Identifier: GPL-2.0-only
// How memory came to be used after it was freed, or freed twice, in words.
// Must not know how a search is done, nor how results are printed.
#pragma once

#include <string>
#include "scenarios/scenario.hpp"
#include "sim/machine.hpp"

namespace kernel {
class memory_log;
} // namespace kernel

namespace scenario {

// One sentence, of an execution that has just ended; empty: it did not end so, or nobody knows who
// freed it.
std::string freed_story(const scenario &s, const sim::machine &m, const kernel::memory_log &memory);

} // namespace scenario
