// SPDX-License-Identifier: GPL-2.0-only
// Optimal DPOR: the present execution, what is chosen and who sleeps.
// It must not know what it explores.
#include "sim/explore_dpor.hpp"
#include <algorithm>

namespace sim {

dpor_strategy::dpor_strategy(waits w)
	: no_waits_(w == waits::left_out), nothing_(footprints_.of({})), history_(footprints_),
	  trees_(footprints_)
{}

uint32_t dpor_strategy::choose(const choice &c)
{
	if (at_ < replayed_)
		return path_[at_++];
	if (asleep_)
		return 0;
	at_++;
	return c.kind == choice_kind::value ? choose_value(c) : choose_step(c);
}

settled_step dpor_strategy::settled(uint64_t, uint64_t)
{
	if (at_ >= replayed_ || levels_[at_].kind != choice_kind::step)
		return {};
	const level &l = levels_[at_++];

	return { contexts_.id(history_[l.event].context), l.answer };
}

void dpor_strategy::stuck(std::span<const option> blocked)
{
	if (asleep_)
		return;
	for (const option &o : blocked)
		stuck_.push_back(waiting_as(o));
}

dpor_strategy::waiting dpor_strategy::waiting_as(const option &o)
{
	const uint32_t context = contexts_.of(o.who);
	const stance &s = o.stands;

	return { context, footprint_of(context, o), o.why, s.holds, s.guarded, s.only_waits };
}

footprint_id dpor_strategy::footprint_of(uint32_t context, const option &of)
{
	const op &o = of.next;
	auto same = [](const touch &a, const touch &b) {
		return a.object == b.object && a.kind == b.kind;
	};

	if (context >= last_ops_.size())
		last_ops_.resize(context + 1, { {}, nothing_ });
	known_op &last = last_ops_[context];
	if (!std::equal(o.touches, o.touches + o.count, last.raw.touches,
			last.raw.touches + last.raw.count, same)) {
		last.raw = o;
		last.is = footprints_.of({ o.touches, o.count });
		if (no_waits_)
			note_waits(last.is, of);
	}
	return last.is;
}

void dpor_strategy::finish_event(std::span<const touch> effects)
{
	if (!history_.unfinished())
		return;
	dpor_event &e = history_.last();
	level &l = levels_[e.level];

	e.full = footprints_.with(e.full, effects);
	l.full = l.full == e.offered ? e.full : footprints_.merged(l.full, e.full);
	plan_conflicting(l, l.overtaken, e.context, l.full);
	history_.finish();
}

void dpor_strategy::note_waiting(std::span<const option> options)
{
	for (const option &o : options) {
		waits_matter_ |= o.stands.real_time;
		waiting_.push_back(waiting_as(o));
	}
}

dpor_strategy::level &dpor_strategy::add_level(const choice &c)
{
	level l{};

	l.kind = c.kind;
	l.count = c.count;
	l.tree = guide_;
	guide_ = l.overtaken = NO_NODE;
	l.waiting = l.offered_end = l.waiting_end = waiting_.size();
	l.sleep = l.sleep_end = sleepers_.size();
	l.answered = l.answered_end = answered_.size();
	levels_.push_back(l);
	return levels_.back();
}

uint32_t dpor_strategy::choose_step(const choice &c)
{
	finish_event(c.effects);
	level &l = add_level(c);
	note_waiting(c.options);
	l.offered_end = waiting_.size();
	note_waiting(c.blocked);
	l.waiting_end = waiting_.size();
	keep_asleep(l);
	uint32_t answer = answer_of(l);
	if (answer == NOBODY)
		answer = unguided_answer(l);
	if (answer != NOBODY) {
		take(l, answer);
		return answer;
	}
	asleep_ = true;
	stuck_.assign(waiting_.begin() + static_cast<long>(l.offered_end),
		      waiting_.begin() + static_cast<long>(l.waiting_end));
	trees_.free_all(l.tree);
	cut_to(l);
	levels_.pop_back();
	return 0;
}

// Who slept before the last step goes on sleeping if it cannot have noticed it.
void dpor_strategy::keep_asleep(level &l)
{
	if (!history_.size())
		return;
	const dpor_event &e = history_[history_.size() - 1];
	const level &before = levels_[e.level];

	for (size_t i = before.sleep; i < before.sleep_end; i++) {
		sleeper s = sleepers_[i];

		s.lingers |= before.unguided;
		if (s.context != e.context && !footprints_.conflict(s.full, e.full))
			sleepers_.push_back(s);
	}
	l.sleep_end = sleepers_.size();
}

const dpor_strategy::sleeper *dpor_strategy::sleeper_of(const level &l, uint32_t context) const
{
	const auto all = asleep_at(l);
	const auto s = std::find_if(all.begin(), all.end(),
				    [=](const sleeper &s) { return s.context == context; });

	return s == all.end() ? nullptr : &*s;
}

const dpor_strategy::waiting *dpor_strategy::listed(const level &l, uint32_t context) const
{
	const waiting *const end = waiting_.data() + l.waiting_end;
	const waiting *const w =
		std::find_if(waiting_.data() + l.waiting, end,
			     [=](const waiting &each) { return each.context == context; });

	return w == end ? nullptr : w;
}

uint32_t dpor_strategy::offered_to(const level &l, uint32_t context) const
{
	for (size_t i = l.waiting; i < l.offered_end; i++)
		if (waiting_[i].context == context)
			return static_cast<uint32_t>(i - l.waiting);
	return NOBODY;
}

// Where there is one option, the engine may have left out others because it has to go first for
// whatever they do. Then it does, and what was to come next comes after it.
uint32_t dpor_strategy::answer_of(level &l)
{
	if (l.count == 1) {
		const uint32_t n = trees_.find(l.tree, waiting_[l.waiting].context);

		for (uint32_t s = l.tree; n != NO_NODE && s != NO_NODE;) {
			const uint32_t other = std::exchange(s, trees_[s].next);

			if (!is_listed(l, trees_[other].item.who))
				trees_.put_behind(l.tree, n, other);
		}
	}
	if (l.tree == NO_NODE)
		return NOBODY;
	if (l.count > 1 || is_listed(l, trees_[l.tree].item.who))
		return guided_answer(l);
	guide_ = l.tree;
	l.tree = NO_NODE;
	return NOBODY;
}

// A step that does less than was expected of it, there or in another plan, may be asleep where it
// was not expected to. All that begins with it is explored then, and so is all that the plan stood
// for, but for sequences that what it really touches keeps from beginning with it.
uint32_t dpor_strategy::guided_answer(level &l)
{
	while (l.tree != NO_NODE) {
		const uint32_t who = trees_[l.tree].item.who;
		const footprint_id expected = trees_[l.tree].item.full;
		const uint32_t answer = offered_to(l, who);
		const sleeper *asleep = sleeper_of(l, who);
		const bool covers = trees_[l.tree].covers;
		uint32_t overtaken = trees_.take_overtaken(l.tree);
		const uint32_t rest = trees_.take(l.tree, l.tree);

		if (answer != NOBODY && !asleep) {
			guide_ = rest;
			l.unguided = false;
			l.stands_for_others = covers;
			l.overtaken = overtaken;
			return answer;
		}
		trees_.free_all(rest);
		if (answer != NOBODY && !asleep->fatal)
			plan_conflicting(l, overtaken, who, asleep->full);
		else
			l.must_go_on |= covers || rest != NO_NODE;
		trees_.free_sequences(overtaken);
		if (answer == NOBODY)
			not_offered(l, who, expected);
	}
	return NOBODY;
}

// It was expected to be possible here, for lack of knowing better. Now that it is known not to be,
// what it waits for is looked for from here. A guard of its own, or somebody of higher priority,
// shows only where it stands before it, and so does a lock that it would not take in another state:
// such a one was tried in vain, but nothing was wrong.
void dpor_strategy::not_offered(const level &l, uint32_t context, footprint_id expected)
{
	const auto as = footprints_[expected];
	const auto was_to_wait_for = [as](uint32_t object) {
		return std::any_of(as.begin(), as.end(), [=](const imprint &i) {
			return i.object == object && i.waits;
		});
	};
	bool is_sound = false;

	for (size_t i = l.offered_end; i < l.waiting_end; i++) {
		const waiting w = waiting_[i];
		const racer r = pending(w, history_.size());

		if (w.context != context)
			continue;
		const auto all = footprints_[w.offered];
		is_sound = w.why != obstacle::asleep &&
			   std::none_of(all.begin(), all.end(), [&](const imprint &i) {
				   return i.waits && was_to_wait_for(i.object) &&
					  is_held(r, i.object, roots_.size());
			   });
		waits_for(r);
	}
	counts_.diverged += !is_sound;
}

// The natural next one. In sound programs nobody sleeps where no wakeup tree guides, but for those
// whose step ends the execution.
uint32_t dpor_strategy::unguided_answer(level &l)
{
	const auto all = asleep_at(l);

	l.unguided = !all.empty();
	l.must_go_on = false;
	for (size_t i = l.sleep; i < l.sleep_end; i++)
		sleepers_[i].lingers = true;
	for (uint32_t answer = 0; answer < l.count; answer++)
		if (!is_asleep(l, waiting_[l.waiting + answer].context))
			return answer;
	return std::all_of(all.begin(), all.end(), [](const sleeper &s) { return s.fatal; })
		       ? 0
		       : NOBODY;
}

void dpor_strategy::take(level &l, uint32_t answer)
{
	const waiting &w = waiting_[l.waiting + answer];

	l.answer = answer;
	l.event = history_.size();
	l.full = w.offered;
	path_.push_back(answer);
	history_.begin({ w.context, static_cast<uint32_t>(levels_.size() - 1), NO_EVENT, w.offered,
			 w.offered, 0, 0, l.count == 1, w.holds, w.guarded, w.only_waits });
}

// A value belongs to the step before it: the same event goes on.
uint32_t dpor_strategy::choose_value(const choice &c)
{
	dpor_event &e = history_.last();

	e.full = footprints_.with(e.full, c.effects);
	level &l = add_level(c);
	l.event = history_.size() - 1;
	l.full = e.full;
	l.answers = history_.answers();
	if (l.tree != NO_NODE && !trees_[l.tree].item.is_answer) {
		trees_.free_all(l.tree);
		l.tree = NO_NODE;
		counts_.diverged++;
	}
	for (const sleeper &s : asleep_at(levels_[e.level]))
		l.guided |= l.tree != NO_NODE && s.context != e.context && !s.fatal &&
			    !footprints_.conflict(s.full, e.full);
	if (!next_answer(l))
		give(l, 0); // not reached: there is an answer at least
	return l.answer;
}

void dpor_strategy::give(level &l, uint32_t answer)
{
	l.answer = answer;
	path_.push_back(answer);
	history_.answer(answer);
}

} // namespace sim
