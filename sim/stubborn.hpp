// SPDX-License-Identifier: GPL-2.0-only
// Which of the options of a state must be tried: stubborn sets, from what may come later.
// It must not know how a search goes on, nor what the steps mean.
#pragma once
#include <cstdint>
#include <span>
#include <vector>
#include "sim/choice.hpp"
#include "sim/use_sets.hpp"

namespace sim {

class machine;

// A state as its choice shows it.
struct surroundings {
	std::vector<option> options, blocked;
	std::vector<context_id> holders; // by CPU: who has its token; NO_CONTEXT: nobody
	std::vector<actor> awake;	 // sorted: who may go on without being woken, made or armed
	bool all;			 // nothing may be left out

	void look(const machine &m, const choice &c, use_sets &f);
};

// Valmari's strong stubborn sets. A set of options is enough if nothing that the others may do
// before one of the set does anything conflicts with what the set does now. What they may do is
// known from the states that the set leads to: whatever does not conflict with the set can come
// after it too. So a state is looked at again when everything behind it has been searched.
class stubborn_sets {
public:
	stubborn_sets(const machine &m, use_sets &f) : machine_(m), uses_(f) {}

	// From now on also for executions in which a token or a lock is never given back. Until one
	// such is found, there is none.
	void be_strict() { strict_ = true; }
	bool strict() const { return strict_; }
	// Adds to `chosen` (indices of options) what is missing; false: nothing. `touches` is what
	// the steps of those chosen touched, `future` what they lead to, themselves included.
	bool complete(const surroundings &s, std::vector<uint32_t> &chosen,
		      std::span<const touch> touches, use_sets::set future);
	// The step of which changes when this event can come is remembered from its operation.
	void meet(const option &event);

private:
	enum : uint8_t { CHOSEN = 1, NEEDED = 2, NEEDED_LATER = 4 };

	void involve_conflicting(std::span<const touch> touches);
	void involve_changing(object_id object, actor but);
	void involve(uint32_t use);
	void need(actor a);
	void need_later(actor a);
	void need_unblocked(const option &o, actor a);
	void choose(uint32_t index);
	void choose_all();
	uint8_t &marks(actor a);

	const machine &machine_;
	use_sets &uses_;
	std::vector<object_id> wake_objects_; // of events, by actor; 0: not an event
	// while complete() runs
	const surroundings *state_ = nullptr;
	std::vector<uint32_t> *chosen_ = nullptr;
	use_sets::set future_ = use_sets::EMPTY;
	std::vector<uint8_t> marks_; // by actor
	bool more_ = false;
	bool strict_ = false;
};

} // namespace sim
