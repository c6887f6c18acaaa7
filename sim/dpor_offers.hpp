// SPDX-License-Identifier: GPL-2.0-only
// What was offered, and who was blocked, at each step of the present execution.
// It must not know what was chosen, nor why.
#pragma once
#include <span>
#include <vector>
#include "sim/dpor_footprints.hpp"

namespace sim {

// An operation that a context waits to do.
struct dpor_offer {
	uint32_t context; // dense
	bool is_event;	  // pending: EVENT
	footprint_id offered;
};

// Of one step: who is offered, in the order of the options, then who is blocked.
struct offer_list {
	uint32_t begin, offered_end, end;

	bool is_alone() const { return offered_end - begin == 1; }
};

class dpor_offers {
public:
	void push(const dpor_offer &o)
	{
		all_.push_back(o);
		has_events_ |= o.is_event;
	}
	uint32_t size() const { return static_cast<uint32_t>(all_.size()); }
	void cut(uint32_t size) { all_.resize(size); }
	bool has_events() const { return has_events_; }

	const dpor_offer &operator[](uint32_t n) const { return all_[n]; }
	std::span<const dpor_offer> all(const offer_list &l) const
	{
		return { all_.data() + l.begin, l.end - l.begin };
	}
	std::span<const dpor_offer> blocked(const offer_list &l) const
	{
		return { all_.data() + l.offered_end, l.end - l.offered_end };
	}
	// Null: the context is neither offered nor blocked.
	const dpor_offer *find(const offer_list &l, uint32_t context) const
	{
		for (const dpor_offer &o : all(l))
			if (o.context == context)
				return &o;
		return nullptr;
	}
	bool is_offered(const offer_list &l, const dpor_offer *o) const
	{
		return o < all_.data() + l.offered_end;
	}

private:
	std::vector<dpor_offer> all_;
	bool has_events_ = false; // anywhere, ever
};

} // namespace sim
