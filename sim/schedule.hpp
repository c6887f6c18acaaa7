// SPDX-License-Identifier: GPL-2.0-only
// A schedule: where an execution left the natural order, as data and as one printable string.
// It must not know the machine, scenarios or what the steps are called.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

struct deviation {
	uint64_t number; // of the choice
	uint32_t answer; // not 0
	uint16_t check;	 // low bits of the fold of what was taken before
};

struct schedule {
	bool timed = true;
	std::vector<deviation> deviations; // numbers ascend
	uint64_t steps = 0;		   // of the whole execution; 0: not known
	uint64_t round = 0;		   // so many of the last of them can be repeated for ever
	uint32_t check = 0;		   // low bits of its final fold
};

// k1t:<number>=<answer>.<check>,...:<steps>.<check>   ("t" timed, "f" free; checks in hex)
// Further checks, ".<check>.<check>", are deviations at the next numbers with the same answer.
// Where an execution goes round for ever, <steps>+<round> are those before and those of one round.
std::string to_string(const schedule &s);

// False: `error` says what is wrong, `error_at` at which byte.
bool parse_schedule(std::string_view text, schedule &out, std::string &error, size_t &error_at);

} // namespace sim
