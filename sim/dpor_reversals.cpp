// SPDX-License-Identifier: GPL-2.0-only
// For an operation and a set of events before it that it conflicts with: could it have come first?
// It must not know what is explored already.
//
// Everything that does not happen after these events stays as it was, and then comes the operation:
// if it is possible there, that is the beginning of another execution. If it is not possible (it
// would find a lock held, or it would still sleep), more must not have happened: the change of an
// object it waits for that came last is added to the set, until it is possible, or nothing is left
// that could be without it. So every order is found, also of operations that are blocked in the
// end. What is found for an event depends on nothing after it.
#include "sim/dpor_reversals.hpp"
#include <algorithm>

namespace sim {

void dpor_reversals::find_new()
{
	for (event_id e = static_cast<event_id>(of_event_.size()); e < history_.size(); e++) {
		const dpor_event &taken = history_[e];

		of_event_.push_back(size());
		of_root_.push_back(NO_REVERSAL);
		races_of({ taken.context, taken.offered, taken.full, taken.previous, e, true });
		if (offers_.has_events())
			races_of_pending(e);
	}
}

void dpor_reversals::cut(event_id from)
{
	if (from >= of_event_.size())
		return;
	drop_latest(of_event_[from]);
	of_event_.resize(from);
	of_root_.resize(from);
}

void dpor_reversals::drop_latest(uint32_t first)
{
	for (; all_.size() > first; all_.pop_back()) {
		const dpor_reversal &r = all_.back();

		of_root_[r.root] = r.next;
		others_.resize(r.others);
	}
}

uint32_t dpor_reversals::find_for(const dpor_racer &waiting, bool was_offered)
{
	const uint32_t first = size();

	if (was_offered)
		races_of(waiting);
	else
		waits_for(waiting);
	return first;
}

// An operation that was possible where it stands.
void dpor_reversals::races_of(const dpor_racer &r)
{
	racing_.clear();
	for (const imprint &i : footprints_[r.full])
		history_.for_each_conflict(
			history_.latest_access(i.object, r.position), i.changes, [&](event_id e) {
				if (!is_fixed(r, e))
					racing_.push_back(e);
			});
	drop_earlier(racing_, 0);
	tried_.clear();
	for (const event_id e : racing_) {
		roots_.assign(1, e);
		try_without(r, 0);
	}
	roots_.clear();
}

// One that was not.
void dpor_reversals::waits_for(const dpor_racer &r)
{
	tried_.clear();
	roots_.clear();
	try_without(r, 0);
}

// A pending event may be gone for good after a step that it conflicts with: a timer was deleted.
void dpor_reversals::races_of_pending(event_id e)
{
	for (const dpor_offer &o : offers_.all(history_[e].offers)) {
		const dpor_racer r{ o.context, o.offered, o.offered, history_.last_before(o.context, e),
				    e, false };

		if (!o.is_event || o.context == history_[e].context ||
		    !footprints_.conflict(o.offered, history_[e].full))
			continue;
		tried_.clear();
		roots_.assign(1, e);
		try_without(r, 0);
	}
	roots_.clear();
}

// Whether it comes before the operation whatever is changed between the two.
bool dpor_reversals::is_fixed(const dpor_racer &r, event_id e) const
{
	return history_[e].context == r.context || history_.before(e, r.previous);
}

bool dpor_reversals::is_kept(event_id e, size_t begin) const
{
	for (size_t i = begin; i < roots_.size(); i++)
		if (history_.before(roots_[i], e))
			return false;
	return true;
}

event_id dpor_reversals::first_root(size_t begin) const
{
	return *std::min_element(roots_.begin() + static_cast<long>(begin), roots_.end());
}

// From `begin` on, leaves each event once, and none that happens before another of them.
void dpor_reversals::drop_earlier(std::vector<event_id> &events, size_t begin) const
{
	const auto from = events.begin() + static_cast<long>(begin);

	if (events.size() < begin + 2)
		return;
	std::sort(from, events.end());
	events.erase(std::unique(from, events.end()), events.end());
	for (size_t i = begin; i < events.size();) {
		const auto later = events.begin() + static_cast<long>(i) + 1;
		const bool is_earlier =
			std::any_of(later, events.end(),
				    [&](event_id f) { return history_.before(events[i], f); });

		if (is_earlier)
			events.erase(later - 1);
		else
			i++;
	}
}

bool dpor_reversals::was_tried(size_t begin)
{
	uint64_t sum = 0;

	for (size_t i = begin; i < roots_.size(); i++) {
		const uint64_t mixed = (roots_[i] + 1) * UINT64_C(0x9e3779b97f4a7c15);

		sum += mixed ^ mixed >> 31;
	}
	if (std::find(tried_.begin(), tried_.end(), sum) != tried_.end())
		return true;
	tried_.push_back(sum);
	return false;
}

void dpor_reversals::try_without(const dpor_racer &r, size_t begin)
{
	const size_t end = roots_.size(), first = obstacles_.size();
	footprint_id as = r.full;

	if (was_tried(begin))
		return;
	if (begin != end && can_go(r, begin, as)) {
		note(r, begin, as);
		return;
	}
	add_obstacles(r, begin);
	for (size_t i = first; i < obstacles_.size(); i++) {
		const event_id obstacle = obstacles_[i];

		for (size_t k = begin; k < end; k++)
			if (!history_.before(obstacle, roots_[k]))
				roots_.push_back(roots_[k]);
		roots_.push_back(obstacle);
		try_without(r, end);
		roots_.resize(end);
	}
	obstacles_.resize(first);
}

void dpor_reversals::note(const dpor_racer &r, size_t begin, footprint_id as)
{
	const event_id root = first_root(begin);
	const auto others = static_cast<uint32_t>(others_.size());

	for (size_t i = begin; i < roots_.size(); i++)
		if (roots_[i] != root)
			others_.push_back(roots_[i]);
	all_.push_back({ r, as, root, others, static_cast<uint32_t>(others_.size()),
			 of_root_[root] });
	of_root_[root] = size() - 1;
}

// ---- whether it could go on there ----

uint32_t dpor_reversals::latest_kept(const dpor_racer &r, uint32_t object, size_t begin) const
{
	uint32_t n = history_.latest_access(object, r.position);

	while (n != NO_ACCESS && !is_kept(history_.access(n).event, begin))
		n = history_.access(n).previous;
	return n;
}

bool dpor_reversals::is_held(const dpor_racer &r, uint32_t object, size_t begin) const
{
	uint32_t n = latest_kept(r, object, begin);

	while (n != NO_ACCESS && history_.access(n).leaves == lock_state::as_before)
		n = history_.access(n).previous;
	return n != NO_ACCESS && history_.access(n).leaves == lock_state::held;
}

// Whether the choice before `at` shows what the context would find: it stood at this operation
// there, and nothing that the operation looks at was changed since, other than by what is removed.
bool dpor_reversals::is_recorded(const dpor_racer &r, event_id at, size_t begin) const
{
	if (r.previous != NO_EVENT && r.previous > at)
		return false;
	for (const imprint &i : footprints_[r.offered]) {
		uint32_t n = latest_kept(r, i.object, begin);

		for (; n != NO_ACCESS && history_.access(n).event > at;
		     n = history_.access(n).previous)
			if (history_.access(n).changes)
				return false;
	}
	return true;
}

// What is not known is taken as possible: the execution will show. `as`: what it would touch.
bool dpor_reversals::can_go(const dpor_racer &r, size_t begin, footprint_id &as)
{
	const event_id first = first_root(begin);

	for (const imprint &i : footprints_[r.offered])
		if (i.waits && !i.may_spin && is_held(r, i.object, begin))
			return false;
	if (history_[first].offers.is_alone())
		return false; // nobody else could have gone first
	if (!is_recorded(r, first, begin))
		return true;
	const dpor_offer *o = offers_.find(history_[first].offers, r.context);
	if (!o || !offers_.is_offered(history_[first].offers, o))
		return false;
	if (o->offered != r.offered)
		as = footprints_.with_effects(o->offered, r.offered, r.full);
	return true;
}

// The last changes, among what is kept, of what the operation waits for: of a lock that is held,
// if that is known to be the reason. Or the step after which the engine offered one context only.
void dpor_reversals::add_obstacles(const dpor_racer &r, size_t begin)
{
	const size_t first = obstacles_.size();
	auto add = [&](const imprint &i) {
		uint32_t n = latest_kept(r, i.object, begin);

		while (n != NO_ACCESS && !history_.access(n).changes)
			n = history_.access(n).previous;
		if (n != NO_ACCESS && !is_fixed(r, history_.access(n).event))
			obstacles_.push_back(history_.access(n).event);
	};

	for (const imprint &i : footprints_[r.offered])
		if (i.waits && !i.may_spin && is_held(r, i.object, begin)) {
			add(i);
			return;
		}
	for (const imprint &i : footprints_[r.full])
		add(i);
	if (begin < roots_.size()) {
		const event_id e = first_root(begin);

		if (e > 0 && history_[e].offers.is_alone() &&
		    !offers_.find(history_[e].offers, r.context) && !is_fixed(r, e - 1))
			obstacles_.push_back(e - 1);
	}
	drop_earlier(obstacles_, first);
}

} // namespace sim
