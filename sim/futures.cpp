// SPDX-License-Identifier: GPL-2.0-only
// Sets of what may come, each kept once, and what was made of them before.
// It must not know machines, nor why somebody asks.
#include "sim/futures.hpp"
#include <algorithm>

namespace sim {

namespace {

constexpr size_t MEMOS = 1 << 16;

// Two sorted lists as one; of those with the same key, `both` makes one.
template <class T, class K, class B>
void merge(std::span<const T> x, std::span<const T> y, std::vector<T> &out, K key, B both)
{
	auto i = x.begin(), j = y.begin();

	out.clear();
	while (i != x.end() || j != y.end()) {
		if (j == y.end() || (i != x.end() && key(*i) < key(*j))) {
			out.push_back(*i++);
		} else if (i == x.end() || key(*j) < key(*i)) {
			out.push_back(*j++);
		} else {
			out.push_back(both(*i++, *j++));
		}
	}
}

} // namespace

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

futures::futures()
{
	clear();
}

void futures::clear()
{
	actors_.clear();
	actor_numbers_.clear();
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
	for (std::vector<memo> *m : { &unions_, &outlook_unions_, &befores_, &outlook_befores_ })
		m->assign(MEMOS, {});
	asleep_.clear();
}

actor futures::actor_of(context_id who)
{
	uint32_t &number = actor_numbers_.at(who);

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
	uses_.push_back({ by, object, how });
	uint32_t &same_object = object_numbers_.at(object);
	if (same_object == NONE) {
		same_object = static_cast<uint32_t>(uses_of_objects_.size());
		uses_of_objects_.emplace_back();
	}
	uses_of_objects_[same_object].push_back(number);
	return number;
}

std::span<const uint32_t> futures::uses_of(object_id object) const
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
	if (kind == access::pass)
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

	known_step s{ by, 0, 0, {}, {} };
	for (size_t i = 0; i + 1 < key_.size(); i++) {
		const auto object = static_cast<object_id>(key_[i] >> 32);
		const auto kind = static_cast<access>(key_[i] & 0xff);

		s.touches.push_back({ object, kind });
		s.uses.push_back(use_of(by, object, manner_of(kind)));
		if (kind == access::lock || kind == access::unlock)
			synchronises(object);
		if (kind == access::pass)
			continue; // it can change places with who takes it
		s.syncs |= sync_bit(object);
		if (changes(kind))
			s.changes |= sync_bit(object);
	}
	std::sort(s.uses.begin(), s.uses.end());
	s.uses.erase(std::unique(s.uses.begin(), s.uses.end()), s.uses.end());
	steps_by_key_[key] = static_cast<step>(steps_.size());
	steps_.push_back(std::move(s));
	return steps_by_key_[key];
}

// ---- what one actor may do ----

futures::memo &futures::memo_of(std::vector<memo> &memos, uint32_t a, uint32_t b)
{
	return memos[mix(uint64_t{ a } << 32 | b) & (MEMOS - 1)];
}

futures::outlook futures::unite_outlooks(outlook a, outlook b)
{
	if (a == b)
		return a;
	if (a > b)
		std::swap(a, b);
	memo &known = memo_of(outlook_unions_, a, b);
	if (known.a == a && known.b == b)
		return known.result;

	merge(
		outlooks_.at(a), outlooks_.at(b), prospects_,
		[](const prospect &p) { return p.use; },
		[](const prospect &p, const prospect &q) {
			return prospect{ p.after & q.after, p.synced & q.synced, p.use };
		});
	known = { a, b, outlooks_.keep(prospects_) };
	return known.result;
}

