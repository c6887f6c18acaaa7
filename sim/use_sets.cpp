// SPDX-License-Identifier: GPL-2.0-only
// Sets of uses, each kept once, and what was made of them before.
// It must not know machines, nor why somebody asks.
#include "sim/use_sets.hpp"
#include <algorithm>

namespace sim {

namespace {

constexpr size_t MEMOS = 1 << 14;

uint64_t mix(uint64_t a)
{
	a ^= a >> 32;
	a *= UINT64_C(0x9e3779b97f4a7c15);
	return a ^ a >> 29;
}

} // namespace

// ---- numbers ----

void use_sets::number_table::clear()
{
	slots_.assign(256, {});
	used_ = 0;
}

uint32_t use_sets::number_table::find(uint64_t key) const
{
	size_t i = mix(key) & (slots_.size() - 1);

	while (slots_[i].number != NONE && slots_[i].key != key)
		i = (i + 1) & (slots_.size() - 1);
	return slots_[i].number;
}

uint32_t &use_sets::number_table::at(uint64_t key)
{
	if (2 * (used_ + 1) > slots_.size()) {
		std::vector<slot> old(2 * slots_.size());

		old.swap(slots_);
		used_ = 0;
		for (const slot &s : old)
			if (s.number != NONE)
				at(s.key) = s.number;
	}
	size_t i = mix(key) & (slots_.size() - 1);
	while (slots_[i].number != NONE && slots_[i].key != key)
		i = (i + 1) & (slots_.size() - 1);
	if (slots_[i].number == NONE) {
		slots_[i].key = key;
		used_++;
	}
	return slots_[i].number;
}

use_sets::use_sets()
{
	clear();
}

void use_sets::clear()
{
	actors_.clear();
	actor_numbers_.clear();
	use_numbers_.clear();
	object_numbers_.clear();
	uses_.clear();
	uses_of_objects_.clear();
	words_.clear();
	sets_.clear();
	set_slots_.assign(1024, NONE);
	unions_.assign(MEMOS, {});
	postponed_.assign(MEMOS, {});
	awake_lists_.clear();
	scratch_.clear();
	keep(); // EMPTY
}

actor use_sets::actor_of(context_id who)
{
	uint32_t &number = actor_numbers_.at(who);

	if (number == NONE) {
		number = static_cast<uint32_t>(actors_.size());
		actors_.push_back({ who, {} });
	}
	return number;
}

uint32_t use_sets::use_of(actor by, object_id object, bool changes)
{
	uint32_t &number = use_numbers_.at(uint64_t{ object } << 32 | by << 1 | changes);

	if (number != NONE)
		return number;
	number = static_cast<uint32_t>(uses_.size());
	uses_.push_back({ by, object, changes });
	uint32_t &same_object = object_numbers_.at(object);
	if (same_object == NONE) {
		same_object = static_cast<uint32_t>(uses_of_objects_.size());
		uses_of_objects_.emplace_back();
	}
	uses_of_objects_[same_object].push_back(number);
	std::vector<uint64_t> &own = actors_[by].uses;
	if (own.size() <= number / 64)
		own.resize(number / 64 + 1);
	own[number / 64] |= UINT64_C(1) << number % 64;
	return number;
}

std::span<const uint32_t> use_sets::uses_of(object_id object) const
{
	const uint32_t number = object_numbers_.find(object);

	if (number == NONE)
		return {};
	return uses_of_objects_[number];
}

// ---- sets ----

size_t use_sets::slot_of(std::span<const uint64_t> words) const
{
	uint64_t hash = words.size();

	for (const uint64_t w : words)
		hash = mix(hash ^ w) + w;
	size_t at = hash & (set_slots_.size() - 1);
	while (set_slots_[at] != NONE && !std::ranges::equal(words_of(set_slots_[at]), words))
		at = (at + 1) & (set_slots_.size() - 1);
	return at;
}

use_sets::set use_sets::keep()
{
	while (!scratch_.empty() && !scratch_.back() && !scratch_[scratch_.size() - 2])
		scratch_.resize(scratch_.size() - 2);
	if (2 * (sets_.size() + 1) > set_slots_.size()) {
		set_slots_.assign(2 * set_slots_.size(), NONE);
		for (set s = 0; s < sets_.size(); s++)
			set_slots_[slot_of(words_of(s))] = s;
	}
	set &known = set_slots_[slot_of(scratch_)];
	if (known == NONE) {
		known = static_cast<set>(sets_.size());
		sets_.push_back({ static_cast<uint32_t>(words_.size()),
				  static_cast<uint32_t>(scratch_.size() / 2) });
		words_.insert(words_.end(), scratch_.begin(), scratch_.end());
	}
	return known;
}

use_sets::set use_sets::of(std::span<const uint32_t> uses)
{
	scratch_.clear();
	for (const uint32_t u : uses) {
		if (scratch_.size() <= 2 * (u / 64))
			scratch_.resize(2 * (u / 64) + 2);
		scratch_[2 * (u / 64)] |= UINT64_C(1) << u % 64;
	}
	return keep();
}

use_sets::memo &use_sets::memo_of(std::vector<memo> &memos, uint32_t a, uint32_t b)
{
	return memos[mix(uint64_t{ a } << 32 | b) & (MEMOS - 1)];
}

use_sets::set use_sets::unite(set a, set b)
{
	if (a == b || b == EMPTY)
		return a;
	if (a == EMPTY)
		return b;
	if (a > b)
		std::swap(a, b);
	memo &known = memo_of(unions_, a, b);
	if (known.a == a && known.b == b)
		return known.result;
	const extent x = sets_[a], y = sets_[b];
	scratch_.assign(2 * std::max(x.pairs, y.pairs), 0);
	for (uint32_t i = 0; i < 2 * x.pairs; i++)
		scratch_[i] |= words_[x.first + i];
	for (uint32_t i = 0; i < 2 * y.pairs; i++)
		scratch_[i] |= words_[y.first + i];
	known = { a, b, keep() };
	return known.result;
}

use_sets::set use_sets::postpone(set s, std::span<const actor> awake)
{
	const auto same = std::find_if(
		awake_lists_.begin(), awake_lists_.end(),
		[&](const std::vector<actor> &l) { return std::ranges::equal(l, awake); });
	const auto list = static_cast<uint32_t>(same - awake_lists_.begin());

	if (same == awake_lists_.end())
		awake_lists_.emplace_back(awake.begin(), awake.end());
	memo &known = memo_of(postponed_, s, list);
	if (known.a == s && known.b == list)
		return known.result;
	const extent e = sets_[s];
	awake_.assign(e.pairs, 0);
	for (const actor a : awake)
		for (size_t i = 0; i < std::min<size_t>(actors_[a].uses.size(), e.pairs); i++)
			awake_[i] |= actors_[a].uses[i];
	scratch_.assign(2 * e.pairs, 0);
	for (uint32_t i = 0; i < e.pairs; i++) {
		const uint64_t now = words_[e.first + 2 * i], later = words_[e.first + 2 * i + 1];

		scratch_[2 * i] = now & awake_[i];
		scratch_[2 * i + 1] = later | (now & ~awake_[i]);
	}
	known = { s, list, keep() };
	return known.result;
}

} // namespace sim
