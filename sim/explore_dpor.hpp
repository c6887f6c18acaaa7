// SPDX-License-Identifier: GPL-2.0-only
// Optimal dynamic partial order reduction: of all executions that differ only in the order of
// steps that do not conflict it runs one. It must not know what it explores.
#pragma once
#include <utility>
#include "sim/choice.hpp"
#include "sim/dpor_history.hpp"
#include "sim/dpor_wakeup_tree.hpp"

namespace sim {

struct dpor_counts {
	uint64_t executions = 0; // the sum of the next four
	uint64_t complete = 0;	 // everything finished, or nobody could go on
	uint64_t failed = 0;	 // ended early by a finding
	uint64_t bound = 0;	 // cut by a bound
	uint64_t blocked = 0;	 // nothing new: whoever could go on was asleep. Wasted
	uint64_t reversals = 0;	 // of races: how often something was added to be explored
	uint64_t diverged = 0;	 // what was expected was not offered; 0 for sound programs
};

// Steps that only wait (stance::only_waits): all of them are offered, or none is.
enum class waits : uint8_t { taken, left_out };

// Source sets and wakeup trees (Abdulla, Aronis, Jonsson, Sagonas: Source Sets, JACM 2017), with
// operations that wait for others added: where the later operation of a race could not have
// gone first, what must not have happened before either is taken away until it can.
class dpor_strategy final : public strategy {
public:
	explicit dpor_strategy(waits w = waits::taken);
	uint32_t choose(const choice &) override;
	settled_step settled(uint64_t number, uint64_t taken) override;
	void stuck(std::span<const option> blocked) override;
	bool next_execution(const verdict &) override;
	uint64_t repeats() const override { return replayed_ ? replayed_ - 1 : 0; }
	uint64_t goes_back_to(uint64_t from) const override;
	void goes_on_at(uint64_t number) override { at_ = number; }

	const dpor_counts &counts() const { return counts_; }
	// Whether the execution that ended last (before next_execution) repeats others.
	bool is_wasted() const { return asleep_; }
	// How much of the tree is done, of 1,000,000: each choice's branches taken as equally
	// large. Wrong by orders of magnitude where they are not, but it grows, and ends at all.
	uint32_t share_done() const;
	// Where they are left out: whether anything was met that they could make different. See
	// explore_waits.hpp.
	bool waits_may_matter() const { return may_wait_ && waits_matter_; }

private:
	static constexpr uint32_t NOBODY = UINT32_MAX;
	static constexpr uint32_t NOT_ASKED = NO_ACCESS - 1;

	// An operation that a context waits to do, as it was offered.
	struct waiting {
		uint32_t context;
		footprint_id offered;
		obstacle why; // none: it was offered
		bool holds, guarded, only_waits; // as in struct stance
	};
	// Whoever was explored first where it could have gone on, until somebody conflicts with it.
	struct sleeper {
		uint32_t context;
		footprint_id full;
		bool fatal; // it ended the execution, so nothing was explored behind it
		// It still slept where no wakeup tree guides. What conflicts with it later was
		// left out elsewhere because this branch was to come, and is explored here.
		bool lingers;
	};
	// One choice of the present execution.
	struct level {
		choice_kind kind;
		bool guided;   // value: only answers that a wakeup tree asks for
		bool unguided; // step: the present branch, though somebody sleeps
		bool survived; // value: an answer so far did not end the execution with a finding
		// step: other sequences were not kept, because the present branch stands for them
		bool stands_for_others;
		// step: but it ended early, or was not possible: whatever is left is to be explored
		bool must_go_on;
		uint32_t overtaken; // step: sequences that wakeup_pool::take_overtaken() gave
		uint32_t answer, count;
		uint32_t done; // branches explored
		uint32_t tree; // what is still to be explored, without the present branch
		event_id event;
		footprint_id full; // step: of the event, with all values; value: of it so far
		uint32_t answers;  // value: how many the event had before
		uint32_t next;	   // value: the next that no wakeup tree asked for
		// What this choice added to the stacks of these names.
		size_t waiting, offered_end, waiting_end;
		size_t sleep, sleep_end;
		size_t answered, answered_end;
	};
	// A context's operation that comes, or would come, after others that it conflicts with.
	struct racer {
		uint32_t context;
		footprint_id offered, full;
		event_id previous; // of its context
		event_id event;	   // the operation itself; NO_EVENT: it was not taken
		event_id end;	   // it was there up to this event
	};
	// What was met of an object that is a lock.
	struct lock_uses {
		bool waited_for = false;    // with a token
		bool without_token = false; // somebody had it locked, and no token
	};

	// explore_dpor.cpp: the present execution
	uint32_t choose_step(const choice &c);
	uint32_t choose_value(const choice &c);
	level &add_level(const choice &c);
	void finish_event(std::span<const touch> effects);
	footprint_id footprint_of(uint32_t context, const option &of);
	waiting waiting_as(const option &o);
	void note_waiting(std::span<const option> options);
	void keep_asleep(level &l);
	std::span<const sleeper> asleep_at(const level &l) const
	{
		return { sleepers_.data() + l.sleep, l.sleep_end - l.sleep };
	}
	const sleeper *sleeper_of(const level &l, uint32_t context) const; // null: it is awake
	bool is_asleep(const level &l, uint32_t context) const { return sleeper_of(l, context); }
	const waiting *listed(const level &l, uint32_t context) const; // null: it is not
	bool is_listed(const level &l, uint32_t context) const { return listed(l, context); }
	bool has_to_be_woken(const level &l, uint32_t context) const
	{
		const waiting *w = listed(l, context);

		return w && w->why == obstacle::asleep;
	}
	uint32_t offered_to(const level &l, uint32_t context) const;
	uint32_t answer_of(level &l);
	uint32_t guided_answer(level &l);
	uint32_t unguided_answer(level &l);
	void not_offered(const level &l, uint32_t context, footprint_id expected);
	void take(level &l, uint32_t answer);
	void give(level &l, uint32_t answer);

