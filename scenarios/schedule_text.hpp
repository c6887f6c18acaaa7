// SPDX-License-Identifier: GPL-2.0-only
// Steps of a schedule as they are written in a scenario's file.
// Must not know how a schedule is read, followed or found.
#pragma once

#include <string>
#include <vector>
#include "scenarios/scenario.hpp"

namespace scenario {

// What a step runs or fires, for people: "K", "K#2", or "pid 103" of who has no name there.
std::string subject_text(const scenario &s, const operand &subject);

// The label or function that a step names.
const std::string &place_of(const scenario &s, const schedule_step &step);

// The value of "schedule".
std::string schedule_text(const scenario &s, const std::vector<schedule_step> &steps,
			  bool without_time);

} // namespace scenario
