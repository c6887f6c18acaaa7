// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/circles.hpp: which circles of small graphs a fair execution can go round.
// Must not know machines.
#include "sim/circles.hpp"
#include <algorithm>
#include <doctest/doctest.h>
#include <initializer_list>

namespace {

using sim::circle_graph;
using ids = std::vector<uint64_t>;

// Contexts are numbers; whoever is offered waits as well.
class drawn_graph {
public:
	explicit drawn_graph(uint32_t places)
	{
		for (uint32_t i = 0; i < places; i++)
			place(i, {}, {});
	}
	void place(uint32_t i, ids offered, ids waiting)
	{
		waiting.insert(waiting.end(), offered.begin(), offered.end());
		std::sort(waiting.begin(), waiting.end());
		g.places.resize(std::max<size_t>(g.places.size(), i + 1));
		g.places[i] = { g.lists.keep(waiting), g.lists.keep(offered) };
	}
	void way(uint32_t from, uint32_t to, ids moved, bool progress = false)
	{
		g.ways.push_back(
			{ from, to, g.lists.keep(moved), circle_graph::UNKNOWN, progress });
	}
	// In which nobody of these waits somewhere between.
	void way_through(uint32_t from, uint32_t to, ids moved, ids waiting)
	{
		g.ways.push_back({ from, to, g.lists.keep(moved), g.lists.keep(waiting), false });
	}
	std::vector<sim::circle> circles() const { return fair_circles(g); }

	circle_graph g;
};

} // namespace

TEST_CASE("a graph without a circle has none")
{
	drawn_graph d(3);

	d.way(0, 1, { 1 });
	d.way(1, 2, { 1 });
	d.way(0, 2, { 2 });
	CHECK(d.circles().empty());
}

TEST_CASE("who turns alone may turn for ever, and no other circle is told of the same places")
{
	drawn_graph d(2);

	d.place(0, { 1 }, {});
	d.place(1, { 1 }, {});
	d.way(0, 1, { 1 });
	d.way(1, 0, { 1 });
	d.way(1, 1, { 1 });
	REQUIRE(d.circles().size() == 1);
	CHECK(d.circles()[0] == sim::circle{ 2 });
}

TEST_CASE("nobody turns for ever while another could go on all the time")
{
	drawn_graph d(3);

	d.place(0, { 1, 2 }, {});
	d.place(1, { 1, 2 }, {});
	d.way(0, 1, { 1 });
	d.way(1, 0, { 1 });
	d.way(0, 2, { 2 });
	CHECK(d.circles().empty());
}

TEST_CASE("who cannot go on at one place may be passed by for ever, unless he waits there for his "
	  "turn")
{
	drawn_graph d(2);

	d.place(0, { 1, 2 }, {});
	d.place(1, { 1 }, {});
	d.way(0, 1, { 1 });
	d.way(1, 0, { 1 });
	CHECK(d.circles().size() == 1);
	d.place(1, { 1 }, { 2 });
	CHECK(d.circles().empty());
}

TEST_CASE("who waits for a turn that never comes cannot stop anybody")
{
	drawn_graph d(2);

	d.place(0, { 1 }, { 2 });
	d.place(1, { 1 }, { 2 });
	d.way(0, 1, { 1 });
	d.way(1, 0, { 1 });
	CHECK(d.circles().size() == 1);
}

TEST_CASE("a smaller circle keeps away from where the other could go on")
{
	drawn_graph d(3);

	d.place(0, { 1, 2 }, {});
	d.place(1, { 1 }, { 2 });
	d.place(2, { 1 }, { 2 });
	d.way(0, 1, { 1 });
	d.way(1, 2, { 1 });
	d.way(2, 0, { 1 });
	CHECK(d.circles().empty());
	d.way(2, 1, { 1 });
	REQUIRE(d.circles().size() == 1);
	CHECK(d.circles()[0] == sim::circle{ 1, 3 });
}

TEST_CASE("what happens between two places counts as well")
{
	drawn_graph d(1);

	d.place(0, { 1, 2 }, {});
	d.way_through(0, 0, { 1 }, { 1, 2 });
	CHECK(d.circles().empty());
	d.way_through(0, 0, { 1 }, { 1 });
	REQUIRE(d.circles().size() == 1);
	CHECK(d.circles()[0] == sim::circle{ 1 });
}

TEST_CASE("a round takes along whoever could go on all the time")
{
	drawn_graph d(2);

	d.place(0, { 1, 2, 3 }, {});
	d.place(1, { 1, 2, 3 }, {});
	d.way(0, 0, { 1 });
	d.way(0, 1, { 2 });
	d.way(1, 0, { 3 });
	REQUIRE(d.circles().size() == 1);
	sim::circle c = d.circles()[0];
	std::sort(c.begin(), c.end());
	CHECK(c == sim::circle{ 0, 1, 2 });
}

TEST_CASE("a circle through which something gets done is none")
{
	drawn_graph d(2);

	d.place(0, { 1 }, {});
	d.place(1, { 1 }, {});
	d.way(0, 1, { 1 }, true);
	d.way(1, 0, { 1 });
	CHECK(d.circles().empty());
	d.way(0, 1, { 1 });
	CHECK(d.circles().size() == 1);
}

TEST_CASE("in the middle of a step nothing has changed for the others")
{
	drawn_graph d(2);

	d.place(0, { 1, 2 }, {});
	d.g.places[1] = { circle_graph::UNKNOWN, 0 };
	d.way(0, 1, { 1 });
	d.way(1, 0, { 1 });
	CHECK(d.circles().empty());
}

TEST_CASE("parts that lead to each other one way only have circles of their own")
{
	drawn_graph d(4);

	for (uint32_t i = 0; i < 4; i++)
		d.place(i, { 1 }, {});
	d.way(0, 1, { 1 });
	d.way(1, 0, { 1 });
	d.way(1, 2, { 1 });
	d.way(2, 3, { 1 });
	d.way(3, 2, { 1 });
	CHECK(d.circles().size() == 2);
}
