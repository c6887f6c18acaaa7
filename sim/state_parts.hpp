// SPDX-License-Identifier: GPL-2.0-only
// Which memory of a free machine makes a state, and how it is hashed: in lines of a cache, so that
// what a step changes can be told from what it does not.
// It must not know strategies, nor what the bytes mean beyond which of them make a state.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include "sim/machine.hpp"
#include "sim/state_hash.hpp"
#include "sim/state_part.hpp"

namespace sim {

struct state_parts {
	// The engine's own data, which is saved and not compared: f(address, bytes) for each range.
	// What says how much there is of something comes before it, so that the same way leads
	// through them while they are put back.
	template <class F> static void for_each_engine_range(const machine &m, F f);
	// f(state_part) for each, keys rising. How large they are the engine's data says.
	template <class F> static void for_each(const machine &m, F f);

	// Of bytes within one line, which lie at `from` now and mean those at `address`.
	static state_hash hash_of(const std::byte *address, const std::byte *from, size_t bytes);
	// Of all lines of a part that is hashed.
	static state_hash hash_of(const state_part &p);
	// What of the engine's own data makes a state. Left out: counters of steps, clocks, fair
	// queueing, what the trace showed last. They may change the order of options and nothing
	// else.
	static state_hash hash_of(const context &c);
	static state_hash hash_of_rest(const machine &m); // all but contexts

	// What is to be done after all parts were put back: so many contexts and extra pages there
	// were before.
	static void have_put_back(machine &m, uint32_t contexts, uint32_t pages);

private:
	// A page that was begun for blocks that have ended is like one that was not.
	static bool holds_something(const context &c)
	{
		const slice &s = c.memory;

		return s.stack_used ||
		       (s.page && (s.page != c.id + 1 || s.used > PAGE_HEADER_BYTES));
	}
	// An interrupt begins on an empty stack, whoever it came upon last.
	static bool is_under_way(const context &c)
	{
		return c.state != context_state::finished &&
		       !(c.is_interrupt && c.state == context_state::asleep);
	}
	template <class F> static void for_each_of_page(const machine &m, const context &c, F add);
};

// The page of a context, with the states of its granules at the beginning. What lies in its middle
// is there only to be recognised by whoever uses it still.
template <class F> void state_parts::for_each_of_page(const machine &m, const context &c, F add)
{
	using counts = state_part::counts;
	constexpr size_t G = GRANULE_BYTES;
	std::byte *const page = m.arena_.page(c.id);
	const slice &s = c.memory;
	const size_t stack = s.stack_used, most = s.stack_most;
	const size_t heap = s.page == c.id + 1 ? s.used : s.page ? PAGE_BYTES - most : 0;
	const size_t middle = PAGE_BYTES - heap - stack;

	if (!heap && !most)
		return;
	add(0, page, heap / G, holds_something(c) ? counts::yes : counts::no);
	add(1, page + heap / G, heap ? middle / G : 0, counts::no);
	add(2, page + (PAGE_BYTES - stack) / G, stack / G, counts::yes);
	add(3, page + PAGE_HEADER_BYTES, heap ? heap - PAGE_HEADER_BYTES : 0, counts::yes);
	add(4, page + PAGE_BYTES - most, most - stack, counts::no);
	add(5, page + PAGE_BYTES - stack, stack, counts::yes);
}

template <class F> void state_parts::for_each_engine_range(const machine &m, F f)
{
	machine_state &s = *m.state_;
	const unsigned cpus = m.config_.all_cpus();
	const auto range = [&f](auto *first, size_t bytes) {
		f(reinterpret_cast<std::byte *>(first), bytes);
	};

	range(&s, offsetof(machine_state, findings));
	range(s.findings, m.findings().size_bytes());
	range(&s.objects, offsetof(arena_state, freed));
	range(&s.kernel, sizeof(s.kernel));
	range(m.cpus_, cpus * sizeof(cpu));
	for (unsigned i = 0; i < cpus * WHEELS; i++)
		range(&m.wheels_[i], timer_wheel::LIST_BYTES);
	range(m.expired_, cpus * sizeof(expired_timers));
	range(m.contexts_, s.contexts_used * sizeof(context));
}

template <class F> void state_parts::for_each(const machine &m, F f)
{
	using section = state_part::section;
	using counts = state_part::counts;
	const machine_state &s = *m.state_;
	const auto add = [&f](section what, uint32_t index, std::byte *address, size_t bytes,
			      counts in_hash) {
		if (bytes)
			f(state_part{ address, static_cast<uint32_t>(bytes),
				      state_part::key_of(what, index, in_hash) });
	};

	for (uint32_t i = 0; i < s.objects.pages_extra; i++)
		add(section::common_page, i, m.arena_.page(m.arena_.own_pages() + i), PAGE_BYTES,
		    counts::yes);
	for (uint32_t i = 0; i < s.contexts_used; i++)
		for_each_of_page(m, m.contexts_[i],
				 [&](uint32_t n, std::byte *address, size_t bytes, counts in_hash) {
					 add(section::page, 8 * i + n, address, bytes, in_hash);
				 });
	for (uint32_t i = 0; i < s.contexts_used; i++) {
		const context &c = m.contexts_[i];

		if (is_under_way(c))
			add(section::stack, i, static_cast<std::byte *>(c.fiber.sp),
			    m.stacks_.live_bytes(c.fiber, i), counts::yes);
	}
}

} // namespace sim
