// SPDX-License-Identifier: GPL-2.0-only
// Wakeup trees: beginnings of executions that are still to be explored, none of which can be the
// beginning of one that another of them leads to. It must not know where they come from.
//
// Abdulla, Aronis, Jonsson, Sagonas: Source Sets, JACM 2017. Each choice of the present execution
// has a tree; they share this pool.
#pragma once
#include "sim/dpor_footprints.hpp"

namespace sim {

// A step of a context, or the answer to a value that the step before asks for.
struct wakeup_item {
	uint32_t who; // dense context; or the answer
	bool is_answer;
	footprint_id full;

	bool operator==(const wakeup_item &) const = default;
};

constexpr uint32_t NO_NODE = UINT32_MAX;

class wakeup_pool {
public:
	explicit wakeup_pool(const footprints &known) : footprints_(known) {}

	struct node {
		wakeup_item item;
		uint32_t next; // sibling, explored later
		uint32_t first_child;
		bool covers; // other sequences were not inserted because this leaf stands for them
		uint32_t overtaken; // the first of the sequences that take_overtaken() tells of
	};
	const node &operator[](uint32_t n) const { return nodes_[n]; }

	// Adds a sequence unless what is there leads to all that it leads to. `first` is the first
	// of the siblings that the sequence begins among. True: it was added.
	bool insert(uint32_t &first, std::span<const wakeup_item> sequence);
	// Whether that is, or was, there with steps that the sequence has not: of one that begins
	// like it and goes on with what conflicts with those, it is not said.
	bool has_more() const { return has_more_; }
	// Sequences that are taken to begin with a leaf's step though others come before it in
	// them: it touches nothing that those do, as far as was known. As they are in its place;
	// NO_NODE: there are none. They are the caller's from now on.
	uint32_t take_overtaken(uint32_t n);
	// Takes one of them out that cannot begin with that step after all. False: there is none.
	bool take_conflicting(uint32_t &first, uint32_t who, footprint_id full,
			      std::vector<wakeup_item> &sequence);
	void free_sequences(uint32_t first);
	// Takes a node out of its siblings and frees it. Returns its first child.
	uint32_t take(uint32_t &first, uint32_t n);
	void free_all(uint32_t first);
	// Of siblings, which are all steps or all answers, that of this context or answer.
	uint32_t find(uint32_t first, uint32_t who) const;
	// All that begins with `other` comes after the step of its sibling `n`.
	void put_behind(uint32_t &first, uint32_t n, uint32_t other);

private:
	struct kept_sequence {
		std::vector<wakeup_item> items;
		uint32_t next;
		uint32_t by; // the node whose step overtakes
		uint32_t next_alike, hash;
	};

	uint32_t make(const wakeup_item &item);
	uint32_t matching(uint32_t first);
	void note_overtaken(uint32_t by);
	uint32_t hash_of_rest(uint32_t by) const;
	uint32_t &alike(uint32_t hash) { return alike_[hash & (alike_.size() - 1)]; }
	void grow_alike();
	void drop(size_t at);
	void insert_all_of(uint32_t first, uint32_t n, std::vector<wakeup_item> &sequence);

	const footprints &footprints_;
	std::vector<node> nodes_;
	uint32_t free_ = NO_NODE;
	std::vector<kept_sequence> sequences_;
	uint32_t free_sequence_ = NO_NODE;
	// By hash, the first of the sequences that nodes keep: some keep tens of thousands.
	std::vector<uint32_t> alike_ = std::vector<uint32_t>(64, NO_NODE);
	std::vector<wakeup_item> rest_; // what is left of the sequence on the way down
	bool answers_next_ = false;	// rest_ begins with answers to the step just matched
	bool has_more_ = false;
};

// Whether a context that would take `full` now could come first in an execution that goes on with
// `sequence`. `at`: where in the sequence it does so, or its size.
bool is_weak_initial(const footprints &known, uint32_t who, footprint_id full,
		     std::span<const wakeup_item> sequence, size_t &at);

} // namespace sim
