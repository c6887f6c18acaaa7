// SPDX-License-Identifier: GPL-2.0-only
// Lists that are kept once: equal ones have equal numbers. It must not know what is in them.
#pragma once
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include "sim/large_vector.hpp"
#include "sim/mix.hpp"

namespace sim {

// Number 0 is the empty list. What at() returns is valid until the next keep().
template <class T> class kept_lists {
	static_assert(std::has_unique_object_representations_v<T>);

public:
	kept_lists() { clear(); }
	void clear()
	{
		items_.clear();
		ends_.assign(1, 0);
		slots_.assign(1024, {});
		slots_[find({}, tag_of({}))] = { 0, tag_of({}) };
	}
	uint32_t keep(std::span<const T> list)
	{
		const uint32_t tag = tag_of(list);

		if (2 * size() > slots_.size())
			grow();
		slot &known = slots_[find(list, tag)];
		if (known.number == NONE) {
			known = { static_cast<uint32_t>(size()), tag };
			make_room(items_, list.size());
			make_room(ends_, 1);
			items_.insert(items_.end(), list.begin(), list.end());
			ends_.push_back(items_.size());
		}
		return known.number;
	}
	std::span<const T> at(uint32_t number) const
	{
		const size_t begin = number ? ends_[number - 1] : 0;

		return { items_.data() + begin, ends_[number] - begin };
	}
	size_t size() const { return ends_.size(); }

private:
	static constexpr uint32_t NONE = UINT32_MAX;

	// The tag says where a list belongs, and tells most others from it at once.
	struct slot {
		uint32_t number = NONE, tag = 0;
	};

	static uint32_t tag_of(std::span<const T> list)
	{
		return static_cast<uint32_t>(mix_bytes(list.data(), list.size_bytes()));
	}
	// Where a list is, or belongs.
	size_t find(std::span<const T> list, uint32_t tag) const
	{
		size_t at = tag & (slots_.size() - 1);

		while (slots_[at].number != NONE &&
		       !(slots_[at].tag == tag && equal(this->at(slots_[at].number), list)))
			at = (at + 1) & (slots_.size() - 1);
		return at;
	}
	void grow()
	{
		large_vector<slot> old(2 * slots_.size());

		old.swap(slots_);
		for (const slot &s : old) {
			size_t at = s.tag & (slots_.size() - 1);

			while (slots_[at].number != NONE)
				at = (at + 1) & (slots_.size() - 1);
			if (s.number != NONE)
				slots_[at] = s;
		}
	}
	static bool equal(std::span<const T> a, std::span<const T> b)
	{
		return a.size() == b.size() &&
		       (a.empty() || !memcmp(a.data(), b.data(), a.size_bytes()));
	}

	large_vector<T> items_;
	large_vector<size_t> ends_;
	large_vector<slot> slots_;
};

} // namespace sim
