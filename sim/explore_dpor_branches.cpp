// SPDX-License-Identifier: GPL-2.0-only
// Optimal DPOR: from one execution to the next, which branch comes after which.
// It must not know what it explores.
#include <algorithm>
#include <utility>
#include "sim/explore_dpor.hpp"

namespace sim {

void dpor_strategy::count(const verdict &v)
{
	counts_.executions++;
	if (asleep_)
		counts_.blocked++;
	else if (v.how == ending::failed)
		counts_.failed++;
	else if (v.how == ending::bound)
		counts_.bound++;
	else
		counts_.complete++;
}

bool dpor_strategy::next_execution(const verdict &v)
{
	if (!asleep_)
		finish_event(v.effects);
	failed_ = v.how == ending::failed && !asleep_;
	if (failed_ && !levels_.empty())
		levels_[history_.last().level].stands_for_others |= guide_ != NO_NODE;
	count(v);
	find_races(v.how);
	trees_.free_all(guide_);
	guide_ = NO_NODE;
	stuck_.clear();
	const bool failed = failed_;
	asleep_ = failed_ = false;
	at_ = 0;
	return backtrack(failed);
}

bool dpor_strategy::backtrack(bool failed)
{
	footprint_id fatal = nothing_;

	for (; !levels_.empty(); levels_.pop_back()) {
		level &l = levels_.back();

		cut_to(l);
		l.done++;
		if (l.kind == choice_kind::value) {
			history_.cut(l.event + 1);
			// Earlier races too: what is planned for them has this step in it, where
			// it may come before them, and its answer.
			forget_races(0);
			history_.reopen(l.full, l.answers);
			l.survived |= !failed;
			failed = !l.survived;
			if (next_answer(l))
				break;
		} else {
			if (next_step(l, failed, fatal))
				break;
		}
	}
	replayed_ = levels_.size();
	return !levels_.empty();
}

void dpor_strategy::cut_to(const level &l)
{
	path_.resize(levels_.size() - 1);
	waiting_.resize(l.waiting_end);
	sleepers_.resize(l.sleep_end);
	answered_.resize(l.answered_end);
}

// failed: this step ended the execution with a finding, or left no choice but such a step, which
// then touched `fatal`.
bool dpor_strategy::next_step(level &l, bool &failed, footprint_id &fatal)
{
	const uint32_t context = history_[l.event].context;
	const auto all = asleep_at(l);
	const bool only_fatal =
		std::all_of(all.begin(), all.end(), [](const sleeper &s) { return s.fatal; });
	uint32_t answer = NOBODY;

	trees_.free_sequences(std::exchange(l.overtaken, NO_NODE));
	history_.cut(l.event);
	forget_races(l.event);
	if (failed)
		fatal = footprints_.merged(l.full, fatal);
	if (!is_asleep(l, context))
		sleepers_.push_back({ context, failed ? fatal : l.full, failed, false });
	l.sleep_end = sleepers_.size();
	l.must_go_on |= failed && (only_fatal || l.stands_for_others || l.unguided);
	failed &= l.count == 1;
	if (l.tree != NO_NODE)
		answer = guided_answer(l);
	if (answer == NOBODY && l.must_go_on) {
		l.stands_for_others = false;
		answer = unguided_answer(l);
	}
	if (answer == NOBODY || is_asleep(l, waiting_[l.waiting + answer].context))
		return false;
	take(l, answer);
	return true;
}

// First those that a wakeup tree asks for, then the others in their order.
bool dpor_strategy::next_answer(level &l)
{
	if (l.tree != NO_NODE) {
		const uint32_t answer = trees_[l.tree].item.who;

		guide_ = trees_.take(l.tree, l.tree);
		answered_.push_back(answer);
		l.answered_end++;
		give(l, answer);
		return true;
	}
	if (l.guided)
		return false;
	auto was_asked_for = [&](uint32_t answer) {
		return std::find(&answered_[l.answered], answered_.data() + l.answered_end,
				 answer) != answered_.data() + l.answered_end;
	};
	while (l.next < l.count && l.answered < l.answered_end && was_asked_for(l.next))
		l.next++;
	if (l.next >= l.count)
		return false;
	give(l, l.next++);
	return true;
}

// Of the choices that are repeated, those that have more to explore.
uint64_t dpor_strategy::goes_back_to(uint64_t from) const
{
	for (size_t i = from; i < replayed_; i++) {
		const level &l = levels_[i];

		if (l.tree != NO_NODE ||
		    (l.kind == choice_kind::value && !l.guided && l.next < l.count))
			return i;
	}
	return NEVER;
}

uint32_t dpor_strategy::share_done() const
{
	constexpr uint64_t ALL = UINT64_C(1'000'000) << 24;
	uint64_t part = ALL, done = 0;

	for (const level &l : levels_) {
		uint64_t branches = l.done + 1;

		if (l.kind == choice_kind::value && !l.guided)
			branches = l.count;
		else
			for (uint32_t n = l.tree; n != NO_NODE; n = trees_[n].next)
				branches++;
		done += part / branches * l.done;
		part /= branches;
	}
	return static_cast<uint32_t>((levels_.empty() && counts_.executions ? ALL : done) >> 24);
}

} // namespace sim