	// explore_dpor_waits.cpp: what shows that waiting could make a difference
	lock_uses &uses_of(uint32_t object);
	void note_waits(footprint_id is, const option &of);
	void look_for_waits(event_id e, bool ended_early);
	void look_for_last_waits(bool ended_early);
	bool holds_after(event_id e) const;
	void note_locks_without_token(event_id e);
	bool waits_for_late(const racer &r) const;
	bool is_seen(const racer &r) const;
	bool may_see(uint32_t object, event_id e) const;
	bool may_spin(const imprint &i) const { return i.may_spin && !no_waits_; }

	// explore_dpor_branches.cpp: from one execution to the next
	void count(const verdict &v);
	bool backtrack(bool failed);
	void cut_to(const level &l);
	bool next_step(level &l, bool &failed, footprint_id &fatal);
	bool next_answer(level &l);

	// explore_dpor_races.cpp. The events that are not to happen are the tail of roots_, from
	// `begin` on, and all that happens after them.
	void find_races(ending how);
	void find_last_races(ending how);
	void races_of(const racer &r);
	racer taken(event_id e) const;
	racer pending(const waiting &w, event_id end) const;
	void waits_for(const racer &r);
	void note_passing(event_id e);
	bool may_go_with(const waiting &w, event_id e) const;
	bool changes_with(const waiting &w, event_id e) const;
	event_id gone_with(const racer &r, bool ended_early) const;
	void forget_races(event_id from);
	void try_without(const racer &r, size_t begin);
	bool was_tried(size_t begin);
	bool is_kept(event_id e, size_t begin) const
	{
		for (size_t i = begin; i < roots_.size(); i++)
			if (history_.before(roots_[i], e))
				return false;
		return true;
	}
	event_id first_root(size_t begin) const;
	bool is_fixed(const racer &r, event_id e) const;
	void add_obstacles(const racer &r, size_t begin);
	void drop_earlier(std::vector<event_id> &events, size_t begin) const;

	// explore_dpor_possible.cpp
	bool can_go(const racer &r, size_t begin, footprint_id &as);
	bool is_made(const racer &r, event_id first, size_t begin) const;
	bool is_woken(const racer &r, event_id first, size_t begin) const;
	bool is_recorded(const racer &r, event_id at, size_t begin);
	bool has_to_wait(const racer &r, event_id at) const;
	bool is_left_to(const racer &r, footprint_id as, event_id at, size_t begin) const;
	bool is_let_go(const racer &r, event_id at, size_t begin);
	bool is_held(const racer &r, uint32_t object, size_t begin);
	uint32_t latest_before(const racer &r, size_t n) const;
	uint32_t kept_from(uint32_t access, size_t begin) const;
	uint32_t latest_kept_of(const racer &r, size_t n, size_t begin);
	uint32_t latest_kept(const racer &r, uint32_t object, size_t begin);

	// explore_dpor_reversals.cpp
	bool comes_before(event_id e, const racer &r, size_t begin);
	void reverse(const racer &r, size_t begin, footprint_id as);
	// so_far: of the events that there are; others may come where these are.
	enum class covered : uint8_t { no, so_far, yes };
	covered by_sleepers(const level &l, uint32_t who) const;
	covered plan(level &l);
	void plan_conflicting(level &l, uint32_t &overtaken, uint32_t context, footprint_id full);
	void try_again();

	const bool no_waits_;
	bool may_wait_ = false, waits_matter_ = false;
	footprints footprints_;
	const footprint_id nothing_;
	dpor_history history_;
	wakeup_pool trees_;
	dense_ids contexts_;
	std::vector<level> levels_;
	std::vector<uint32_t> path_;   // their answers
	std::vector<waiting> waiting_; // of each step: who is offered, then who is blocked
	std::vector<sleeper> sleepers_;
	std::vector<uint32_t> answered_; // of each value: what a wakeup tree asked for
	size_t at_ = 0;			 // next choice of this execution
	size_t replayed_ = 0;		 // choices whose answers are known
	uint32_t guide_ = NO_NODE;	 // the wakeup tree of the next choice
	bool asleep_ = false;		 // this execution is explored elsewhere: it is left to end
	bool failed_ = false;		 // the last event ended it with a finding
	std::vector<waiting> stuck_;	 // who could not go on in the end
	std::vector<lock_uses> lock_uses_; // by object
	// Of operations that would wait with a token: the object + 1 that shows who has it.
	std::vector<uint32_t> tokens_; // by footprint
	struct known_op {
		op raw;
		footprint_id is;
	};
	std::vector<known_op> last_ops_; // of each context
	event_id fatal_from_ = NO_EVENT; // see find_races()
	std::vector<event_id> racing_, roots_, obstacles_;
	std::vector<uint32_t> latest_kept_; // accesses, or NOT_ASKED; as its objects
	event_id raced_ = 0;		    // events whose races were turned round
	// Those of which that is said so far only.
	struct open_race {
		racer r;
		footprint_id as;
		size_t roots_end; // in open_roots_
	};
	std::vector<open_race> open_races_;
	std::vector<event_id> open_roots_;
	// An operation that was there, and is another or none after an event that was not its own.
	struct passing {
		event_id other;
		waiting what;
	};
	std::vector<passing> passing_; // in the order of these events
	std::vector<uint64_t> tried_;
	std::vector<wakeup_item> sequence_;
	dpor_counts counts_;
};

} // namespace sim
