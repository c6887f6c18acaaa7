// SPDX-License-Identifier: GPL-2.0-only
// Keeping and restoring the beginning of an execution.
// It must not know what the bytes mean beyond which of them are in use.
#include "sim/start_image.hpp"
#include <cstring>
#include <utility>
#include "sim/machine.hpp"

namespace sim {

// f(place, bytes) for each part, context(c, bytes) for each context. Whatever tells of a part how
// large it is comes before it, so that the same way leads through them when they are put back. All
// are whole words. What only an event changes comes last.
template <class F, class G>
[[gnu::always_inline]] inline void start_image::each_part(machine &m, F f, G one_context)
{
	machine_state &s = *m.state_;
	const unsigned cpus = m.config_.all_cpus();

	f(&s, offsetof(machine_state, findings));
	f(&s.objects, offsetof(arena_state, freed));
	f(&s.kernel, sizeof(s.kernel));
	f(m.cpus_, cpus * sizeof(cpu));
	for (uint32_t i = 0; i < s.objects.pages_extra; i++)
		f(m.arena_.page(m.arena_.own_pages() + i), PAGE_BYTES);
	for (uint32_t i = 0; i < s.contexts_used; i++) {
		context &c = m.contexts_[i];

		one_context(c);
		const bool in_own = c.memory.page == i + 1 && !c.memory.stack_most;

		if (c.memory.page)
			f(m.arena_.page(i), in_own ? c.memory.used : PAGE_BYTES);
		// An interrupt begins on an empty stack.
		if (!c.is_interrupt && c.state != context_state::finished)
			f(c.fiber.sp, m.stacks_.live_bytes(c.fiber, i));
	}
	if (!m.eventful_)
		return;
	for (unsigned i = 0; i < cpus * WHEELS; i++)
		f(&m.wheels_[i], timer_wheel::LIST_BYTES);
	for (unsigned i = 0; i < cpus; i++)
		f(&m.expired_[i], sizeof(expired_timers));
}

void start_image::keep(machine &m)
{
	if (m.state_->findings_count)
		return;
	auto add = [this](const void *place, size_t bytes) {
		const auto *from = static_cast<const std::byte *>(place);

		data_.insert(data_.end(), from, from + bytes);
	};

	counts_only_ = m.counts_only_;
	data_.clear();
	eventful_ = std::exchange(m.eventful_, true);
	each_part(m, add, [&add](context &c) { add(&c, sizeof(c)); });
	m.eventful_ = eventful_;
}

// Most parts are shorter than what it takes to find out how to copy them best.
[[gnu::always_inline]] static inline void copy_words(std::byte *to, const std::byte *from,
						     size_t bytes)
{
	constexpr size_t LINE = 64, WORD = sizeof(uint64_t);

	for (; bytes >= LINE; bytes -= LINE, to += LINE, from += LINE)
		memcpy(to, from, LINE);
	for (; bytes; bytes -= WORD, to += WORD, from += WORD)
		memcpy(to, from, WORD);
}

bool start_image::restore(machine &m) const
{
	if (data_.empty())
		return false;
	const bool was_eventful = m.eventful_;

	m.begin(was_eventful);
	if (m.counts_only_ != counts_only_)
		return false;
	const std::byte *from = data_.data();
	const uint32_t used = m.state_->contexts_used, pages = m.state_->objects.pages_extra;
	auto put_back = [&from](void *place, size_t bytes) {
		copy_words(static_cast<std::byte *>(place), from, bytes);
		from += bytes;
	};

	each_part(m, put_back, [&](context &c) {
		const bool had_page = c.memory.page;

		if (c.is_interrupt && !m.eventful_) {
			from += sizeof(c); // it has not changed
			return;
		}
		put_back(&c, sizeof(c));
		if (had_page && !c.memory.page)
			memset(m.arena_.page(c.id), 0, PAGE_HEADER_BYTES);
	});
	m.forget_since(used, pages);
	m.eventful_ = eventful_;
	return true;
}

} // namespace sim
