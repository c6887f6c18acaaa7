// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/arena.hpp: where objects lie, poison, quarantine, and what is known of an address.
// Must not know contexts beyond their numbers.
#include "sim/arena.hpp"

#include <algorithm>
#include <cstring>
#include <doctest/doctest.h>
#include <string_view>
#include <vector>
#include "sim/prng.hpp"
#include "tests/support_child.hpp"

namespace {

using sim::allocation;
using sim::PAGE_BYTES;

const sim::object_type thing = { "thing" };

// An arena of `own` contexts and some common pages, which lie one page into the region.
struct fixture {
	static constexpr uint32_t OWN = 4, PAGES = 12;
	sim::region memory{ (PAGES + 1) * PAGE_BYTES };
	sim::arena_state state{};
	sim::arena a{ memory.base(), PAGE_BYTES, OWN, PAGES, &state };
	sim::slice slices[OWN + 1]{};

	void *make(uint32_t who, size_t bytes)
	{
		return a.allocate(who, slices[who], &thing, bytes, "make");
	}
	size_t offset(const void *p) const
	{
		return static_cast<size_t>(static_cast<const std::byte *>(p) - memory.base());
	}
	std::vector<const void *> live() const
	{
		std::vector<const void *> all;

		a.for_each_live(OWN, [&](const allocation &, const void *o) { all.push_back(o); });
		return all;
	}
};

bool all_bytes(const void *p, size_t bytes, int value)
{
	const auto *b = static_cast<const unsigned char *>(p);

	for (size_t i = 0; i < bytes; i++)
		if (b[i] != value)
			return false;
	return true;
}

} // namespace

TEST_CASE("a region reads as zero, also after it was written and forgotten")
{
	sim::region r(3 * PAGE_BYTES - 5);

	CHECK(r.bytes() == 3 * PAGE_BYTES);
	CHECK(all_bytes(r.base(), r.bytes(), 0));
	memset(r.base(), 0xff, r.bytes());
	r.forget();
	CHECK(all_bytes(r.base(), r.bytes(), 0));
}

TEST_CASE("a region that cannot be had ends the program with a message")
{
	const auto r = support::in_child([] { sim::region too_much(size_t{ 1 } << 60); });

	CHECK(r.aborted);
	CHECK_MESSAGE(r.said.find("address space") != std::string::npos, r.said);
}

TEST_CASE("an object is zeroed, live, aligned to a granule, and knows what it is")
{
	fixture f;
	void *o = f.make(1, 40);
	const allocation *a = f.a.find(o);

	REQUIRE(a);
	CHECK(f.offset(o) % sim::GRANULE_BYTES == 0);
	CHECK(all_bytes(o, 40, 0));
	CHECK(f.a.is_live(o));
	CHECK(f.a.is_live(static_cast<std::byte *>(o) + 39));
	CHECK(f.a.object_of(a) == o);
	CHECK(a->type == &thing);
	CHECK(a->bytes == 40);
	CHECK(a->by == 1);
	CHECK(std::string(a->where) == "make");
}

TEST_CASE(
	"where an object lies depends on its context and on what that one allocated, not on others")
{
	fixture alone, crowded;
	std::vector<size_t> first, second;

	for (int i = 0; i < 20; i++)
		first.push_back(alone.offset(alone.make(2, 24)));
	for (int i = 0; i < 20; i++) {
		crowded.make(0, 100);
		second.push_back(crowded.offset(crowded.make(2, 24)));
		crowded.make(3, 8);
	}
	CHECK(first == second);
	CHECK(first[0] / PAGE_BYTES == 1 + 2);
}

TEST_CASE("ids are unique for every four bytes, and lead back to the address")
{
	fixture f;
	auto *o = static_cast<std::byte *>(f.make(0, 64));

	for (size_t i = 0; i < 64; i += 4) {
		CHECK(f.a.at(f.a.id(o + i)) == o + i);
		CHECK((i == 0 || f.a.id(o + i) == f.a.id(o + i - 4) + 1));
	}
}

