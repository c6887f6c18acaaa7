// SPDX-License-Identifier: GPL-2.0-only
// Optimal DPOR: the races of an execution that has ended, and what is to be explored for them.
// It must not know what it explores.
//
// For an operation and a set of events before it that it conflicts with: could it have come first?
// Everything else that does not happen after these events stays as it was, and then comes the
// operation: if it is possible there, that is the beginning of another execution. If it is not
// possible (it would find a lock held, or it would still sleep), more must not have happened: the
// change of an object it waits for that came last is added to the set, until it is possible, or
// nothing is left that could be without it. Both rules together find every order, also of
// operations that are blocked in the end.
#include <algorithm>
#include "sim/explore_dpor.hpp"

namespace sim {

void dpor_strategy::find_races(ending how)
{
	const bool ended_early = !asleep_ && (how == ending::bound || how == ending::failed);

	// The step that failed, with those before that left no choice but to come to it.
	fatal_from_ = failed_ ? history_.size() - 1 : NO_EVENT;
	while (failed_ && fatal_from_ > 0 && history_[fatal_from_].alone)
		fatal_from_--;
	try_again();
	for (; raced_ < history_.size(); raced_++) {
		races_of(taken(raced_));
		note_passing(raced_);
		if (no_waits_)
			look_for_waits(raced_, ended_early);
	}
	// What else comes before them is different in each execution.
	for (const passing &p : passing_) {
		const racer r = pending(p.what, p.other);

		tried_.clear();
		roots_.assign(1, p.other);
		const bool is_event = contexts_.id(r.context) & EVENT;
		const event_id e = is_event ? gone_with(r, ended_early) : NO_EVENT;
		if (e != NO_EVENT)
			roots_.push_back(e);
		try_without(r, 0);
	}
	roots_.clear();
	find_last_races(how);
	if (no_waits_)
		look_for_last_waits(ended_early);
}

// Of operations that were not taken.
void dpor_strategy::find_last_races(ending how)
{
	for (const waiting &w : stuck_)
		waits_for(pending(w, history_.size()));
	if (asleep_ || levels_.empty() || (how != ending::bound && how != ending::failed))
		return;
	// As they stood before the last step; what its context would do next is not known.
	const dpor_event &last = history_[history_.size() - 1];
	const level &l = levels_[last.level];
	for (size_t i = l.waiting; i < l.waiting_end; i++) {
		const waiting w = waiting_[i];
		const racer r = pending(w, history_.size());

		if (w.context != last.context)
			i < l.offered_end ? races_of(r) : waits_for(r);
	}
}

// An operation that was possible where it stands.
void dpor_strategy::races_of(const racer &r)
{
	const auto touched = footprints_[r.full];

	racing_.clear();
	for (size_t i = 0; i < touched.size(); i++) {
		const uint32_t before = latest_before(r, i);

		history_.for_each_conflict(before, touched[i].changes, [&](event_id e) {
			if (!is_fixed(r, e))
				racing_.push_back(e);
		});
	}
	drop_earlier(racing_, 0);
	tried_.clear();
	for (const event_id e : racing_) {
		roots_.assign(1, e);
		try_without(r, 0);
	}
	roots_.clear();
}

// One that was not, after all events there are.
void dpor_strategy::waits_for(const racer &r)
{
	tried_.clear();
	roots_.clear();
	try_without(r, 0);
}

dpor_strategy::racer dpor_strategy::taken(event_id e) const
{
	const dpor_event &event = history_[e];

	return { event.context, event.offered, event.full, event.previous, e, e };
}

// One that was waiting there, and was not taken.
dpor_strategy::racer dpor_strategy::pending(const waiting &w, event_id end) const
{
	event_id previous = history_.last_of(w.context);

	while (previous != NO_EVENT && previous >= end)
		previous = history_[previous].previous;
	return { w.context, w.offered, w.offered, previous, NO_EVENT, end };
}

void dpor_strategy::note_passing(event_id e)
{
	const level &l = levels_[history_[e].level];

	for (size_t i = l.waiting; i < l.waiting_end; i++) {
		const waiting w = waiting_[i];

		if (w.context != history_[e].context && (may_go_with(w, e) || changes_with(w, e)))
			passing_.push_back({ e, w });
	}
}

// A pending event may be gone for good after a step that it conflicts with: a timer was deleted.
bool dpor_strategy::may_go_with(const waiting &w, event_id e) const
{
	return (contexts_.id(w.context) & EVENT) && !is_fixed(pending(w, e), e) &&
	       footprints_.conflict(w.offered, history_[e].full);
}

// Whoever stands before an operation may be given another by a step of somebody else: he is moved
// to another CPU. That he could have gone on before shows only in what he stood before then.
bool dpor_strategy::changes_with(const waiting &w, event_id e) const
{
	if (w.why == obstacle::asleep || e + 1 == history_.size())
		return false;
	const waiting *const then = listed(levels_[history_[e + 1].level], w.context);
	return then && then->offered != w.offered;
}

// The later step with which a pending event has gone, other than by coming: it is not there after
// that step either, or is another event, as when a timer has moved to another CPU.
event_id dpor_strategy::gone_with(const racer &r, bool ended_early) const
{
	event_id e = r.end, last = NO_EVENT; // that conflicts

	for (; e < history_.size(); e++) {
		const dpor_event &step = history_[e];
		const bool conflicts = footprints_.conflict(step.full, r.offered);

		if (step.context == r.context && step.offered == r.offered)
			return NO_EVENT;
		// Where one has to go first for whatever the others do, they are not listed.
		if (step.context == r.context ||
		    (!is_listed(levels_[step.level], r.context) && (!step.alone || conflicts)))
			break;
		if (conflicts)
			last = e;
	}
	// What is there after the last step is not known. Where that was left to end, it is enough
	// to plan what is possible in any case.
	const bool is_unknown = ended_early || (asleep_ && last + 1 != e);
	return last == r.end || (is_unknown && e == history_.size()) ? NO_EVENT : last;
}

void dpor_strategy::forget_races(event_id from)
{
	raced_ = std::min(raced_, from);
	while (!open_races_.empty() && open_races_.back().r.event >= from)
		open_races_.pop_back();
	open_roots_.resize(open_races_.empty() ? 0 : open_races_.back().roots_end);
	while (!passing_.empty() && passing_.back().other >= from)
		passing_.pop_back();
}

// Whether it comes before the operation whatever is changed between the two.
bool dpor_strategy::is_fixed(const racer &r, event_id e) const
{
	return history_[e].context == r.context || history_.before(e, r.previous);
}

event_id dpor_strategy::first_root(size_t begin) const
{
	return *std::min_element(roots_.begin() + static_cast<long>(begin), roots_.end());
}

// From `begin` on, leaves each event once, and none that happens before another of them.
void dpor_strategy::drop_earlier(std::vector<event_id> &events, size_t begin) const
{
	const auto from = events.begin() + static_cast<long>(begin);

	std::sort(from, events.end());
	events.erase(std::unique(from, events.end()), events.end());
	for (size_t i = begin; i < events.size();) {
		const auto later = events.begin() + static_cast<long>(i) + 1;
		const bool is_earlier = std::any_of(later, events.end(), [&](event_id f) {
			return history_.before(events[i], f);
		});

		if (is_earlier)
			events.erase(later - 1);
		else
			i++;
	}
}

bool dpor_strategy::was_tried(size_t begin)
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

void dpor_strategy::try_without(const racer &r, size_t begin)
{
	const size_t end = roots_.size(), first = obstacles_.size();
	footprint_id as = r.full;

	if (was_tried(begin))
		return;
	latest_kept_.assign(footprints_[r.full].size(), NOT_ASKED);
	if (begin != end && can_go(r, begin, as)) {
		reverse(r, begin, as);
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

// The last changes, among what is kept, of what the operation waits for: of a lock that is held,
// if that is known to be the reason. Or the step after which the engine offered one context only.
void dpor_strategy::add_obstacles(const racer &r, size_t begin)
{
	const size_t first = obstacles_.size();
	auto add = [&](uint32_t n) {
		n = history_.last_change(n);
		if (n != NO_ACCESS && !is_fixed(r, history_.access(n).event))
			obstacles_.push_back(history_.access(n).event);
	};

	for (const imprint &i : footprints_[r.offered])
		if (i.waits && !may_spin(i) && is_held(r, i.object, begin)) {
			add(latest_kept(r, i.object, begin));
			return;
		}
	for (size_t n = 0; n < footprints_[r.full].size(); n++)
		add(latest_kept_of(r, n, begin));
	if (begin < roots_.size()) {
		const event_id e = first_root(begin);

		if (e > 0 && history_[e].alone &&
		    !is_listed(levels_[history_[e].level], r.context) && !is_fixed(r, e - 1))
			obstacles_.push_back(e - 1);
	}
	drop_earlier(obstacles_, first);
}

} // namespace sim
