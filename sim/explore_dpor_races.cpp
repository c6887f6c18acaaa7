// SPDX-License-Identifier: GPL-2.0-only
// Optimal DPOR: what is to be explored for the races of an execution that has ended.
// It must not know what it explores.
//
// For each reversal, all events that do not happen after those it goes without, and then the
// operation: the beginning of an execution that goes into the wakeup tree of the choice where it
// departs, unless what is explored or planned there leads to all that it leads to. Events after
// the operation belong to it as well: another end of an execution gives another sequence.
#include <algorithm>
#include "sim/explore_dpor.hpp"

namespace sim {

void dpor_strategy::find_races(ending how)
{
	// The step that failed, with those before that left no choice but to come to it.
	fatal_from_ = failed_ ? history_.size() - 1 : NO_EVENT;
	while (failed_ && fatal_from_ > 0 && history_[fatal_from_].offers.is_alone())
		fatal_from_--;

	reversals_.find_new();
	seen_.resize(new_from_);
	seen_.resize(history_.size(), { NO_REVERSAL, NO_EVENT });
	for (event_id root = 0; root < history_.size(); root++)
		if (reversals_.first_without(root) != NO_REVERSAL)
			reverse_at(root);
	for (const dpor_offer &o : stuck_)
		reverse_for(o.context, o.offered, history_.size(), false);
	if (asleep_ || levels_.empty() || (how != ending::bound && how != ending::failed))
		return;
	// As they stood before the last step; what its context would do next is not known.
	const event_id last = history_.size() - 1;
	const offer_list list = history_[last].offers;
	for (uint32_t i = list.begin; i < list.end; i++)
		if (offers_[i].context != history_[last].context)
			reverse_for(offers_[i].context, offers_[i].offered, last,
				    i < list.offered_end);
}

// An operation that nobody has taken.
void dpor_strategy::reverse_for(uint32_t context, footprint_id offered, event_id position,
				bool was_offered)
{
	const uint32_t first = reversals_.find_for(
		{ context, offered, offered, history_.last_before(context, position), position,
		  false },
		was_offered);

	for (uint32_t n = first; n < reversals_.size(); n++)
		reverse(reversals_[n]);
	reversals_.drop_latest(first);
}

// All reversals that begin with leaving out `root`. Most go without it alone, and keep the same.
void dpor_strategy::reverse_at(event_id root)
{
	const level &l = levels_[history_[root].level];

	if (is_as_before(root))
		return;
	keep_without(root);
	const size_t kept = sequence_.size();
	find_undecided(l);
	for (uint32_t n = reversals_.first_without(root); n != NO_REVERSAL;
	     n = reversals_[n].next) {
		const dpor_reversal &r = reversals_[n];

		if (failed_ || !r.racer.taken || r.others != r.others_end) {
			reverse(r);
			keep_without(root);
		} else if (!all_covered_ && !is_covered(r)) {
			explore(l, r);
			sequence_.resize(kept);
		}
	}
}

// Whether the sequences are those of the last time: the same reversals, and nothing that is kept
// has changed.
bool dpor_strategy::is_as_before(event_id root)
{
	const seen_root before = seen_[root];
	event_id last = history_.size() - 1;

	while (last > root && history_.before(root, last))
		last--;
	seen_[root] = { reversals_.first_without(root), failed_ ? NO_EVENT : last };
	return before.reversal == seen_[root].reversal && before.last_kept < new_from_ &&
	       last < new_from_ && !failed_;
}

void dpor_strategy::push_kept(event_id e)
{
	sequence_.push_back({ history_[e].context, false, history_[e].full });
	for (const uint32_t answer : history_.answers_of(e))
		sequence_.push_back({ answer, true, 0 });
}

void dpor_strategy::keep_without(event_id root)
{
	sequence_.clear();
	for (event_id e = root + 1; e < history_.size(); e++)
		if (!history_.before(root, e))
			push_kept(e);
}

// Of those who sleep: does anyone begin the sequence (then it is covered), and who is independent
// of all that is kept, so that only the operation itself can wake it?
void dpor_strategy::find_undecided(const level &l)
{
	all_covered_ = false;
	undecided_.clear();
	for (const sleeper &s : asleep_at(l)) {
		size_t at;

		if (!is_weak_initial(footprints_, s.context, s.full, sequence_, at))
			continue;
		if (at == sequence_.size())
			undecided_.push_back(s);
		else
			all_covered_ |= !s.fatal; // behind a fatal one nothing was explored
	}
}

// Whether all that it leads to is reached by going on with somebody who sleeps. Of a fatal one
// only its own step was explored; and see sleeper::lingers.
bool dpor_strategy::is_covered(const dpor_reversal &r) const
{
	for (const sleeper &s : undecided_) {
		if (s.context == r.racer.context) {
			const bool begins = std::none_of(
				sequence_.begin(), sequence_.end(), [&](const wakeup_item &i) {
					return !i.is_answer && footprints_.conflict(i.full, r.as);
				});

			if (begins)
				return true;
		} else if (!s.fatal && !s.lingers && !footprints_.conflict(s.full, r.as)) {
			return true;
		}
	}
	return false;
}

void dpor_strategy::explore(const level &l, const dpor_reversal &r)
{
	sequence_.push_back({ r.racer.context, false, r.as });
	if (trees_.insert(levels_[static_cast<size_t>(&l - levels_.data())].tree, sequence_))
		counts_.reversals++;
}

// One reversal by itself.
void dpor_strategy::reverse(const dpor_reversal &r)
{
	const level &l = levels_[history_[r.root].level];

	make_sequence(r);
	find_undecided(l);
	if (!all_covered_ && !is_covered(r))
		explore(l, r);
}

void dpor_strategy::make_sequence(const dpor_reversal &r)
{
	const auto others = reversals_.others(r);
	const event_id end = history_.size();
	auto is_removed = [&](event_id e) {
		auto after = [&](event_id root) { return history_.before(root, e); };

		return after(r.root) || std::any_of(others.begin(), others.end(), after) ||
		       std::any_of(extra_roots_.begin(), extra_roots_.end(), after);
	};

	sequence_.clear();
	extra_roots_.clear();
	const bool fails = failed_ && !is_removed(end - 1) &&
			   !(r.racer.taken && r.racer.position + 1 == end);
	for (event_id e = r.root + 1; e < end; e++) {
		if (is_removed(e))
			continue;
		// It was not taken where it stood: what conflicts with it comes after it.
		if (!r.racer.taken && e >= r.racer.position &&
		    footprints_.conflict(history_[e].full, r.racer.offered))
			extra_roots_.push_back(e);
		else if (!fails || e < fatal_from_ || must_go(e, r))
			push_kept(e);
	}
	extra_roots_.clear();
}

// Of what leads to a finding only what the operation itself needs is kept.
bool dpor_strategy::must_go(event_id e, const dpor_reversal &r) const
{
	const dpor_racer &q = r.racer;

	if (q.taken)
		return history_.before(e, q.position);
	for (const imprint &i : footprints_[q.offered]) {
		const uint32_t n = history_.latest_access(i.object, q.position);

		if (n != NO_ACCESS && history_.before(e, history_.access(n).event))
			return true;
	}
	return history_.before(e, q.previous);
}

} // namespace sim
