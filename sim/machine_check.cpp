// SPDX-License-Identifier: GPL-2.0-only
// What a machine that checks tells of its operations: order, races, and the program's kernel.
// It must not know any strategy, nor what is made of a race.
#include <string_view>
#include "sim/machine.hpp"

namespace sim {

static racing_access access_of(context_id who, access kind, bool plain, label where, const frame *f)
{
	racing_access a{ who, kind, plain, where, {} };
	unsigned n = 0;

	for (f = caller_of(f, where.function); f && n < CALL_PATH_MAX; f = f->outer)
		a.callers[n++] = f->function;
	return a;
}

void machine::note_order(access kind, const void *object, label where, bool plain)
{
	if (!state_->current)
		return;
	racing_access now =
		access_of(state_->current->id, kind, plain, where, state_->current->frames);
	now.at = place_of(*state_->current);

	clocks_->operation(arena_.id(object), now, [&](const racing_access &earlier) {
		if (hooks_)
			hooks_->raced(object, earlier, now);
	});
}

void machine::note_allocation(const void *object, size_t bytes)
{
	clocks_->forget(arena_.id(object), static_cast<uint32_t>(bytes / sizeof(uint32_t)));
}

// ---- before a step: what two contexts are about to do, with nothing that could order it ----

void machine::compare(const option &a, const option &b)
{
	for (unsigned i = 0; i < a.next.count; i++)
		for (unsigned k = 0; k < b.next.count; k++) {
			const touch &x = a.next.touches[i], &y = b.next.touches[k];

			if (x.object != y.object || !(x.plain || y.plain) ||
			    !(changes(x.kind) || changes(y.kind)))
				continue;
			hooks_->raced(arena_.at(x.object),
				      access_of(a.who, x.kind, x.plain, a.next.where, a.stack),
				      access_of(b.who, y.kind, y.plain, b.next.where, b.stack));
		}
}

cpu_place machine::place_of(const context &c) const
{
	return { c.cpu, tokens_needed(c), c.is_interrupt, c.queue.prio };
}

// Who waits for a token that he needs has not begun: an interrupt comes into what it has found.
bool machine::may_meet(const context &one, const context &other) const
{
	const auto comes_into = [this](const context &by, const context &c) {
		const context *const below = cpus_[c.cpu].interrupted;
		const cpu_place there = place_of(c);

		return place_of(by).may_come_into(there) &&
		       (by.cpu != c.cpu || !there.kept || !below || below == &c);
	};

	return comes_into(one, other) || comes_into(other, one);
}

static bool is_pending(const option &o)
{
	return !(o.who & EVENT) && (o.why == obstacle::none || o.why == obstacle::no_cpu);
}

static bool has_plain(const option &o)
{
	for (unsigned i = 0; i < o.next.count; i++)
		if (o.next.touches[i].plain)
			return true;
	return false;
}

// A guard orders, and a CPU where neither can interrupt the other.
void machine::look_for_races()
{
	auto each = [this](auto f) {
		for (const auto *some : { &options_, &blocked_ })
			for (const option &o : *some)
				if (is_pending(o))
					f(o);
	};

	if (hooks_)
		each([&](const option &a) {
			if (!has_plain(a))
				return;
			each([&](const option &b) {
				if ((a.who < b.who || (a.who != b.who && !has_plain(b))) &&
				    may_meet(contexts_[a.who], contexts_[b.who]))
					compare(a, b);
			});
		});
}

void machine::note_operation(const pending &p)
{
	if (config_.check == checking::off || !p.object)
		return;
	state_->current->operations++;
	if (clocks_)
		note_order(p.kind, p.object, p.where, p.plain);
}

// Stops there; what it does then is taken down once it goes on.
void machine::stand_before(const pending &p)
{
	stop_at(p);
	note_operation(p);
	// What an execution has come by must not stay in registers of whoever asked for the step.
	if (config_.free)
		take(p.kind, p.object);
}

} // namespace sim
