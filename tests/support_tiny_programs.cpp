// SPDX-License-Identifier: GPL-2.0-only
// Programs whose numbers of traces are known.
// It must not know any strategy.
#include "tests/support_tiny_programs.hpp"

namespace tiny {

namespace {

using sim::object_id;

// `make(t)` gives the body of thread t.
template <class F> program threads(unsigned n, unsigned words, F make)
{
	program p;

	p.words = words;
	for (unsigned t = 0; t < n; t++)
		p.threads.push_back(make(t));
	return p;
}

std::function<thread()> reader_of(object_id word)
{
	return [word]() -> thread { co_await read(word); };
}

} // namespace

program store_buffering()
{
	return threads(2, 2, [](unsigned t) {
		return [t]() -> thread {
			co_await write(t, 1);
			co_await read(1 - t);
		};
	});
}

program readers(unsigned n)
{
	program p = threads(n + 1, 1, [](unsigned) { return reader_of(0); });

	p.threads[0] = []() -> thread { co_await write(0, 1); };
	return p;
}

program lastzero(unsigned n)
{
	program p = threads(n + 1, n + 1, [](unsigned t) {
		return [t]() -> thread {
			const int64_t before = co_await read(t - 1);

			co_await write(t, before + 1);
		};
	});

	p.threads[0] = [n]() -> thread {
		for (unsigned i = n; co_await read(i); i--)
			;
	};
	return p;
}

program indexer(unsigned n)
{
	constexpr unsigned SIZE = 128; // the table, and from there on its locks

	return threads(n, 2 * SIZE, [](unsigned t) {
		return [t]() -> thread {
			for (unsigned m = 1; m <= 4; m++) {
				const unsigned w = m * 11 + t;

				for (unsigned h = w * 7 % SIZE;; h = (h + 1) % SIZE) {
					co_await lock(SIZE + h);
					const bool found = co_await read(h) == 0;
					if (found)
						co_await write(h, w);
					co_await unlock(SIZE + h);
					if (found)
						break;
				}
			}
		};
	});
}

program filesystem(unsigned n)
{
	constexpr unsigned INODE = 0, INODE_LOCK = 32, BUSY = 64, BUSY_LOCK = 90;

	return threads(n, 116, [](unsigned t) {
		return [t]() -> thread {
			const unsigned i = t % 32;

			co_await lock(INODE_LOCK + i);
			unsigned b = 2 * i % 26;
			const bool empty = co_await read(INODE + i) == 0;

			for (unsigned tries = 0; empty && tries < 10; tries++) {
				co_await lock(BUSY_LOCK + b);
				const bool taken = co_await read(BUSY + b);

				if (!taken) {
					co_await write(BUSY + b, 1);
					co_await write(INODE + i, b + 1);
				}
				co_await unlock(BUSY_LOCK + b);
				if (!taken)
					break;
				b = (b + 1) % 26;
			}
			co_await unlock(INODE_LOCK + i);
		};
	});
}

program fib(unsigned n)
{
	return threads(2, 2, [n](unsigned t) {
		return [n, t]() -> thread {
			for (unsigned i = 0; i < n; i++) {
				const int64_t a = co_await read(t), b = co_await read(1 - t);

				co_await write(t, a + b);
			}
		};
	});
}

program ainc(unsigned n)
{
	return threads(n, 1, [](unsigned) { return []() -> thread { co_await add(0, 1); }; });
}

program binc(unsigned n)
{
	return threads(n, 2, [](unsigned) {
		return []() -> thread {
			co_await add(0, 1);
			co_await add(1, 1);
		};
	});
}

program casw(unsigned n)
{
	return threads(n, 1, [](unsigned t) {
		return [t]() -> thread {
			co_await cas(0, 0, 1);
			co_await write(0, t + 3);
		};
	});
}

program wcas(unsigned n)
{
	program p = threads(n + 1, 1,
			    [](unsigned) { return []() -> thread { co_await cas(0, 2, 3); }; });

	p.threads[0] = []() -> thread { co_await write(0, 2); };
	return p;
}

program nwriters(unsigned n)
{
	program p = threads(n + 1, 1,
			    [](unsigned t) { return [t]() -> thread { co_await write(0, t); }; });

	p.threads[n] = reader_of(0);
	return p;
}

program lockinc(unsigned n)
{
	return threads(n, 2, [](unsigned) {
		return []() -> thread {
			co_await lock(1);
			const int64_t x = co_await read(0);
			co_await write(0, x + 1);
			co_await unlock(1);
		};
	});
}

program mutexinc(unsigned n)
{
	return threads(n, 1, [](unsigned) {
		return []() -> thread {
			for (unsigned i = 0; i < 2; i++) {
				co_await lock(0);
				co_await unlock(0);
			}
		};
	});
}

program philosophers(unsigned n)
{
	return threads(n, n, [n](unsigned t) {
		return [n, t]() -> thread {
			co_await lock(t);
			co_await lock((t + 1) % n);
			co_await unlock((t + 1) % n);
			co_await unlock(t);
		};
	});
}

program writers(unsigned n, unsigned steps, bool same_word)
{
	return threads(n, n, [=](unsigned t) {
		return [=]() -> thread {
			for (unsigned i = 0; i < steps; i++)
				co_await write(same_word ? 0 : t, 1);
		};
	});
}

} // namespace tiny
