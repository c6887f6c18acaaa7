// SPDX-License-Identifier: GPL-2.0-only
// The machine that a scenario asks for, as the engine wants it.
// Must not know what runs on it.
#pragma once
#include "scenarios/scenario.hpp"
#include "sim/machine.hpp"

namespace scenario {

// Timed, or the free machine of a search: there preemption is full unless the scenario names a
// model, being the most general.
sim::machine_config machine_config_of(const scenario &s, bool free = false);

} // namespace scenario
