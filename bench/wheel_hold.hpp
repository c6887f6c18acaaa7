// SPDX-License-Identifier: GPL-2.0-only
// The hold model on the timer wheel, and what its list operations alone cost: how much of a time is
// cold caches. Must not know the machine or the kernel.
#pragma once

#include "bench/hold_model.hpp"
#include "bench/measure.hpp"
#include "sim/timer_wheel.hpp"

#include <memory>

namespace bench {

// What arming a timer does to the lists: out of one bucket, into another.
struct relink {
	uint16_t from, to;

	static constexpr unsigned NOWHERE = UINT16_MAX; // it was not pending
};

struct wheel_hold {
	static constexpr unsigned HZ = 1000;
	static constexpr uint64_t START_JIFFIES = 4294967296 - 300 * HZ;

	std::unique_ptr<sim::timer_wheel> wheel = std::make_unique<sim::timer_wheel>();
	std::vector<sim::wheel_timer> timers;
	sim::prng random = sim::prng::seeded(HOLD_SEED);
	uint64_t now = START_JIFFIES;
	uint64_t hash = 0;
	bool moves; // every 16th callback moves a timer that has not fired, as a watchdog's user
	std::vector<relink> *log;

	explicit wheel_hold(size_t pending, bool moves = false, std::vector<relink> *log = nullptr)
		: timers(pending), moves(moves), log(log)
	{
		wheel->init(HZ, now);
		for (sim::wheel_timer &timer : timers)
			arm(timer, relink::NOWHERE);
	}

	void arm(sim::wheel_timer &timer, unsigned from)
	{
		wheel->mod(timer, now + draw_delay(random), now);
		if (log)
			log->push_back({ static_cast<uint16_t>(from),
					 static_cast<uint16_t>(timer.idx()) });
	}

	void fire(sim::wheel_timer &timer)
	{
		hash = hash_mix(hash, static_cast<uint64_t>(&timer - timers.data()));
		hash = hash_mix(hash, now);
		arm(timer, timer.idx());
		if (moves && random.below(16) == 0)
			arm(timers[random.below(timers.size())], relink::NOWHERE);
	}

	// Jumps from one jiffy with timers to the next, until so many have fired.
	uint64_t run(uint64_t least_events)
	{
		sim::expired_timers batch;
		uint64_t events = 0;

		while (events < least_events && wheel->next_expiry(now)) {
			while (wheel->collect(now, batch)) {
				while (sim::wheel_timer *timer = batch.pop()) {
					fire(*timer);
					events++;
				}
			}
		}
		return events;
	}
};

// First `pending` timers that are armed, then what becomes of them, the warm-up included.
inline std::vector<relink> record_hold(size_t pending, uint64_t events)
{
	std::vector<relink> log;

	wheel_hold(pending, false, &log).run(warm_up_events(pending) + events);
	return log;
}

// What cold caches cost whoever keeps the events in lists: the same nodes pass through the same
// buckets in the same order, as the log of a run of the wheel has it. Nothing is drawn, placed or
// looked for.
struct linked {
	linked *next;
	linked **pprev;
};

template <class node> class bucket_lists {
public:
	bool empty(unsigned bucket) const { return !heads_[bucket]; }
	node &expire(unsigned bucket)
	{
		linked *first = heads_[bucket];

		heads_[bucket] = first->next;
		if (first->next)
			first->next->pprev = &heads_[bucket];
		return *static_cast<node *>(first);
	}
	void arm(unsigned bucket, node &one)
	{
		one.next = heads_[bucket];
		if (one.next)
			one.next->pprev = &one.next;
		heads_[bucket] = &one;
		one.pprev = &heads_[bucket];
	}

private:
	linked *heads_[sim::WHEEL_MAX_DEPTH * sim::WHEEL_LEVEL_SIZE] = {};
};

// What run(begin, end) takes for one entry of the log, which has been armed with `pending` nodes.
template <class F> reading replay(const std::vector<relink> &log, size_t pending, F &&run)
{
	const relink *const armed = log.data() + pending;
	const relink *const begin = armed + warm_up_events(pending);
	const relink *const end = log.data() + log.size();

	run(armed, begin);
	const uint64_t begin_ns = now_ns();
	const uint64_t hash = run(begin, end);
	const uint64_t taken_ns = now_ns() - begin_ns;

	return { static_cast<double>(taken_ns) / static_cast<double>(end - begin), hash };
}

// A thing that costs so much with many pending, and with few; and what a replay of its lists costs.
struct pending_cost {
	size_t pending;
	double ns, lists_ns;
};

// Many may cost twice what few do, and what cold caches take beyond.
inline bool within_caches(const pending_cost &many, const pending_cost &few)
{
	const double caches_ns = many.lists_ns - few.lists_ns;
	const double limit_ns = 2 * few.ns + caches_ns;
	const bool within = many.ns <= limit_ns;

	printf("%zu pending: %.1f ns; at most 2 x %.1f of %zu, + %.1f of cold caches = %.1f: %s\n",
	       many.pending, many.ns, few.ns, few.pending, caches_ns, limit_ns,
	       within ? "kept" : "EXCEEDED");
	return within;
}

} // namespace bench
