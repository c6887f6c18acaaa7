// SPDX-License-Identifier: GPL-2.0-only
// Which operations of an execution could have come before events that they conflict with, and what
// must not happen for that. It must not know what is explored already.
#pragma once
#include "sim/dpor_history.hpp"

namespace sim {

// An operation that comes, or would come, after others that it conflicts with.
struct dpor_racer {
	uint32_t context;
	footprint_id offered, full;
	event_id previous; // of its context
	event_id position; // the operation itself, or the event before which it stood
	bool taken;
};

// The operation can go first without `root`, the others, and all that happens after any of them.
struct dpor_reversal {
	dpor_racer racer;
	footprint_id as; // what it is taken to touch there
	event_id root;	 // the first of them
	uint32_t others, others_end;
	uint32_t next; // with the same root; an earlier one
};

constexpr uint32_t NO_REVERSAL = UINT32_MAX;

class dpor_reversals {
public:
	dpor_reversals(footprints &known, const dpor_history &history, const dpor_offers &offers)
		: footprints_(known), history_(history), offers_(offers)
	{}

	// Finds those of all events that are new since the last time.
	void find_new();
	// Forgets those of all events from this one on.
	void cut(event_id from);
	// The latest one without this event; NO_REVERSAL: none.
	uint32_t first_without(event_id root) const { return of_root_[root]; }
	const dpor_reversal &operator[](uint32_t n) const { return all_[n]; }
	std::span<const event_id> others(const dpor_reversal &r) const
	{
		return { others_.data() + r.others, r.others_end - r.others };
	}

	// Those of an operation that nobody has taken, until drop_latest(). Numbers from `first` on.
	uint32_t find_for(const dpor_racer &waiting, bool was_offered);
	uint32_t size() const { return static_cast<uint32_t>(all_.size()); }
	void drop_latest(uint32_t first);

private:
	void races_of(const dpor_racer &r);
	void waits_for(const dpor_racer &r);
	void races_of_pending(event_id e);
	void note(const dpor_racer &r, size_t begin, footprint_id as);

	// The events that are not to happen are the tail of roots_, from `begin` on.
	void try_without(const dpor_racer &r, size_t begin);
	bool was_tried(size_t begin);
	bool can_go(const dpor_racer &r, size_t begin, footprint_id &as);
	bool is_recorded(const dpor_racer &r, event_id at, size_t begin) const;
	bool is_held(const dpor_racer &r, uint32_t object, size_t begin) const;
	uint32_t latest_kept(const dpor_racer &r, uint32_t object, size_t begin) const;
	bool is_kept(event_id e, size_t begin) const;
	event_id first_root(size_t begin) const;
	bool is_fixed(const dpor_racer &r, event_id e) const;
	void add_obstacles(const dpor_racer &r, size_t begin);
	void drop_earlier(std::vector<event_id> &events, size_t begin) const;

	footprints &footprints_;
	const dpor_history &history_;
	const dpor_offers &offers_;
	std::vector<dpor_reversal> all_;
	std::vector<event_id> others_;
	std::vector<uint32_t> of_root_, of_event_; // latest by first event; first by operation
	std::vector<event_id> racing_, roots_, obstacles_;
	std::vector<uint64_t> tried_;
};

} // namespace sim
