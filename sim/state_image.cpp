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
		: h{ fold_product(seed ^ ODD_LOW, ODD_HIGH),
		     fold_product(seed ^ ODD_HIGH, ODD_LOW) }
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

// ---- pieces of memory ----

constexpr size_t BLOCK_BYTES = 256;

// At the end of data_. Where that moves, the blocks that lie in it move too.
const std::byte *state_image::copy_of(const std::byte *from, size_t bytes)
{
	const size_t used = data_.size();
	const std::byte *const old = data_.data();

	if (used + bytes > data_.capacity()) {
		data_.reserve(std::max(2 * data_.capacity(), used + bytes));
		for (block &b : blocks_)
			if (number(b.copy) - number(old) < used)
				b.copy = data_.data() + (number(b.copy) - number(old));
	}
	data_.insert(data_.end(), from, from + bytes);
	return data_.data() + used;
}

const state_image::piece *state_image::find_before(uint32_t key)
{
	if (!before_)
		return nullptr;
	const std::vector<piece> &all = before_->pieces_;
	while (next_before_ < all.size() && all[next_before_].key < key)
		next_before_++;
	return next_before_ < all.size() && all[next_before_].key == key ? &all[next_before_]
									 : nullptr;
}

void state_image::add(section s, uint32_t index, const void *address, size_t bytes, counts in_hash)
{
	if (!bytes)
		return;
	piece p{ static_cast<std::byte *>(const_cast<void *>(address)),
		 static_cast<uint32_t>(bytes),
		 static_cast<uint32_t>(s) << 28 | index << 1 | (in_hash == counts::yes),
		 static_cast<uint32_t>(blocks_.size()), true };
	const piece *const known = find_before(p.key);

	if (known && known->whole && known->address == p.address && known->bytes == p.bytes &&
	    !memcmp(before_->blocks_[known->first].copy, p.address, bytes)) {
		const block *const first = &before_->blocks_[known->first];
		const uint64_t begin = number(p.address), end = begin + bytes - 1;

		blocks_.insert(blocks_.end(), first,
			       first + end / BLOCK_BYTES - begin / BLOCK_BYTES + 1);
		p.hash = known->hash;
	} else {
		add_blocks(p, known, in_hash);
	}
	hash_ += p.hash;
	pieces_.push_back(p);
}

void state_image::add_blocks(piece &p, const piece *known, counts in_hash)
{
	const uint64_t begin = number(p.address), end = begin + p.bytes;
	const uint64_t known_begin = known ? number(known->address) : 0;
	const uint64_t known_end = known ? known_begin + known->bytes : 0;

	for (uint64_t at = begin, next; at < end; at = next) {
		const std::byte *const from = p.address + (at - begin);
		const uint64_t n = at / BLOCK_BYTES;

		next = hashes_ ? std::min(end, (n + 1) * BLOCK_BYTES) : end;
		if (known && at == std::max(known_begin, n * BLOCK_BYTES) &&
		    next == std::min(known_end, (n + 1) * BLOCK_BYTES)) {
			const block &before =
				before_->blocks_[known->first + n - known_begin / BLOCK_BYTES];

			if (!memcmp(before.copy, from, next - at)) {
				blocks_.push_back(before);
				p.hash += before.hash;
				p.whole = false;
				continue;
			}
		}
		block b{ copy_of(from, next - at), {} };
		if (in_hash == counts::yes && hashes_) {
			hasher all(at);

			all.bytes(from, next - at);
			b.hash = all.h;
			p.hash += b.hash;
		}
		blocks_.push_back(b);
	}
}

// Calls f(address, bytes) for what is saved and not compared. What says how much there is of
// something comes before it.
template <class F> void state_image::for_each_engine_range(const machine &m, F f)
{
	machine_state &s = *m.state_;
	const auto range = [&f](auto *first, size_t bytes) {
		f(reinterpret_cast<std::byte *>(first), bytes);
	};

	range(&s, offsetof(machine_state, findings));
	range(s.findings, m.findings().size_bytes());
	range(&s.objects, offsetof(arena_state, freed));
	range(&s.kernel, sizeof(s.kernel));
	range(m.cpus_, m.config_.all_cpus() * sizeof(cpu));
	range(m.contexts_, s.contexts_used * sizeof(context));
	range(m.expired_, m.config_.all_cpus() * sizeof(expired_timers));
	for (unsigned i = 0; i < m.config_.all_cpus() * WHEELS; i++)
		range(&m.wheels_[i], timer_wheel::LIST_BYTES);
}

