// SPDX-License-Identifier: GPL-2.0-only
// Optimal dynamic partial order reduction: of all executions that differ only in the order of
// steps that do not conflict it runs one. It must not know what it explores.
#pragma once
#include "sim/choice.hpp"
#include "sim/dpor_history.hpp"
#include "sim/dpor_reversals.hpp"
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

// Source sets and wakeup trees (Abdulla, Aronis, Jonsson, Sagonas: Source Sets, JACM 2017), with
// operations that wait for others added: where the later operation of a race could not have
// gone first, what must not have happened before either is taken away until it can.
class dpor_strategy final : public strategy {
public:
	dpor_strategy();
	uint32_t choose(const choice &) override;
	void stuck(std::span<const option> blocked) override;
	bool next_execution(const verdict &) override;

	const dpor_counts &counts() const { return counts_; }
	// Whether the execution that ended last (before next_execution) repeats others.
	bool is_wasted() const { return asleep_; }
	// How much of the tree is done, of 1,000,000: each choice's branches taken as equally
	// large. Wrong by orders of magnitude where they are not, but it grows, and ends at all.
	uint32_t share_done() const;

private:
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
		// step: but it does not, so they are still to be explored
		bool must_go_on;
		footprint_id expected; // step: what the wakeup tree took it for
		uint32_t answer, count;
		uint32_t done; // branches explored
		uint32_t tree; // what is still to be explored, without the present branch
		event_id event;
		footprint_id full; // step: of the event, with all values; value: of it so far
		uint32_t answers;  // value: how many the event had before
		uint32_t next;	   // value: the next that no wakeup tree asked for
		// What this choice added to the stacks of these names.
		offer_list offers;
		size_t sleep, sleep_end;
		size_t answered, answered_end;
	};
	// explore_dpor.cpp: the present execution
	uint32_t choose_step(const choice &c);
	uint32_t choose_value(const choice &c);
	level &add_level(const choice &c);
	void finish_event(std::span<const touch> effects);
	footprint_id footprint_of(uint32_t context, const op &o);
	void note_offers(std::span<const option> options);
	void keep_asleep(level &l);
	std::span<const sleeper> asleep_at(const level &l) const
	{
		return { sleepers_.data() + l.sleep, l.sleep_end - l.sleep };
	}
	bool is_asleep(const level &l, uint32_t context) const;
	uint32_t offered_to(const level &l, uint32_t context) const;
	uint32_t pick(level &l);
	uint32_t pick_guided(level &l);
	uint32_t pick_unguided(level &l);
	void not_offered(const level &l, uint32_t context);
	void take(level &l, uint32_t answer);
	void give(level &l, uint32_t answer);

	// explore_dpor.cpp: from one execution to the next
	void count(const verdict &v);
	bool backtrack(bool failed);
	void cut_to(const level &l);
	bool next_step(level &l, bool &failed, footprint_id &fatal);
	bool next_answer(level &l);

	// explore_dpor_races.cpp
	void find_races(ending how);
	void reverse_for(uint32_t context, footprint_id offered, event_id position,
			 bool was_offered);
	void reverse_at(event_id root);
	bool is_as_before(event_id root);
	void keep_without(event_id root);
	void find_undecided(const level &l);
	bool is_covered(const dpor_reversal &r) const;
	void reverse(const dpor_reversal &r);
	bool must_go(event_id e, const dpor_reversal &r) const;
	void make_sequence(const dpor_reversal &r);
	void push_kept(event_id e);
	void explore(const level &l, const dpor_reversal &r);

	footprints footprints_;
	dpor_offers offers_;
	dpor_history history_;
	dpor_reversals reversals_;
	wakeup_pool trees_;
	dense_ids contexts_;
	std::vector<level> levels_;
	std::vector<uint32_t> path_; // their answers
	std::vector<sleeper> sleepers_;
	std::vector<uint32_t> answered_; // of each value: what a wakeup tree asked for
	size_t at_ = 0;		   // next choice of this execution
	size_t replayed_ = 0;	   // choices whose answers are known
	uint32_t guide_ = NO_NODE; // the wakeup tree of the next choice
	bool asleep_ = false;	   // this execution is explored elsewhere: it is left to end
	bool failed_ = false;	   // the last event ended it with a finding
	std::vector<dpor_offer> stuck_; // who could not go on in the end
	struct known_op {
		op raw;
		footprint_id is;
	};
	std::vector<known_op> last_ops_; // of each context

	// of explore_dpor_races.cpp
	event_id new_from_ = 0;	    // events before it were there in the execution before
	event_id fatal_from_ = NO_EVENT; // the step that failed, with those that led to it
	struct seen_root {
		uint32_t reversal;   // the latest
		event_id last_kept;
	};
	std::vector<seen_root> seen_; // by root: what was looked at last time
	std::vector<wakeup_item> sequence_;
	std::vector<event_id> extra_roots_;
	std::vector<sleeper> undecided_;
	bool all_covered_ = false;
	dpor_counts counts_;
};

} // namespace sim
