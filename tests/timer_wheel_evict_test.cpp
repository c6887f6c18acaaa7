// SPDX-License-Identifier: GPL-2.0-only
// Emptying a timer wheel into another.
// Must not know the machine or the kernel.
#include <doctest/doctest.h>
#include <initializer_list>
#include "sim/timer_wheel.hpp"

using sim::wheel_timer;

TEST_CASE("a wheel that is emptied gives up its timers by bucket, the last armed of each first")
{
	sim::timer_wheel wheel, other;
	wheel_timer timers[5]{};
	const uint64_t expires[5] = { 20, 100, 20, 3, 100'000 };
	uint64_t next = 0;

	wheel.init(1000, 0);
	other.init(1000, 2);
	for (int i = 0; i < 5; i++)
		wheel.enqueue(timers[i], expires[i]);
	for (int i : { 3, 2, 0, 1, 4 }) {
		wheel_timer *timer = wheel.evict();

		REQUIRE(timer == &timers[i]);
		CHECK(!timer->pending());
		other.enqueue(*timer, timer->expires);
	}
	CHECK(wheel.evict() == nullptr);
	CHECK(!wheel.next_expiry(next));
	CHECK(other.next_expiry(next));
	CHECK(next == 4);
}

TEST_CASE("a list of timers is emptied in the order in which they were armed")
{
	sim::timer_wheel list;
	wheel_timer timers[3]{};

	list.init_list(0);
	for (wheel_timer &t : timers)
		list.enqueue(t, 7);
	list.make_due(timers[1]);
	for (wheel_timer &t : timers)
		CHECK(list.evict() == &t);
	CHECK(list.evict() == nullptr);
	CHECK(!list.is_due(7));
}
