// SPDX-License-Identifier: GPL-2.0-only
// The timer wheel of one timer base: levels, rounding and order of expiry as in Linux.
// Must not know what a timer calls, whose base this is, locks, or virtual nanoseconds.
#pragma once

#include <cstdint>

namespace sim {

// All times are jiffies, 64 bits wide, and may wrap: they are compared by their difference, which
// must stay below 2^63.
constexpr bool time_before(uint64_t left_jiffies, uint64_t right_jiffies)
{
	return static_cast<int64_t>(left_jiffies - right_jiffies) < 0;
}

constexpr unsigned WHEEL_MAX_DEPTH = 9;
constexpr unsigned WHEEL_LEVEL_SIZE = 64;
constexpr unsigned WHEEL_LEVEL_SHIFT = 3; // each level is 8 times coarser than the one below

constexpr unsigned wheel_depth(unsigned hz)
{
	return hz > 100 ? 9 : 8;
}

// Level n takes the delays from here up to the start of level n + 1. At n = depth it is the cutoff:
// such a delay is cut down so that it falls into the last bucket of the last level.
constexpr uint64_t wheel_level_start(unsigned level)
{
	return level == 0 ? 0 : UINT64_C(63) << (WHEEL_LEVEL_SHIFT * (level - 1));
}

struct wheel_place {
	unsigned level;		// 0 .. depth - 1
	unsigned idx;		// 0 .. 64 * depth - 1, level * 64 + place in it
	uint64_t bucket_expiry; // the timer runs once jiffies have reached this
};

// Where a timer goes that is armed for `expires` while the wheel stands at `clk`. An expiry that
// has passed goes to the bucket of clk itself.
wheel_place wheel_place_for(uint64_t expires, uint64_t clk, unsigned depth);

// Embedded in somebody's object, which stays where it is as long as the timer is pending. All
// zeros is a timer that is not pending.
struct wheel_timer {
	wheel_timer *next;
	wheel_timer **pprev;	// nullptr: not pending
	uint64_t expires;	// as asked for
	uint64_t bucket_expiry; // as granted when it was last put into a bucket
	uint32_t flags;		// the bucket's idx in the top ten bits, the rest is the owner's

	static constexpr unsigned IDX_SHIFT = 22;

	static constexpr unsigned IN_LIST = 1023; // an idx that is no bucket's

	bool pending() const { return pprev != nullptr; }
	unsigned idx() const { return flags >> IDX_SHIFT; }
};

// What expired at one jiffy, one list a level. A timer in here is still pending, as in the kernel:
// until it is popped, anybody may delete it or move it away, the callback that runs before it
// included. Its links lead into this object, so this stays in its place (in memory that is saved
// with the wheel) until it is empty.
struct expired_timers {
	wheel_timer *heads[WHEEL_MAX_DEPTH]; // lowest level first
	unsigned levels;		     // how many of them are in use

	// Detaches the next timer to run: coarsest level first, in a bucket the last armed first.
	// nullptr: none left. The timer is then not pending and may be armed by its own callback.
	wheel_timer *pop();
};

enum class wheel_mod : uint8_t {
	armed,	  // was not pending
	requeued, // was pending, and went to the head of its new bucket
	in_place, // was pending, and its expiry changed without leaving its list
};

// Has no destructor, owns nothing and holds no pointer but to timers: copying the memory in which
// the wheel and its timers lie, and copying it back, restores it. init() must come first.
//
// Driven from outside, at every jiffy or by jumps to next_expiry():
//
//	expired_timers batch;
//	while (wheel.collect(jiffies, batch))
//		while (wheel_timer *timer = batch.pop())
//			... run its callback, which may arm and delete any timer ...
class timer_wheel {
public:
	// hz fixes the depth. Everything that was pending is forgotten, not detached.
	void init(unsigned hz, uint64_t clk);
	// The same for memory that is zero, or has been a wheel since it was: one that no timer was
	// put into costs nothing.
	void restart(unsigned hz, uint64_t clk);
	// The same, for a machine without time: timers wait in the order in which they were armed,
	// and collect() takes the one that was made due.
	void init_list(uint64_t clk);
	bool is_list() const { return depth_ == 0; }
	// The first that was armed; the others follow by `next`.
	wheel_timer *first() const { return buckets_[0]; }
	void make_due(wheel_timer &timer) { due_ = &timer; }
	const wheel_timer *due() const { return due_; }
	// What of a list changes, from its first byte on.
	static constexpr unsigned LIST_BYTES = 2 * sizeof(wheel_timer *);

	// Lets clk follow jiffies, but not past a bucket that waits to be collected. clk never
	// goes back: after a bucket was collected at this jiffy it is one ahead, and stays so.
	void forward(uint64_t now);

	// Arms a timer that is not pending; the caller has called forward() if it wants the
	// kernel's rounding. Sets expires, bucket_expiry and idx.
	void enqueue(wheel_timer &timer, uint64_t expires);

	// true: it was pending, in a bucket of this wheel or in what was collected from it.
	bool dequeue(wheel_timer &timer);

	// What mod_timer() does, and add_timer() for a timer that is not pending: forward, then
	// move. A pending timer whose new bucket has the idx of its old one keeps its place in the
	// list. That also holds for one already collected: armed for exactly one turn of its level
	// later, it has the same idx again and runs now, that turn too early.
	wheel_mod mod(wheel_timer &timer, uint64_t expires, uint64_t now);

	// The earliest bucket_expiry of all timers in buckets. false: there is none, and
	// expiry_jiffies is left alone. Asking changes nothing, so it may be asked at any time.
	bool next_expiry(uint64_t &expiry_jiffies) const;

	// Whether collect() would find something to do by `now`.
	bool is_due(uint64_t now) const
	{
		return is_list() ? due_ != nullptr : has_next_ && !time_before(now, next_);
	}

	// Takes the buckets of the earliest jiffy that is due by `now`, and puts clk one after it.
	// batch must be empty. false: nothing is due, clk is as before. true with an empty batch:
	// the timer that was to expire then has been deleted; the kernel's softirq runs for it all
	// the same, and what is armed afterwards in this jiffy is rounded from the later clk.
	bool collect(uint64_t now, expired_timers &batch);

	// Detaches any timer, by bucket from the first on and the last armed first, whatever its
	// expiry; nullptr: none is left. For who moves them to another wheel.
	wheel_timer *evict();

	// While callbacks run this is one more than the jiffy they were collected for.
	uint64_t clk() const { return clk_; }
	unsigned depth() const { return depth_; }

private:
	bool earliest_bucket(uint64_t &expiry_jiffies) const;
	void refresh_next();

	void append(wheel_timer &timer, uint64_t expires);
	bool collect_due(expired_timers &batch);

	wheel_timer *due_; // as a list only
	wheel_timer *buckets_[WHEEL_MAX_DEPTH * WHEEL_LEVEL_SIZE];
	uint64_t occupied_[WHEEL_MAX_DEPTH]; // bit n: bucket n of that level has a timer
	uint64_t clk_;	// all earlier jiffies are done; never later than a bucket in use
	uint64_t next_; // never later than the earliest bucket; meaningful if has_next_
	unsigned depth_;
	bool has_next_;
	bool next_is_stale_; // the bucket that gave next_ was emptied by a deletion
	bool used_;	     // something was armed since init()
};

} // namespace sim
