// SPDX-License-Identifier: GPL-2.0-only
// Random use of sim/timer_wheel.hpp beside a naive model that scans all timers at every question.
// Must not know the kernel model; where one timer goes is checked by timer_wheel_test.cpp.
#include "sim/prng.hpp"
#include "sim/timer_wheel.hpp"

#include <cstring>
#include <doctest/doctest.h>
#include <memory>
#include <vector>

namespace {

using sim::wheel_mod;
using sim::wheel_timer;

struct naive_timer {
	enum { idle, in_bucket, collected } where = idle;
	uint64_t expires = 0;
	sim::wheel_place place = { 0, 0, 0 };
	uint64_t armed_nth = 0;
};

// No buckets and no bits: the order of expiry is the order of (bucket_expiry, level downwards,
// arming downwards), found by looking at every timer.
class naive_wheel {
public:
	naive_wheel(size_t count, uint64_t start, unsigned levels)
		: timers(count), clk(start), depth(levels)
	{}

	bool earliest(uint64_t &expiry) const
	{
		bool found = false;

		for (const naive_timer &each : timers) {
			if (each.where != naive_timer::in_bucket)
				continue;
			if (!found || sim::time_before(each.place.bucket_expiry, expiry))
				expiry = each.place.bucket_expiry;
			found = true;
		}
		return found;
	}

	void forward(uint64_t now)
	{
		uint64_t limit = now;

		if (!sim::time_before(clk, now))
			return;
		if (softirq_wanted && sim::time_before(wanted_at, now))
			softirq_wanted = earliest(wanted_at);
		if (softirq_wanted && sim::time_before(wanted_at, now))
			limit = wanted_at;
		clk = limit;
	}

	bool dequeue(size_t n)
	{
		const bool was_pending = timers[n].where != naive_timer::idle;

		timers[n].where = naive_timer::idle;
		return was_pending;
	}

	wheel_mod mod(size_t n, uint64_t expires, uint64_t now)
	{
		const bool pending = timers[n].where != naive_timer::idle;

		if (pending && timers[n].expires == expires)
			return wheel_mod::in_place;
		forward(now);

		const sim::wheel_place place = sim::wheel_place_for(expires, clk, depth);

		timers[n].expires = expires;
		if (pending && place.idx == timers[n].place.idx)
			return wheel_mod::in_place;
		timers[n].place = place;
		timers[n].armed_nth = ++armings;
		timers[n].where = naive_timer::in_bucket;
		if (!softirq_wanted || sim::time_before(place.bucket_expiry, wanted_at))
			wanted_at = place.bucket_expiry;
		softirq_wanted = true;
		return pending ? wheel_mod::requeued : wheel_mod::armed;
	}

	bool collect(uint64_t now)
	{
		if (!softirq_wanted || sim::time_before(now, wanted_at))
			return false;
		for (naive_timer &each : timers) {
			if (each.where == naive_timer::in_bucket &&
			    each.place.bucket_expiry == wanted_at)
				each.where = naive_timer::collected;
		}
		clk = wanted_at + 1;
		softirq_wanted = earliest(wanted_at);
		return true;
	}

	// timers.size(): none left.
	size_t pop()
	{
		size_t best = timers.size();

		for (size_t n = 0; n < timers.size(); n++) {
			if (timers[n].where != naive_timer::collected)
				continue;
			if (best == timers.size() || runs_before(timers[n], timers[best]))
				best = n;
		}
		if (best < timers.size())
			timers[best].where = naive_timer::idle;
		return best;
	}

	std::vector<naive_timer> timers;
	uint64_t clk;

private:
	static bool runs_before(const naive_timer &left, const naive_timer &right)
	{
		if (left.place.level != right.place.level)
			return left.place.level > right.place.level;
		return left.armed_nth > right.armed_nth;
	}

	unsigned depth;
	uint64_t armings = 0;
	bool softirq_wanted = false;
	uint64_t wanted_at = 0; // may belong to a timer that was deleted
};

constexpr size_t TIMERS = 120;

struct pair_of_wheels {
	sim::prng random;
	sim::timer_wheel wheel;
	wheel_timer timers[TIMERS];
	naive_wheel naive;
	uint64_t now;
	unsigned fired = 0, moved_in_place = 0, deleted_from_batch = 0, wrong = 0;

	pair_of_wheels(uint64_t seed, unsigned hz, uint64_t start)
		: random(sim::prng::seeded(seed)), timers{},
		  naive(TIMERS, start, sim::wheel_depth(hz)), now(start)
	{
		wheel.init(hz, start);
	}

