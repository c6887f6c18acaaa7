// SPDX-License-Identifier: GPL-2.0-only
// Saving, hashing and restoring a state of the free machine.
// It must not know strategies, nor what the bytes mean.
#include "sim/state_image.hpp"
#include <cstring>
#include "sim/state_parts.hpp"

namespace sim {

void state_image::copy(const machine &m)
{
	const auto add = [this](const std::byte *at, size_t bytes) {
		data_.insert(data_.end(), at, at + bytes);
	};

	data_.clear();
	state_parts::for_each_engine_range(m, add);
	state_parts::for_each(m, [&add](const state_part &p) { add(p.address, p.bytes); });
}

void state_image::save(const machine &m)
{
	copy(m);
	hash_ = state_parts::hash_of_rest(m);
	for (uint32_t i = 0; i < m.state().contexts_used; i++)
		hash_ += state_parts::hash_of(m.context_of(i));
	without_stacks_ = hash_;
	state_parts::for_each(m, [this](const state_part &p) {
		if (!p.is_hashed())
			return;
		const state_hash h = state_parts::hash_of(p);

		hash_ += h;
		if (p.what() != state_part::section::stack)
			without_stacks_ += h;
	});
}

void state_image::restore(machine &m) const
{
	const uint32_t contexts = m.state().contexts_used;
	const uint32_t pages = m.state().objects.pages_extra;
	const std::byte *from = data_.data();

	const auto put_back = [&from](std::byte *at, size_t bytes) {
		memcpy(at, from, bytes);
		from += bytes;
	};

	state_parts::for_each_engine_range(m, put_back);
	state_parts::for_each(m,
			      [&put_back](const state_part &p) { put_back(p.address, p.bytes); });
	state_parts::have_put_back(m, contexts, pages);
}

} // namespace sim