TEST_CASE("a full own page continues in the common pool, and so does a context without own page")
{
	fixture f;
	void *own = f.make(0, sim::OBJECT_BYTES_MAX);
	void *more = f.make(0, 8);
	void *foreign = f.make(fixture::OWN, 8);

	CHECK(f.offset(own) / PAGE_BYTES == 1);
	CHECK(f.offset(more) / PAGE_BYTES == 1 + fixture::OWN);
	CHECK(f.offset(foreign) / PAGE_BYTES == 2 + fixture::OWN);
	CHECK(f.state.pages_extra == 2);
	CHECK(f.live() == std::vector<const void *>{ own, more, foreign });
}

TEST_CASE("too large an object and too many pages end the program")
{
	const auto large = support::in_child([] { fixture().make(0, sim::OBJECT_BYTES_MAX + 1); });
	const auto many = support::in_child([] {
		fixture f;

		for (unsigned i = 0; i <= fixture::PAGES; i++)
			f.make(0, sim::OBJECT_BYTES_MAX);
	});

	CHECK(large.aborted);
	CHECK(many.aborted);
	CHECK_MESSAGE(many.said.find("out of model memory") != std::string::npos, many.said);
}

TEST_CASE("a freed object is poisoned, not live, and remembers who freed it")
{
	fixture f;
	void *o = f.make(0, 48);

	CHECK(f.state.live == 1);
	REQUIRE(f.a.release(o, "free"));
	CHECK(f.state.live == 0);
	CHECK(all_bytes(o, 48, 0x6b));
	CHECK(!f.a.is_live(o));
	CHECK(!f.a.is_live(static_cast<std::byte *>(o) + 47));
	REQUIRE(f.a.find(static_cast<std::byte *>(o) + 20));
	CHECK(std::string(f.a.find(o)->where) == "make");
	CHECK(std::string(f.a.find(o)->freed) == "free");
	CHECK(f.live().empty());
}

TEST_CASE("a second release, and one of an address in the middle, are refused")
{
	fixture f;
	auto *o = static_cast<std::byte *>(f.make(0, 96));

	CHECK(!f.a.release(o + 32, "free"));
	CHECK(!f.a.release(o + 64, "free"));
	CHECK(f.a.is_live(o));
	CHECK(f.a.release(o, "free"));
	CHECK(!f.a.release(o, "free"));
	CHECK(f.state.live == 0);
}

TEST_CASE("a release of an address a few bytes into an object is refused")
{
	const auto r = support::in_child([] {
		fixture f;
		auto *o = static_cast<std::byte *>(f.make(0, 96));

		for (size_t i = 1; i < 32; i++)
			if (f.a.release(o + i, "free"))
				abort();
		if (!f.a.is_live(o) || !all_bytes(o, 96, 0))
			abort();
	});

	CHECK(r.returned);
}

TEST_CASE("nothing is known of addresses outside, between objects and behind the last one")
{
	fixture f;
	auto *o = static_cast<std::byte *>(f.make(1, 8)); // one granule and its head
	int local = 0;

	CHECK(f.a.find(&local) == nullptr);
	CHECK(f.a.find(nullptr) == nullptr);
	CHECK(f.a.find(f.memory.base()) == nullptr);
	CHECK(f.a.find(f.memory.base() + f.memory.bytes()) == nullptr);
	CHECK(f.a.find(o + 32) == nullptr);
	CHECK(f.a.find(f.a.page(1)) == nullptr); // the page's header
	CHECK(f.a.find(f.a.page(2) + 200) == nullptr);
	CHECK(!f.a.is_live(o + 32));
	CHECK(!f.a.is_live(f.a.page(1)));
}

TEST_CASE("without reuse a freed object never comes back")
{
	fixture f;
	const void *o = f.make(0, 8);

	CHECK(f.a.release(const_cast<void *>(o), "free"));
	for (int i = 0; i < 100; i++) {
		void *next = f.make(0, 8);

		REQUIRE(next != o);
		REQUIRE(f.a.release(next, "free"));
	}
}

