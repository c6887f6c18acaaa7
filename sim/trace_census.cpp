// SPDX-License-Identifier: GPL-2.0-only
// The hash of a Mazurkiewicz trace, and the counting of them.
// It must not know the machine, nor which strategy brings the executions about.
#include "sim/trace_census.hpp"
#include <algorithm>
#include "sim/prng.hpp"

namespace sim {

// ---- one trace ----

static bool writes(const touch &t)
{
	return changes(t.kind);
}

void trace_hash::begin()
{
	objects_.clear();
	contexts_.clear();
	sum_ = 0;
	in_step_ = false;
}

void trace_hash::step(const option &taken)
{
	finish_step();
	in_step_ = true;
	who_ = taken.who;
	values_ = 0;
	touches_.clear();
	effects({ taken.next.touches, taken.next.count });
}

void trace_hash::value(uint32_t answer)
{
	values_ = mixed(values_ + answer + 1);
}

void trace_hash::effects(std::span<const touch> of_last)
{
	for (const touch &t : of_last)
		if (t.kind != access::none)
			touches_.push_back(t);
}

// A sum over what it touches, for their order means nothing.
uint64_t trace_hash::name_of_step()
{
	constexpr uint64_t FACTOR = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t sum = mixed(contexts_[who_] + who_ + 1) + values_;

	for (const touch &t : touches_) {
		const object &o = objects_[t.object];
		const uint64_t what = mixed(uint64_t{ t.object } << 1 | writes(t));

		sum += mixed(what + o.written * FACTOR) + writes(t) * mixed(what ^ o.read);
	}
	return mixed(sum);
}

void trace_hash::finish_step()
{
	if (!in_step_)
		return;
	const uint64_t name = name_of_step();

	for (const touch &t : touches_)
		if (!writes(t))
			objects_[t.object].read += name;
	for (const touch &t : touches_)
		if (writes(t))
			objects_[t.object] = { name, 0 };

	uint64_t &last = contexts_[who_];
	sum_ += name - last;
	last = name;
	in_step_ = false;
}

uint64_t trace_hash::end()
{
	finish_step();
	return mixed(sum_);
}

// ---- many ----

constexpr size_t CENSUS_SLOTS_FIRST = 64;

trace_census::trace_census(uint64_t traces_max)
	: traces_max_(std::max<uint64_t>(traces_max, CENSUS_SLOTS_FIRST)),
	  slots_(CENSUS_SLOTS_FIRST)
{}

void trace_census::tally(uint64_t times, bool more)
{
	const uint64_t by = more ? 1 : ~uint64_t{ 0 };

	once_ += times == 1 ? by : 0;
	twice_ += times == 2 ? by : 0;
}

bool trace_census::add(uint64_t hash)
{
	executions_++;
	return count(hash & ~TIMES, 1);
}

// True: it is new, or not in the sample.
bool trace_census::count(uint64_t key, uint64_t more)
{
	if (sampled_bits_ && key >> (64 - sampled_bits_))
		return true;
	for (size_t at = (key >> 2) & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
		uint64_t &slot = slots_[at];
		const uint64_t times = slot & TIMES;

		if (!times)
			break;
		if ((slot & ~TIMES) != key)
			continue;
		if (times < TIMES) {
			const uint64_t now = std::min(times + more, TIMES);

			tally(times, false);
			tally(now, true);
			slot = key | now;
		}
		return false;
	}
	put(key | more);
	if (2 * kept_ > slots_.size())
		rehash(slots_.size() * 2);
	while (kept_ > traces_max_) {
		sampled_bits_++;
		rehash(slots_.size());
	}
	return true;
}

void trace_census::add(const trace_census &other)
{
	restore(executions_ + other.executions_, std::max(sampled_bits_, other.sampled_bits_));
	other.for_each([this](uint64_t hash, unsigned times) { count(hash, times); });
}

void trace_census::restore(uint64_t executions, unsigned sampled_bits)
{
	executions_ = executions;
	if (sampled_bits_ == sampled_bits)
		return;
	sampled_bits_ = sampled_bits;
	rehash(slots_.size());
}

// Of a key that is not there.
void trace_census::put(uint64_t key_and_times)
{
	size_t at = (key_and_times >> 2) & (slots_.size() - 1);

	while (slots_[at])
		at = (at + 1) & (slots_.size() - 1);
	slots_[at] = key_and_times;
	kept_++;
	tally(key_and_times & TIMES, true);
}

void trace_census::rehash(size_t slots)
{
	std::vector<uint64_t> old(slots);

	old.swap(slots_);
	kept_ = once_ = twice_ = 0;
	for (uint64_t slot : old)
		if (slot && !(sampled_bits_ && slot >> (64 - sampled_bits_)))
			put(slot);
}

constexpr uint64_t MILLION = 1'000'000;

uint64_t trace_census::unseen_ppm() const
{
	if (!executions_)
		return MILLION;
	return std::min((seen_once() * MILLION + executions_ - 1) / executions_, MILLION);
}

static uint64_t root(uint64_t square)
{
	uint64_t low = 0, high = UINT32_MAX;

	while (low < high) {
		const uint64_t middle = (low + high + 1) / 2;

		if (middle * middle <= square)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

uint64_t trace_census::unseen_at_most_ppm() const
{
	constexpr uint64_t FACTOR_PPM = 4'636'849; // (1 + sqrt 2) sqrt(ln 40)
	const uint64_t n = executions_ >> sampled_bits_;
	const uint64_t root_thousandths = root(std::min(n, UINT64_MAX / MILLION) * MILLION);

	if (!n)
		return MILLION;
	return std::min(unseen_ppm() + FACTOR_PPM * 1000 / root_thousandths + 1, MILLION);
}

uint64_t trace_census::unseen_traces() const
{
	return once_ ? (once_ * (once_ - 1) / (2 * (twice_ + 1))) << sampled_bits_ : 0;
}

// ---- beside another strategy ----

uint32_t census_strategy::choose(const choice &c)
{
	const uint32_t answer = ask(inner_, c);

	if (c.kind == choice_kind::value) {
		hash_.value(answer);
	} else {
		hash_.effects(c.effects);
		hash_.step(c.options[answer]);
	}
	return answer;
}

bool census_strategy::next_execution(const verdict &v)
{
	hash_.effects(v.effects);
	last_trace_ = hash_.end();
	census_->add(last_trace_);
	hash_.begin();
	return inner_.next_execution(v);
}

} // namespace sim
