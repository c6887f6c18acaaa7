// SPDX-License-Identifier: GPL-2.0-only
// What the engine asks of the program it runs, and what it tells the program's kernel.
// It must not know who implements it.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include "sim/context.hpp"

namespace sim {

class machine;

constexpr unsigned CALL_PATH_MAX = 4;

// One side of a data race, with who called it from where, innermost first.
struct racing_access {
	context_id who;
	access kind;
	bool plain;
	label where;
	const char *callers[CALL_PATH_MAX]; // null: no more
	cpu_place at = {};
};

// The kernel under simulation. switched() runs between two operations and takes none itself.
struct hooks {
	// `previous` or `next` is null for the idle task.
	virtual void switched(cpu &c, context *previous, context *next) const = 0;
	// On the interrupt context of `c`, interrupts off; may take visible operations.
	virtual void interrupt(cpu &c, uint32_t causes) const = 0;
	// On a machine that checks: two accesses of one object race. Not always on a fiber.
	virtual void raced(const void *, const racing_access &, const racing_access &) const {}

protected:
	~hooks() = default;
};

// What is run. start() makes contexts and kernel objects on the engine's stack, time 0.
struct program {
	virtual ~program() = default;
	virtual void start(machine &) = 0;
	// Asked when nobody can go on: is something that should have ended still waiting?
	virtual bool unfinished(const machine &) = 0;
	// What an execution that has ended came to, in one line: searches tell these apart.
	virtual void outcome(const machine &, std::string &) {}
	// A search begins again: what it was told of so far counts for nothing.
	virtual void forget_outcomes() {}
};

} // namespace sim
