// SPDX-License-Identifier: GPL-2.0-only
// A map from ids of contexts or objects to small values that is emptied at once and keeps its
// memory: what a strategy remembers of one execution. It must not know what the ids stand for.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sim {

// Open addressing. A slot counts only if it was filled in the present era.
template <class T> class id_table {
public:
	id_table() : slots_(size_t{ 1 } << bits_) {}

	void clear()
	{
		used_ = 0;
		if (++era_)
			return;
		slots_.assign(slots_.size(), {}); // eras begin again
		era_ = 1;
	}

	// The value of an id, T{} if it has none yet. The reference is valid until the next call.
	T &operator[](uint32_t id)
	{
		slot &s = find(id);

		if (s.era == era_)
			return s.value;
		if (2 * ++used_ > slots_.size()) {
			grow();
			return fill(find(id), id);
		}
		return fill(s, id);
	}

	size_t size() const { return used_; }

private:
	struct slot {
		uint32_t id, era;
		T value;
	};

	// Its slot, or the one where it belongs.
	slot &find(uint32_t id)
	{
		size_t at = (id * UINT32_C(0x9e3779b1)) >> (32 - bits_);

		while (slots_[at].era == era_ && slots_[at].id != id)
			at = (at + 1) & (slots_.size() - 1);
		return slots_[at];
	}
	T &fill(slot &s, uint32_t id)
	{
		s = { id, era_, T{} };
		return s.value;
	}
	void grow()
	{
		std::vector<slot> old(size_t{ 1 } << ++bits_);

		old.swap(slots_);
		for (const slot &s : old)
			if (s.era == era_)
				find(s.id) = s;
	}

	uint32_t era_ = 1;
	uint32_t used_ = 0;
	unsigned bits_ = 6;
	std::vector<slot> slots_;
};

} // namespace sim
