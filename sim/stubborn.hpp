// SPDX-License-Identifier: GPL-2.0-only
// Which of the options of a state must be tried: stubborn sets, from what may come later.
// It must not know how a search goes on, nor what the steps mean.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>
#include "sim/choice.hpp"
#include "sim/futures.hpp"

namespace sim {

class machine;

// A state as its choice shows it.
struct surroundings {
	std::vector<option> options, blocked;
	// Whom those who are blocked wait for if it is for their CPU; NO_CONTEXT: for nobody known.
	std::vector<context_id> ahead;
	std::vector<actor> awake; // sorted: who may go on without being woken, made or armed
	bool all;		  // nothing may be left out

	void look(const machine &m, const choice &c, futures &f);
};

// What is to be expected of a state that is new, from what was seen elsewhere. It may be wrong.
class expectations {
public:
	void clear()
	{
		steps_.clear();
		last_.clear();
	}
	// The n-th step of an actor, from 1.
	void see(actor a, uint32_t n, futures::step s);
	// It uses something there, or stands before it.
	void see_use(uint32_t use, uint32_t n)
	{
		if (last_.size() <= use)
			last_.resize(use + 1);
		last_[use] = std::max(last_[use], n);
	}
	bool knows(actor a, uint32_t n) const
	{
		return a < steps_.size() && n < steps_[a].size() && steps_[a][n] != NONE;
	}
	futures::step step(actor a, uint32_t n) const { return steps_[a][n]; }
	// Whether somebody who has done n steps may still do this.
	bool still(uint32_t use, uint32_t n) const { return use < last_.size() && last_[use] > n; }

private:
	static constexpr uint32_t NONE = UINT32_MAX;

	std::vector<std::vector<futures::step>> steps_;
	std::vector<uint32_t> last_; // by use
};

// Valmari's strong stubborn sets. A set of options is enough if nothing that the others may do
// before one of the set does anything conflicts with what the set does now. What they may do is
// known from the states that the set leads to: whatever does not conflict with the set can come
// after it too. What needs a step of the set before it (see prospect) cannot come before the set.
// So a state is looked at again when everything behind it has been searched.
class stubborn_sets {
public:
	stubborn_sets(const machine &m, futures &f) : machine_(m), futures_(f) {}

	// From now on also for executions in which a token or a lock is never given back. Until one
	// such is found, there is none.
	void be_strict() { strict_ = true; }
	bool strict() const { return strict_; }
	// Adds to `chosen` (indices of options) what is missing; false: nothing. `steps` are those
	// of the options that have been tried, and what may come after each or stood beside it.
	struct tried {
		futures::step step;
		std::span<const futures::outlook> future;
	};
	bool complete(const surroundings &s, std::vector<uint32_t> &chosen,
		      std::span<const tried> steps);
	// The option that is likely to need the fewest others. `done`: steps of each actor so far.
	uint32_t best_first(const surroundings &s, const expectations &e,
			    std::span<const uint32_t> done);
	// What is changed by the steps that let this event come is remembered from its operation:
	// not the same everywhere, since a timer moves from CPU to CPU.
	void meet(const option &event);

private:
	enum : uint8_t { CHOSEN = 1, NEEDED = 2, NEEDED_LATER = 4 };

	void involve_conflicting(std::span<const touch> touches);
	void involve_conflicting(futures::step s);
	void involve_all(std::span<const use> uses, uint8_t manners);
	void involve_changing(object_id object, actor but);
	void begin(const surroundings &s, std::vector<uint32_t> &chosen);
	void involve(const use &u);
	uint32_t done_by(actor a) const { return a < done_.size() ? done_[a] : 0; }
	void mark_chosen(actor a);
	uint8_t interfering(access kind) const;
	void need(actor a);
	void need_later(actor a);
	void need_unblocked(const option &o, context_id ahead, actor a);
	void choose(uint32_t index);
	void choose_all();
	uint8_t &marks(actor a);

	const machine &machine_;
	futures &futures_;
	std::vector<std::vector<object_id>> wake_objects_; // of events, by actor
	// while complete() runs
	const surroundings *state_ = nullptr;
	std::vector<uint32_t> *chosen_ = nullptr;
	futures::view future_;
	const expectations *expected_ = nullptr; // in place of `future_`
	std::span<const uint32_t> done_;
	std::vector<uint8_t> marks_; // by actor
	uint64_t chosen_bits_ = 0;   // as in prospect::after
	std::vector<uint32_t> scratch_;
	bool more_ = false;
	bool strict_ = false;
};

} // namespace sim