// A page that was begun for blocks that have ended is like one that was not.
static bool holds_something(const slice &s, uint32_t index)
{
	return s.stack_used || (s.page && (s.page != index + 1 || s.used > PAGE_HEADER_BYTES));
}

// The page of a context, with the states of its granules at the beginning. What lies in its middle
// is there only to be recognised by whoever uses it still.
void state_image::add_page(const std::byte *page, uint32_t index, const slice &s)
{
	constexpr size_t G = GRANULE_BYTES;
	const size_t stack = s.stack_used, most = s.stack_most;
	const size_t heap = s.page == index + 1 ? s.used : s.page ? PAGE_BYTES - most : 0;
	const size_t middle = PAGE_BYTES - heap - stack;
	const bool holds = holds_something(s, index);

	const uint32_t first = 8 * index;

	add(section::page, first, page, heap / G, holds ? counts::yes : counts::no);
	add(section::page, first + 1, page + heap / G, heap ? middle / G : 0, counts::no);
	add(section::page, first + 2, page + (PAGE_BYTES - stack) / G, stack / G, counts::yes);
	add(section::page, first + 3, page + PAGE_HEADER_BYTES, heap ? heap - PAGE_HEADER_BYTES : 0,
	    counts::yes);
	add(section::page, first + 4, page + PAGE_BYTES - most, most - stack, counts::no);
	add(section::page, first + 5, page + PAGE_BYTES - stack, stack, counts::yes);
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
	hash_ += all.h;
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

	engine_.clear();
	pieces_.clear();
	blocks_.clear();
	data_.clear();
	hash_ = {};
	before_ = before;
	next_before_ = 0;
	if (hashes_)
		note_contexts(m);
	for_each_engine_range(m, [this](std::byte *at, size_t bytes) {
		engine_.insert(engine_.end(), at, at + bytes);
	});
	for (uint32_t i = 0; i < s.objects.pages_extra; i++)
		add(section::common_page, i, a.page(a.own_pages() + i), PAGE_BYTES, counts::yes);
	for (uint32_t i = 0; i < s.contexts_used; i++)
		add_page(a.page(i), i, m.contexts_[i].memory);
	without_stacks_ = hash_;
	for (uint32_t i = 0; i < s.contexts_used; i++) {
		const context &c = m.contexts_[i];

		if (is_under_way(c))
			add(section::stack, i, c.fiber.sp, m.stacks_.live_bytes(c.fiber, i),
			    counts::yes);
	}
}

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

void state_image::restore(machine &m) const
{
	const machine_state &s = *m.state_;
	const uint32_t contexts = s.contexts_used, pages = s.objects.pages_extra;
	const arena &a = m.arena_;

	const std::byte *from = engine_.data();

	for_each_engine_range(m, [&from](std::byte *at, size_t bytes) {
		memcpy(at, from, bytes);
		from += bytes;
	});
	for (const piece &p : pieces_) {
		const block *b = &blocks_[p.first];

		if (p.whole) {
			memcpy(p.address, b->copy, p.bytes);
			continue;
		}
		for (size_t at = 0, n; at < p.bytes; at += n, b++) {
			n = std::min(p.bytes - at,
				     BLOCK_BYTES - number(p.address + at) % BLOCK_BYTES);
			memcpy(p.address + at, b->copy, n);
		}
	}
	m.forget_since(contexts, pages);
	for (uint32_t i = 0; i < s.contexts_used; i++)
		if (!m.contexts_[i].memory.page && a.is_begun(i))
			memset(a.page(i), 0, PAGE_HEADER_BYTES);
	m.events_used_ = 0;
	m.effects_.clear();
	m.eventful_ = true; // or may be
	m.asked_from_ = 0; // the strategy is asked anew from here
	this_machine = &m;
}

} // namespace sim
