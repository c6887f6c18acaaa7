// SPDX-License-Identifier: GPL-2.0-only
// The events of the present execution and which of them happen before which: vector clocks, and
// for each object the chain of its accesses. Whatever was added last can be taken back.
// It must not know choices, nor why an execution is looked at.
#pragma once
#include "sim/dpor_footprints.hpp"

namespace sim {

using event_id = uint32_t; // its place in the execution
constexpr event_id NO_EVENT = UINT32_MAX;
constexpr uint32_t NO_ACCESS = UINT32_MAX;

// One step, with the values that it asked for.
struct dpor_event {
	uint32_t context;  // dense
	uint32_t level;	   // of the choice
	event_id previous; // of the same context
	footprint_id offered, full;
	uint32_t accesses; // its first; as many as objects in `full`, in their order
	uint32_t answers;  // its first
	bool alone;	   // nothing else was offered
	bool holds;	   // as in struct stance, as the next
	bool guarded;
	bool only_waits;
};

struct dpor_access {
	event_id event;
	uint32_t previous;    // of the same object, by whomever
	uint32_t last_change; // of it: this one, or one before it
	lock_state leaves;
};

class dpor_history {
public:
	explicit dpor_history(footprints &known) : footprints_(known) {}

	// Takes a step. Until finish() has told what else it touched it is not in order yet.
	void begin(const dpor_event &offered);
	void answer(uint32_t value) { answers_.push_back(value); }
	void finish();
	bool unfinished() const { return finished_ < events_.size(); }
	// Forgets all events from this one on.
	void cut(event_id from);
	// The last event is as it was when it had that footprint and so many answers.
	void reopen(footprint_id full, uint32_t answers);

	event_id size() const { return static_cast<event_id>(events_.size()); }
	const dpor_event &operator[](event_id e) const { return events_[e]; }
	dpor_event &last() { return events_.back(); }
	std::span<const uint32_t> answers_of(event_id e) const
	{
		const size_t end =
			e + 1 < events_.size() ? events_[e + 1].answers : answers_.size();

		return { answers_.data() + events_[e].answers, end - events_[e].answers };
	}
	uint32_t answers() const { return static_cast<uint32_t>(answers_.size()); }
	event_id last_of(uint32_t context) const
	{
		return context < last_of_.size() ? last_of_[context] : NO_EVENT;
	}

	// Whether `a` is `b` or happens before it. Nothing happens before NO_EVENT.
	bool before(event_id a, event_id b) const
	{
		return b != NO_EVENT && columns_[events_[a].context * rows_ + b] > a;
	}
	const dpor_access &access(uint32_t n) const { return accesses_[n]; }
	// The latest access to an object, or the latest before that event.
	uint32_t latest_access(uint32_t object) const
	{
		return object < latest_.size() ? latest_[object] : NO_ACCESS;
	}
	uint32_t latest_access(uint32_t object, event_id before) const;
	// The latest before a finished event to the n-th object that it touches.
	uint32_t access_before(event_id e, size_t n) const
	{
		return accesses_[events_[e].accesses + n].previous;
	}
	// That access or, of the same object before it, the one that changed it last.
	uint32_t last_change(uint32_t n) const
	{
		return n == NO_ACCESS ? NO_ACCESS : accesses_[n].last_change;
	}
	// How that access and those before it leave the object. As before: none changed that.
	lock_state left_by(uint32_t n) const
	{
		while (n != NO_ACCESS && accesses_[n].leaves == lock_state::as_before)
			n = accesses_[n].previous;
		return n == NO_ACCESS ? lock_state::as_before : accesses_[n].leaves;
	}
	// Calls f(event) for those that touched it last: if `changes` all back to the last change,
	// otherwise only that. `from` is the access to begin with.
	template <class F> void for_each_conflict(uint32_t from, bool changes, F f) const
	{
		const uint32_t change = last_change(from);

		for (uint32_t n = from; changes && n != change; n = accesses_[n].previous)
			f(accesses_[n].event);
		if (change != NO_ACCESS)
			f(accesses_[change].event);
	}

private:
	void widen(uint32_t contexts);
	void make_room(size_t rows, size_t stride);
	void unlink(event_id e);

	footprints &footprints_;
	std::vector<dpor_event> events_;
	std::vector<dpor_access> accesses_;
	std::vector<uint32_t> answers_;
	// A row for each finished event: for each context, how many events of this execution there
	// are up to the last one of that context that happens before it.
	std::vector<uint32_t> clocks_;
	size_t stride_ = 16;
	// The same by context first: who asks for one event asks for many others.
	std::vector<uint32_t> columns_;
	size_t rows_ = 0; // that there is room for
	size_t finished_ = 0;
	std::vector<uint32_t> latest_;	// access of each object
	std::vector<event_id> last_of_; // of each context
};

} // namespace sim
