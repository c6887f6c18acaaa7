// SPDX-License-Identifier: GPL-2.0-only
// Optimal DPOR: whether an operation could go on where some of the events before it are removed.
// It must not know what it explores.
#include <algorithm>
#include <utility>
#include "sim/explore_dpor.hpp"

namespace sim {

// Of the n-th object that it touches, the access before it.
uint32_t dpor_strategy::latest_before(const racer &r, size_t n) const
{
	return r.event == NO_EVENT ? history_.latest_access(footprints_[r.full][n].object)
				   : history_.access_before(r.event, n);
}

// That access or the one before it that is kept.
uint32_t dpor_strategy::kept_from(uint32_t n, size_t begin) const
{
	while (n != NO_ACCESS && !is_kept(history_.access(n).event, begin))
		n = history_.access(n).previous;
	return n;
}

// Asked for the same again and again while nothing else is removed.
uint32_t dpor_strategy::latest_kept_of(const racer &r, size_t n, size_t begin)
{
	if (begin == roots_.size())
		return latest_before(r, n);
	uint32_t &known = latest_kept_[n];
	if (known == NOT_ASKED)
		known = kept_from(latest_before(r, n), begin);
	return known;
}

// The object is one that it is offered with.
uint32_t dpor_strategy::latest_kept(const racer &r, uint32_t object, size_t begin)
{
	const auto touched = footprints_[r.full];
	size_t n = 0;

	while (touched[n].object != object)
		n++;
	return latest_kept_of(r, n, begin);
}

bool dpor_strategy::is_held(const racer &r, uint32_t object, size_t begin)
{
	return history_.left_by(latest_kept(r, object, begin)) == lock_state::held;
}

// Whether it is there at all without what is removed: a timer has to be armed before it can fire.
bool dpor_strategy::is_made(const racer &r, event_id first, size_t begin) const
{
	// An event that has come in between was another time.
	const bool is_again = r.previous != NO_EVENT && r.previous >= first;
	const event_id from = is_again ? r.previous + 1 : first;

	if (!is_again && is_listed(levels_[history_[first].level], r.context))
		return true;
	for (event_id e = r.end; e-- > from;) {
		const dpor_event &before = history_[e];

		// Where one has to go first for whatever the others do, they are not listed.
		if (!is_listed(levels_[before.level], r.context) &&
		    (!before.alone || footprints_.conflict(before.full, r.offered)))
			return is_kept(e, begin);
	}
	return true;
}

// Whether what woke it last is kept. If it is not, nothing that is kept wakes it, for whatever
// would do so later comes after that: unless it was awake before, and put to sleep by a step that
// is not kept either. So it goes for who is moved to another CPU.
bool dpor_strategy::is_woken(const racer &r, event_id first, size_t begin) const
{
	const bool is_again = r.previous != NO_EVENT && r.previous >= first;
	const event_id from = is_again ? r.previous + 1 : first;
	bool is_awake = r.event != NO_EVENT, has_to_be = false;

	for (event_id e = r.end; e-- > from;) {
		const level &l = levels_[history_[e].level];

		if (has_to_be_woken(l, r.context)) {
			if (is_awake && is_kept(e, begin))
				return true;
			has_to_be |= std::exchange(is_awake, false);
		} else if (is_listed(l, r.context)) {
			if (has_to_be && !is_awake && is_kept(e, begin))
				return false;
			has_to_be &= is_awake;
			is_awake = true;
		}
	}
	return !has_to_be;
}

// Whether the choice before `at` shows what the context would find: it stood at this operation
// there, and nothing that the operation looks at was changed since, other than by what is removed.
// What it waits for is another matter.
bool dpor_strategy::is_recorded(const racer &r, event_id at, size_t begin)
{
	if (r.previous != NO_EVENT && r.previous > at)
		return false;
	for (const imprint &i : footprints_[r.offered]) {
		if (i.waits && !may_spin(i))
			continue;
		const uint32_t n = history_.last_change(latest_kept(r, i.object, begin));
		if (n != NO_ACCESS && history_.access(n).event > at)
			return false;
	}
	return true;
}

// Whether something that it waits for was another's at the choice before `at`.
bool dpor_strategy::has_to_wait(const racer &r, event_id at) const
{
	for (const imprint &i : footprints_[r.offered]) {
		if (!i.waits)
			continue;
		const lock_state is = history_.left_by(history_.latest_access(i.object, at));
		if (is == lock_state::held || is == lock_state::unknown)
			return true;
	}
	return false;
}

// Whether something that it waits for, and that is no lock, was changed since, other than by what
// is removed: a real-time task of its CPU has come to a sleep.
bool dpor_strategy::is_let_go(const racer &r, event_id at, size_t begin)
{
	for (const imprint &i : footprints_[r.offered]) {
		uint32_t n = i.waits ? latest_kept(r, i.object, begin) : NO_ACCESS;

		for (; n != NO_ACCESS && history_.access(n).event > at;
		     n = history_.access(n).previous)
			if (history_.access(n).leaves == lock_state::unknown &&
			    is_kept(history_.access(n).event, begin))
				return true;
	}
	return false;
}

// Whether this operation, which it is offered at the choice before `at`, is still there after the
// steps that are kept: none of them has what it waits for, and none gave it another.
bool dpor_strategy::is_left_to(const racer &r, footprint_id as, event_id at, size_t begin) const
{
	for (event_id e = at + 1; e < r.end; e++) {
		const waiting *const then = listed(levels_[history_[e].level], r.context);

		if (then && then->offered == as && changes_with(*then, e) &&
		    is_kept(e, begin))
			return false;
	}
	for (const imprint &i : footprints_[as]) {
		const uint32_t n = kept_from(history_.latest_access(i.object), begin);

		if (i.waits && !may_spin(i)) {
			if (history_.left_by(n) == lock_state::held)
				return false;
			continue;
		}
		const uint32_t change = history_.last_change(n);
		if (change != NO_ACCESS && history_.access(change).event > at)
			return false;
	}
	return true;
}

// What is not known is taken as possible: the execution will show. `as`: what it would touch.
bool dpor_strategy::can_go(const racer &r, size_t begin, footprint_id &as)
{
	const event_id first = first_root(begin);
	bool spins = false;

	if (history_[first].alone)
		return false; // nobody else could have gone first
	for (const imprint &i : footprints_[r.offered]) {
		if (!i.waits || !is_held(r, i.object, begin))
			continue;
		if (!may_spin(i))
			return false;
		spins = true;
	}
	if (!is_made(r, first, begin))
		return false;
	if (spins)
		as = footprints_.spinning(r.offered);
	if (!is_recorded(r, first, begin))
		return is_woken(r, first, begin);
	const level &l = levels_[history_[first].level];
	const uint32_t answer = offered_to(l, r.context);
	if (answer == UINT32_MAX)
		return (has_to_wait(r, first) || is_let_go(r, first, begin)) &&
		       !has_to_be_woken(l, r.context);
	const footprint_id offered = waiting_[l.waiting + answer].offered;
	if (spins || offered == r.offered)
		return true;
	as = footprints_.with_effects(offered, r.offered, r.full);
	return is_left_to(r, offered, first, begin);
}

} // namespace sim
