// SPDX-License-Identifier: GPL-2.0-only
// Which circles in a graph of states a fair execution can go round for ever, and a short way round.
// It must not know machines, nor how the graph was found.
#pragma once
#include <cstdint>
#include <span>
#include <vector>
#include "sim/kept_lists.hpp"

namespace sim {

// Scheduling is fair: whoever waits for his turn all the time gets it, if it could be had again
// and again. So a circle can be gone round for ever unless somebody does not move in it who waits
// in all of it and could have moved somewhere. Lists are sorted, of contexts and events.
struct circle_graph {
	using list = uint32_t; // a number in `lists`
	static constexpr list UNKNOWN = UINT32_MAX;

	struct place {
		list waiting; // for their turn; UNKNOWN: as before
		list offered; // those who could have it
	};
	struct way {
		uint32_t from, to; // places
		list moved;
		list waiting; // in all that lies between; UNKNOWN: nothing does
		bool progress;
	};

	kept_lists<uint64_t> lists;
	std::vector<place> places;
	std::vector<way> ways;
};

// A closed way: ways of the graph, each from where the one before leads to.
using circle = std::vector<uint32_t>;

// One without progress, of few ways, in each part of the graph in which all such can be gone round
// together.
std::vector<circle> fair_circles(const circle_graph &g);

} // namespace sim
