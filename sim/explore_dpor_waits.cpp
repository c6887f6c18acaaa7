// SPDX-License-Identifier: GPL-2.0-only
// Optimal DPOR without steps that only wait: what shows that such a step could make a difference.
// It must not know what it explores.
//
// That is looked for in the order of events, not in states: of executions that differ only in the
// order of independent steps one is run, and it may never come to a state in which somebody waits.
// explore_waits.hpp says which cases there are.
#include <algorithm>
#include "sim/explore_dpor.hpp"

namespace sim {

dpor_strategy::lock_uses &dpor_strategy::uses_of(uint32_t object)
{
	if (object >= lock_uses_.size())
		lock_uses_.resize(object + 1);
	return lock_uses_[object];
}

// A lock that would be waited for with a token; the token is the next that it locks.
void dpor_strategy::note_waits(footprint_id is, const option &of)
{
	const op &o = of.next;

	if (of.stands.locks == access::none || o.count < 2 ||
	    o.touches[0].kind != of.stands.locks || o.touches[1].kind != access::borrow)
		return;
	lock_uses &lock = uses_of(footprints_.object(o.touches[0].object));

	may_wait_ = lock.waited_for = true;
	waits_matter_ |= lock.without_token;
	if (tokens_.size() <= is)
		tokens_.resize(is + 1);
	tokens_[is] = footprints_.object(o.touches[1].object) + 1;
}

void dpor_strategy::look_for_waits(event_id e, bool ended_early)
{
	const racer r = taken(e);

	waits_matter_ |= waits_for_late(r) || is_seen(r);
	// It is not known of a step that ended the execution.
	if (!(ended_early && e + 1 == history_.size()) && !holds_after(e))
		note_locks_without_token(e);
}

// Of those who stand somewhere when the execution ends. One with a token that waits for anything
// may be waited for by others.
void dpor_strategy::look_for_last_waits(bool ended_early)
{
	const auto keeps_token = [](const waiting &w) {
		return w.holds && w.why == obstacle::guard;
	};
	std::span<const waiting> last = stuck_;

	if (!levels_.empty() && ended_early) {
		const level &l = levels_[history_[history_.size() - 1].level];

		last = { waiting_.data() + l.waiting, l.waiting_end - l.waiting };
	}
	waits_matter_ |= !asleep_ && std::any_of(last.begin(), last.end(), keeps_token);
	for (const waiting &w : last)
		waits_matter_ |= is_seen(pending(w, history_.size()));
}

// Whether its context has a token still.
bool dpor_strategy::holds_after(event_id e) const
{
	const uint32_t context = history_[e].context;
	std::span<const waiting> there = stuck_;

	if (e + 1 < history_.size()) {
		const level &l = levels_[history_[e + 1].level];

		there = { waiting_.data() + l.waiting, l.waiting_end - l.waiting };
	}
	return std::any_of(there.begin(), there.end(),
			   [=](const waiting &w) { return w.context == context && w.holds; });
}

// What it has locked since it last had no token, and has locked still.
void dpor_strategy::note_locks_without_token(event_id last)
{
	const uint32_t context = history_[last].context;
	event_id e = last;

	do {
		for (const imprint &i : footprints_[history_[e].full]) {
			lock_uses &u = uses_of(i.object);
			uint32_t n = history_.latest_access(i.object);

			if (i.leaves != lock_state::held || u.without_token)
				continue;
			while (n != NO_ACCESS &&
			       (history_.access(n).event > last ||
				history_.access(n).leaves == lock_state::as_before))
				n = history_.access(n).previous;
			u.without_token = n != NO_ACCESS &&
					  history_.access(n).leaves == lock_state::held &&
					  history_[history_.access(n).event].context == context;
			waits_matter_ |= u.without_token && u.waited_for;
		}
		e = history_[e].previous;
	} while (e != NO_EVENT && holds_after(e));
}

// It had to wait with a token for something that is no lock, if others had come late.
bool dpor_strategy::waits_for_late(const racer &r) const
{
	bool any = false;

	if (!history_[r.event].holds || !history_[r.event].guarded)
		return false;
	for (const imprint &i : footprints_[r.offered])
		history_.for_each_conflict(history_.latest_access(i.object, r.event), i.changes,
					   [&](event_id other) { any |= !is_fixed(r, other); });
	return any;
}

// Whether others may see it wait with a token, after what its context did before.
bool dpor_strategy::is_seen(const racer &r) const
{
	const uint32_t token = r.offered < tokens_.size() ? tokens_[r.offered] : 0;
	bool any = false;

	if (token)
		history_.for_each_conflict(
			history_.latest_access(token - 1, r.event), true,
			[&](event_id e) { any |= !is_fixed(r, e) && may_see(token - 1, e); });
	return any;
}

// Who only passes has seen nothing, but others may wait for him who has to wait with a token.
bool dpor_strategy::may_see(uint32_t object, event_id e) const
{
	const auto touched = footprints_[history_[e].full];
	const auto i = std::find_if(touched.begin(), touched.end(),
				    [=](const imprint &known) { return known.object == object; });

	return i->leaves == lock_state::as_before && (!i->waits || history_[e].holds);
}

} // namespace sim
