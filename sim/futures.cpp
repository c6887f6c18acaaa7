// SPDX-License-Identifier: GPL-2.0-only
// Sets of what may come, each kept once, and what was made of them before.
// It must not know machines, nor why somebody asks.
#include "sim/futures.hpp"
#include <algorithm>

namespace sim {

// A prospect's number: what may come at once.
constexpr uint32_t AT_ONCE = 1;

// ---- numbers ----

void futures::number_table::clear()
{
	slots_.assign(256, {});
	used_ = 0;
}

uint32_t futures::number_table::find(uint64_t key) const
{
	size_t i = mix(key) & (slots_.size() - 1);

	while (slots_[i].number != NONE && slots_[i].key != key)
		i = (i + 1) & (slots_.size() - 1);
	return slots_[i].number;
}

uint32_t &futures::number_table::at(uint64_t key)
{
	if (2 * (used_ + 1) > slots_.size()) {
		large_vector<slot> old(2 * slots_.size());

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

futures::futures()
{
	clear();
}

void futures::clear()
{
	actors_.clear();
	actors_by_context_.clear();
	event_numbers_.clear();
	use_numbers_.clear();
	object_numbers_.clear();
	sync_numbers_.clear();
	syncs_ = 0;
	uses_.clear();
	uses_of_objects_.clear();
	steps_.clear();
	step_keys_.clear();
	steps_by_key_.assign(1, NONE);
	outlooks_.clear();
	sets_.clear();
	summaries_.assign(1, {});
	prospects_.clear();
	keep_prospect({ 0, 0 });
	uses_by_.clear();
	orders_.clear();
	for (memo *m :
	     { &unions_, &own_befores_, &others_befores_, &common_, &own_after_, &others_after_ })
		m->clear();
	asleep_.clear();
}

actor futures::meet(context_id who)
{
	if (!(who & EVENT) && actors_by_context_.size() <= who)
		actors_by_context_.resize(who + 1, NONE);
	uint32_t &number = who & EVENT ? event_numbers_.at(who) : actors_by_context_[who];

	if (number == NONE) {
		number = static_cast<uint32_t>(actors_.size());
		actors_.push_back(who);
	}
	return number;
}

uint32_t futures::use_of(actor by, object_id object, manner how)
{
	uint32_t &number =
		use_numbers_.at(uint64_t{ object } << 32 | by << 2 | static_cast<uint32_t>(how));

	if (number != NONE)
		return number;
	number = static_cast<uint32_t>(uses_.size());
	if (uses_by_.size() <= by)
		uses_by_.resize(by + 1);
	uses_.push_back({ by, object, how, number, uses_by_[by]++ });
	uint32_t &same_object = object_numbers_.at(object);
	if (same_object == NONE) {
		same_object = static_cast<uint32_t>(uses_of_objects_.size());
		uses_of_objects_.emplace_back();
	}
	uses_of_objects_[same_object].push_back(uses_.back());
	return number;
}

std::span<const use> futures::uses_of(object_id object) const
{
	const uint32_t number = object_numbers_.find(object);

	if (number == NONE)
		return {};
	return uses_of_objects_[number];
}

void futures::synchronises(object_id object)
{
	uint32_t &number = sync_numbers_.at(object);

	if (number == NONE)
		number = syncs_ < SYNC_BITS ? syncs_++ : SYNC_BITS;
}

uint64_t futures::sync_bit(object_id object) const
{
	const uint32_t number = sync_numbers_.find(object);

	return number < SYNC_BITS ? UINT64_C(1) << number : 0;
}

// ---- steps ----

manner manner_of(access kind)
{
	if (kind == access::lock || kind == access::unlock)
		return manner::locks;
	if (kind == access::pass || kind == access::borrow)
		return manner::passes;
	return changes(kind) ? manner::changes : manner::looks;
}

futures::step futures::step_of(actor by, std::span<const touch> touches)
{
	key_.clear();
	for (const touch &t : touches)
		if (t.kind != access::none)
			key_.push_back(uint64_t{ t.object } << 32 | static_cast<uint32_t>(t.kind));
	std::sort(key_.begin(), key_.end());
	key_.erase(std::unique(key_.begin(), key_.end()), key_.end());
	key_.push_back(by);
	const uint32_t key = step_keys_.keep(key_);
	if (steps_by_key_.size() <= key)
		steps_by_key_.resize(key + 1, NONE);
	if (steps_by_key_[key] != NONE)
		return steps_by_key_[key];

	known_step s{ by, 0, 0, 0, {}, {}, {} };
	for (size_t i = 0; i + 1 < key_.size(); i++) {
		const auto object = static_cast<object_id>(key_[i] >> 32);
		const auto kind = static_cast<access>(key_[i] & 0xff);

		s.touches.push_back({ object, kind });
		s.uses.push_back(use_of(by, object, manner_of(kind)));
		s.objects.push_back(object_numbers_.find(object));
		if (kind == access::lock || kind == access::unlock)
			synchronises(object);
		if (kind == access::pass || kind == access::borrow)
			continue; // it can change places with who takes it
		s.syncs |= sync_bit(object);
		if (changes(kind))
			s.changes |= sync_bit(object);
	}
	std::sort(s.uses.begin(), s.uses.end());
	s.uses.erase(std::unique(s.uses.begin(), s.uses.end()), s.uses.end());
	const order comes{ by, s.syncs, s.changes };
	s.order = orders_.keep({ &comes, 1 });
	steps_by_key_[key] = static_cast<step>(steps_.size());
	steps_.push_back(std::move(s));
	return steps_by_key_[key];
}

// ---- what one actor may do ----

static uint64_t key_of(uint32_t a, uint32_t b)
{
	return uint64_t{ a } << 32 | b;
}

// That which is scratch.
futures::outlook futures::keep_outlook()
{
	const outlook o = outlooks_.keep(outlook_);

	if (summaries_.size() <= o) {
		prospect all{ 0, 0 };

		for (const uint32_t p : outlook_)
			if (p)
				all = { all.after | prospect_at(p).after,
					all.synced | prospect_at(p).synced };
		summaries_.push_back(all);
	}
	return o;
}

// Into scratch; neighbours are often alike.
template <class F> void futures::change_prospects(outlook o, F change)
{
	const auto known = outlooks_.at(o);
	uint32_t from = 0, to = 0;

	outlook_.assign(known.begin(), known.end());
	for (uint32_t &p : outlook_) {
		if (p && p != from) {
			from = p;
			to = change(p);
		}
		if (p)
			p = to;
	}
}

futures::outlook futures::outlook_of(std::span<const uint32_t> uses)
{
	outlook_.clear();
	for (const uint32_t u : uses) {
		if (outlook_.size() <= uses_[u].nth)
			outlook_.resize(uses_[u].nth + 1);
		outlook_[uses_[u].nth] = AT_ONCE;
	}
	return keep_outlook();
}

futures::outlook futures::unite_outlooks(outlook a, outlook b)
{
	if (a > b)
		std::swap(a, b);
	return unions_.at(key_of(a, b), [=, this] {
		const auto x = outlooks_.at(a), y = outlooks_.at(b);

		outlook_.assign(x.begin(), x.end());
		outlook_.resize(std::max(x.size(), y.size()));
		for (size_t i = 0; i < y.size(); i++)
			if (outlook_[i] == 0)
				outlook_[i] = y[i];
			else if (outlook_[i] != y[i] && y[i] != 0)
				outlook_[i] = unite_prospects(outlook_[i], y[i]);
		return keep_outlook();
	});
}

uint32_t futures::unite_prospects(uint32_t a, uint32_t b)
{
	if (a > b)
		std::swap(a, b);
	if (a == AT_ONCE)
		return a;
	return common_.at(key_of(a, b), [=, this] {
		const prospect p = prospect_at(a), q = prospect_at(b);

		return keep_prospect({ p.after & q.after, p.synced & q.synced });
	});
}

// Of the actor of the step himself.
futures::outlook futures::own_before(step number, outlook o)
{
	return own_befores_.at(key_of(o, number), [=, this] {
		const known_step &t = steps_[number];

		change_prospects(o, [&](uint32_t p) {
			return own_after_.at(key_of(p, t.order), [&] {
				const prospect known = prospect_at(p);

				return keep_prospect({ known.after, known.synced | t.syncs });
			});
		});
		for (const uint32_t u : t.uses) {
			if (outlook_.size() <= uses_[u].nth)
				outlook_.resize(uses_[u].nth + 1);
			outlook_[uses_[u].nth] = AT_ONCE;
		}
		return keep_outlook();
	});
}

// Of another one. Most outlooks stay what they are.
futures::outlook futures::others_before(const known_step &t, outlook o)
{
	const uint64_t by = bit_of(t.by);
	const auto comes_after = [&](const prospect &p) {
		return (p.after & by) || (p.synced & t.changes);
	};

	if (!comes_after(summaries_[o]))
		return o;
	return others_befores_.at(key_of(o, t.order), [&] {
		change_prospects(o, [&](uint32_t number) {
			return others_after_.at(key_of(number, t.order), [&] {
				const prospect p = prospect_at(number);

				return comes_after(p)
					       ? keep_prospect({ p.after | by, p.synced | t.syncs })
					       : number;
			});
		});
		return keep_outlook();
	});
}

futures::outlook futures::outlook_asleep(outlook o)
{
	if (asleep_.size() <= o)
		asleep_.resize(o + 1, NONE);
	if (asleep_[o] != NONE)
		return asleep_[o];
	change_prospects(o, [this](uint32_t number) {
		const prospect p = prospect_at(number);

		return keep_prospect({ p.after | WOKEN, p.synced });
	});
	const outlook asleep = keep_outlook();
	return asleep_[o] = asleep;
}

// ---- what all may do ----

void futures::begin(draft &d, set s) const
{
	const auto known = sets_.at(s);

	d.assign(known.begin(), known.end());
}

void futures::add(draft &d, std::span<const outlook> more)
{
	if (d.size() < more.size())
		d.resize(more.size());
	for (size_t a = 0; a < more.size(); a++)
		if (d[a] == 0)
			d[a] = more[a];
		else if (d[a] != more[a] && more[a] != 0)
			d[a] = unite_outlooks(d[a], more[a]);
}

void futures::put_before(step number, draft &d)
{
	const known_step &t = steps_[number];

	if (d.size() <= t.by)
		d.resize(t.by + 1);
	for (actor a = 0; a < d.size(); a++)
		d[a] = a == t.by ? own_before(number, d[a]) : others_before(t, d[a]);
}

void futures::put_asleep_but(std::span<const actor> awake, draft &d)
{
	auto next = awake.begin();

	for (actor a = 0; a < d.size(); a++) {
		while (next != awake.end() && *next < a)
			++next;
		if (next == awake.end() || *next != a)
			d[a] = outlook_asleep(d[a]);
	}
}

// Its end is cut off where there is nothing, so that equal sets are equal lists.
futures::set futures::keep(draft &d)
{
	while (!d.empty() && d.back() == 0)
		d.pop_back();
	return sets_.keep(d);
}

futures::set futures::unite(set a, set b)
{
	begin(draft_, a);
	add(draft_, b);
	return keep(draft_);
}

futures::set futures::before(step t, set s)
{
	begin(draft_, s);
	put_before(t, draft_);
	return keep(draft_);
}

futures::set futures::asleep_but(std::span<const actor> awake, set s)
{
	begin(draft_, s);
	put_asleep_but(awake, draft_);
	return keep(draft_);
}

} // namespace sim
