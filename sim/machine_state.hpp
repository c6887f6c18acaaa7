// SPDX-License-Identifier: GPL-2.0-only
// What a machine is given, and what changes in an execution beside CPUs, contexts and objects.
// It must not know how any of it comes about.
#pragma once
#include "sim/arena.hpp"
#include "sim/choice.hpp"
#include "sim/clock.hpp"
#include "sim/context.hpp"
#include "sim/finding.hpp"

namespace sim {

enum class preemption : uint8_t { none, voluntary, full };

// Wheels of a CPU. What is due on the last one waits until its CPU is busy at a tick, or
// interrupted for another wheel.
constexpr unsigned WHEELS = 3;
constexpr unsigned DEFERRED_WHEEL = WHEELS - 1;
constexpr unsigned BORROWED_MAX = 4; // locks by one step; what is more is told as kept

// Fixed for all executions of a machine.
struct machine_config {
	unsigned cpus = 1;
	unsigned spare_cpus = 0; // beyond those: no task ever runs there, only interrupts
	unsigned nodes = 1;
	uint8_t node_of_cpu[CPUS_MAX] = {};
	uint8_t distance[CPUS_MAX][CPUS_MAX] = {}; // between nodes; 10 is local
	uint64_t nodes_with_memory = ~uint64_t{ 0 };
	preemption preempt = preemption::voluntary;
	// Without time: jiffies stand still, operations cost nothing, and whatever may go on may be
	// chosen. For searches: see machine_free.cpp.
	bool free = false;
	bool raises = false; // free machine: IRQ_SWITCH may be raised
	jiffy_clock clock;
	cost_table costs;
	uint32_t contexts_max = 4096;
	uint32_t pages_max = 65536;	  // of objects, 4 KiB each, beyond one a context
	size_t stack_bytes = 64 * 1024;	  // address space; only what is touched costs memory
	uint64_t steps_max = 100'000'000; // one more ends the execution with ending::bound
	uint64_t time_max_ns = NEVER;
	uint64_t quarantine = 1024; // freed objects of a size that wait before reuse
	checking check = checking::off;

	unsigned all_cpus() const { return cpus + spare_cpus; }
};

// Everything that changes in an execution, but for stacks, objects and what is per CPU and per
// context: those follow it in the same mapping.
struct machine_state {
	// the fast path's part
	uint64_t steps;	     // choices made so far
	uint64_t attention;  // the step before which a fiber must stop: asked_at, or 0 to check
	uint64_t horizon_ns; // until then the running CPU is the earliest, and has no interrupt
	uint64_t now_ns;     // of the last operation taken
	uint64_t taken;	     // fold of all operations taken
	cpu *running;
	context *current;
	bool tracing;
	// the rest
	uint64_t asked_at; // the step before which the engine must be asked
	bool ended;
	ending how;
	uint32_t contexts_used; // high-water mark
	uint32_t contexts_live;
	uint32_t free_first, free_last; // finished contexts' slots, oldest first; ids + 1
	context *value_for;		// who waits for a value, and what it is asked
	context_id last;		// free machine: who took the last step
	uint8_t held; // free machine: the tokens that its context had before the present step
	// Free machine: what the present step has locked, and not given back yet.
	const void *borrowed[BORROWED_MAX];
	unsigned borrowed_count;
	unsigned locks_kept; // of those, from earlier steps
	bool unseen;			// the present step is private: see machine::end_unseen()
	uint32_t value_count, value_answer;
	label value_where;
	uint32_t findings_count;
	finding findings[FINDINGS_MAX];
	arena_state objects;
	void *kernel; // the program's own root object
};

} // namespace sim
