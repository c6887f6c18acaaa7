// SPDX-License-Identifier: GPL-2.0-only
// Saving, hashing and restoring a state of the free machine.
// It must not know strategies, nor what the bytes mean beyond which of them make a state.
#include "sim/state_image.hpp"
#include <algorithm>
#include <cstddef>
#include <cstring>
#include "sim/machine.hpp"
#include "sim/mix.hpp"

namespace sim {

// ---- hashing: two products of 64 by 64 bits a word, folded ----

namespace {

struct hasher {
	state_hash h;

	explicit hasher(uint64_t seed)
		: h{ fold_product(seed ^ ODD_LOW, ODD_HIGH), fold_product(seed ^ ODD_HIGH, ODD_LOW) }
	{}
	void word(uint64_t a, uint64_t b = 0)
	{
		h.low = fold_product(h.low ^ a, ODD_LOW ^ b);
		h.high = fold_product(h.high ^ b ^ ODD_LOW, ODD_HIGH ^ a);
	}
	void bytes(const std::byte *from, size_t n)
	{
		for (; n >= 16; n -= 16, from += 16) {
			uint64_t w[2];

			memcpy(w, from, 16);
			word(w[0], w[1]);
		}
		uint64_t w[2] = {};

		memcpy(w, from, n);
		word(w[0], w[1] ^ n);
	}
};

uint64_t number(const void *p)
{
	return static_cast<uint64_t>(number_of_pointer(p));
}

} // namespace

void state_image::add_hash(state_hash h)
{
	hash_.low += h.low;
	hash_.high += h.high;
}

void state_image::add(const void *address, size_t bytes, counts in_hash, const state_image *before)
{
	auto *from = static_cast<std::byte *>(const_cast<void *>(address));
	const size_t index = extents_.size(), offset = data_.size();
	state_hash h{};

	data_.insert(data_.end(), from, from + bytes);
	if (in_hash == counts::yes && hashes_) {
		const extent *same = before && index < before->extents_.size()
					     ? &before->extents_[index]
					     : nullptr;

		if (same && same->address == from && same->bytes == bytes &&
		    !memcmp(before->data_.data() + same->offset, from, bytes)) {
			h = same->hash;
		} else {
			hasher all(number(from));

			all.bytes(from, bytes);
			h = all.h;
		}
		add_hash(h);
	}
	extents_.push_back(
		{ from, static_cast<uint32_t>(bytes), static_cast<uint32_t>(offset), h });
}

// A page that was begun for blocks that have ended is like one that was not.
static bool holds_something(const slice &s, uint32_t index)
{
	return s.stack_used || (s.page && (s.page != index + 1 || s.used > PAGE_HEADER_BYTES));
}

// The page of a context, with the states of its granules at the beginning. What lies in its middle
// is there only to be recognised by whoever uses it still.
void state_image::add_page(const std::byte *page, uint32_t index, const slice &s,
			   const state_image *before)
{
	constexpr size_t G = GRANULE_BYTES;
	const size_t stack = s.stack_used, most = s.stack_most;
	const size_t heap = s.page == index + 1 ? s.used : s.page ? PAGE_BYTES - most : 0;
	const size_t middle = PAGE_BYTES - heap - stack;
	const bool holds = holds_something(s, index);

	add(page, heap / G, holds ? counts::yes : counts::no, before);
	add(page + heap / G, heap ? middle / G : 0, counts::no, nullptr);
	add(page + (PAGE_BYTES - stack) / G, stack / G, counts::yes, before);
	add(page + PAGE_HEADER_BYTES, heap ? heap - PAGE_HEADER_BYTES : 0, counts::yes, before);
	add(page + PAGE_BYTES - most, most - stack, counts::no, nullptr);
	add(page + PAGE_BYTES - stack, stack, counts::yes, before);
}

// An interrupt begins on an empty stack, whoever it came upon last.
static bool is_under_way(const context &c)
{
	return c.state != context_state::finished &&
	       !(c.is_interrupt && c.state == context_state::asleep);
}

// What of the engine's own data makes a state. Left out: counters of steps, clocks, fair queueing,
// what the trace showed last. They may change the order of options and nothing else.
void state_image::note_contexts(const machine &m)
{
	const machine_state &s = *m.state_;
	hasher all(s.contexts_used);

	for (uint32_t i = 0; i < s.contexts_used; i++) {
		const context &c = m.contexts_[i];

		all.word(static_cast<uint64_t>(c.state) | uint64_t{ c.holds } << 8 |
				 uint64_t{ c.on_cpu } << 16 | uint64_t{ c.cpu } << 32 |
				 uint64_t{ c.preempt_count } << 48,
			 static_cast<uint64_t>(c.queue.prio) << 32 | c.irqs_off);
		if (is_under_way(c)) {
			all.word(number(c.next), number(c.frames));
			all.word(number(c.user), i);
		}
		if (holds_something(c.memory, i))
			all.word(uint64_t{ c.memory.page } << 32 | c.memory.used,
				 c.memory.stack_used);
	}
	for (unsigned i = 0; i < m.config_.all_cpus(); i++) {
		const cpu &c = m.cpus_[i];

		all.word(number(c.current), number(c.interrupted));
		all.word(number(c.alarms), c.causes | c.raised | uint64_t{ c.online } << 32 |
						   uint64_t{ c.softirq_depth } << 40 |
						   uint64_t{ c.hardirq_depth } << 48 |
						   uint64_t{ c.irqs_on_in_softirq } << 56);
		for (unsigned w = 0; w < WHEELS; w++)
			all.word(number(m.wheel(c.id, w).first()), number(c.firing_alarm));
	}
	for (const finding &f : m.findings())
		all.word(static_cast<uint64_t>(f.kind) << 32 | f.who,
			 number(f.function) ^ number(f.other) << 1);
	all.word(number(s.value_for), s.value_count);
	all.word(s.objects.pages_extra, number(s.kernel));
	add_hash(all.h);
}

void state_image::save(const machine &m, const state_image *before)
{
	hashes_ = true;
	gather(m, before);
}

void state_image::copy(const machine &m)
{
	hashes_ = false;
	gather(m, nullptr);
}

void state_image::gather(const machine &m, const state_image *before)
{
	const machine_state &s = *m.state_;
	const arena &a = m.arena_;
	const uint32_t findings = static_cast<uint32_t>(m.findings().size());

	extents_.clear();
	data_.clear();
	hash_ = {};
	if (hashes_)
		note_contexts(m);
	add(&s, offsetof(machine_state, findings) + findings * sizeof(finding), counts::no,
	    nullptr);
	add(&s.objects, offsetof(arena_state, freed), counts::no, nullptr);
	add(&s.kernel, sizeof(s.kernel), counts::no, nullptr);
	add(m.cpus_, m.config_.all_cpus() * sizeof(cpu), counts::no, nullptr);
	add(m.contexts_, s.contexts_used * sizeof(context), counts::no, nullptr);
	for (unsigned i = 0; i < m.config_.all_cpus(); i++) {
		for (unsigned w = 0; w < WHEELS; w++)
			add(&m.wheel(static_cast<cpu_id>(i), w), timer_wheel::LIST_BYTES,
			    counts::no, nullptr);
		add(&m.expired_[i], sizeof(expired_timers), counts::no, nullptr);
	}
	for (uint32_t i = 0; i < s.objects.pages_extra; i++)
		add(a.page(a.own_pages() + i), PAGE_BYTES, counts::yes, before);
	for (uint32_t i = 0; i < s.contexts_used; i++) {
		const context &c = m.contexts_[i];

		add_page(a.page(i), i, c.memory, before);
	}
	without_stacks_ = hash_;
	for (uint32_t i = 0; i < s.contexts_used; i++) {
		const context &c = m.contexts_[i];

		if (is_under_way(c))
			add(c.fiber.sp, m.stacks_.live_bytes(c.fiber, i), counts::yes, before);
		else
			add(nullptr, 0, counts::no, nullptr);
	}
}

// Pages and contexts that were begun since are as if they had never been: but their stacks are
// used, which only their `lowest` tells.
void state_image::restore(machine &m) const
{
	const machine_state &s = *m.state_;
	const uint32_t contexts = s.contexts_used, pages = s.objects.pages_extra;
	const arena &a = m.arena_;

	for (const extent &e : extents_)
		if (e.bytes)
			memcpy(e.address, data_.data() + e.offset, e.bytes);
	for (uint32_t i = s.contexts_used; i < contexts; i++) {
		context &c = m.contexts_[i];
		std::byte *const lowest = c.fiber.lowest;

		if (c.memory.page)
			memset(a.page(i), 0, PAGE_HEADER_BYTES);
		memset(static_cast<void *>(&c), 0, sizeof(c));
		c.fiber.lowest = lowest;
	}
	for (uint32_t i = 0; i < s.contexts_used; i++)
		if (!m.contexts_[i].memory.page && a.is_begun(i))
			memset(a.page(i), 0, PAGE_HEADER_BYTES);
	for (uint32_t i = s.objects.pages_extra; i < pages; i++)
		memset(a.page(a.own_pages() + i), 0, PAGE_HEADER_BYTES);
	m.events_used_ = 0;
	m.effects_.clear();
	m.asked_from_ = 0; // the strategy is asked anew from here
	this_machine = &m;
}

} // namespace sim
