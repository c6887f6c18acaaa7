// SPDX-License-Identifier: GPL-2.0-only
// One round of a circle that an execution may go round for ever: who moved, and where each stood.
// It must not know how it was found, nor what programs do.
#pragma once
#include <map>
#include <vector>
#include "sim/choice.hpp"
#include "sim/state_hash.hpp"

namespace sim {

class machine;

class round_watch {
public:
	struct deed {
		context_id who;
		choice_kind kind;
		uint64_t number; // of the choice
		op what;
		std::vector<const char *> calls; // innermost first
		uint32_t answer = 0;		 // value: which
	};

	// The machine is where the round begins.
	void begin(const machine &m);
	// Of a choice that is about to be answered.
	void chosen(const machine &m, const choice &c, uint32_t answer);
	// When the round is over: whether all is as it was at its beginning, and fair scheduling
	// lets it be repeated for ever.
	bool closes(const machine &m) const;

	const std::vector<deed> &deeds() const { return deeds_; }
	bool moves(context_id who) const;
	// The calls of a context that last for all of the round, innermost first.
	std::vector<const char *> calls_of(context_id who) const;

private:
	struct call {
		const frame *at;
		const char *function;
	};

	void see(const option &o);

	state_hash begun_{};
	uint64_t first_ = 0;				// number of its first choice
	std::map<context_id, std::vector<call>> calls_; // that have lasted so far, outermost first
	std::vector<context_id> waiting_;		// all the time, sorted
	std::vector<context_id> offered_;		// at some time
	std::vector<deed> deeds_;
	bool progressed_ = false, knows_waiting_ = false;
};

// Who waits for his turn: for what else may be chosen, a CPU, or a lock. He gets it some day, if it
// is there again and again. Whoever waits for anything else may miss it.
inline bool waits_for_turn(const option &o)
{
	return o.why == obstacle::none || o.why == obstacle::no_cpu ||
	       (o.why == obstacle::guard && o.stands.locks != access::none);
}

} // namespace sim
