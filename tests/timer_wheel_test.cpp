// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/timer_wheel.hpp: the rule jiffy by jiffy, the order of expiry, and a naive model.
// Must not know the kernel model; timers here are numbers.
#include "sim/timer_wheel.hpp"

#include <doctest/doctest.h>
#include <array>
#include <initializer_list>
#include <memory>
#include <vector>

namespace {

using sim::wheel_mod;
using sim::wheel_timer;

// The rule in other words: the level is the first one whose 63 granules exceed the delay, the
// timer fires at the first multiple of its granule after the jiffy asked for.
struct ruling {
	unsigned level;
	uint64_t fires;
};

ruling rule(uint64_t expires, uint64_t clk, unsigned depth)
{
	if (static_cast<int64_t>(expires - clk) < 0)
		return { 0, clk };

	uint64_t granule = 1;
	unsigned level = 0;

	while (level + 1 < depth && expires - clk >= 63 * granule) {
		granule *= 8;
		level++;
	}
	if (expires - clk >= 63 * granule)
		expires = clk + 62 * granule;
	return { level, expires - expires % granule + granule };
}

std::vector<uint64_t> sampled_delays()
{
	std::vector<uint64_t> delays;
	uint64_t delay = 0;

	while (delay <= 300000) {
		delays.push_back(delay);
		delay += delay < 5000 ? 1 : 1 + delay % 97;
	}
	for (unsigned level = 1; level <= 6; level++) {
		for (uint64_t around = 0; around < 4; around++)
			delays.push_back(sim::wheel_level_start(level) + around - 2);
	}
	return delays;
}

struct driven {
	uint64_t visited_jiffies;
	unsigned wrong, fired;
};

// Arms one timer for each delay at `now`, then runs the wheel until it is empty.
driven drive(unsigned hz, uint64_t now, bool by_jumps)
{
	const std::vector<uint64_t> delays = sampled_delays();
	std::vector<wheel_timer> timers(delays.size(), wheel_timer{});
	auto wheel = std::make_unique<sim::timer_wheel>();
	driven result{ 0, 0, 0 };
	uint64_t next;

	wheel->init(hz, now - 17);
	for (size_t i = 0; i < delays.size(); i++)
		wheel->mod(timers[i], now + delays[i], now);
	CHECK(wheel->clk() == now);
	for (uint64_t jiffies = now; wheel->next_expiry(next); result.visited_jiffies++) {
		sim::expired_timers batch;

		jiffies = by_jumps ? next : jiffies + 1;
		while (wheel->collect(jiffies, batch)) {
			while (wheel_timer *timer = batch.pop()) {
				const ruling due = rule(timer->expires, now, wheel->depth());

				result.fired++;
				result.wrong += due.fires != jiffies;
				result.wrong += timer->bucket_expiry != jiffies;
			}
		}
	}
	return result;
}

struct table_row {
	uint64_t delay;
	unsigned level, idx;
	uint64_t fires, fires_if_base_ran;
};

const table_row table[] = {
	{ 0, 0, 1, 1, 1 },
	{ 1, 0, 2, 2, 2 },
	{ 2, 0, 3, 3, 3 },
	{ 7, 0, 8, 8, 8 },
	{ 8, 0, 9, 9, 9 },
	{ 62, 0, 63, 63, 63 },
	{ 63, 1, 72, 64, 64 },
	{ 64, 1, 73, 72, 72 },
	{ 65, 1, 73, 72, 72 },
	{ 100, 1, 77, 104, 104 },
	{ 250, 1, 96, 256, 256 },
	{ 503, 1, 127, 504, 504 },
	{ 504, 2, 136, 512, 512 },
	{ 511, 2, 136, 512, 512 },
	{ 512, 2, 137, 576, 576 },
	{ 1000, 2, 144, 1024, 1024 },
	{ 4031, 2, 191, 4032, 4032 },
	{ 4032, 3, 200, 4096, 4096 },
	{ 5000, 3, 202, 5120, 5120 },
	{ 32255, 3, 255, 32256, 32256 },
	{ 32256, 4, 264, 32768, 32768 },
	{ 40000, 4, 266, 40960, 40960 },
	{ 258047, 4, 319, 258048, 258048 },
	{ 258048, 5, 328, 262144, 262144 },
	{ 300000, 5, 330, 327680, 327680 },
	{ 2064384, 6, 392, 2097152, 2097152 },
};

uint64_t granted(uint64_t delay, uint64_t now, unsigned depth = 9)
{
	return sim::wheel_place_for(now + delay, now, depth).bucket_expiry;
}

} // namespace

