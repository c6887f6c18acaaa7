// SPDX-License-Identifier: GPL-2.0-only
// Who could go on next on a free machine, before anybody asks what it would touch.
// It must not know contexts, CPUs or strategies.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>
#include "sim/choice.hpp"

namespace sim {

// What comes if somebody goes on: its next operation, or what nobody can see, or only the tokens
// that it needs to wait with. From `raised` on it is no context, but something that may come early.
enum class going : uint8_t { step, hidden, wait, raised, causes, alarm, quiet_alarm, timer };

struct candidate {
	uint32_t id; // of the context, or of the object that fires
	cpu_id cpu;
	obstacle why; // none: it can go on
	going how;

	bool is_event() const { return how >= going::raised; }
	context_id who() const { return is_event() ? EVENT | id : id; }
};

// Those that are ready: contexts by their numbers, or by CPU, then events.
class ready_list {
public:
	// Room for so many without allocating, and one more.
	void make_room(size_t candidates) { slots_.resize(candidates + 1); }
	// Where the next one is written; push() makes it one of them.
	candidate &next() { return slots_[count_]; }
	void push() { count_++; }
	void push(const candidate &a)
	{
		if (count_ + 1 == slots_.size())
			slots_.resize(2 * slots_.size());
		slots_[count_++] = a;
	}
	void clear() { count_ = 0; }
	uint32_t size() const { return count_; }
	candidate &operator[](uint32_t index) { return slots_[index]; }
	// The index of who goes on if nobody is asked: answer 0, before all others.
	void set_natural(uint32_t index) { natural_ = index; }
	const candidate &at(uint32_t answer) const
	{
		return slots_[!answer ? natural_ : answer <= natural_ ? answer - 1 : answer];
	}
	void sort_by_cpu()
	{
		for (uint32_t i = 1; i < count_; i++)
			for (uint32_t k = i; k && slots_[k].cpu < slots_[k - 1].cpu; k--)
				std::swap(slots_[k], slots_[k - 1]);
	}

private:
	std::vector<candidate> slots_;
	uint32_t count_ = 0, natural_ = 0;
};

} // namespace sim
