// SPDX-License-Identifier: GPL-2.0-only
// Inserting into wakeup trees.
// It must not know where the sequences come from.
#include "sim/dpor_wakeup_tree.hpp"
#include <algorithm>
#include <utility>
#include "sim/mix.hpp"

namespace sim {

bool is_weak_initial(const footprints &known, uint32_t who, footprint_id full,
		     std::span<const wakeup_item> sequence, size_t &at)
{
	for (at = 0; at < sequence.size(); at++) {
		const wakeup_item &s = sequence[at];

		if (s.is_answer)
			continue;
		if (s.who == who)
			return true;
		if (known.conflict(full, s.full))
			return false;
	}
	return true;
}

uint32_t wakeup_pool::make(const wakeup_item &item)
{
	uint32_t n = free_;

	if (n == NO_NODE) {
		n = static_cast<uint32_t>(nodes_.size());
		nodes_.emplace_back();
	} else {
		free_ = nodes_[n].next;
	}
	nodes_[n] = { item, NO_NODE, NO_NODE, false, NO_NODE };
	return n;
}

uint32_t wakeup_pool::take(uint32_t &first, uint32_t n)
{
	uint32_t *link = &first;

	while (*link != n)
		link = &nodes_[*link].next;
	*link = nodes_[n].next;
	nodes_[n].next = free_;
	free_ = n;
	free_sequences(take_overtaken(n));
	return nodes_[n].first_child;
}

uint32_t wakeup_pool::take_overtaken(uint32_t n)
{
	const uint32_t first = std::exchange(nodes_[n].overtaken, NO_NODE);

	for (uint32_t s = first; s != NO_NODE; s = sequences_[s].next) {
		uint32_t *link = &alike(sequences_[s].hash);

		while (*link != s)
			link = &sequences_[*link].next_alike;
		*link = sequences_[s].next_alike;
	}
	return first;
}

bool wakeup_pool::take_conflicting(uint32_t &first, uint32_t who, footprint_id full,
				 std::vector<wakeup_item> &sequence)
{
	size_t at;

	for (uint32_t *link = &first; *link != NO_NODE; link = &sequences_[*link].next) {
		const uint32_t s = *link;

		if (is_weak_initial(footprints_, who, full, sequences_[s].items, at))
			continue;
		sequence = sequences_[s].items;
		*link = std::exchange(sequences_[s].next, NO_NODE);
		free_sequences(s);
		return true;
	}
	return false;
}

void wakeup_pool::free_sequences(uint32_t first)
{
	while (first != NO_NODE) {
		const uint32_t s = first;

		first = std::exchange(sequences_[s].next, free_sequence_);
		free_sequence_ = s;
	}
}

void wakeup_pool::free_all(uint32_t first)
{
	while (first != NO_NODE) {
		const uint32_t n = first, children = nodes_[n].first_child;

		first = nodes_[n].next;
		nodes_[n].next = free_;
		free_ = n;
		free_sequences(take_overtaken(n));
		free_all(children);
	}
}

uint32_t wakeup_pool::find(uint32_t first, uint32_t who) const
{
	while (first != NO_NODE && nodes_[first].item.who != who)
		first = nodes_[first].next;
	return first;
}

uint32_t wakeup_pool::hash_of_rest(uint32_t by) const
{
	uint64_t h = by;

	for (const wakeup_item &i : rest_)
		h = mix(h + (static_cast<uint64_t>(i.full) << 32 | i.who << 1 | i.is_answer));
	return static_cast<uint32_t>(h);
}

void wakeup_pool::grow_alike()
{
	std::vector<uint32_t> old(2 * alike_.size(), NO_NODE);

	old.swap(alike_);
	for (uint32_t s : old)
		while (s != NO_NODE) {
			const uint32_t next = sequences_[s].next_alike;

			sequences_[s].next_alike =
				std::exchange(alike(sequences_[s].hash), s);
			s = next;
		}
}

// Of what is left of the sequence the first is not its step. Each is kept once, and only by the
// last step of what was inserted: those before it happened, with all that they depend on, and will
// touch what they did; it is the later one of a race, expected for the first time without the
// earlier one.
void wakeup_pool::note_overtaken(uint32_t by)
{
	const uint32_t hash = hash_of_rest(by);
	uint32_t s = alike(hash);

	while (s != NO_NODE && (sequences_[s].by != by || sequences_[s].items != rest_))
		s = sequences_[s].next_alike;
	if (s != NO_NODE)
		return;
	s = free_sequence_;
	if (s == NO_NODE) {
		s = static_cast<uint32_t>(sequences_.size());
		sequences_.emplace_back();
		if (sequences_.size() > alike_.size())
			grow_alike();
	} else {
		free_sequence_ = sequences_[s].next;
	}
	kept_sequence &k = sequences_[s];
	k.items = rest_;
	k.next = std::exchange(nodes_[by].overtaken, s);
	k.by = by;
	k.hash = hash;
	k.next_alike = std::exchange(alike(hash), s);
}

// The step at `at` was matched: its answers come to the front, where the children are compared.
void wakeup_pool::drop(size_t at)
{
	size_t end = at + 1;

	answers_next_ = false;
	if (at == rest_.size()) {
		has_more_ = true; // it does not come in the sequence
		return;
	}
	while (end < rest_.size() && rest_[end].is_answer)
		end++;
	answers_next_ = end > at + 1;
	const auto begin = rest_.begin();
	std::rotate(begin, begin + static_cast<long>(at), begin + static_cast<long>(end));
	rest_.erase(begin);
}

uint32_t wakeup_pool::matching(uint32_t first)
{
	size_t at;

	if (first == NO_NODE)
		return NO_NODE;
	if (nodes_[first].item.is_answer) {
		// Whoever does not come in the sequence may get any answer.
		if (!answers_next_)
			return first;
		const uint32_t n = find(first, rest_.front().who);
		if (n != NO_NODE) {
			rest_.erase(rest_.begin());
			answers_next_ = !rest_.empty() && rest_.front().is_answer;
		}
		return n;
	}
	for (uint32_t n = first; n != NO_NODE; n = nodes_[n].next)
		if (is_weak_initial(footprints_, nodes_[n].item.who, nodes_[n].item.full, rest_,
				    at)) {
			if (at && nodes_[n].first_child == NO_NODE)
				note_overtaken(n);
			drop(at);
			return n;
		}
	return NO_NODE;
}

bool wakeup_pool::insert(uint32_t &first, std::span<const wakeup_item> sequence)
{
	uint32_t parent = NO_NODE;

	rest_.assign(sequence.begin(), sequence.end());
	answers_next_ = has_more_ = false;
	for (uint32_t n = first; (n = matching(n)) != NO_NODE;) {
		parent = n;
		n = nodes_[n].first_child;
		if (n == NO_NODE) {
			nodes_[parent].covers = true;
			return false;
		}
	}
	for (const wakeup_item &item : rest_) {
		const uint32_t n = make(item);
		uint32_t *link = parent == NO_NODE ? &first : &nodes_[parent].first_child;

		while (*link != NO_NODE)
			link = &nodes_[*link].next;
		*link = n;
		parent = n;
	}
	return true;
}

void wakeup_pool::put_behind(uint32_t &first, uint32_t n, uint32_t other)
{
	std::vector<wakeup_item> sequence{ nodes_[n].item };
	uint32_t *link = &first;

	while (*link != other)
		link = &nodes_[*link].next;
	*link = std::exchange(nodes_[other].next, NO_NODE);
	const uint32_t next = std::exchange(nodes_[n].next, NO_NODE);
	insert_all_of(n, other, sequence);
	nodes_[n].next = next;
	free_all(other);
}

// Inserts the sequences of a node and below it, each behind the given one.
void wakeup_pool::insert_all_of(uint32_t first, uint32_t n, std::vector<wakeup_item> &sequence)
{
	const size_t before = sequence.size();

	sequence.push_back(nodes_[n].item);
	if (nodes_[n].first_child == NO_NODE && insert(first, sequence) && nodes_[n].covers)
		insert(first, sequence); // what is there stands for it, and so for others
	for (uint32_t c = nodes_[n].first_child; c != NO_NODE; c = nodes_[c].next)
		insert_all_of(first, c, sequence);
	for (uint32_t s = nodes_[n].overtaken; s != NO_NODE; s = sequences_[s].next) {
		sequence.resize(before);
		sequence.insert(sequence.end(), sequences_[s].items.begin(),
				sequences_[s].items.end());
		insert(first, sequence);
	}
	sequence.resize(before);
}

} // namespace sim
