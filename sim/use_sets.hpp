// SPDX-License-Identifier: GPL-2.0-only
// What contexts and events may do to which objects from some state on, as sets that are kept once.
// It must not know machines, nor why somebody asks.
#pragma once
#include <cstdint>
#include <span>
#include <vector>
#include "sim/choice.hpp"

namespace sim {

// Contexts and events get small numbers, in the order in which they are met.
using actor = uint32_t;

// Some actor uses some object, changing it or not. Numbered in the order in which they are met.
struct use {
	actor by;
	object_id object;
	bool changes;
};

// A set says of each use whether it may come now, later (only after its actor was woken, made or
// armed by somebody), or not at all. Equal sets have equal numbers.
class use_sets {
public:
	using set = uint32_t;
	static constexpr set EMPTY = 0;

	use_sets();
	void clear();

	actor actor_of(context_id who);
	context_id who(actor a) const { return actors_[a].who; }
	size_t actors() const { return actors_.size(); }

	uint32_t use_of(actor by, object_id object, bool changes);
	const use &use_at(uint32_t number) const { return uses_[number]; }
	std::span<const uint32_t> uses_of(object_id object) const;

	// A set of what may come now; what it is made of may be in any order, and twice.
	set of(std::span<const uint32_t> uses);
	set unite(set a, set b);
	// What those who are not awake do comes later.
	set postpone(set s, std::span<const actor> awake);
	bool now(set s, uint32_t use) const { return has(s, use, 0); }
	bool later(set s, uint32_t use) const { return has(s, use, 1); }

private:
	static constexpr uint32_t NONE = UINT32_MAX;

	// Words in pairs: bits of 64 uses that come now, then of the same that come later.
	struct extent {
		uint32_t first, pairs;
	};
	struct known_actor {
		context_id who;
		std::vector<uint64_t> uses; // a bit each
	};
	struct memo {
		uint32_t a = NONE, b = NONE;
		set result = EMPTY;
	};
	// An open table from 64 bits to a number.
	class number_table {
	public:
		void clear();
		uint32_t &at(uint64_t key); // NONE if it is new
		uint32_t find(uint64_t key) const;

	private:
		struct slot {
			uint64_t key = 0;
			uint32_t number = NONE;
		};
		std::vector<slot> slots_ = std::vector<slot>(256);
		size_t used_ = 0;
	};

	bool has(set s, uint32_t use, unsigned when) const
	{
		const extent &e = sets_[s];

		return use / 64 < e.pairs &&
		       words_[e.first + 2 * (use / 64) + when] >> use % 64 & 1;
	}
	set keep(); // scratch_ as a set
	// Where a set of these words is, or belongs.
	size_t slot_of(std::span<const uint64_t> words) const;
	std::span<const uint64_t> words_of(set s) const
	{
		return { words_.data() + sets_[s].first, 2 * size_t{ sets_[s].pairs } };
	}
	memo &memo_of(std::vector<memo> &memos, uint32_t a, uint32_t b);

	std::vector<known_actor> actors_;
	number_table actor_numbers_, use_numbers_, object_numbers_;
	std::vector<use> uses_;
	std::vector<std::vector<uint32_t>> uses_of_objects_;
	std::vector<uint64_t> words_, scratch_;
	std::vector<extent> sets_;
	std::vector<uint32_t> set_slots_;
	std::vector<memo> unions_, postponed_;
	std::vector<uint64_t> awake_; // scratch: uses of those who are awake
	std::vector<std::vector<actor>> awake_lists_;
};

} // namespace sim
