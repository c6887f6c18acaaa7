// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/futures.hpp: what may come, and after what.
// Must not know searches.
#include "sim/futures.hpp"

#include <doctest/doctest.h>
#include <optional>

namespace {

using sim::access;
using sim::futures;
using sim::manner;
using sim::touch;

constexpr sim::object_id LOCK = 10, WORD = 20, OTHER = 30;

// Actors 0, 1 and 2 are contexts 100, 101 and 102.
struct three {
	futures f;
	sim::actor a = f.actor_of(100), b = f.actor_of(101), c = f.actor_of(102);

	futures::step step(sim::actor by, std::initializer_list<touch> touches)
	{
		const std::vector<touch> t(touches);

		return f.step_of(by, t);
	}
	// A way of steps, first to last, from where it begins.
	futures::set way(std::initializer_list<futures::step> steps,
			 futures::set end = futures::EMPTY)
	{
		for (auto s = std::rbegin(steps); s != std::rend(steps); ++s)
			end = f.before(*s, end);
		return end;
	}
	std::optional<sim::prospect> find(futures::set s, sim::actor by, sim::object_id object,
					  manner how)
	{
		view.look_at(f, s);
		const sim::prospect *const p = view.find(f.use_at(f.use_of(by, object, how)));

		return p ? std::optional(*p) : std::nullopt;
	}
	futures::view view;
};

} // namespace

TEST_CASE("equal sets have equal numbers, whatever they were made of")
{
	three t;
	const auto write = t.step(t.a, { { WORD, access::write } });
	const auto read = t.step(t.b, { { WORD, access::read } });

	CHECK(t.way({ write, read }) == t.way({ read, write }));
	CHECK(t.f.unite(t.way({ write }), t.way({ read })) == t.way({ write, read }));
	CHECK(t.f.unite(t.way({ write }), futures::EMPTY) == t.way({ write }));
	CHECK(write == t.step(t.a, { { WORD, access::write }, { WORD, access::write } }));
	CHECK(write != t.step(t.b, { { WORD, access::write } }));
}

// Objects in general are not followed: it would be too much to remember.
TEST_CASE("an object that synchronises is one that was locked, or named")
{
	three t;
	const auto writes = t.step(t.a, { { OTHER, access::write } });
	const auto reads = t.step(t.b, { { OTHER, access::read } });
	const auto more = t.step(t.b, { { WORD, access::read } });

	CHECK(t.find(t.way({ writes, reads, more }), t.b, WORD, manner::looks)->after == 0);

	three u;
	u.f.synchronises(OTHER);
	const auto f = u.way({ u.step(u.a, { { OTHER, access::write } }),
			       u.step(u.b, { { OTHER, access::read } }),
			       u.step(u.b, { { WORD, access::read } }) });
	CHECK(u.find(f, u.b, WORD, manner::looks)->after == futures::bit_of(u.a));
}

TEST_CASE("what comes behind a lock comes after who gives it back, and taking it does not")
{
	three t;
	const auto writes = t.step(t.a, { { WORD, access::write } });
	const auto unlocks = t.step(t.a, { { LOCK, access::unlock } });
	const auto locks = t.step(t.b, { { LOCK, access::lock } });
	const auto reads = t.step(t.b, { { WORD, access::read } });
	const auto f = t.way({ writes, unlocks, locks, reads });

	REQUIRE(t.find(f, t.b, WORD, manner::looks));
	CHECK(t.find(f, t.b, WORD, manner::looks)->after == futures::bit_of(t.a));
	CHECK(t.find(f, t.b, LOCK, manner::locks)->after == 0);
	CHECK(t.find(f, t.a, WORD, manner::changes)->after == 0);
	CHECK(!t.find(f, t.b, WORD, manner::changes));
	CHECK(!t.find(f, t.c, WORD, manner::looks));
	// Without the lock they are ordered in this execution, but not by what comes before.
	CHECK(t.find(t.way({ writes, reads }), t.b, WORD, manner::looks)->after == 0);
}

TEST_CASE("who passes a lock is ordered with nobody who takes it")
{
	three t;
	const auto unlocks = t.step(t.a, { { LOCK, access::unlock } });
	const auto passes = t.step(t.b, { { LOCK, access::pass } });
	const auto reads = t.step(t.b, { { WORD, access::read } });

	CHECK(t.find(t.way({ unlocks, passes, reads }), t.b, WORD, manner::looks)->after == 0);
}

TEST_CASE("only what comes before in every execution is said to")
{
	three t;
	const auto unlocks = t.step(t.a, { { LOCK, access::unlock } });
	const auto locks = t.step(t.b, { { LOCK, access::lock } });
	const auto reads = t.step(t.b, { { WORD, access::read } });
	const auto one = t.way({ unlocks, locks, reads }), other = t.way({ reads });

	CHECK(t.find(t.f.unite(one, other), t.b, WORD, manner::looks)->after == 0);
	CHECK(t.find(t.f.unite(one, one), t.b, WORD, manner::looks)->after == futures::bit_of(t.a));
	// His own step too: he may do it now, and once more later.
	CHECK(t.find(t.way({ reads }, one), t.b, WORD, manner::looks)->after == 0);
}

TEST_CASE("order goes from one to the next")
{
	three t;
	const auto a = t.step(t.a, { { LOCK, access::unlock } });
	const auto b1 = t.step(t.b, { { LOCK, access::lock } });
	const auto b2 = t.step(t.b, { { OTHER, access::unlock } });
	const auto c1 = t.step(t.c, { { OTHER, access::lock } });
	const auto c2 = t.step(t.c, { { WORD, access::write } });

	CHECK(t.find(t.way({ a, b1, b2, c1, c2 }), t.c, WORD, manner::changes)->after ==
	      (futures::bit_of(t.a) | futures::bit_of(t.b)));
	CHECK(t.find(t.way({ a, b1, c1, b2, c2 }), t.c, WORD, manner::changes)->after == 0);
}

TEST_CASE("those who are not awake have to be woken first")
{
	three t;
	const auto f = t.way({ t.step(t.a, { { WORD, access::write } }),
			       t.step(t.b, { { WORD, access::read } }) });
	const sim::actor awake[] = { t.a };
	const auto g = t.f.asleep_but(awake, f);

	CHECK(t.find(g, t.a, WORD, manner::changes)->after == 0);
	CHECK(t.find(g, t.b, WORD, manner::looks)->after == futures::WOKEN);
}
