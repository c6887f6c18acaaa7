// SPDX-License-Identifier: GPL-2.0-only
// Every scenario of the library, with its variants, as a program and a strategy that can be asked
// again and again.
// It must not know what is expected of a scenario, nor any single test.
#pragma once
#include <string>
#include <vector>
#include "scenarios/program.hpp"
#include "scenarios/scenario.hpp"
#include "sim/schedule.hpp"

namespace support {

struct library_entry {
	std::string name; // family/name, with the number of a variant
	scenario::scenario scenario;
};

// Read once. A scenario that cannot be read fails the test that asks.
const std::vector<library_entry> &library();

// What run() does with it, as deviations: a schedule written by hand becomes a recorded one.
sim::schedule schedule_of(const scenario::scenario &s);

} // namespace support
