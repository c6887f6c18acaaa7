// SPDX-License-Identifier: GPL-2.0-only
// What contexts and events may do to which objects from some state on, and after what, as sets
// that are kept once. It must not know machines, nor why somebody asks.
#pragma once
#include <cstdint>
#include <span>
#include <vector>
#include "sim/choice.hpp"
#include "sim/kept_lists.hpp"

namespace sim {

// Contexts and events get small numbers, in the order in which they are met.
using actor = uint32_t;

enum class manner : uint8_t {
	looks,
	passes, // not possible while another one holds it; leaves it
	locks,	// nor is that; takes it or gives it back
	changes,
};

manner manner_of(access kind); // not none

// Some actor uses some object. Numbered in the order in which they are met.
struct use {
	actor by;
	object_id object;
	manner how;
	uint32_t number;
	uint32_t nth; // of its actor
};

// A use that may come, and what has to come before its actor stands before that step, in every
// execution in which he does. Where too much would have to be remembered less is said than is
// true, never more.
struct prospect {
	uint64_t after;	 // others who take a step before, a bit each; see WOKEN
	uint64_t synced; // objects of synchronisation that are used before, a bit each
};

class futures {
	static constexpr uint32_t NONE = UINT32_MAX;

public:
	using set = uint32_t;
	using step = uint32_t;
	// What one actor may do: the prospect of each of his uses, as numbers. 0: nothing.
	using outlook = uint32_t;
	using draft = std::vector<outlook>; // a set that is being made: by actor, 0 beyond its end
	static constexpr set EMPTY = 0;
	// In prospect::after: somebody has to wake, make or arm its actor first.
	static constexpr uint64_t WOKEN = UINT64_C(1) << 63;

	futures();
	void clear();

	actor actor_of(context_id who)
	{
		if (who < actors_by_context_.size() && actors_by_context_[who] != NONE)
			return actors_by_context_[who];
		return meet(who);
	}
	context_id who(actor a) const { return actors_[a]; }
	size_t actors() const { return actors_.size(); }
	static uint64_t bit_of(actor a) { return a < 63 ? UINT64_C(1) << a : 0; }

	uint32_t use_of(actor by, object_id object, manner how);
	const use &use_at(uint32_t number) const { return uses_[number]; }
	std::span<const use> uses_of(object_id object) const;

	// Steps of different actors are ordered by it: it is remembered what was done to it.
	void synchronises(object_id object);
	// A step that was taken, with all that it touched.
	step step_of(actor by, std::span<const touch> touches);
	std::span<const touch> touches_of(step s) const { return steps_[s].touches; }
	// Of the object of its n-th touch.
	std::span<const use> uses_beside(step s, size_t n) const
	{
		return uses_of_objects_[steps_[s].objects[n]];
	}
	std::span<const uint32_t> uses_in(step s) const { return steps_[s].uses; }

	// Of what one actor may do at once; in any order, and twice.
	outlook outlook_of(std::span<const uint32_t> uses);
	set unite(set a, set b);
	// What may come from where the step is taken, if `s` comes after it.
	set before(step t, set s);
	// What those do who are not awake needs that they are woken.
	set asleep_but(std::span<const actor> awake, set s);

	// The same, without keeping what is made on the way.
	void begin(draft &d, set s) const;
	void add(draft &d, set s) { add(d, sets_.at(s)); }
	void add(draft &d, std::span<const outlook> more);
	void put_before(step t, draft &d);
	void put_asleep_but(std::span<const actor> awake, draft &d);
	set keep(draft &d);

	// To look things up in one set.
	class view {
	public:
		void look_at(const futures &f, set s) { look_at(f, f.sets_.at(s)); }
		void look_at(const futures &f, std::span<const outlook> s)
		{
			futures_ = &f;
			outlooks_.assign(s.begin(), s.end());
		}
		// Null: it cannot come. Valid until another prospect is met.
		const prospect *find(const use &u) const
		{
			if (u.by >= outlooks_.size())
				return nullptr;
			const auto all = futures_->outlooks_.at(outlooks_[u.by]);
			if (u.nth >= all.size() || all[u.nth] == 0)
				return nullptr;
			return &futures_->prospect_at(all[u.nth]);
		}

	private:
		const futures *futures_ = nullptr;
		draft outlooks_;
	};

private:
	static constexpr uint32_t SYNC_BITS = 64;

	// In what way a step comes before those of others.
	struct order {
		uint64_t by;
		uint64_t syncs, changes; // objects of synchronisation, a bit each
	};
	struct known_step {
		actor by;
		uint32_t order;
		uint64_t syncs, changes; // objects of synchronisation, a bit each
		std::vector<touch> touches;
		std::vector<uint32_t> objects; // of those, in uses_of_objects_
		std::vector<uint32_t> uses;    // sorted
	};
	// An open table from 64 bits to a number.
	struct slot {
		uint64_t key = 0;
		uint32_t number = NONE;
	};
	class number_table {
	public:
		void clear();
		uint32_t &at(uint64_t key); // NONE if it is new
		uint32_t find(uint64_t key) const;

	private:
		large_vector<slot> slots_ = large_vector<slot>(256);
		size_t used_ = 0;
	};

	// The same for what is asked again and again: it keeps what was asked last close by.
	class memo {
	public:
		void clear()
		{
			all_.clear();
			last_.assign(LAST, {});
		}
		template <class F> uint32_t at(uint64_t key, F make)
		{
			slot &s = last_[mix(key) % LAST];

			if (s.number == NONE || s.key != key) {
				uint32_t &known = all_.at(key);

				if (known == NONE)
					known = make();
				s = { key, known };
			}
			return s.number;
		}

	private:
		static constexpr size_t LAST = 4096;

		number_table all_;
		std::vector<slot> last_;
	};

	uint64_t sync_bit(object_id object) const;
	actor meet(context_id who);
	outlook keep_outlook();
	uint32_t keep_prospect(const prospect &p) { return prospects_.keep({ &p, 1 }); }
	const prospect &prospect_at(uint32_t number) const { return prospects_.at(number)[0]; }
	template <class F> void change_prospects(outlook o, F change);
	outlook unite_outlooks(outlook a, outlook b);
	uint32_t unite_prospects(uint32_t a, uint32_t b);
	outlook own_before(step t, outlook o);
	outlook others_before(const known_step &t, outlook o);
	outlook outlook_asleep(outlook o);

	std::vector<context_id> actors_;
	std::vector<actor> actors_by_context_; // NONE: not met
	number_table event_numbers_, use_numbers_, object_numbers_, sync_numbers_;
	uint32_t syncs_ = 0;
	std::vector<use> uses_;
	std::vector<std::vector<use>> uses_of_objects_;
	std::vector<known_step> steps_;
	kept_lists<uint64_t> step_keys_; // actor, then touches
	std::vector<step> steps_by_key_;
	kept_lists<prospect> prospects_;  // one each; 1: at once
	kept_lists<uint32_t> outlooks_;	  // prospects; 0: it cannot come
	std::vector<prospect> summaries_; // by outlook: all bits of its prospects
	std::vector<uint32_t> asleep_;	  // the same
	std::vector<uint32_t> uses_by_;	  // how many, by actor
	kept_lists<order> orders_;
	kept_lists<outlook> sets_; // as drafts
	// Of two outlooks; of one, and a step of its actor, or the order of another one's.
	memo unions_, own_befores_, others_befores_;
	memo common_, own_after_, others_after_; // the same of prospects
	std::vector<uint32_t> outlook_;		 // scratch
	draft draft_;				 // scratch
	std::vector<uint64_t> key_;		 // scratch
};

} // namespace sim
