// SPDX-License-Identifier: GPL-2.0-only
// Drawn programs for the toy engine.
// It must not know any strategy.
#include "tests/support_toy_random.hpp"
#include "sim/prng.hpp"

namespace toy {

namespace {

struct draw {
	sim::prng g;
	unsigned features;
	program p;

	uint32_t below(uint64_t n) { return static_cast<uint32_t>(g.below(n)); }
	bool has(feature f) const { return features & f; }
	uint32_t timer() { return below(4) == 0; }
	// A constant, or what was read last.
	expression number()
	{
		if (below(3))
			return below(3);
		return [](const registers &r) { return (r[0] + 1) % 3; };
	}
	predicate condition()
	{
		const uint32_t a = below(3), b = below(3);

		switch (below(4)) {
		case 0: return [a](uint32_t x, uint32_t) { return x == a; };
		case 1: return [a](uint32_t x, uint32_t) { return x != a; };
		case 2: return [a, b](uint32_t x, uint32_t y) { return x == a && y == b; };
		default: return [a, b](uint32_t x, uint32_t y) { return x == a || y == b; };
		}
	}
	// Drawn one after the other: compilers differ in which argument they look at first.
	bool cas(thread &t, uint32_t word)
	{
		const expression value = number();
		const uint32_t expected = below(3);

		t.cas(word, expected, value);
		return true;
	}
	bool wait(thread &t, uint32_t word)
	{
		const predicate until = condition();
		const uint32_t other = below(3);

		t.wait(word, other, until);
		return true;
	}
	void poke(thread &t)
	{
		const expression value = number();
		const uint32_t word = below(3);

		t.poke(word, value);
	}
	void go_round(thread &t, size_t from)
	{
		const uint32_t last = below(3), sense = below(2);

		t.jump_if([=](const registers &r) { return (r[0] == last) == sense; }, from);
	}
	// A step of its kind, if that kind is wanted.
	bool step(thread &t)
	{
		const uint32_t word = below(3), lock = below(2), other = below(p.threads.size());

		switch (below(16)) {
		case 0:
		case 1: t.read(word, 0); return true;
		case 2:
		case 3: t.write(word, number()); return true;
		case 4: t.add(word, 1, 0); return true;
		case 5: return cas(t, word);
		case 6: return has(LOCKS) && (t.lock(lock), true);
		case 7: return has(LOCKS) && (t.unlock(lock), true);
		case 8:
		case 9: return has(GUARDS) && wait(t, word);
		case 10: return has(SLEEPS) && (t.park(), true);
		case 11: return has(SLEEPS) && (t.wake(other), true);
		case 12: return has(SPAWNS) && (t.spawn(other), true);
		case 13: return has(TIMERS) && (t.arm(timer()), true);
		case 14: return has(TIMERS) && (t.cancel(timer()), true);
		default:
			return has(SPINS) && t.cpu >= 0 && (t.spin_lock(2 + lock), true) &&
			       (below(2) ? (t.read(word, 0), true) : true) &&
			       (t.spin_unlock(2 + lock), true);
		}
	}
	void rest_of_step(thread &t)
	{
		if (has(VALUES) && !below(5))
			t.value(2 + below(2), 0);
		if (has(EFFECTS) && !below(6))
			poke(t);
		if (has(EFFECTS) && has(SLEEPS) && !below(6))
			t.wake_too(below(p.threads.size()));
		if (has(EFFECTS) && has(LOCKS) && !below(6))
			t.unlock_too(below(2));
		if (has(FAILURES) && !below(8)) {
			const uint32_t bad = below(3);

			t.fail_if([bad](const registers &r) { return r[0] == bad; });
		}
	}
};

} // namespace

program drawn(uint64_t seed, unsigned features, unsigned threads_max, unsigned steps_max)
{
	draw d{ sim::prng::seeded(seed), features, {} };
	const bool with_cpus = d.has(SPINS) && d.below(2);

	int timers = 0;

	d.p.borrows = d.has(BORROWS);
	d.p.natural = static_cast<order>(d.below(4));
	d.p.resumes_first = d.below(2);
	d.p.threads.resize(2 + d.below(threads_max - 1));
	for (size_t n = 0; n < d.p.threads.size(); n++) {
		thread &t = d.p.threads[n];

		if (with_cpus)
			t.cpu = static_cast<int>(d.below(2));
		if (n > 0 && d.has(SPAWNS) && !d.below(4))
			t.spawned = true;
		else if (n > 0 && d.has(TIMERS) && timers < 2 && !d.below(3))
			t.handles = timers++;
		std::vector<size_t> steps;
		for (unsigned left = 1 + d.below(steps_max); left; left--) {
			steps.push_back(t.here());
			while (!d.step(t))
				;
			d.rest_of_step(t);
		}
		if (d.has(LOOPS) && d.below(3))
			d.go_round(t, steps[d.below(steps.size())]);
	}
	return std::move(d.p);
}

} // namespace toy
