// SPDX-License-Identifier: GPL-2.0-only
// What an execution that has ended came to: findings, final values, which terms hold.
// Must not know JSON, nor whether any of it was expected.
#pragma once

#include <optional>
#include <string>
#include <vector>
#include "scenarios/scenario.hpp"
#include "sim/machine.hpp"
#include "sim/schedule.hpp"

namespace kernel {
class lock_graph;
}

namespace scenario {

struct found {
	sim::finding_kind kind;
	std::string function;
	std::string other; // the other side of a race
	std::string text;  // may begin with "@byte: ", a place in the scenario's file
	std::string brief; // what an outcome says of it: "warn: kthread_park"
	std::vector<std::string> within = {}; // of a livelock: tasks and functions it is about
	// A race that the kernel lives with: only a term with one of its functions is about it.
	bool known = false;
	// Of orders of locks: what its lines after the first are about; and where a search tells
	// it of several executions together, one that shows all of it, or one for each line.
	std::vector<std::string> parts = {};
	std::optional<sim::schedule> shown_at_once = {};
	std::vector<std::optional<sim::schedule>> shown_by = {};
};

struct outcome {
	sim::ending how = sim::ending::finished;
	std::vector<found> findings; // deadlocks, leaks and hung tasks among them
	std::vector<std::string>
		states;		 // "main.ret=42": values that terms ask for; see shown_states
	std::vector<bool> holds; // each of terms_of()
	std::string races_off;	 // why races were not looked for to the end
};

// "@12: ": a place in the scenario's file, for the beginning of a text.
std::string at_place(source_span where);
// always, then sometimes, then never.
std::vector<const term *> terms_of(const expectation &e);
bool is_finding_of(const term &t, const found &f);
bool is_about_livelock(const term &t);
// What the orders in which locks were taken come to.
void add_lock_orders(const kernel::lock_graph &orders, std::vector<found> &out);
// "main.ret" of "main.ret=42"
std::string value_name(const term &t);

// While the execution still lies in the arena.
outcome outcome_of(const scenario &s, const sim::machine &m);

// As a table of outcomes has it: "A.mod=true  deadlock: B in kthread_flush_work". Where no term
// asks for a value, all numbers that tasks keep with `as` and all words of `vars` are shown.
std::string line_of(const outcome &o);
// Equal for two executions only if every term holds in both or in none, and the lines are equal.
std::string identity_of(const outcome &o);

} // namespace scenario