futures::outlook futures::outlook_before(step number, actor by, outlook o)
{
	memo &known = memo_of(outlook_befores_, o, number);
	if (known.a == o && known.b == number)
		return known.result;

	const known_step &t = steps_[number];
	prospects_.clear();
	for (prospect p : outlooks_.at(o)) {
		if (by == t.by || (p.after & bit_of(t.by)) || (p.synced & t.changes)) {
			if (by != t.by)
				p.after |= bit_of(t.by);
			p.synced |= t.syncs;
		}
		prospects_.push_back(p);
	}
	if (by == t.by) {
		auto p = prospects_.begin();

		for (const uint32_t u : t.uses) {
			p = std::find_if(p, prospects_.end(),
					 [u](const prospect &x) { return x.use >= u; });
			if (p != prospects_.end() && p->use == u)
				*p = { 0, 0, u };
			else
				p = prospects_.insert(p, { 0, 0, u });
		}
	}
	known = { o, number, outlooks_.keep(prospects_) };
	return known.result;
}

futures::outlook futures::outlook_asleep(outlook o)
{
	if (asleep_.size() <= o)
		asleep_.resize(o + 1, NONE);
	if (asleep_[o] != NONE)
		return asleep_[o];
	prospects_.assign(outlooks_.at(o).begin(), outlooks_.at(o).end());
	for (prospect &p : prospects_)
		p.after |= WOKEN;
	return asleep_[o] = outlooks_.keep(prospects_);
}

// ---- what all may do ----

futures::set futures::of(std::vector<uint32_t> &uses)
{
	std::sort(uses.begin(), uses.end(), [this](uint32_t a, uint32_t b) {
		return uses_[a].by != uses_[b].by ? uses_[a].by < uses_[b].by : a < b;
	});
	uses.erase(std::unique(uses.begin(), uses.end()), uses.end());
	entries_.clear();
	for (size_t i = 0; i < uses.size();) {
		const actor by = uses_[uses[i]].by;

		prospects_.clear();
		for (; i < uses.size() && uses_[uses[i]].by == by; i++)
			prospects_.push_back({ 0, 0, uses[i] });
		entries_.push_back({ outlooks_.keep(prospects_), by });
	}
	return sets_.keep(entries_);
}

futures::set futures::unite(set a, set b)
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

	merge(
		sets_.at(a), sets_.at(b), entries_, [](const entry &e) { return e.by; },
		[this](const entry &e, const entry &f) {
			return entry{ unite_outlooks(e.outlook, f.outlook), e.by };
		});
	known = { a, b, sets_.keep(entries_) };
	return known.result;
}

futures::set futures::before(step t, set s)
{
	memo &known = memo_of(befores_, s, t);
	if (known.a == s && known.b == t)
		return known.result;

	const actor by = steps_[t].by;
	bool there = false;
	entries_.clear();
	for (const entry &e : sets_.at(s)) {
		if (!there && e.by >= by) {
			there = true;
			if (e.by > by)
				entries_.push_back({ outlook_before(t, by, 0), by });
		}
		entries_.push_back({ outlook_before(t, e.by, e.outlook), e.by });
	}
	if (!there)
		entries_.push_back({ outlook_before(t, by, 0), by });
	known = { s, t, sets_.keep(entries_) };
	return known.result;
}

futures::set futures::asleep_but(std::span<const actor> awake, set s)
{
	entries_.clear();
	for (const entry &e : sets_.at(s))
		entries_.push_back({ std::binary_search(awake.begin(), awake.end(), e.by)
					     ? e.outlook
					     : outlook_asleep(e.outlook),
				     e.by });
	return sets_.keep(entries_);
}

// ---- looking up ----

void futures::view::look_at(const futures &f, set s)
{
	futures_ = &f;
	outlooks_.assign(f.actors(), 0);
	for (const entry &e : f.sets_.at(s))
		outlooks_[e.by] = e.outlook;
}

const prospect *futures::view::find(uint32_t use) const
{
	const auto all = futures_->outlooks_.at(outlooks_[futures_->use_at(use).by]);
	const auto p = std::lower_bound(all.begin(), all.end(), use,
					[](const prospect &x, uint32_t u) { return x.use < u; });

	return p != all.end() && p->use == use ? &*p : nullptr;
}

} // namespace sim
