// SPDX-License-Identifier: GPL-2.0-only
// Hashing the parts of a state, and what putting them back leaves to do.
// It must not know strategies, nor what the bytes mean beyond which of them make a state.
#include "sim/state_parts.hpp"
#include <cstring>
#include "sim/mix.hpp"

namespace sim {

static uint64_t number(const void *p)
{
	return static_cast<uint64_t>(number_of_pointer(p));
}

// ---- the engine's own words: two products of 64 by 64 bits a pair, folded ----

namespace {

// In sums, so that they do not wait for each other; which one it is goes into the keys.
struct hasher {
	state_hash h{};
	uint64_t key;

	explicit hasher(uint64_t seed) : key(seed * ODD_HIGH) {}
	void word(uint64_t a, uint64_t b = 0)
	{
		key += ODD_LOW;
		h.low += fold_product(a ^ key, b ^ ODD_HIGH);
		h.high += fold_product(b ^ (key + ODD_HIGH), a ^ (key + ODD_LOW / 3));
	}
	state_hash done() const
	{
		return { fold_product(h.low ^ key, ODD_LOW), fold_product(h.high ^ key, ODD_HIGH) };
	}
};

} // namespace

state_hash state_parts::hash_of(const context &c)
{
	hasher all(c.id + 1);

	all.word(static_cast<uint64_t>(c.state) | uint64_t{ c.holds } << 8 |
			 uint64_t{ c.on_cpu } << 16 | uint64_t{ c.cpu } << 32 |
			 uint64_t{ c.preempt_count } << 48,
		 static_cast<uint64_t>(c.queue.prio) << 32 | c.irqs_off |
			 uint64_t{ c.joins } << 16);
	if (is_under_way(c)) {
		all.word(number(c.next), number(c.frames));
		all.word(number(c.user), c.id);
	}
	if (holds_something(c))
		all.word(uint64_t{ c.memory.page } << 32 | c.memory.used, c.memory.stack_used);
	return all.done();
}

state_hash state_parts::hash_of_rest(const machine &m)
{
	const machine_state &s = *m.state_;
	hasher all(0);

	for (unsigned i = 0; i < m.config_.all_cpus(); i++) {
		const cpu &c = m.cpus_[i];

		all.word(number(c.current), number(c.interrupted));
		all.word(number(c.alarms), c.causes | c.raised | uint64_t{ c.online } << 32 |
						   uint64_t{ c.softirq_depth } << 40 |
						   uint64_t{ c.hardirq_depth } << 48 |
						   uint64_t{ c.irqs_on_in_softirq } << 56);
		for (unsigned w = 0; w < WHEELS; w++)
			all.word(number(m.wheel(c.id, w).first()), number(m.wheel(c.id, w).due()));
		all.word(number(c.firing_alarm));
	}
	for (const finding &f : m.findings())
		all.word(static_cast<uint64_t>(f.kind) << 32 | f.who,
			 number(f.function) ^ number(f.other) << 1);
	all.word(number(s.value_for), s.value_count);
	all.word(s.objects.pages_extra, number(s.kernel));
	return all.done();
}

// ---- lines ----

static uint64_t word_at(const std::byte *from, size_t n)
{
	uint64_t w;

	memcpy(&w, from + n * sizeof(w), sizeof(w));
	return w;
}

// Sums of folded products, each of two words that were made to look like any numbers: the words of
// a line do not wait for each other.
static state_hash hash_of_line(const std::byte *from, uint64_t where)
{
	static constexpr uint64_t K[] = {
		UINT64_C(0xe220a8397b1dcdaf), UINT64_C(0x6e789e6aa1b965f4),
		UINT64_C(0x06c45d188009454f), UINT64_C(0xf88bb8a8724c81ec),
		UINT64_C(0x1b39896a51a8749b), UINT64_C(0x53cb9f0c747ea2ea),
		UINT64_C(0x2c829abe1f4532e1), UINT64_C(0xc584133ac916ab3c),
		UINT64_C(0x3ee5789041c98ac3), UINT64_C(0xf3b8488c368cb0a6),
		UINT64_C(0x657eecdd3cb13d09), UINT64_C(0xc2d326e0055bdef6),
		UINT64_C(0x8621a03fe0bbdb7b), UINT64_C(0x8e1f7555983aa92f),
		UINT64_C(0xb54e0f1600cc4d19), UINT64_C(0x84bb3f97971d80ab),
	};
	uint64_t low = 0, high = 0;

	for (size_t i = 0; i < LINE_BYTES / 16; i++) {
		low += fold_product(word_at(from, i) ^ K[i], word_at(from, i + 4) ^ K[i + 4]);
		high += fold_product(word_at(from, 2 * i) ^ K[i + 8],
				     word_at(from, 2 * i + 1) ^ K[i + 12]);
	}
	return { fold_product(low ^ where, ODD_LOW), fold_product(high ^ where, ODD_HIGH) };
}

state_hash state_parts::hash_of(const std::byte *address, const std::byte *from, size_t bytes)
{
	std::byte line[LINE_BYTES] = {};

	if (bytes == LINE_BYTES)
		return hash_of_line(from, number(address));
	memcpy(line, from, bytes);
	return hash_of_line(line, number(address) ^ uint64_t{ bytes } << 56);
}

state_hash state_parts::hash_of(const state_part &p)
{
	state_hash all{};
	size_t n;

	for (const std::byte *at = p.address; at < p.end(); at += n) {
		n = std::min(static_cast<size_t>(p.end() - at),
			     LINE_BYTES - number(at) % LINE_BYTES);
		all += hash_of(at, at, n);
	}
	return all;
}

// ---- putting back ----

// So many contexts and extra pages there were; those that are not there now are as if they had
// never been. But their stacks are used, which only their `lowest` tells.
void machine::forget_since(uint32_t contexts, uint32_t pages)
{
	for (uint32_t i = state_->contexts_used; i < contexts; i++) {
		context &c = contexts_[i];
		std::byte *const lowest = c.fiber.lowest;

		if (c.memory.page)
			memset(arena_.page(i), 0, PAGE_HEADER_BYTES);
		memset(static_cast<void *>(&c), 0, sizeof(c));
		c.fiber.lowest = lowest;
	}
	for (uint32_t i = state_->objects.pages_extra; i < pages; i++)
		memset(arena_.page(arena_.own_pages() + i), 0, PAGE_HEADER_BYTES);
}

void state_parts::have_put_back(machine &m, uint32_t contexts, uint32_t pages)
{
	const machine_state &s = *m.state_;

	m.forget_since(contexts, pages);
	for (uint32_t i = 0; i < s.contexts_used; i++)
		if (!m.contexts_[i].memory.page && m.arena_.is_begun(i))
			memset(m.arena_.page(i), 0, PAGE_HEADER_BYTES);
	m.events_used_ = 0;
	m.effects_.clear();
	m.eventful_ = true; // or may be
	m.asked_from_ = 0;  // the strategy is asked anew from here
	this_machine = &m;
}

} // namespace sim
