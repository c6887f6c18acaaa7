// SPDX-License-Identifier: GPL-2.0-only
// Optimal DPOR: what is to be explored for the other order of a race, and whether it is already.
// It must not know what it explores, nor which races there are.
#include <algorithm>
#include "sim/explore_dpor.hpp"

namespace sim {

bool dpor_strategy::comes_before(event_id e, const racer &r, size_t begin)
{
	const auto looked_at = footprints_[r.offered];

	return history_.before(e, r.event) || history_.before(e, r.previous) ||
	       std::any_of(looked_at.begin(), looked_at.end(), [&](const imprint &i) {
		       const uint32_t n = latest_kept(r, i.object, begin);

		       return n != NO_ACCESS && history_.before(e, history_.access(n).event);
	       });
}

void dpor_strategy::reverse(const racer &r, size_t begin, footprint_id as)
{
	const event_id first = first_root(begin), end = history_.size();
	level &l = levels_[history_[first].level];
	const bool fails = failed_ && r.event + 1 != end && is_kept(end - 1, begin);

	sequence_.clear();
	for (event_id e = first + 1; e < end; e++) {
		const dpor_event &kept = history_[e];

		if (!is_kept(e, begin) || (kept.context == r.context && e >= r.event) ||
		    (fails && e >= fatal_from_ && !comes_before(e, r, begin)))
			continue;
		sequence_.push_back({ kept.context, false, kept.full });
		for (const uint32_t answer : history_.answers_of(e))
			sequence_.push_back({ answer, true, 0 });
	}
	sequence_.push_back({ r.context, false, as });
	const covered c = plan(l);
	if (r.event == NO_EVENT || r.event < raced_)
		return;
	// It may touch more than is known: who only waited takes the lock then, and goes on.
	if (c == covered::so_far || as != r.full || history_[r.event].only_waits) {
		open_roots_.insert(open_roots_.end(), roots_.begin() + static_cast<long>(begin),
				   roots_.end());
		open_races_.push_back({ r, as, open_roots_.size() });
	}
}

// The sequence, unless all that it leads to is reached as things stand.
dpor_strategy::covered dpor_strategy::plan(level &l)
{
	const covered c = by_sleepers(l, sequence_.back().who);

	if (c != covered::no)
		return c;
	counts_.reversals += trees_.insert(l.tree, sequence_);
	return trees_.has_more() ? covered::so_far : covered::yes;
}

// A step of a plan was taken, or is explored already, also for sequences in which others come
// before it. What it touches is known only now: where that keeps it from coming first, the sequence
// is to be explored beside it.
void dpor_strategy::plan_conflicting(level &l, uint32_t &overtaken, uint32_t context,
				     footprint_id full)
{
	while (trees_.take_conflicting(overtaken, context, full, sequence_))
		plan(l);
}

// Whether all that the sequence leads to is reached by going on with somebody who sleeps there. One
// who does not come in it may conflict with what comes after it.
dpor_strategy::covered dpor_strategy::by_sleepers(const level &l, uint32_t who) const
{
	covered c = covered::no;

	for (const sleeper &s : asleep_at(l)) {
		size_t at;

		if (!is_weak_initial(footprints_, s.context, s.full, sequence_, at))
			continue;
		if (s.fatal) { // nothing but its own step was explored
			if (s.context == who && at + 1 == sequence_.size())
				c = covered::so_far;
		} else if (at < sequence_.size()) {
			return covered::yes;
		} else if (!s.lingers) {
			c = covered::so_far;
		}
	}
	return c;
}

// Races of events that this execution has in common with the one before. What comes after them is
// different now, and belongs to the beginning of the other order as far as it does not happen after
// what is taken away. So a plan, or somebody who sleeps, with steps that the beginning did not have
// may not lead to what it is now.
void dpor_strategy::try_again()
{
	size_t from = 0;

	for (const open_race &o : open_races_) {
		if (o.r.event >= raced_)
			break;
		roots_.assign(open_roots_.begin() + static_cast<long>(from),
			      open_roots_.begin() + static_cast<long>(o.roots_end));
		latest_kept_.assign(footprints_[o.r.full].size(), NOT_ASKED);
		event_id e = raced_;
		while (e < history_.size() && !is_kept(e, 0))
			e++;
		if (e < history_.size()) // else it is what it was
			reverse(o.r, 0, o.as);
		from = o.roots_end;
	}
	roots_.clear();
}

} // namespace sim
