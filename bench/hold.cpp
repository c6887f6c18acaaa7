// SPDX-License-Identifier: GPL-2.0-only
// The hold model on the timer wheel: the earliest timer fires and is armed again, N always pending.
// Must not know the machine, the kernel or a scenario: this is the wheel alone.
#include "bench/measure.hpp"
#include "sim/prng.hpp"
#include "sim/timer_wheel.hpp"

#include <memory>

namespace {

constexpr unsigned HZ = 1000;
constexpr uint64_t START_JIFFIES = 4294967296 - 300 * HZ;

// Half of the delays are those of short timeouts, half reach far into the coarse levels; every
// 16th callback also moves a timer that has not fired, as a driver's watchdog does.
struct hold {
	std::unique_ptr<sim::timer_wheel> wheel = std::make_unique<sim::timer_wheel>();
	std::vector<sim::wheel_timer> timers;
	sim::prng random = sim::prng::seeded(20260101);
	uint64_t now = START_JIFFIES;
	uint64_t hash = 0;

	explicit hold(size_t pending) : timers(pending)
	{
		wheel->init(HZ, now);
		for (sim::wheel_timer &timer : timers)
			arm(timer);
	}

	void arm(sim::wheel_timer &timer)
	{
		const uint64_t range = random.below(2) ? 500 : 200000;

		wheel->mod(timer, now + random.below(range), now);
	}

	void fire(sim::wheel_timer &timer)
	{
		hash = bench::hash_mix(hash, static_cast<uint64_t>(&timer - timers.data()));
		hash = bench::hash_mix(hash, now);
		arm(timer);
		if (random.below(16) == 0)
			arm(timers[random.below(timers.size())]);
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

bench::reading measure(size_t pending, uint64_t least_events)
{
	hold model(pending);
	const uint64_t begin_ns = bench::now_ns();
	const uint64_t events = model.run(least_events);
	const uint64_t taken_ns = bench::now_ns() - begin_ns;

	return { static_cast<double>(taken_ns) / static_cast<double>(events), model.hash };
}

} // namespace

int main(int argc, char **argv)
{
	const bench::settings chosen = bench::parse_settings(argc, argv);
	const uint64_t events = chosen.smoke ? 20000 : 3000000;
	bench::table table("timer wheel, hold model");

	for (size_t pending : { 1000, 100000, 1000000 }) {
		if (chosen.smoke && pending > 100000)
			continue;

		const bench::summary taken =
			bench::median_of(chosen.repeats, [&] { return measure(pending, events); });

		table.row("fire and arm again, an event", pending, taken);
		printf("%-40s %9zu %10.0f events/s\n", "", pending, 1e9 / taken.median_ns);
	}
	return 0;
}