	// Small and large delays, some past, some at the edges where a level begins.
	uint64_t some_expiry()
	{
		switch (random.below(8)) {
		case 0: return now - random.below(100);
		case 1:
			return now +
			       sim::wheel_level_start(1 + static_cast<unsigned>(random.below(4))) -
			       random.below(3);
		case 2: return now + random.below(UINT64_C(1) << random.below(34));
		default: return now + random.below(UINT64_C(1) << random.below(12));
		}
	}

	void meddle()
	{
		const size_t n = random.below(TIMERS);

		if (random.below(3) == 0) {
			deleted_from_batch += naive.timers[n].where == naive_timer::collected;
			wrong += wheel.dequeue(timers[n]) != naive.dequeue(n);
			return;
		}

		const uint64_t expires = some_expiry();
		const wheel_mod result = wheel.mod(timers[n], expires, now);

		wrong += result != naive.mod(n, expires, now);
		moved_in_place += result == wheel_mod::in_place;
	}

	void run_expired()
	{
		sim::expired_timers batch;

		for (;;) {
			const bool due = wheel.collect(now, batch);

			wrong += due != naive.collect(now);
			if (!due)
				return;
			while (wheel_timer *timer = batch.pop()) {
				wrong += static_cast<size_t>(timer - timers) != naive.pop();
				fired++;
				for (uint64_t times = random.below(4); times > 0; times--)
					meddle();
			}
			wrong += naive.pop() != TIMERS;
		}
	}

	void pass_time()
	{
		uint64_t next;

		if (random.below(8) == 0 && wheel.next_expiry(next))
			now = sim::time_before(now, next) ? next : now;
		else
			now += random.below(50) ? random.below(3) : random.below(5000);
	}

	void compare()
	{
		uint64_t next = 0, naive_next = 0;

		wrong += wheel.next_expiry(next) != naive.earliest(naive_next);
		wrong += next != naive_next;
		wrong += wheel.clk() != naive.clk;
		for (size_t n = 0; n < TIMERS; n++) {
			const naive_timer &other = naive.timers[n];

			wrong += timers[n].pending() != (other.where != naive_timer::idle);
			wrong += timers[n].pending() && timers[n].expires != other.expires;
		}
	}
};

} // namespace

TEST_CASE("random arming, moving, deleting and expiring agrees with a naive model")
{
	const struct {
		unsigned hz;
		uint64_t start;
	} machines[] = {
		{ 100, 0 },
		{ 100, UINT64_C(4294967296) - 30000 },
		{ 250, 12345 },
		{ 1000, UINT64_C(4294967296) - 300000 },
		{ 1000, UINT64_C(0) - 5000 },
	};
	uint64_t seed = 0;

	for (const auto &machine : machines) {
		auto both = std::make_unique<pair_of_wheels>(++seed, machine.hz, machine.start);

		for (unsigned step = 0; step < 20000 && both->wrong == 0; step++) {
			for (uint64_t times = both->random.below(3); times > 0; times--)
				both->meddle();
			both->compare();
			both->pass_time();
			both->run_expired();
		}
		CAPTURE(seed);
		CHECK(both->wrong == 0);
		CHECK(both->fired > 5000);
		CHECK(both->moved_in_place > 100);
		CHECK(both->deleted_from_batch > 10);
	}
}

TEST_CASE("copying the memory back restores the wheel, also amid a batch")
{
	struct memory {
		sim::timer_wheel wheel;
		sim::expired_timers batch;
		wheel_timer timers[500];
	};
	auto live = std::make_unique<memory>();
	auto saved = std::make_unique<memory>();
	sim::prng random = sim::prng::seeded(3);

	live->wheel.init(1000, 77);
	for (wheel_timer &timer : live->timers) {
		timer = {};
		live->wheel.enqueue(timer, 77 + random.below(1000));
	}
	while (live->wheel.collect(400, live->batch) && live->wheel.clk() < 300) {
		while (live->batch.pop())
			;
	}
	live->batch.pop();
	std::memcpy(saved.get(), live.get(), sizeof(memory));

	const auto run_to_end = [&] {
		std::vector<uint64_t> log;

		do {
			while (wheel_timer *timer = live->batch.pop()) {
				log.push_back(static_cast<uint64_t>(timer - live->timers));
				log.push_back(live->wheel.clk());
			}
		} while (live->wheel.collect(5000, live->batch));
		return log;
	};
	const std::vector<uint64_t> first = run_to_end();

	std::memcpy(live.get(), saved.get(), sizeof(memory));
	CHECK(first.size() > 300);
	CHECK(run_to_end() == first);
}
