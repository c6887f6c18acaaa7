// SPDX-License-Identifier: GPL-2.0-only
// Vector clocks of contexts and objects, and the accesses of an object that are worth keeping.
// It must not know the machine, nor what the objects are.
#include "sim/clocks.hpp"
#include <algorithm>
#include <cstring>

namespace sim {

race_clocks::race_clocks()
	: memory_(sizeof(tables)), state_(reinterpret_cast<tables *>(memory_.base()))
{}

void race_clocks::start()
{
	tables &t = *state_;

	for (uint32_t i = 0; i < t.locations; i++)
		t.slots[t.places[i].slot] = 0;
	for (uint32_t i = 0; i < t.contexts; i++) {
		memset(t.clocks[i], 0, t.contexts * sizeof(stamp));
		memset(t.waiting[i], 0, t.contexts * sizeof(stamp));
	}
	t.off = nullptr;
	t.contexts = t.locations = 0;
}

// A context begins at 1: what is 0 was never heard of.
bool race_clocks::knows(context_id who)
{
	tables &t = *state_;

	if (who >= CONTEXTS_MAX)
		t.off = "more than 256 tasks and interrupts";
	if (t.off)
		return false;
	for (; t.contexts <= who; t.contexts++)
		t.clocks[t.contexts][t.contexts] = 1;
	return true;
}

uint32_t &race_clocks::slot_of(object_id object)
{
	tables &t = *state_;
	uint32_t at = object * UINT32_C(0x9e3779b1) % SLOTS;

	while (t.slots[at] && t.places[t.slots[at] - 1].object != object)
		at = (at + 1) % SLOTS;
	return t.slots[at];
}

race_clocks::location *race_clocks::find(context_id who, object_id object)
{
	tables &t = *state_;

	if (!knows(who))
		return nullptr;
	uint32_t &slot = slot_of(object);
	if (slot)
		return &t.places[slot - 1];
	if (t.locations == LOCATIONS_MAX) {
		t.off = "more than 8192 objects";
		return nullptr;
	}
	location &l = t.places[t.locations++];

	memset(static_cast<void *>(&l), 0, offsetof(location, entries));
	l.object = object;
	l.slot = static_cast<uint32_t>(&slot - t.slots);
	slot = t.locations;
	return &l;
}

void race_clocks::merge(stamp *into, const stamp *from) const
{
	for (uint32_t i = 0; i < state_->contexts; i++)
		into[i] = std::max(into[i], from[i]);
}

static bool sees(access kind)
{
	return kind == access::read || kind == access::rmw || locks(kind);
}

void race_clocks::acquire(const location &l, const racing_access &now)
{
	if (sees(now.kind))
		merge(state_->clocks[now.who], l.released);
}

// A store without a look ends what earlier stores have told.
void race_clocks::release(location &l, const racing_access &now)
{
	stamp *mine = state_->clocks[now.who];

	if (!changes(now.kind) || now.kind == access::lock)
		return;
	memcpy(l.released, mine, state_->contexts * sizeof(stamp));
	mine[now.who]++;
}

// What came before this access, and conflicts with no more than it does, need not be kept.
void race_clocks::remember(location &l, const racing_access &now)
{
	const bool writes = changes(now.kind);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < l.count; i++) {
		const entry &e = l.entries[i];
		const bool covered = (writes || !changes(e.access.kind)) &&
				     (now.plain || !e.access.plain) && is_before(e, now.who);

		if (!covered)
			l.entries[kept++] = e;
	}
	if (kept == ENTRIES_MAX) {
		std::copy(l.entries + 1, l.entries + ENTRIES_MAX, l.entries);
		kept--;
	}
	l.entries[kept] = { now, state_->clocks[now.who][now.who] };
	l.count = kept + 1;
}

void race_clocks::order(context_id before, context_id after)
{
	if (!knows(before) || !knows(after))
		return;
	merge(state_->clocks[after], state_->clocks[before]);
	state_->clocks[before][before]++;
}

void race_clocks::will_interrupt(context_id cause, context_id interrupt)
{
	if (!knows(cause) || !knows(interrupt))
		return;
	merge(state_->waiting[interrupt], state_->clocks[cause]);
	state_->clocks[cause][cause]++;
}

void race_clocks::interrupted(context_id interrupt)
{
	if (knows(interrupt))
		merge(state_->clocks[interrupt], state_->waiting[interrupt]);
}

void race_clocks::forget(object_id first, uint32_t ids)
{
	for (object_id id = first; id < first + ids; id++)
		if (const uint32_t slot = slot_of(id)) {
			location &l = state_->places[slot - 1];

			l.count = 0;
			memset(l.released, 0, sizeof(l.released));
		}
}

} // namespace sim
