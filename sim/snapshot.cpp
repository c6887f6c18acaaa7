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
			add(static_cast<std::byte *>(c.fiber.sp), stack_pool::live_bytes(c.fiber));
	}
}

void snapshot::restore(machine &m) const
{
	const std::byte *from = data_.data();

	m.flush_trace();
	for (const extent &e : extents_) {
		memcpy(e.address, from, e.bytes);
		from += e.bytes;
	}
	m.asked_from_ = 0; // the strategy is asked anew from here
}

} // namespace sim
