// SPDX-License-Identifier: GPL-2.0-only
// What executions came to, as far as they were run: parts of one search add up to the whole in any
// order. It must not know the machine, nor which strategy brings the executions about.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>
#include "sim/schedule.hpp"
#include "sim/states.hpp"
#include "sim/trace_census.hpp"

namespace sim {

// Fewer deviations, then fewer steps, then by the numbers of their choices and their answers.
bool is_shorter(const schedule &a, const schedule &b);

// A piece of a search that can be run by itself: a block of drawn executions, or the executions
// that begin with the same answers.
struct search_unit {
	uint64_t block = 0, done = 0; // drawn: its number, and how many of it were run
	std::vector<uint32_t> path;   // what the next execution begins with
	uint32_t fixed = 0;	      // so many of these answers are the same in all

	bool operator==(const search_unit &) const = default;
};

struct search_part {
	static constexpr uint64_t TRACES_MAX = 1 << 16; // so that a part fits in a small file

	std::map<std::string, search_outcome> outcomes; // by text
	uint64_t executions = 0;			// that ended, and were no repetition
	uint64_t too_long = 0;				// that had more steps than they may
	uint64_t repeated = 0;				// that showed nothing new
	uint64_t begun_again = 0; // executions ran that count for nothing: see explore_waits.hpp
	uint64_t steps = 0;
	bool is_bounded = false;       // a bound of the plan has left something out
	bool is_event_bounded = false; // it was the one of events
	trace_census census{ TRACES_MAX };
	std::string wrong; // what shows a bug; empty: nothing does

	uint64_t all() const { return executions + too_long + repeated; }
	void add(const std::string &text, ending how, uint64_t paths, const schedule &way);
	void add(const search_part &other);
};

// Lines of text, the last one "end".
std::string to_text(const search_part &p);
std::string to_text(const search_unit &u); // one line
// False: that is no such text. What was read is cut off from the front.
bool parse(std::string_view &text, search_part &out);
bool parse(std::string_view &text, search_unit &out);

} // namespace sim
