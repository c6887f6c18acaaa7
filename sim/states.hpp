// SPDX-License-Identifier: GPL-2.0-only
// The stateful search: every state of a free machine once, all that executions can come to, and a
// shortest way to each. It must not know what programs do, nor how results are printed.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>
#include "sim/choice.hpp"
#include "sim/schedule.hpp"
#include "sim/state_image.hpp"
#include "sim/state_table.hpp"

namespace sim {

class machine;
struct program;

// What a search knows while it runs.
struct search_progress {
	uint64_t executions = 0; // that have ended; stateful: ways to an end that were met
	uint64_t states = 0;	 // 0: no stateful search
	uint64_t steps = 0;
	uint32_t outcomes = 0;
	uint32_t share_ppm = 0; // of the tree of executions, estimated; 0: not known
	uint64_t traces = 0, unseen_ppm = 0; // drawn executions: see trace_census.hpp
};

// Asked now and then; false ends the search early. Never on a fiber.
using search_watch = std::function<bool(const search_progress &)>;

struct search_limits {
	uint64_t states_max = UINT64_C(20'000'000);
	uint64_t steps_max = 100'000; // of one way from the start
	search_watch watch = nullptr;
};

// What some execution came to. Several executions come to the same if their text is the same.
struct search_outcome {
	std::string text;
	ending how;
	uint64_t paths;	   // executions that come to it; NEVER: endless or too many to count
	schedule shortest; // least deviations from the natural order, then least steps
};

struct search_result {
	std::vector<search_outcome> outcomes; // by text
	uint64_t states = 0;		      // in which there is something to choose
	uint64_t transitions = 0;	      // steps and values tried
	bool complete = false;		      // false: a limit was reached, and there may be more
	bool cyclic = false;		      // some execution can go on for ever
};

class state_search {
public:
	state_search(machine &m, program &p, const search_limits &limits);
	search_result run();

private:
	static constexpr uint32_t NONE = UINT32_MAX;

	// What one answer leads to: a state, or an outcome.
	struct edge {
		context_id who; // or the answer, where a value is chosen
		cpu_id cpu;
		context_id last; // who went last when the target was reached
		uint32_t target;
		bool is_outcome;
	};
	struct state {
		uint32_t first_edge = NONE, edges = 0;
		bool is_value = false, open = true;
		uint64_t paths = 0; // to the outcome that is being counted
	};
	// A state on the way that is being tried.
	struct node {
		uint32_t state = NONE;
		uint32_t next = 0; // of its edges, the first that was not tried
		uint64_t depth = 0;
		state_image image;
	};

	bool goes_on();
	bool advance(node *from);
	void expand(uint32_t state, node &n, const choice &c);
	uint32_t outcome_here();
	void close(node &n);
	void count_paths(search_result &r);
	void shortest_ways(search_result &r);
	schedule follow(const std::vector<uint32_t> &edges);

	machine &machine_;
	program &program_;
	const search_limits limits_;
	state_table table_;
	std::vector<state> states_;
	std::vector<edge> edges_;
	std::vector<uint32_t> closed_; // states in the order in which they were finished
	std::vector<search_outcome> outcomes_;
	std::vector<node> stack_, spare_;
	uint64_t transitions_ = 0, ends_ = 0, turns_ = 0;
	bool complete_ = true, cyclic_ = false;
};

} // namespace sim
