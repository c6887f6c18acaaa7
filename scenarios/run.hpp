// SPDX-License-Identifier: GPL-2.0-only
// Runs a scenario once, and says what came of it and whether that was expected.
// Must not know JSON or how verdicts are printed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>
#include "scenarios/outcome.hpp"
#include "sim/schedule.hpp"

namespace kernel {
class memory_log;
} // namespace kernel

namespace scenario {

// Hears of every choice of an execution, after it was answered. Off the fibers.
struct step_listener {
	virtual void chosen(const sim::machine &m, const sim::choice &c, uint32_t answer) = 0;
	virtual void ended(const sim::machine &) {}

protected:
	~step_listener() = default;
};

// What the objects of a scenario are called.
using object_name_table = std::map<sim::object_id, std::string>;

struct run_options {
	sim::sink *sink = nullptr;	       // records go there
	const sim::schedule *replay = nullptr; // instead of the scenario's own schedule
	step_listener *steps = nullptr;
	object_name_table *names = nullptr;   // each name comes before a record that needs it
	kernel::memory_log *memory = nullptr; // who allocates and frees what goes there
	// How races and orders of locks are looked for, in place of what the scenario asks for.
	std::optional<sim::checking> check = std::nullopt;
};

// always, sometimes or never, and how it came out in one run.
enum class judgement : uint8_t { holds, fails, not_judged };

struct judged_term {
	const char *quantifier; // "always", "sometimes", "never", "trace"
	std::string text;
	judgement verdict;
	std::string reason; // of a failure, or why it was not judged
};

struct run_result : outcome {
	std::vector<judged_term> terms;
	std::string schedule_error;	   // "@byte: " and why steps could not be followed
	uint64_t diverged_at = sim::NEVER; // of a replay
	sim::schedule schedule;		   // of this run
	uint64_t steps = 0, time_ns = 0;
	bool expected = false; // nothing unexpected happened
};

// The scenario must have been read without error; its variants are not looked at.
run_result run_scenario(const scenario &s, const run_options &options);

// Why `expect` cannot be judged in the way that the scenario asks for; empty if it can. May begin
// with a place, as texts of findings may.
std::string cannot_judge(const scenario &s);

} // namespace scenario
