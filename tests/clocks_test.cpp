// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/clocks.hpp: which accesses race, and what orders them.
// Must not know the machine or the kernel.
#include "sim/clocks.hpp"

#include <doctest/doctest.h>
#include <memory>

using kind = sim::access;

namespace {

constexpr sim::object_id DATA = 100, FLAG = 200, LOCK = 300;

// Contexts that do one thing after the other, and how many races were told.
struct story {
	std::unique_ptr<sim::race_clocks> clocks = std::make_unique<sim::race_clocks>();
	int races = 0;

	story() { clocks->start(); }
	void act(sim::context_id who, kind what, sim::object_id object, bool plain = false)
	{
		clocks->operation(object, { who, what, plain, {}, {} },
				  [this](const sim::racing_access &) { races++; });
	}
	void store(sim::context_id who) { act(who, kind::write, DATA, true); }
	void load(sim::context_id who) { act(who, kind::read, DATA, true); }
};

TEST_CASE("a plain store and a plain load of two contexts race, two loads do not")
{
	story s;

	s.load(1);
	s.load(2);
	CHECK(s.races == 0);
	s.store(2);
	CHECK(s.races == 1);
	s.store(2);
	CHECK(s.races == 2);
}

TEST_CASE("one side that is plain is enough, none that is plain is no race")
{
	story s;

	s.act(1, kind::rmw, DATA);
	s.act(2, kind::write, DATA);
	s.act(3, kind::read, DATA);
	CHECK(s.races == 0);
	s.load(4);
	CHECK(s.races == 2);
}

TEST_CASE("a marked word orders when it was seen after it was stored")
{
	story s;

	s.store(1);
	s.act(1, kind::write, FLAG);
	s.act(2, kind::read, FLAG);
	s.load(2);
	CHECK(s.races == 0);
	// What is stored after the flag is not covered by it.
	s.store(1);
	CHECK(s.races == 1);
}

TEST_CASE("a load before the store of the word orders nothing")
{
	story s;

	s.act(2, kind::read, FLAG);
	s.store(1);
	s.act(1, kind::write, FLAG);
	s.load(2);
	CHECK(s.races == 1);
}

TEST_CASE("a store that sees nothing ends what earlier stores have told, an exchange goes on")
{
	story stored, exchanged;

	stored.store(1);
	stored.act(1, kind::write, FLAG);
	stored.act(3, kind::write, FLAG);
	stored.act(2, kind::read, FLAG);
	stored.load(2);
	CHECK(stored.races == 1);
	exchanged.store(1);
	exchanged.act(1, kind::write, FLAG);
	exchanged.act(3, kind::rmw, FLAG);
	exchanged.act(2, kind::read, FLAG);
	exchanged.load(2);
	CHECK(exchanged.races == 0);
}

TEST_CASE("a lock orders all its holders")
{
	story s;

	for (const sim::context_id who : { 1u, 2u, 3u, 1u }) {
		s.act(who, kind::lock, LOCK);
		s.store(who);
		s.act(who, kind::unlock, LOCK);
	}
	CHECK(s.races == 0);
	s.load(2);
	CHECK(s.races == 1);
}

TEST_CASE("a wakeup orders what came before it, and nothing after")
{
	story s;

	s.store(1);
	s.clocks->order(1, 2);
	s.load(2);
	CHECK(s.races == 0);
	s.store(1);
	CHECK(s.races == 1);
}

TEST_CASE("whoever causes an interrupt comes before it, from when it is taken on")
{
	story s;

	s.store(5);
	s.clocks->will_interrupt(5, 0);
	s.load(0);
	CHECK(s.races == 1);
	s.clocks->interrupted(0);
	s.load(0);
	CHECK(s.races == 1);
}

TEST_CASE("memory that is allocated anew has no past")
{
	story s;

	s.store(1);
	s.clocks->forget(DATA - 2, 8);
	s.store(2);
	CHECK(s.races == 0);
}

TEST_CASE("a new execution has no past")
{
	story s;

	s.store(1);
	s.clocks->start();
	s.store(2);
	CHECK(s.races == 0);
}

TEST_CASE("with more contexts than it can hold it says so, and is silent from then on")
{
	story s;

	s.store(sim::race_clocks::CONTEXTS_MAX - 1);
	CHECK(s.clocks->off() == nullptr);
	s.store(sim::race_clocks::CONTEXTS_MAX);
	REQUIRE(s.clocks->off() != nullptr);
	CHECK(std::string(s.clocks->off()) == "more than 256 tasks and interrupts");
	s.store(2);
	CHECK(s.races == 0);
}

} // namespace
