// SPDX-License-Identifier: GPL-2.0-only
// The timer wheel's placing, deleting and collecting, each in time independent of how many wait.
// Must not know what a timer calls, whose base this is, locks, or virtual nanoseconds.
#include "sim/timer_wheel.hpp"

#include <bit>
#include <type_traits>

namespace sim {

static_assert(std::is_trivially_copyable_v<timer_wheel>);
static_assert(std::is_trivially_default_constructible_v<timer_wheel>);
static_assert(std::is_trivially_copyable_v<wheel_timer>);
static_assert(std::is_trivially_copyable_v<expired_timers>);
static_assert(WHEEL_MAX_DEPTH * WHEEL_LEVEL_SIZE <= 1u << (32 - wheel_timer::IDX_SHIFT));

namespace {

constexpr unsigned level_shift(unsigned level)
{
	return WHEEL_LEVEL_SHIFT * level;
}

// The bucket after the one that `expires` lies in, at every level: now is usually inside a jiffy,
// and no timer may be early.
wheel_place place_in_level(uint64_t expires, unsigned level)
{
	const uint64_t turn = (expires >> level_shift(level)) + 1;
	const unsigned slot = static_cast<unsigned>(turn % WHEEL_LEVEL_SIZE);

	return { level, level * WHEEL_LEVEL_SIZE + slot, turn << level_shift(level) };
}

void link_first(wheel_timer *&head, wheel_timer &timer)
{
	timer.next = head;
	if (head)
		head->pprev = &timer.next;
	head = &timer;
	timer.pprev = &head;
}

void detach(wheel_timer &timer)
{
	*timer.pprev = timer.next;
	if (timer.next)
		timer.next->pprev = timer.pprev;
	timer.next = nullptr;
	timer.pprev = nullptr;
}

void move_list(wheel_timer *&from, wheel_timer *&to)
{
	to = from;
	from = nullptr;
	if (to)
		to->pprev = &to;
}

} // namespace

wheel_place wheel_place_for(uint64_t expires, uint64_t clk, unsigned depth)
{
	const uint64_t delta = expires - clk;

	if (depth == 0)
		return { 0, wheel_timer::IN_LIST - 1, expires };
	if (time_before(expires, clk))
		return { 0, static_cast<unsigned>(clk % WHEEL_LEVEL_SIZE), clk };
	for (unsigned level = 0; level < depth; level++) {
		if (delta < wheel_level_start(level + 1))
			return place_in_level(expires, level);
	}

	const uint64_t longest_delta =
		wheel_level_start(depth) - (UINT64_C(1) << level_shift(depth - 1));

	return place_in_level(clk + longest_delta, depth - 1);
}

wheel_timer *expired_timers::pop()
{
	while (levels > 0) {
		wheel_timer *first = heads[levels - 1];

		if (first) {
			detach(*first);
			return first;
		}
		levels--;
	}
	return nullptr;
}

void timer_wheel::init(unsigned hz, uint64_t clk)
{
	used_ = true;
	restart(hz, clk);
}

void timer_wheel::restart(unsigned hz, uint64_t clk)
{
	if (used_) {
		for (wheel_timer *&head : buckets_)
			head = nullptr;
		for (uint64_t &word : occupied_)
			word = 0;
	}
	used_ = false;
	due_ = nullptr;
	clk_ = clk;
	next_ = clk;
	depth_ = wheel_depth(hz);
	has_next_ = false;
	next_is_stale_ = false;
}

void timer_wheel::init_list(uint64_t clk)
{
	due_ = nullptr;
	buckets_[0] = nullptr;
	clk_ = clk;
	depth_ = 0;
	has_next_ = false;
	next_is_stale_ = false;
}

void timer_wheel::append(wheel_timer &timer, uint64_t expires)
{
	wheel_timer **end = &buckets_[0];

	while (*end)
		end = &(*end)->next;
	timer.expires = timer.bucket_expiry = expires;
	timer.flags |= wheel_timer::IN_LIST << wheel_timer::IDX_SHIFT;
	timer.next = nullptr;
	timer.pprev = end;
	*end = &timer;
}

// Somebody may have deleted the one that was due, or armed it again.
bool timer_wheel::collect_due(expired_timers &batch)
{
	wheel_timer *timer = due_;

	batch.levels = 0;
	if (!timer)
		return false;
	due_ = nullptr;
	detach(*timer);
	batch.heads[0] = timer;
	timer->pprev = &batch.heads[0];
	batch.levels = 1;
	return true;
}

// The softirq of each jiffy up to now would have looked at a stale next_ and found nothing. A
// machine that jumps does not run those, so a stale next_ before now counts as looked at. One at
// now itself is left to collect(), whose turn may still come.
void timer_wheel::forward(uint64_t now)
{
	if (is_list() || !time_before(clk_, now))
		return;
	if (next_is_stale_ && time_before(next_, now))
		refresh_next();
	clk_ = has_next_ && time_before(next_, now) ? next_ : now;
}

void timer_wheel::enqueue(wheel_timer &timer, uint64_t expires)
{
	if (is_list()) {
		append(timer, expires);
		return;
	}
	const wheel_place place = wheel_place_for(expires, clk_, depth_);

	timer.expires = expires;
	timer.bucket_expiry = place.bucket_expiry;
	timer.flags &= (UINT32_C(1) << wheel_timer::IDX_SHIFT) - 1;
	timer.flags |= place.idx << wheel_timer::IDX_SHIFT;
	used_ = true;
	link_first(buckets_[place.idx], timer);
	occupied_[place.level] |= UINT64_C(1) << (place.idx % WHEEL_LEVEL_SIZE);
	if (!has_next_ || time_before(place.bucket_expiry, next_)) {
		next_ = place.bucket_expiry;
		has_next_ = true;
		next_is_stale_ = false;
	}
}

bool timer_wheel::dequeue(wheel_timer &timer)
{
	if (!timer.pending())
		return false;
	if (is_list()) {
		if (due_ == &timer)
			due_ = nullptr;
		detach(timer);
		return true;
	}

	// A collected timer has the idx of a bucket that it left, and that others may be in by now.
	const unsigned idx = timer.idx();
	const bool last_in_bucket = timer.pprev == &buckets_[idx] && !timer.next;

	detach(timer);
	if (last_in_bucket) {
		occupied_[idx / WHEEL_LEVEL_SIZE] &= ~(UINT64_C(1) << (idx % WHEEL_LEVEL_SIZE));
		if (timer.bucket_expiry == next_)
			next_is_stale_ = true;
	}
	return true;
}

wheel_mod timer_wheel::mod(wheel_timer &timer, uint64_t expires, uint64_t now)
{
	if (timer.pending() && timer.expires == expires)
		return wheel_mod::in_place;
	forward(now);
	if (timer.pending() && wheel_place_for(expires, clk_, depth_).idx == timer.idx()) {
		timer.expires = expires;
		return wheel_mod::in_place;
	}

	const bool was_pending = dequeue(timer);

	enqueue(timer, expires);
	return was_pending ? wheel_mod::requeued : wheel_mod::armed;
}

bool timer_wheel::next_expiry(uint64_t &expiry_jiffies) const
{
	if (next_is_stale_)
		return earliest_bucket(expiry_jiffies);
	if (has_next_)
		expiry_jiffies = next_;
	return has_next_;
}

bool timer_wheel::collect(uint64_t now, expired_timers &batch)
{
	if (is_list())
		return collect_due(batch);
	batch.levels = 0;
	if (!is_due(now))
		return false;
	clk_ = next_;
	for (unsigned level = 0; level < depth_; level++) {
		const uint64_t turn = clk_ >> level_shift(level);
		const unsigned slot = static_cast<unsigned>(turn % WHEEL_LEVEL_SIZE);
		const uint64_t bit = UINT64_C(1) << slot;

		if (turn << level_shift(level) != clk_)
			break;
		if (occupied_[level] & bit) {
			occupied_[level] &= ~bit;
			move_list(buckets_[level * WHEEL_LEVEL_SIZE + slot],
				  batch.heads[batch.levels++]);
		}
	}
	clk_++;
	refresh_next();
	return true;
}

wheel_timer *timer_wheel::evict()
{
	if (is_list()) {
		wheel_timer *timer = first();

		if (timer)
			dequeue(*timer);
		return timer;
	}
	for (unsigned level = 0; level < depth_; level++)
		if (occupied_[level]) {
			const int slot = std::countr_zero(occupied_[level]);
			wheel_timer *first =
				buckets_[level * WHEEL_LEVEL_SIZE + static_cast<unsigned>(slot)];

			dequeue(*first);
			return first;
		}
	return nullptr;
}

// A level's buckets are at most one turn ahead of clk, so the first occupied one, counted round
// from the first that is not yet past, is its earliest.
bool timer_wheel::earliest_bucket(uint64_t &expiry_jiffies) const
{
	bool found = false;

	for (unsigned level = 0; level < depth_; level++) {
		if (occupied_[level] == 0)
			continue;

		const uint64_t whole = clk_ >> level_shift(level);
		const uint64_t turn = whole + (whole << level_shift(level) != clk_);
		const int slot = static_cast<int>(turn % WHEEL_LEVEL_SIZE);
		const int ahead = std::countr_zero(std::rotr(occupied_[level], slot));
		const uint64_t expiry = (turn + static_cast<unsigned>(ahead)) << level_shift(level);

		if (!found || time_before(expiry, expiry_jiffies))
			expiry_jiffies = expiry;
		found = true;
	}
	return found;
}

void timer_wheel::refresh_next()
{
	has_next_ = earliest_bucket(next_);
	next_is_stale_ = false;
}

} // namespace sim
