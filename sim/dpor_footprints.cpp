// SPDX-License-Identifier: GPL-2.0-only
// Touches to footprints: merged by object, ordered, and each set kept once.
// It must not know who takes the operations, nor in which order.
#include "sim/dpor_footprints.hpp"
#include <algorithm>

namespace sim {

constexpr uint64_t GOLDEN = UINT64_C(0x9e3779b97f4a7c15);
constexpr size_t SLOTS_FIRST = 64;

uint32_t dense_ids::of(uint32_t id)
{
	if (slots_.size() < 2 * (ids_.size() + 1))
		grow();
	for (size_t i = (id * GOLDEN >> 32) & (slots_.size() - 1);;
	     i = (i + 1) & (slots_.size() - 1)) {
		if (!slots_[i]) {
			ids_.push_back(id);
			slots_[i] = static_cast<uint32_t>(ids_.size());
			return slots_[i] - 1;
		}
		if (ids_[slots_[i] - 1] == id)
			return slots_[i] - 1;
	}
}

void dense_ids::grow()
{
	slots_.assign(std::max(SLOTS_FIRST, 2 * slots_.size()), 0);
	for (size_t n = 0; n < ids_.size(); n++) {
		size_t i = (ids_[n] * GOLDEN >> 32) & (slots_.size() - 1);

		while (slots_[i])
			i = (i + 1) & (slots_.size() - 1);
		slots_[i] = static_cast<uint32_t>(n + 1);
	}
}

footprints::footprints() : slots_(SLOTS_FIRST), sequence_slots_(SLOTS_FIRST) {}

static lock_state left_by(access kind)
{
	switch (kind) {
	case access::lock: return lock_state::held;
	case access::unlock: return lock_state::free;
	case access::write:
	case access::rmw: return lock_state::unknown; // it may be a trylock
	default: return lock_state::as_before;
	}
}

std::vector<imprint>::iterator footprints::place_of(uint32_t object)
{
	return std::lower_bound(draft_.begin(), draft_.end(), object,
				[](const imprint &known, uint32_t o) { return known.object < o; });
}

void footprints::add(const imprint &i)
{
	const auto at = place_of(i.object);

	if (at == draft_.end() || at->object != i.object) {
		draft_.insert(at, i);
		return;
	}
	at->changes |= i.changes;
	at->waits |= i.waits;
	at->may_spin |= i.may_spin;
	at->borrowed |= i.borrowed;
	// In which order an operation does what is not known.
	if (i.leaves != lock_state::as_before && at->leaves != lock_state::unknown)
		at->leaves = i.leaves;
}

// An effect keeps no step from being taken.
void footprints::add(const touch &t, bool is_effect)
{
	if (t.kind == access::none)
		return;
	const bool borrows = t.kind == access::borrow;
	const bool waits = t.kind == access::lock || t.kind == access::pass || borrows;

	add({ objects_.of(t.object), changes(t.kind), waits && !is_effect, false, left_by(t.kind),
	      borrows });
}

footprint_id footprints::made_of(std::span<const touch> touches)
{
	draft_.clear();
	for (const touch &t : touches)
		add(t, false);
	if (!touches.empty() && locks(touches[0].kind))
		for (const touch &t : touches.subspan(1))
			if (locks(t.kind))
				place_of(objects_.of(touches[0].object))->may_spin = true;
	return intern();
}

footprint_id footprints::made_with(footprint_id offered, std::span<const touch> effects)
{
	const auto known = (*this)[offered];

	draft_.assign(known.begin(), known.end());
	for (const touch &t : effects)
		add(t, true);
	return intern();
}

static uint64_t hash_of(footprint_id base, std::span<const touch> touches)
{
	uint64_t h = base;

	for (const touch &t : touches)
		h = (h ^ t.object ^ static_cast<uint64_t>(t.kind) << 32) * GOLDEN;
	return h ^ h >> 29;
}

bool footprints::is_sequence(const sequence &s, footprint_id base,
			     std::span<const touch> touches) const
{
	return s.base == base && s.count == touches.size() &&
	       std::equal(touches.begin(), touches.end(), touches_.data() + s.first,
			  [](const touch &a, const touch &b) {
				  return a.object == b.object && a.kind == b.kind;
			  });
}

footprint_id footprints::looked_up(footprint_id base, std::span<const touch> touches)
{
	if (sequence_slots_.size() < 2 * (sequences_.size() + 1))
		grow_sequences();
	const size_t mask = sequence_slots_.size() - 1;
	size_t i = hash_of(base, touches) & mask;

	for (; sequence_slots_[i]; i = (i + 1) & mask) {
		const sequence &s = sequences_[sequence_slots_[i] - 1];

		if (is_sequence(s, base, touches))
			return s.is;
	}
	const footprint_id is = base == NO_BASE ? made_of(touches) : made_with(base, touches);
	sequences_.push_back({ base, static_cast<uint32_t>(touches_.size()),
			       static_cast<uint32_t>(touches.size()), is });
	touches_.insert(touches_.end(), touches.begin(), touches.end());
	sequence_slots_[i] = static_cast<uint32_t>(sequences_.size());
	return is;
}

void footprints::grow_sequences()
{
	sequence_slots_.assign(2 * sequence_slots_.size(), 0);
	for (uint32_t n = 0; n < sequences_.size(); n++) {
		const sequence &s = sequences_[n];
		size_t i = hash_of(s.base, { touches_.data() + s.first, s.count }) &
			   (sequence_slots_.size() - 1);

		while (sequence_slots_[i])
			i = (i + 1) & (sequence_slots_.size() - 1);
		sequence_slots_[i] = n + 1;
	}
}

footprint_id footprints::merged(footprint_id a, footprint_id b)
{
	if (a == b)
		return a;
	const auto known = (*this)[a];

	draft_.assign(known.begin(), known.end());
	for (const imprint &i : (*this)[b])
		add(i);
	return intern();
}

footprint_id footprints::spinning(footprint_id offered)
{
	const auto known = (*this)[offered];

	draft_.assign(known.begin(), known.end());
	for (imprint &i : draft_)
		if (i.may_spin || !i.waits)
			i = { i.object, false, false, false, lock_state::as_before, false };
		else if (i.borrowed)
			i = { i.object, true, true, false, lock_state::held, false };
	return intern();
}

footprint_id footprints::with_effects(footprint_id id, footprint_id offered, footprint_id full)
{
	if (offered == full)
		return id;
	const auto known = (*this)[id], before = (*this)[offered];

	draft_.assign(known.begin(), known.end());
	for (const imprint &i : (*this)[full]) {
		const bool is_new = std::none_of(before.begin(), before.end(), [&](imprint b) {
			return b.object == i.object && b.changes == i.changes &&
			       b.leaves == i.leaves;
		});

		if (is_new)
			add(i);
	}
	return intern();
}

static uint64_t hash_of(std::span<const imprint> all)
{
	uint64_t h = all.size();

	for (const imprint &i : all) {
		h = (h ^ i.object ^ uint64_t{ i.changes } << 32 ^ uint64_t{ i.waits } << 33 ^
		     uint64_t{ i.may_spin } << 34 ^ static_cast<uint64_t>(i.leaves) << 35 ^
		     uint64_t{ i.borrowed } << 38) *
		    GOLDEN;
		h ^= h >> 29;
	}
	return h;
}

bool footprints::is_draft(footprint_id id) const
{
	const auto known = (*this)[id];

	return std::equal(known.begin(), known.end(), draft_.begin(), draft_.end(),
			  [](const imprint &a, const imprint &b) {
				  return a.object == b.object && a.changes == b.changes &&
					 a.waits == b.waits && a.may_spin == b.may_spin &&
					 a.leaves == b.leaves &&
					 a.borrowed == b.borrowed;
			  });
}

footprint_id footprints::intern()
{
	if (slots_.size() < 2 * (records_.size() + 1))
		grow();
	size_t i = hash_of(draft_) & (slots_.size() - 1);

	for (; slots_[i]; i = (i + 1) & (slots_.size() - 1))
		if (is_draft(slots_[i] - 1))
			return slots_[i] - 1;
	record r{ 0, 0, static_cast<uint32_t>(imprints_.size()),
		  static_cast<uint32_t>(draft_.size()) };
	for (const imprint &d : draft_) {
		r.touched |= UINT64_C(1) << d.object % 64;
		r.changed |= uint64_t{ d.changes } << d.object % 64;
	}
	imprints_.insert(imprints_.end(), draft_.begin(), draft_.end());
	records_.push_back(r);
	slots_[i] = static_cast<uint32_t>(records_.size());
	return slots_[i] - 1;
}

void footprints::grow()
{
	slots_.assign(2 * slots_.size(), 0);
	for (footprint_id id = 0; id < records_.size(); id++) {
		size_t i = hash_of((*this)[id]) & (slots_.size() - 1);

		while (slots_[i])
			i = (i + 1) & (slots_.size() - 1);
		slots_[i] = id + 1;
	}
}

bool footprints::conflict_exactly(footprint_id a, footprint_id b) const
{
	const auto x = (*this)[a], y = (*this)[b];
	auto i = x.begin();
	auto j = y.begin();

	while (i != x.end() && j != y.end()) {
		if (i->object == j->object) {
			if (i->changes || j->changes)
				return true;
			++i, ++j;
		} else if (i->object < j->object) {
			++i;
		} else {
			++j;
		}
	}
	return false;
}

} // namespace sim