TEST_CASE("a delay goes to the level, bucket and jiffy of the kernel's table")
{
	for (const table_row &row : table) {
		const sim::wheel_place place = sim::wheel_place_for(row.delay, 0, 9);

		CAPTURE(row.delay);
		CHECK(place.level == row.level);
		CHECK(place.idx == row.idx);
		CHECK(place.bucket_expiry == row.fires);
		CHECK(sim::wheel_place_for(row.delay, 1, 9).bucket_expiry == row.fires_if_base_ran);
	}
}

TEST_CASE("the same delay is late by another amount from another now")
{
	CHECK(granted(511, 0) == 512);
	CHECK(granted(511, 5) == 5 + 571);
	CHECK(granted(511, 1000) == 1000 + 536);
	CHECK(granted(63, 5) == 5 + 67);
}

TEST_CASE("a base that has already run in this jiffy can put a delay of 63 into level 0")
{
	CHECK(sim::wheel_place_for(5 + 63, 5, 9).bucket_expiry == 72);
	CHECK(sim::wheel_place_for(5 + 63, 6, 9).bucket_expiry == 69);
}

TEST_CASE("depth follows HZ and the longest delays are cut down")
{
	CHECK(sim::wheel_depth(100) == 8);
	CHECK(sim::wheel_depth(250) == 9);
	CHECK(sim::wheel_depth(300) == 9);
	CHECK(sim::wheel_depth(1000) == 9);
	CHECK(sim::wheel_level_start(8) == 132120576);
	CHECK(sim::wheel_level_start(9) == 1056964608);

	CHECK(sim::wheel_place_for(132120575, 0, 8).level == 7);
	CHECK(sim::wheel_place_for(132120576, 0, 9).level == 8);
	CHECK(granted(132120576, 0, 8) == 130023424 + 2097152);
	CHECK(granted(UINT64_C(1) << 40, 0, 8) == 130023424 + 2097152);
	CHECK(granted(1056964608, 0, 9) == 1040187392 + 16777216);
	CHECK(granted(UINT64_C(1) << 40, 0, 9) == 1040187392 + 16777216);
}

TEST_CASE("an expiry in the past takes the bucket of clk and runs at once")
{
	sim::timer_wheel wheel;
	sim::expired_timers batch;
	wheel_timer timer{};

	wheel.init(1000, 5000);
	wheel.enqueue(timer, 4990);
	CHECK(timer.bucket_expiry == 5000);
	CHECK(timer.idx() == 5000 % 64);
	REQUIRE(wheel.collect(5000, batch));
	CHECK(batch.pop() == &timer);
}

TEST_CASE("placing agrees with the plain rule for every alignment of clk")
{
	std::vector<uint64_t> delays = sampled_delays();
	unsigned wrong = 0;

	for (unsigned level = 7; level <= 9; level++) {
		for (uint64_t around = 0; around < 4; around++)
			delays.push_back(sim::wheel_level_start(level) + around - 2);
	}
	delays.push_back(UINT64_C(1) << 40);

	for (uint64_t clk :
	     { UINT64_C(0), UINT64_C(5), UINT64_C(7), UINT64_C(63), UINT64_C(64), UINT64_C(1000),
	       UINT64_C(4095), UINT64_C(4294667296), UINT64_C(0) - 77, UINT64_C(0) - 250000 }) {
		for (uint64_t delay : delays) {
			for (unsigned depth : { 8u, 9u }) {
				const sim::wheel_place place =
					sim::wheel_place_for(clk + delay, clk, depth);
				const ruling due = rule(clk + delay, clk, depth);

				wrong += place.level != due.level;
				wrong += place.bucket_expiry != due.fires;
			}
		}
	}
	CHECK(wrong == 0);
}

