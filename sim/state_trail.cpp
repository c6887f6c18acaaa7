// SPDX-License-Identifier: GPL-2.0-only
// Finding out what a step has changed, and going from state to state by such changes.
// It must not know strategies, nor what the bytes mean.
#include "sim/state_trail.hpp"
#include <algorithm>
#include <cstring>
#include "sim/state_parts.hpp"

namespace sim {

constexpr size_t CHUNK_BYTES = 512; // that are compared at once

static size_t place_in_line(const std::byte *at)
{
	return static_cast<uint64_t>(number_of_pointer(at)) % LINE_BYTES;
}

static std::byte *line_of(std::byte *at)
{
	return at - place_in_line(at);
}

static std::byte *lines_end(std::byte *end)
{
	return end + (LINE_BYTES - place_in_line(end)) % LINE_BYTES;
}

static bool is_same_line(const std::byte *a, const std::byte *b)
{
	using words = uint64_t __attribute__((vector_size(16)));
	words x, y, differ{};

	for (size_t i = 0; i < LINE_BYTES; i += sizeof(words)) {
		memcpy(&x, a + i, sizeof(words));
		memcpy(&y, b + i, sizeof(words));
		differ |= x ^ y;
	}
	return !(differ[0] | differ[1]);
}

state_trail::state_trail(machine &m)
	: machine_(m), memory_(m.region_.bytes()), stacks_(m.stacks_.bytes())
{}

void state_trail::begin()
{
	at_ = nullptr;
	parts_.clear();
	changed_.clear();
	looked_at_ = NEVER;
}

// Where the trail keeps what the machine has there.
std::byte *state_trail::kept(std::byte *at) const
{
	const region &m = machine_.region_;

	if (at >= m.base() && at < m.base() + m.bytes())
		return memory_.base() + (at - m.base());
	return stacks_.base() + (at - machine_.stacks_.bottom(0));
}

void state_trail::find_parts(std::vector<state_part> &as) const
{
	as.clear();
	state_parts::for_each(machine_, [&as](const state_part &p) { as.push_back(p); });
}

// ---- what has changed ----

// What of a part is in a line.
static std::span<std::byte> within(std::byte *line, const state_part *p)
{
	if (!p)
		return {};
	std::byte *const from = std::max(line, p->address);
	std::byte *const to = std::min(line + LINE_BYTES, p->end());

	return from < to ? std::span(from, to) : std::span<std::byte>();
}

template <bool hashed>
void state_trail::compare_line(std::byte *at, const std::byte *kept, const state_part *before,
			       const state_part *now)
{
	const std::span<std::byte> old = within(at, before), present = within(at, now);

	if (old.data() == present.data() && old.size() == present.size() &&
	    (old.empty() || !memcmp(kept + (old.data() - at), old.data(), old.size())))
		return;
	note(at);
	if (!hashed)
		return;
	if (!old.empty() && before->is_hashed())
		hash_ -= state_parts::hash_of(old.data(), kept + (old.data() - at), old.size());
	if (!present.empty() && now->is_hashed())
		hash_ += state_parts::hash_of(present.data(), present.data(), present.size());
}

// One of both may be null.
template <bool hashed> void state_trail::compare(const state_part *before, const state_part *now)
{
	const state_part &any = now ? *now : *before;
	std::byte *from = any.address, *to = any.end(); // in one of them
	std::byte *both_from = from, *both_to = from;	// whole lines in both

	if (before && now) {
		if (*before == *now && !memcmp(kept(from), from, now->bytes))
			return;
		from = std::min(before->address, now->address);
		to = std::max(before->end(), now->end());
		both_from = lines_end(std::max(before->address, now->address));
		both_to = line_of(std::min(before->end(), now->end()));
	}
	from = line_of(from);
	const std::byte *const kept_from = kept(from);
	for (std::byte *at = from; at < to; at += LINE_BYTES) {
		const std::byte *const old = kept_from + (at - from);

		if (at >= both_from && at < both_to) {
			if (both_to - at >= static_cast<ptrdiff_t>(CHUNK_BYTES) &&
			    !memcmp(old, at, CHUNK_BYTES)) {
				at += CHUNK_BYTES - LINE_BYTES;
				continue;
			}
			if (is_same_line(old, at))
				continue;
			note(at);
			if (hashed && now->is_hashed()) {
				hash_ -= state_parts::hash_of(at, old, LINE_BYTES);
				hash_ += state_parts::hash_of(at, at, LINE_BYTES);
			}
		} else {
			compare_line<hashed>(at, old, before, now);
		}
	}
}

// There is never less of it after a step. What was not there before may be kept like what was.
void state_trail::compare_engine()
{
	const region &m = machine_.region_;

	state_parts::for_each_engine_range(machine_, [&](std::byte *from, size_t bytes) {
		std::byte *const to = from + bytes;

		for (std::byte *at = line_of(from); at < to; at += LINE_BYTES)
			if (!is_same_line(at, memory_.base() + (at - m.base())))
				note(at);
	});
}

void state_trail::hash_contexts()
{
	const machine &m = machine_;
	const auto *const first = reinterpret_cast<std::byte *>(m.contexts_);
	const context *last = nullptr;

	for (std::byte *at : changed_) {
		if (at < first || at >= m.contexts_end())
			continue;
		context &c = m.contexts_[static_cast<size_t>(at - first) / sizeof(context)];
		if (&c == last)
			continue;
		last = &c;
		if (at_ && c.id < at_->contexts)
			hash_ -= state_parts::hash_of(*reinterpret_cast<const context *>(
				kept(reinterpret_cast<std::byte *>(&c))));
		hash_ += state_parts::hash_of(c);
	}
}

template <bool hashed> void state_trail::find_changes()
{
	auto before = parts_.begin();

	changed_.clear();
	compare_engine();
	if (hashed)
		hash_contexts();
	find_parts(now_);
	for (const state_part &p : now_) {
		while (before != parts_.end() && before->key < p.key)
			compare<hashed>(&*before++, nullptr);
		if (before != parts_.end() && before->key == p.key)
			compare<hashed>(&*before++, &p);
		else
			compare<hashed>(nullptr, &p);
	}
	while (before != parts_.end())
		compare<hashed>(&*before++, nullptr);
	looked_at_ = machine_.state().steps;
}

state_hash state_trail::look()
{
	hash_ = at_ ? at_->hash : state_hash{};
	if (at_)
		hash_ -= at_->rest;
	rest_ = state_parts::hash_of_rest(machine_);
	hash_ += rest_;
	find_changes<true>();
	return hash_;
}

// ---- from state to state ----

void state_trail::keep(place &p)
{
	p.from = at_;
	p.depth = at_ ? at_->depth + 1 : 0;
	p.contexts = machine_.state().contexts_used;
	p.hash = hash_;
	p.rest = rest_;
	p.lines = changed_;
	p.bytes.resize(changed_.size());
	for (size_t i = 0; i < changed_.size(); i++) {
		std::byte *const old = kept(changed_[i]);

		memcpy(p.bytes[i].data(), old, LINE_BYTES);
		memcpy(old, changed_[i], LINE_BYTES);
	}
	parts_.swap(now_);
	changed_.clear();
	at_ = &p;
}

void state_trail::change(std::byte *at, line &bytes)
{
	std::byte *const old = kept(at);
	const line now = bytes;

	memcpy(bytes.data(), old, LINE_BYTES);
	memcpy(old, now.data(), LINE_BYTES);
	memcpy(at, now.data(), LINE_BYTES);
}

// Where a line is there twice, because two parts share it, only the first has what was before.
void state_trail::walk_to(place &p)
{
	place *to = &p;

	forth_.clear();
	while (at_ != to)
		if (at_->depth < to->depth) {
			forth_.push_back(to);
			to = to->from;
		} else {
			for (size_t i = at_->lines.size(); i-- > 0;)
				change(at_->lines[i], at_->bytes[i]);
			at_ = at_->from;
		}
	for (; !forth_.empty(); forth_.pop_back()) {
		at_ = forth_.back();
		for (size_t i = 0; i < at_->lines.size(); i++)
			change(at_->lines[i], at_->bytes[i]);
	}
}

void state_trail::go_to(place &p)
{
	machine_state &s = *machine_.state_;
	const uint32_t contexts = s.contexts_used, pages = s.objects.pages_extra;
	const bool moves = at_ != &p;

	if (looked_at_ != s.steps)
		find_changes<false>();
	// Of those who are not there any more: see machine::forget_since().
	lowest_.clear();
	for (uint32_t i = p.contexts; i < contexts; i++)
		lowest_.push_back(machine_.contexts_[i].fiber.lowest);
	for (std::byte *at : changed_)
		memcpy(at, kept(at), LINE_BYTES);
	walk_to(p);
	for (uint32_t i = p.contexts; i < contexts; i++)
		machine_.contexts_[i].fiber.lowest = lowest_[i - p.contexts];
	state_parts::have_put_back(machine_, contexts, pages);
	if (moves)
		find_parts(parts_);
	changed_.clear();
	looked_at_ = s.steps;
}

} // namespace sim
