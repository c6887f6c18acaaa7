// SPDX-License-Identifier: GPL-2.0-only
// Lists that are kept once: equal ones have equal numbers. It must not know what is in them.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

namespace sim {

inline uint64_t mix(uint64_t a)
{
	a ^= a >> 32;
	a *= UINT64_C(0x9e3779b97f4a7c15);
	return a ^ a >> 29;
}

// Number 0 is the empty list. What at() returns is valid until the next keep().
template <class T> class kept_lists {
	static_assert(std::has_unique_object_representations_v<T> && sizeof(T) % 8 == 0);

public:
	kept_lists() { clear(); }
	void clear()
	{
		items_.clear();
		ends_.clear();
		slots_.assign(1024, NONE);
		keep({});
	}
	uint32_t keep(std::span<const T> list)
	{
		if (2 * (ends_.size() + 1) > slots_.size()) {
			slots_.assign(2 * slots_.size(), NONE);
			for (uint32_t n = 0; n < ends_.size(); n++)
				slots_[slot_of(at(n))] = n;
		}
		uint32_t &known = slots_[slot_of(list)];
		if (known == NONE) {
			known = static_cast<uint32_t>(ends_.size());
			items_.insert(items_.end(), list.begin(), list.end());
			ends_.push_back(items_.size());
		}
		return known;
	}
	std::span<const T> at(uint32_t number) const
	{
		const size_t begin = number ? ends_[number - 1] : 0;

		return { items_.data() + begin, ends_[number] - begin };
	}
	size_t size() const { return ends_.size(); }

private:
	static constexpr uint32_t NONE = UINT32_MAX;

	// Where a list is, or belongs.
	size_t slot_of(std::span<const T> list) const
	{
		uint64_t hash = list.size();

		for (const T &item : list) {
			uint64_t words[sizeof(T) / 8];

			memcpy(words, &item, sizeof(T));
			for (const uint64_t w : words)
				hash = mix(hash ^ w) + w;
		}
		size_t at = mix(hash) & (slots_.size() - 1);
		while (slots_[at] != NONE && !equal(this->at(slots_[at]), list))
			at = (at + 1) & (slots_.size() - 1);
		return at;
	}
	static bool equal(std::span<const T> a, std::span<const T> b)
	{
		return a.size() == b.size() &&
		       (a.empty() || !memcmp(a.data(), b.data(), a.size_bytes()));
	}

	std::vector<T> items_;
	std::vector<size_t> ends_;
	std::vector<uint32_t> slots_;
};

} // namespace sim
