// SPDX-License-Identifier: GPL-2.0-only
// What came before what in one execution, by vector clocks, and accesses that nothing orders.
// It must not know the machine, nor what the objects are.
#pragma once
#include "sim/arena.hpp"
#include "sim/hooks.hpp"

namespace sim {

// Every operation that is not plain orders like a sequentially consistent atomic: it sees all that
// came before whoever wrote the object last. A CPU orders nothing, but who cannot interrupt
// another there does not race with him. The memory is not part of an execution's state; a machine's
// start() clears it.
class race_clocks {
public:
	static constexpr uint32_t CONTEXTS_MAX = 256;

	race_clocks();
	void start();
	// `other` is called with an earlier access for each that races with this one.
	template <class F> void operation(object_id object, const racing_access &now, F other)
	{
		location *at = find(now.who, object);

		if (!at)
			return;
		if (!now.plain)
			acquire(*at, now);
		for (uint32_t i = 0; i < at->count; i++) {
			const entry &e = at->entries[i];

			if (races(e, now))
				other(e.access);
		}
		remember(*at, now);
		if (!now.plain)
			release(*at, now);
	}
	void order(context_id before, context_id after);
	void will_interrupt(context_id cause, context_id interrupt);
	void interrupted(context_id interrupt);
	// New memory there: what was before is over.
	void forget(object_id first, uint32_t ids);
	// Why nothing is looked for any more; null: it is.
	const char *off() const { return state_->off; }

private:
	using stamp = uint32_t;
	static constexpr uint32_t LOCATIONS_MAX = 8192, SLOTS = 4 * LOCATIONS_MAX;
	static constexpr uint32_t ENTRIES_MAX = 8; // of one location; the oldest is forgotten first

	struct entry {
		racing_access access;
		stamp at;
	};
	struct location {
		object_id object;
		uint32_t slot, count;
		stamp released[CONTEXTS_MAX];
		entry entries[ENTRIES_MAX];
	};
	struct tables {
		const char *off;
		uint32_t contexts, locations; // in use
		uint32_t slots[SLOTS];	      // open addressing; location + 1
		stamp clocks[CONTEXTS_MAX][CONTEXTS_MAX];
		stamp waiting[CONTEXTS_MAX][CONTEXTS_MAX]; // for a context that is not running yet
		location places[LOCATIONS_MAX];
	};

	uint32_t &slot_of(object_id object);
	location *find(context_id who, object_id object);
	bool knows(context_id who);
	void merge(stamp *into, const stamp *from) const;
	void acquire(const location &l, const racing_access &now);
	void release(location &l, const racing_access &now);
	void remember(location &l, const racing_access &now);
	bool races(const entry &e, const racing_access &now) const
	{
		return (changes(e.access.kind) || changes(now.kind)) &&
		       (e.access.plain || now.plain) && !is_before(e, now.who) &&
		       now.at.may_come_into(e.access.at);
	}
	bool is_before(const entry &e, context_id who) const
	{
		return e.access.who == who || e.at <= state_->clocks[who][e.access.who];
	}

	region memory_;
	tables *state_;
};

} // namespace sim
