// SPDX-License-Identifier: GPL-2.0-only
// Saving and restoring an execution: engine, objects, and the live part of each stack.
// It must not know what the bytes mean beyond which of them are in use.
#include "sim/snapshot.hpp"
#include <cstring>
#include "sim/machine.hpp"

namespace sim {

void snapshot::add(std::byte *address, size_t bytes)
{
	extents_.push_back({ address, bytes });
	data_.insert(data_.end(), address, address + bytes);
}

void snapshot::save(machine &m)
{
	const machine_state &s = *m.state_;

	m.flush_trace();
	extents_.clear();
	data_.clear();
	add(m.region_.base(), m.state_bytes());
	add(m.arena_.page(m.arena_.own_pages()), s.objects.pages_extra * PAGE_BYTES);
	for (uint32_t i = 0; i < s.contexts_used; i++) {
		const context &c = m.contexts_[i];

		if (c.memory.page)
			add(m.arena_.page(i), PAGE_BYTES);
		if (c.state != context_state::finished)
			add(static_cast<std::byte *>(c.fiber.sp), m.stacks_.live_bytes(c.fiber, i));
	}
}

// Contexts and objects that were made since leave nothing behind, but that their stacks are used.
std::vector<std::byte *> snapshot::forget_present(machine &m)
{
	const uint32_t used = m.state_->contexts_used;
	std::vector<std::byte *> lowest(used);

	for (uint32_t i = 0; i < used; i++) {
		context &c = m.contexts_[i];

		lowest[i] = c.fiber.lowest;
		if (c.memory.page)
			memset(m.arena_.page(i), 0, PAGE_BYTES);
		memset(static_cast<void *>(&c), 0, sizeof(c));
	}
	memset(m.arena_.page(m.arena_.own_pages()), 0, m.state_->objects.pages_extra * PAGE_BYTES);
	return lowest;
}

void snapshot::restore(machine &m) const
{
	const std::byte *from = data_.data();

	m.flush_trace();
	const std::vector<std::byte *> lowest = forget_present(m);
	for (const extent &e : extents_) {
		memcpy(e.address, from, e.bytes);
		from += e.bytes;
	}
	for (size_t i = 0; i < lowest.size(); i++)
		if (!m.contexts_[i].fiber.lowest)
			m.contexts_[i].fiber.lowest = lowest[i];
	m.eventful_ = true; // or may be
	m.asked_from_ = 0; // the strategy is asked anew from here
}

} // namespace sim