TEST_CASE("every timer fires at its jiffy, whether the wheel is ticked or jumps")
{
	const unsigned all = static_cast<unsigned>(sampled_delays().size());

	for (unsigned hz : { 100u, 250u, 1000u }) {
		const uint64_t boot = UINT64_C(4294967296) - 300 * hz;

		for (uint64_t now :
		     { UINT64_C(17), UINT64_C(1000), UINT64_C(32768), boot, UINT64_C(0) - 1003 }) {
			const driven jumped = drive(hz, now, true);

			CAPTURE(hz);
			CAPTURE(now);
			CHECK(jumped.wrong == 0);
			CHECK(jumped.fired == all);
			CHECK(jumped.visited_jiffies < jumped.fired);
		}

		const driven ticked = drive(hz, boot + 5, false);

		CHECK(ticked.wrong == 0);
		CHECK(ticked.fired == all);
	}
}

TEST_CASE("one late run collects jiffy after jiffy, coarse levels first, last armed first")
{
	sim::timer_wheel wheel;
	sim::expired_timers batch;
	wheel_timer timer[6] = {};

	wheel.init(1000, 0);
	wheel.enqueue(timer[0], 511); // level 2, 512
	wheel.enqueue(timer[1], 450); // level 1, 456
	wheel.enqueue(timer[2], 505); // level 2, 512
	wheel.forward(400);
	wheel.enqueue(timer[3], 504); // level 1, 512
	wheel.enqueue(timer[4], 40);  // past: 400
	wheel.forward(456);
	CHECK(wheel.clk() == 400);    // the bucket of timer 4 holds clk back
	wheel.enqueue(timer[5], 509); // level 1, 512

	std::vector<long> order;

	while (wheel.collect(600, batch)) {
		while (wheel_timer *fired = batch.pop())
			order.push_back(fired - timer);
	}
	CHECK(order == std::vector<long>{ 4, 1, 2, 0, 5, 3 });
	CHECK(wheel.clk() == 513);
}

TEST_CASE("a collected timer is pending until it is popped, and can be deleted until then")
{
	sim::timer_wheel wheel;
	sim::expired_timers batch;
	wheel_timer timer[4] = {};
	uint64_t next;

	wheel.init(250, 0);
	for (wheel_timer &each : timer)
		wheel.enqueue(each, 9);
	REQUIRE(wheel.collect(10, batch));
	CHECK(wheel.clk() == 11);
	CHECK_FALSE(wheel.next_expiry(next));

	CHECK(batch.pop() == &timer[3]);
	CHECK_FALSE(timer[3].pending());
	CHECK_FALSE(wheel.dequeue(timer[3]));

	CHECK(timer[2].pending());
	CHECK(wheel.dequeue(timer[2]));
	CHECK(wheel.dequeue(timer[0]));
	CHECK(wheel.mod(timer[3], 12, 10) == wheel_mod::armed);
	CHECK(batch.pop() == &timer[1]);
	CHECK(batch.pop() == nullptr);
	CHECK(wheel.next_expiry(next));
	CHECK(next == 13);
}

TEST_CASE("deleting a collected timer leaves alone what has since been armed in its old bucket")
{
	sim::timer_wheel wheel;
	sim::expired_timers batch;
	wheel_timer first{}, second{};
	uint64_t next;

	wheel.init(250, 0);
	wheel.enqueue(first, 9);
	REQUIRE(wheel.collect(10, batch));
	wheel.enqueue(second, 10 + 63);
	CHECK(second.idx() == first.idx());
	CHECK(wheel.dequeue(first));
	CHECK(batch.pop() == nullptr);
	CHECK(wheel.next_expiry(next));
	CHECK(next == 74);
}

