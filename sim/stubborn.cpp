// SPDX-License-Identifier: GPL-2.0-only
// Completing a stubborn set: whoever may interfere is added, or whoever must move before he may.
// It must not know how a search goes on, nor what the steps mean.
#include "sim/stubborn.hpp"
#include <algorithm>
#include "sim/machine.hpp"

namespace sim {

// One who has to take a step before that CPU can be had: whoever has its token, a real-time task
// that goes first, or, for the end of a switch, who is on his way into a section that must not be
// interrupted.
static context_id ahead_of(const machine &m, const option &o)
{
	const bool event = o.who & EVENT;

	if (const context *on = m.cpu_of(o.cpu).current)
		return on->id;
	for (uint32_t i = m.config().all_cpus(); i < m.state().contexts_used; i++) {
		const context &c = m.context_of(i);

		if (c.cpu == o.cpu && c.state == context_state::queued &&
		    (event ? c.preempt_count || c.irqs_off
			   : c.queue.prio < PRIO_RT_END &&
				     c.queue.prio < m.context_of(o.who).queue.prio))
			return i;
	}
	return NO_CONTEXT;
}

void surroundings::look(const machine &m, const choice &c, futures &f)
{
	options.assign(c.options.begin(), c.options.end());
	blocked.assign(c.blocked.begin(), c.blocked.end());
	// In an order that does not depend on how one came here.
	const auto comes_first = [](const option &a, const option &b) {
		const bool a_event = a.who & EVENT, b_event = b.who & EVENT;

		if (a_event != b_event)
			return b_event;
		return a.cpu != b.cpu ? a.cpu < b.cpu : !a_event && a.who < b.who;
	};
	for (auto o = options.begin(); o != options.end(); ++o)
		std::rotate(std::upper_bound(options.begin(), o, *o, comes_first), o, o + 1);
	ahead.clear();
	for (const option &o : blocked)
		ahead.push_back(o.why == obstacle::no_cpu ? ahead_of(m, o) : NO_CONTEXT);
	awake.clear();
	all = false;
	for (const std::vector<option> *list : { &options, &blocked })
		for (const option &o : *list)
			if (o.why != obstacle::asleep)
				awake.push_back(f.actor_of(o.who));
	std::sort(awake.begin(), awake.end());
}

uint8_t &stubborn_sets::marks(actor a)
{
	if (marks_.size() <= a)
		marks_.resize(a + 1);
	return marks_[a];
}

void stubborn_sets::meet(const option &event)
{
	const actor a = futures_.actor_of(event.who);

	if (wake_objects_.size() <= a)
		wake_objects_.resize(a + 1);
	std::vector<object_id> &known = wake_objects_[a];
	const object_id object = event.next.touches[1].object;
	if (std::find(known.begin(), known.end(), object) == known.end())
		known.push_back(object);
}

void stubborn_sets::mark_chosen(actor a)
{
	marks(a) |= CHOSEN;
	chosen_bits_ |= futures::bit_of(a);
}

void stubborn_sets::choose(uint32_t index)
{
	const actor a = futures_.actor_of(state_->options[index].who);

	if (marks(a) & CHOSEN)
		return;
	mark_chosen(a);
	chosen_->push_back(index);
	more_ = true;
}

void stubborn_sets::choose_all()
{
	for (uint32_t i = 0; i < state_->options.size(); i++)
		choose(i);
}

// Somebody who has not been chosen may do this before those who have.
void stubborn_sets::involve(const use &u)
{
	const uint8_t known = marks(u.by);

	if (known & CHOSEN)
		return;
	if (expected_) {
		if (!(known & NEEDED) && expected_->still(u.number, done_by(u.by)))
			need(u.by);
		return;
	}
	if ((known & (NEEDED | NEEDED_LATER)) == (NEEDED | NEEDED_LATER))
		return;
	const prospect *const p = future_.find(u);
	if (!p || p->after & chosen_bits_)
		return;
	if (p->after & futures::WOKEN)
		need_later(u.by);
	else
		need(u.by);
}

static constexpr uint8_t mask_of(manner how)
{
	return static_cast<uint8_t>(1 << static_cast<unsigned>(how));
}

constexpr uint8_t CHANGING = mask_of(manner::locks) | mask_of(manner::changes);

// In what manners a step that does this can be kept from it, or changed, by others.
uint8_t stubborn_sets::interfering(access kind) const
{
	switch (kind) {
	case access::none: return 0;
	case access::read: return CHANGING;
	// Whoever takes what this only passes keeps it back for a while, and changes nothing of
	// what it does then. Unless he never gives it back again: see `strict`.
	case access::pass:
	case access::borrow: return strict_ ? CHANGING : mask_of(manner::changes);
	// Until then nobody else can.
	case access::unlock: return mask_of(manner::looks) | mask_of(manner::changes);
	default: return UINT8_MAX;
	}
}

void stubborn_sets::involve_all(std::span<const use> uses, uint8_t manners)
{
	for (const use &u : uses)
		if (manners & mask_of(u.how))
			involve(u);
}

void stubborn_sets::involve_conflicting(std::span<const touch> touches)
{
	for (const touch &t : touches)
		involve_all(futures_.uses_of(t.object), interfering(t.kind));
}

void stubborn_sets::involve_conflicting(futures::step s)
{
	const auto touches = futures_.touches_of(s);

	for (size_t i = 0; i < touches.size(); i++)
		involve_all(futures_.uses_beside(s, i), interfering(touches[i].kind));
}

void stubborn_sets::involve_changing(object_id object, actor but)
{
	for (const use &u : futures_.uses_of(object))
		if (u.by != but && CHANGING & mask_of(u.how))
			involve(u);
}

// It must not go on before those who have been chosen, or it is chosen too.
void stubborn_sets::need(actor a)
{
	if (marks(a) & (CHOSEN | NEEDED))
		return;
	marks(a) |= NEEDED;
	const context_id who = futures_.who(a);
	for (uint32_t i = 0; i < state_->options.size(); i++)
		if (state_->options[i].who == who)
			return choose(i);
	for (size_t i = 0; i < state_->blocked.size(); i++)
		if (state_->blocked[i].who == who)
			return need_unblocked(state_->blocked[i], state_->ahead[i], a);
	need_later(a);
}

// What can let it go on.
void stubborn_sets::need_unblocked(const option &o, context_id ahead, actor a)
{
	switch (o.why) {
	case obstacle::none: return;
	case obstacle::asleep: return need_later(a);
	case obstacle::guard:
		for (uint8_t i = 0; i < o.next.count; i++)
			involve_changing(o.next.touches[i].object, a);
		return;
	case obstacle::no_cpu:
		return ahead == NO_CONTEXT ? choose_all() : need(futures_.actor_of(ahead));
	}
}

// It has to be woken, made or armed first, by somebody who was not chosen.
void stubborn_sets::need_later(actor a)
{
	if (marks(a) & (CHOSEN | NEEDED_LATER))
		return;
	marks(a) |= NEEDED_LATER;
	const context_id who = futures_.who(a);
	if (!(who & EVENT))
		return involve_changing(machine_.id(&machine_.context_of(who).state), a);
	if (a >= wake_objects_.size() || wake_objects_[a].empty())
		return choose_all();
	for (const object_id object : wake_objects_[a])
		involve_changing(object, a);
}

void stubborn_sets::begin(const surroundings &s, std::vector<uint32_t> &chosen)
{
	state_ = &s;
	chosen_ = &chosen;
	more_ = false;
	marks_.assign(futures_.actors(), 0);
	chosen_bits_ = 0;
	for (const uint32_t i : chosen)
		mark_chosen(futures_.actor_of(s.options[i].who));
}

void expectations::see(actor a, uint32_t n, futures::step s)
{
	if (steps_.size() <= a)
		steps_.resize(a + 1);
	if (steps_[a].size() <= n)
		steps_[a].resize(n + 1, NONE);
	steps_[a][n] = s;
}

uint32_t stubborn_sets::best_first(const surroundings &s, const expectations &e,
				   std::span<const uint32_t> done)
{
	uint32_t best = 0;
	size_t fewest = SIZE_MAX;

	expected_ = &e;
	done_ = done;
	for (uint32_t i = 0; i < s.options.size() && fewest > 1 && !s.all; i++) {
		const actor a = futures_.actor_of(s.options[i].who);
		const op &next = s.options[i].next;

		scratch_.assign(1, i);
		begin(s, scratch_);
		if (e.knows(a, done_by(a) + 1))
			involve_conflicting(e.step(a, done_by(a) + 1));
		else
			involve_conflicting({ next.touches, next.touches + next.count });
		if (scratch_.size() < fewest) {
			fewest = scratch_.size();
			best = i;
		}
	}
	expected_ = nullptr;
	return best;
}

bool stubborn_sets::complete(const surroundings &s, std::vector<uint32_t> &chosen,
			     std::span<const tried> steps)
{
	begin(s, chosen);
	if (s.all)
		choose_all();
	for (const tried &t : steps) {
		if (chosen.size() == s.options.size())
			break;
		for (uint8_t &m : marks_)
			m &= CHOSEN;
		future_.look_at(futures_, t.future);
		involve_conflicting(t.step);
	}
	return more_;
}

} // namespace sim
