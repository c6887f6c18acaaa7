// SPDX-License-Identifier: GPL-2.0-only
// Several steps of one context as one, where nobody can tell the difference.
// It must not know searches, nor what the steps mean.
#pragma once
#include <cstdint>
#include <vector>
#include "sim/choice.hpp"
#include "sim/id_table.hpp"

namespace sim {

class machine;
struct context;
struct cpu;
struct schedule;

// What a context did in one go.
struct transaction {
	std::vector<touch> touches; // each object once or twice: what others can see of it
	uint32_t steps;
};

// After Lipton: a lock that is taken moves behind what others do meanwhile, and one that is given
// back before it. So taking locks, then one step of any kind, then giving locks back is one step.
// A step that may have to wait is never part of one that has begun: others must be able to make it
// wait, or deadlocks would be lost.
//
// This holds for locks that are only locked and unlocked, and for unlocks after which the context
// does nothing that others see. Which those are is learnt: where earlier transactions turn out to
// have been too long, whatever was searched is to be forgotten (see spoilt()).
class transactions {
public:
	transactions(machine &m, bool merge) : machine_(m), merge_(merge) {}

	// Carries out a step that is offered, and what follows it at once. A step at which a
	// value is asked for is the last. Where `log` is given, what was answered is added to it.
	void take(const option &first, transaction &t, schedule *log = nullptr);
	bool spoilt() const { return spoilt_; }
	void forget_spoilt() { spoilt_ = false; }

private:
	enum class phase : uint8_t { taking_locks, giving_back };
	struct use_of_lock {
		bool locked, merged, looked_at;
	};

	void take_event(const option &first, transaction &t);
	bool step(const context &c, const op &o, transaction &t);
	void note(const op &o, transaction &t);
	void note_merged(const op &o);
	phase phase_after(const op &o, bool has_effects);
	bool follows(const context &c, phase p, op &next);
	void only_what_lasts(const context &c, uint8_t held, cpu_id cpu, bool on_cpu,
			     transaction &t) const;

	machine &machine_;
	const bool merge_;
	bool spoilt_ = false;
	id_table<use_of_lock> locks_;
	std::vector<const char *> unlocks_that_do_more_; // functions
};

} // namespace sim