TEST_CASE("a freed object comes back once `quarantine` others of its size were freed, oldest first")
{
	fixture f;
	std::vector<void *> objects;

	f.a.quarantine = 3;
	for (int i = 0; i < 5; i++)
		objects.push_back(f.make(0, 40));
	void *other_size = f.make(0, 400);
	CHECK(f.a.release(other_size, "free"));
	for (int i = 0; i < 3; i++)
		CHECK(f.a.release(objects[static_cast<size_t>(i)], "free"));
	CHECK(f.make(0, 40) != objects[0]); // three wait, and must
	CHECK(f.a.release(objects[3], "free"));
	CHECK(f.a.release(objects[4], "free"));
	void *back = f.make(3, 33); // of the same size in granules, by anybody
	CHECK(back == objects[0]);
	CHECK(all_bytes(back, 33, 0));
	CHECK(f.a.find(back)->by == 3);
	CHECK(f.a.find(back)->bytes == 33);
	CHECK(f.make(0, 40) == objects[1]);
	CHECK(f.make(0, 40) != objects[2]);
}

TEST_CASE("live objects are counted and found in the order of their addresses: 5,000 drawn deeds")
{
	sim::prng g = sim::prng::seeded(5);
	fixture f;
	std::vector<void *> expected;

	f.a.quarantine = 10;
	for (int i = 0; i < 5000; i++) {
		if (expected.size() < 60 && g.below(2)) {
			expected.push_back(f.make(static_cast<uint32_t>(g.below(fixture::OWN)),
						  1 + g.below(100)));
		} else if (!expected.empty()) {
			const size_t at = g.below(expected.size());

			REQUIRE(f.a.release(expected[at], "free"));
			expected.erase(expected.begin() + static_cast<ptrdiff_t>(at));
		}
		REQUIRE(f.state.live == expected.size());
	}
	std::sort(expected.begin(), expected.end());
	CHECK(f.live() == std::vector<const void *>(expected.begin(), expected.end()));
}

TEST_CASE("what ends with a block has a place that tells what blocks there are, not which were")
{
	fixture f;
	sim::slice &s = f.slices[0];
	auto begin = [&](size_t bytes) {
		return f.a.allocate_on_stack(0, s, &thing, bytes, "begin");
	};
	void *const heap = f.make(0, 40);
	void *const outer = begin(40);
	void *const inner = begin(100);

	CHECK(f.offset(heap) < f.offset(inner));
	CHECK(f.offset(inner) < f.offset(outer));
	CHECK(f.a.release_on_stack(s, inner, "end"));
	CHECK(!f.a.is_live(inner));
	CHECK(f.a.find(inner)->freed == std::string_view("end")); // still to be recognised
	CHECK(begin(100) == inner);
	CHECK(all_bytes(inner, 100, 0));
	CHECK(f.live().size() == 3);
	// One that ends before a later one keeps its place until that has ended too.
	CHECK(f.a.release_on_stack(s, outer, "end"));
	void *const third = begin(8);
	CHECK(f.offset(third) < f.offset(inner));
	CHECK(f.a.release_on_stack(s, third, "end"));
	CHECK(f.a.release_on_stack(s, inner, "end"));
	CHECK(!f.a.release_on_stack(s, inner, "end"));
	CHECK(s.stack_used == 0);
	CHECK(begin(40) == outer);
}

TEST_CASE("where both meet what ends with a block lies with the others")
{
	fixture f;
	sim::slice &s = f.slices[0];
	const uint32_t own = s.page;
	size_t blocks = 0, others = 0;

	CHECK(own == 0);
	for (unsigned i = 0; i < 40; i++) {
		void *const o = f.a.allocate_on_stack(0, s, &thing, 100, "begin");
		void *const h = f.make(0, 100);

		blocks += f.offset(o) / PAGE_BYTES == 1;
		others += f.offset(h) / PAGE_BYTES == 1;
		memset(o, 1, 100);
		memset(h, 2, 100);
	}
	CHECK(blocks > 10);
	CHECK(others > 10);
	CHECK(blocks + others < 40);
	CHECK(f.live().size() == 80);
	f.a.for_each_live(fixture::OWN, [](const allocation &a, const void *o) {
		CHECK((all_bytes(o, 100, 1) || all_bytes(o, 100, 2)));
		CHECK(a.bytes == 100);
	});
}
