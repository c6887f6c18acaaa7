// SPDX-License-Identifier: GPL-2.0-only
// Programs whose number of Mazurkiewicz traces is known.
// It must not know any strategy.
#include "tests/support_toy_programs.hpp"

namespace toy {

program store_buffering()
{
	program p;

	p.add().write(0, 1).read(1, 0);
	p.add().write(1, 1).read(0, 0);
	return p;
}

program readers(unsigned n)
{
	program p;

	p.add().write(0, 1);
	for (unsigned i = 0; i < n; i++)
		p.add().read(0, 0);
	return p;
}

program lastzero(unsigned n)
{
	program p;
	thread &first = p.add();

	first.calculate([n](registers &r) { r[0] = n; });
	const size_t loop = first.here();
	first.read([](const registers &r) { return r[0]; }, 1);
	first.calculate([](registers &r) { r[0] -= r[1] != 0; });
	first.jump_if([](const registers &r) { return r[1] != 0; }, loop);
	for (unsigned j = 1; j <= n; j++)
		p.add().read(j - 1, 0).write(j, [](const registers &r) { return r[0] + 1; });
	return p;
}

program indexer(unsigned n)
{
	const auto slot = [](const registers &r) { return r[2]; };
	program p;

	for (unsigned t = 0; t < n; t++) {
		thread &me = p.add(); // r0: m, r1: w, r2: h, r3: what is in the table

		const size_t next = me.here();
		me.calculate([t](registers &r) {
			r[1] = ++r[0] * 11 + t;
			r[2] = r[1] * 7 % 128;
		});
		const size_t probe = me.here();
		me.lock(slot).read(slot, 3);
		const size_t taken = me.jump_forward_if([](const registers &r) { return r[3]; });
		me.write(slot, [](const registers &r) { return r[1]; }).unlock(slot);
		me.jump_if([](const registers &r) { return r[0] < 4; }, next);
		const size_t done = me.jump_forward_if(1);
		me.land(taken);
		me.unlock(slot).calculate([](registers &r) { r[2] = (r[2] + 1) % 128; });
		me.jump_if(1, probe);
		me.land(done);
	}
	return p;
}

program filesystem(unsigned n)
{
	constexpr unsigned INODES = 32, BLOCKS = 26; // locks and words: inodes, then blocks
	const auto block = [](const registers &r) { return INODES + r[0]; };
	program p;

	for (unsigned t = 0; t < n; t++) {
		const unsigned i = t % INODES;
		thread &me = p.add(); // r0: b, r1: what was read, r2: turns

		me.lock(i).read(i, 1);
		const size_t has_one = me.jump_forward_if([](const registers &r) { return r[1]; });
		me.calculate([i](registers &r) { r[0] = 2 * i % BLOCKS; });
		const size_t loop = me.here();
		me.lock(block).read(block, 1);
		const size_t busy = me.jump_forward_if([](const registers &r) { return r[1]; });
		me.write(block, 1).write(i, [](const registers &r) { return r[0] + 1; });
		me.unlock(block);
		const size_t found = me.jump_forward_if(1);
		me.land(busy);
		me.unlock(block).calculate([](registers &r) {
			r[0] = (r[0] + 1) % BLOCKS;
			r[2]++;
		});
		me.jump_if([](const registers &r) { return r[2] < 10; }, loop);
		me.land(found);
		me.land(has_one);
		me.unlock(i);
	}
	return p;
}

program fibonacci(unsigned n)
{
	program p;

	for (unsigned t = 0; t < 2; t++) {
		thread &me = p.add();

		for (unsigned i = 0; i < n; i++)
			me.read(0, 0).read(1, 1).write(
				t, [](const registers &r) { return r[0] + r[1]; });
	}
	return p;
}

program increments(unsigned n, unsigned words)
{
	program p;

	for (unsigned t = 0; t < n; t++) {
		thread &me = p.add();

		for (unsigned w = 0; w < words; w++)
			me.add(w, 1);
	}
	return p;
}

program cas_and_write(unsigned n)
{
	program p;

	for (unsigned t = 0; t < n; t++)
		p.add().cas(0, 0, 1).write(0, t + 3);
	return p;
}

program write_and_cas(unsigned n)
{
	program p;

	p.add().write(0, 2);
	for (unsigned t = 0; t < n; t++)
		p.add().cas(0, 2, 3);
	return p;
}

program writers(unsigned n)
{
	program p;

	for (unsigned t = 0; t < n; t++)
		p.add().write(0, t);
	p.add().read(0, 0);
	return p;
}

program locked_increments(unsigned n)
{
	program p;

	for (unsigned t = 0; t < n; t++)
		p.add().lock(0).read(0, 0).write(
			       0, [](const registers &r) { return r[0] + 1; }).unlock(0);
	return p;
}

program mutexes(unsigned threads, unsigned times)
{
	program p;

	for (unsigned t = 0; t < threads; t++) {
		thread &me = p.add();

		for (unsigned i = 0; i < times; i++)
			me.lock(0).unlock(0);
	}
	return p;
}

program philosophers(unsigned n)
{
	program p;

	for (unsigned t = 0; t < n; t++)
		p.add().lock(t).lock((t + 1) % n).unlock((t + 1) % n).unlock(t);
	return p;
}

} // namespace toy
