// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/id_table.hpp against std::map.
// Must not know what the ids stand for.
#include "sim/id_table.hpp"

#include <doctest/doctest.h>
#include <map>
#include "sim/prng.hpp"

TEST_CASE("a table holds what a map holds, through growing and clearing")
{
	sim::prng numbers = sim::prng::seeded(1);
	sim::id_table<uint64_t> table;

	for (unsigned round = 0; round < 50; round++) {
		std::map<uint32_t, uint64_t> map;
		const uint32_t ids = 1 + numbers.index(2000);
		// Dense ids, and those of events, which are far apart.
		const uint32_t spread = round % 2 ? 1 : 0x10001;

		for (unsigned i = 0; i < 3000; i++) {
			const uint32_t id = numbers.index(ids) * spread;

			REQUIRE(table[id] == map[id]);
			table[id] = map[id] = numbers.next();
		}
		REQUIRE(table.size() == map.size());
		for (const auto &[id, value] : map)
			REQUIRE(table[id] == value);
		table.clear();
		REQUIRE(table.size() == 0);
	}
}

TEST_CASE("all ids are ids")
{
	sim::id_table<int> table;

	for (uint32_t id : { 0u, 1u, UINT32_C(1) << 31, UINT32_MAX }) {
		CHECK(table[id] == 0);
		table[id] = 7;
		CHECK(table[id] == 7);
	}
	CHECK(table.size() == 4);
}