TEST_CASE("mod within the bucket keeps the place in the list, mod to another goes to the head")
{
	sim::timer_wheel wheel;
	sim::expired_timers batch;
	wheel_timer early{}, late{};

	wheel.init(1000, 0);
	CHECK(wheel.mod(early, 97, 0) == wheel_mod::armed);
	CHECK(wheel.mod(late, 98, 0) == wheel_mod::armed);
	CHECK(wheel.mod(early, 97, 0) == wheel_mod::in_place);
	CHECK(wheel.mod(early, 99, 0) == wheel_mod::in_place);
	CHECK(early.expires == 99);
	REQUIRE(wheel.collect(104, batch));
	CHECK(batch.pop() == &late);
	CHECK(batch.pop() == &early);

	wheel.mod(early, 200, 105);
	wheel.mod(late, 200, 105);
	CHECK(wheel.mod(early, 210, 105) == wheel_mod::requeued);
	CHECK(wheel.mod(early, 201, 105) == wheel_mod::requeued);
	REQUIRE(wheel.collect(208, batch));
	CHECK(batch.pop() == &early);
}

TEST_CASE("a collected timer that is moved by one turn of its level still runs now")
{
	sim::timer_wheel wheel;
	sim::expired_timers batch;
	wheel_timer timer{};

	wheel.init(1000, 0);
	wheel.enqueue(timer, 9);
	REQUIRE(wheel.collect(10, batch));
	CHECK(wheel.mod(timer, 10 + 63, 10) == wheel_mod::in_place);
	CHECK(batch.pop() == &timer);
	CHECK(timer.expires == 73);

	CHECK(wheel.mod(timer, 19, 11) == wheel_mod::armed);
	REQUIRE(wheel.collect(20, batch));
	CHECK(wheel.mod(timer, 20 + 62, 20) == wheel_mod::requeued);
	CHECK(batch.pop() == nullptr);
	CHECK(timer.bucket_expiry == 83);
}

TEST_CASE("a deleted timer's jiffy still moves clk when its softirq runs, and else holds nothing")
{
	sim::timer_wheel wheel;
	sim::expired_timers batch;
	wheel_timer deleted{}, kept{};
	uint64_t next;

	wheel.init(1000, 0);
	wheel.enqueue(deleted, 9);
	wheel.enqueue(kept, 29);
	wheel.dequeue(deleted);
	CHECK(wheel.next_expiry(next));
	CHECK(next == 30);

	SUBCASE("the softirq of that jiffy")
	{
		wheel.forward(10);
		CHECK(wheel.clk() == 10);
		CHECK(wheel.collect(10, batch));
		CHECK(batch.pop() == nullptr);
		CHECK_FALSE(wheel.collect(10, batch));
		wheel.forward(10);
		CHECK(wheel.clk() == 11);
	}
	SUBCASE("a jump past it")
	{
		wheel.forward(20);
		CHECK(wheel.clk() == 20);
		CHECK_FALSE(wheel.collect(20, batch));
	}
	SUBCASE("a jump to the next one")
	{
		unsigned fired = 0;

		while (wheel.collect(30, batch)) {
			while (batch.pop())
				fired++;
		}
		CHECK(fired == 1);
		CHECK(wheel.clk() == 31);
	}
}

TEST_CASE("the owner's flag bits survive arming")
{
	sim::timer_wheel wheel;
	wheel_timer timer{};

	wheel.init(1000, 0);
	timer.flags = 0x00200003;
	wheel.enqueue(timer, 1000);
	CHECK(timer.idx() == 144);
	CHECK((timer.flags & 0x003fffff) == 0x00200003);
}

TEST_CASE("a wheel started again, from zeros or with timers in it, is as a new one")
{
	auto wheel = std::make_unique<sim::timer_wheel>(); // zeros
	uint64_t expiry = 0;

	for (uint64_t clk : { 100u, 7u, 5000u }) {
		std::array<wheel_timer, 3> timers = {};
		sim::timer_wheel fresh;

		fresh.init(250, clk);
		wheel->restart(250, clk);
		CHECK(wheel->clk() == fresh.clk());
		CHECK(wheel->depth() == fresh.depth());
		CHECK(!wheel->next_expiry(expiry));
		CHECK(!wheel->is_due(clk + 1'000'000));
		// Forgotten by the next turn.
		for (size_t i = 0; i < timers.size(); i++)
			wheel->enqueue(timers[i], clk + 50 * i);
		CHECK(wheel->is_due(clk + 1));
		CHECK(!wheel->is_due(clk));
	}
}
