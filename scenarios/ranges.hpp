// SPDX-License-Identifier: GPL-2.0-only
// What numbers may be that a scenario and the command line both give.
// Must not know JSON, nor how options are written.
#pragma once

#include <string_view>
#include "scenarios/scenario.hpp"

namespace scenario {

struct whole_range {
	uint64_t least, most;
};

constexpr size_t most_variants = 64;
constexpr whole_range variant_range = { 0, most_variants }; /* 0: the scenario itself */

struct explore_number {
	std::string_view name; /* the key in "explore" */
	uint64_t exploration::*of;
	whole_range range;
};

constexpr uint64_t largest_bound = uint64_t{ 1 } << 48;

/* All numbers of a search. 0 stands for one that was not given, where it is no value. */
inline constexpr explore_number explore_numbers[] = {
	{ "seed", &exploration::seed, { 0, INT64_MAX } },
	{ "depth", &exploration::depth, { 1, 1'000 } },
	{ "executions", &exploration::executions, { 1, largest_bound } },
	{ "states", &exploration::states, { 1, largest_bound } },
	{ "steps", &exploration::steps, { 1, largest_bound } },
	{ "deviations", &exploration::deviations, { 1, largest_bound } },
	{ "preemptions", &exploration::preemptions, { 1, largest_bound } },
	{ "events", &exploration::events, { 1, largest_bound } },
};

} // namespace scenario
