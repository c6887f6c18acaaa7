// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/fiber.hpp: switching between stacks, and stacks that are used again.
// Must not know machines.
#include "sim/fiber.hpp"

#include <cstring>
#include <doctest/doctest.h>
#include <string>

namespace {

using sim::fiber;
using sim::stack_pool;

constexpr size_t STRIDE_BYTES = 64 * 1024;

struct pair {
	explicit pair(stack_pool &pool) { pool.watch(engine); }

	fiber engine{}, a{}, b{}; // the engine is the test's own stack
	char order[64] = {};
	unsigned used = 0;

	void note(char c) { order[used++] = c; }
};

void ping(void *p)
{
	pair &x = *static_cast<pair *>(p);

	for (int i = 0; i < 3; i++) {
		x.note('a');
		stack_pool::change(x.a, x.b);
	}
	stack_pool::change(x.a, x.engine);
}

void pong(void *p)
{
	pair &x = *static_cast<pair *>(p);

	for (;;) {
		x.note('b');
		stack_pool::change(x.b, x.a);
	}
}

// Uses `depth` frames of 256 bytes and switches at the bottom of them.
[[gnu::noinline]] unsigned descend(pair &x, unsigned depth)
{
	volatile unsigned char local[256];

	for (unsigned i = 0; i < sizeof(local); i++)
		local[i] = static_cast<unsigned char>(0x80 + depth);
	if (depth == 0)
		stack_pool::change(x.a, x.engine);
	else
		descend(x, depth - 1);
	unsigned sum = 0;
	for (unsigned i = 0; i < sizeof(local); i++)
		sum += local[i] != 0x80 + depth;
	return sum;
}

constexpr unsigned DEPTH = 40;

void deep(void *p)
{
	pair &x = *static_cast<pair *>(p);

	x.note(descend(x, DEPTH) == 0 ? 'k' : 'x');
	stack_pool::change(x.a, x.engine);
}

void shallow(void *p)
{
	pair &x = *static_cast<pair *>(p);

	stack_pool::change(x.a, x.engine);
}

} // namespace

TEST_CASE("fibers switch to each other and back, and keep where they were")
{
	stack_pool pool(4, STRIDE_BYTES);
	pair x(pool);

	pool.prepare(x.a, 0, ping, &x);
	pool.prepare(x.b, 3, pong, &x);
	stack_pool::change(x.engine, x.a);
	CHECK(std::string(x.order) == "ababab");
}

TEST_CASE("what lies on a suspended stack is there when it goes on")
{
	stack_pool pool(2, STRIDE_BYTES);
	pair x(pool);

	pool.prepare(x.a, 1, deep, &x);
	stack_pool::change(x.engine, x.a);
	CHECK(x.used == 0);
	stack_pool::change(x.engine, x.a);
	CHECK(std::string(x.order) == "k");
}

TEST_CASE("a fiber can be forgotten anywhere, and its stack given to another")
{
	stack_pool pool(1, STRIDE_BYTES);
	pair x(pool);

	for (int i = 0; i < 1000; i++) {
		pool.prepare(x.a, 0, deep, &x);
		stack_pool::change(x.engine, x.a);
	}
	CHECK(x.used == 0);
	stack_pool::change(x.engine, x.a);
	CHECK(std::string(x.order) == "k");
}

TEST_CASE("each stack has its slot to itself, and the tops differ by cache lines")
{
	const stack_pool pool(20, STRIDE_BYTES);

	for (size_t i = 0; i < 20; i++) {
		const auto used = static_cast<size_t>(pool.top(i) - pool.bottom(i));

		CHECK(pool.bottom(i) == pool.bottom(0) + i * STRIDE_BYTES);
		CHECK(used == STRIDE_BYTES - (i % 16) * 64);
	}
}

TEST_CASE("the live bytes of a suspended fiber are its frames")
{
	stack_pool pool(1, STRIDE_BYTES);
	pair x(pool);

	pool.prepare(x.a, 0, shallow, &x);
	CHECK(pool.live_bytes(x.a, 0) < 1024);
	stack_pool::change(x.engine, x.a);
	const size_t little = pool.live_bytes(x.a, 0);
	CHECK(little > 0);
	pool.prepare(x.a, 0, deep, &x);
	stack_pool::change(x.engine, x.a);
	CHECK(pool.live_bytes(x.a, 0) >= little + DEPTH * 256);
	CHECK(pool.live_bytes(x.a, 0) < STRIDE_BYTES);
}

#if !KTHREADSIM_ASAN
TEST_CASE("a stack that was used reads as zero again where it was live at a switch")
{
	stack_pool pool(1, STRIDE_BYTES);
	pair x(pool);

	pool.prepare(x.a, 0, deep, &x);
	stack_pool::change(x.engine, x.a);
	const size_t live = pool.live_bytes(x.a, 0);
	CHECK(x.a.lowest == x.a.sp);
	pool.prepare(x.a, 0, shallow, &x);
	// the new fiber's own first frame lies at the top
	const std::byte *from = pool.top(0) - live, *to = pool.top(0) - 1024;
	size_t set = 0;
	for (const std::byte *b = from; b < to; b++)
		set += *b != std::byte{ 0 };
	CHECK(set == 0);
}

TEST_CASE("the low-water mark keeps the deepest switch")
{
	stack_pool pool(1, STRIDE_BYTES);
	pair x(pool);

	pool.prepare(x.a, 0, deep, &x);
	CHECK(x.a.lowest >= pool.top(0) - 64); // only its start lies there
	stack_pool::change(x.engine, x.a);
	const std::byte *deepest = x.a.lowest;
	CHECK(deepest == x.a.sp);
	stack_pool::change(x.engine, x.a); // comes back from a shallow place
	CHECK(x.a.sp > deepest);
	CHECK(x.a.lowest == deepest);
}
#endif
