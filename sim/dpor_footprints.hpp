// SPDX-License-Identifier: GPL-2.0-only
// What operations touch, each different set of touches kept once: comparing two is a few masks.
// It must not know who takes the operations, nor in which order.
#pragma once
#include <cstddef>
#include <vector>
#include "sim/choice.hpp"

namespace sim {

// Ids of any size become 0, 1, 2, .. in the order in which they are met.
class dense_ids {
public:
	uint32_t of(uint32_t id);
	uint32_t id(uint32_t dense) const { return ids_[dense]; }
	size_t size() const { return ids_.size(); }

private:
	void grow();

	std::vector<uint32_t> ids_;
	std::vector<uint32_t> slots_; // open addressing; dense + 1, 0 is free
};

using footprint_id = uint32_t;

// What is left of an object's lock after a step.
enum class lock_state : uint8_t { as_before, held, free, unknown };

// All touches of one object by one operation.
struct imprint {
	uint32_t object; // dense
	bool changes : 1;
	bool waits : 1;	   // it cannot be done while another has the object locked ...
	bool may_spin : 1; // ... but then the operation may be offered as taking its other locks
	lock_state leaves;
	bool borrowed; // locked for the time of the step only, but also while it spins
};
static_assert(sizeof(imprint) == 8); // races are looked for in long lists of them

// They live as long as the search: whoever has an id may ask at any time.
class footprints {
public:
	footprints();
	footprint_id of(std::span<const touch> touches) { return looked_up(NO_BASE, touches); }
	footprint_id with(footprint_id offered, std::span<const touch> effects)
	{
		return effects.empty() ? offered : looked_up(offered, effects);
	}
	footprint_id merged(footprint_id a, footprint_id b);
	// What it is offered as while another has what it may spin for.
	footprint_id spinning(footprint_id offered);
	// The same with what `full` adds to `offered`.
	footprint_id with_effects(footprint_id id, footprint_id offered, footprint_id full);
	std::span<const imprint> operator[](footprint_id id) const
	{
		const record &r = records_[id];

		return { imprints_.data() + r.first, r.count };
	}
	bool conflict(footprint_id a, footprint_id b) const
	{
		const record &x = records_[a], &y = records_[b];

		return ((x.changed & y.touched) | (y.changed & x.touched)) &&
		       (objects_.size() <= 64 || conflict_exactly(a, b));
	}
	uint32_t object(object_id id) { return objects_.of(id); }
	size_t objects() const { return objects_.size(); }

private:
	// Masks of objects, by their number modulo 64: exact as long as there are no more.
	struct record {
		uint64_t touched, changed;
		uint32_t first, count;
	};

	// Touches as they came, which is mostly as before, and what was made of them.
	struct sequence {
		footprint_id base; // to which they are added
		uint32_t first, count;
		footprint_id is;
	};
	static constexpr footprint_id NO_BASE = UINT32_MAX;

	footprint_id looked_up(footprint_id base, std::span<const touch> touches);
	footprint_id made_of(std::span<const touch> touches);
	footprint_id made_with(footprint_id offered, std::span<const touch> effects);
	bool is_sequence(const sequence &s, footprint_id base,
			 std::span<const touch> touches) const;
	void grow_sequences();
	void add(const touch &t, bool is_effect);
	void add(const imprint &i);
	std::vector<imprint>::iterator place_of(uint32_t object); // in draft_
	footprint_id intern();
	bool conflict_exactly(footprint_id a, footprint_id b) const;
	bool is_draft(footprint_id id) const;
	void grow();

	dense_ids objects_;
	std::vector<record> records_;
	std::vector<imprint> imprints_; // of all records, each ordered by object
	std::vector<imprint> draft_;
	std::vector<uint32_t> slots_; // open addressing; id + 1, 0 is free
	std::vector<touch> touches_;  // of all sequences
	std::vector<sequence> sequences_;
	std::vector<uint32_t> sequence_slots_; // open addressing; index + 1, 0 is free
};

} // namespace sim
