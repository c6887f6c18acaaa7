// SPDX-License-Identifier: GPL-2.0-only
// The stateful search: every state of a free machine that matters once, all that executions can
// come to, and a short way to each. It must not know what programs do, nor how results are printed.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>
#include "sim/choice.hpp"
#include "sim/circles.hpp"
#include "sim/futures.hpp"
#include "sim/round_watch.hpp"
#include "sim/schedule.hpp"
#include "sim/state_table.hpp"
#include "sim/state_trail.hpp"
#include "sim/stubborn.hpp"

namespace sim {

class machine;
struct program;

// What a search knows while it runs.
struct search_progress {
	uint64_t executions = 0; // that have ended; stateful: ways to an end that were met
	uint64_t states = 0;	 // 0: no stateful search
	uint64_t steps = 0;
	uint32_t outcomes = 0;
};

// Asked now and then; false ends the search early. Never on a fiber.
using search_watch = std::function<bool(const search_progress &)>;

struct search_limits {
	uint64_t states_max = UINT64_C(20'000'000);
	uint64_t outcomes_max = 1'000; // a counter that grows for ever gives one more each time
	bool reduce = true;	      // false: all interleavings of all steps, to compare with
	bool circles = false;	      // whether those that go on for ever are outcomes too
	search_watch watch = nullptr;
};

// What some execution came to. Several executions come to the same if their text is the same.
struct search_outcome {
	std::string text;
	ending how;
	uint64_t paths;	   // executions that come to it; NEVER: endless or too many to count
	schedule shortest; // of those that are searched: see also shorten()
};

// Numbers of executions; NEVER stays NEVER.
constexpr uint64_t sum_of_paths(uint64_t a, uint64_t b)
{
	return a > NEVER - b ? NEVER : a + b;
}

struct search_result {
	std::vector<search_outcome> outcomes; // by text
	uint64_t states = 0;		      // in which there is something to choose
	uint64_t transitions = 0;	      // steps and values tried
	bool complete = false;		      // false: a limit was reached, and there may be more
	bool cyclic = false;		      // some execution can go on for ever
	std::string wrong;		      // what shows a bug; empty: nothing does
};

class state_search {
public:
	state_search(machine &m, program &p, const search_limits &limits);
	search_result run();

private:
	static constexpr uint32_t NONE = UINT32_MAX;
	static constexpr uint32_t FORCED_MAX = 64;

	// What one answer leads to: a state, or an outcome.
	struct edge {
		context_id who;	 // or the answer, where a value is chosen
		context_id last; // who went last when the target was reached
		uint32_t target; // NONE: a limit came first
		bool is_outcome;
	};
	// A step, and who waited for his turn when it was taken.
	struct stride {
		context_id who;
		circle_graph::list waiting;
		bool progress;
	};
	// That can be gone round for ever, by edges of states: each the n-th of its state.
	struct endless {
		struct way {
			uint32_t state, edge;
		};
		std::vector<way> ways;
		uint32_t visit = NONE; // of the shortest way there: see shortest_ways()
	};
	struct state {
		uint32_t first_edge = NONE, edges = 0;
		futures::set future = futures::EMPTY; // all that may be done from here on
		bool is_value = false, open = true;
		uint64_t paths = 0; // to the outcome that is being counted
	};
	// A step of the way to a state, and what all contexts stood before there.
	struct leg {
		uint32_t stood, actors; // where in a list of outlooks, and for how many
		futures::step step;	// NONE: the execution has ended
	};
	// What somebody stood before when he was last looked at.
	struct stand {
		touch touches[TOUCHES_MAX];
		uint8_t count = 0;
		bool waits;
		cpu_id cpu = NO_CPU;
		futures::outlook outlook;
	};
	// A state that is not finished: on the way that is being tried, or on a cycle with one.
	struct node {
		uint32_t state;
		uint32_t low; // the first open state that is known to be reached from here
		surroundings around;
		futures::draft standing;       // what all contexts stand before
		std::vector<uint32_t> chosen;  // indices of options, or answers
		std::vector<edge> edges;       // of the first of those, which were tried
		std::vector<uint32_t> done;    // steps by actor, on the way here
		std::vector<leg> legs;	       // of all edges
		futures::draft stood;	       // of all legs
		std::vector<size_t> edge_legs; // where those of each edge begin
		// Where no circle leads here, of the first edges: what may be done by all of them,
		// and after the first step of each.
		futures::draft future;
		std::vector<futures::draft> after_step;
		size_t foreseen;
		size_t weighed;	 // edges that need no other options than are chosen
		uint64_t forced; // steps without a choice that led here
		circle_graph::place turns;
		std::vector<stride> strides;	  // where circles are looked for: of all edges
		std::vector<size_t> edge_strides; // where those of each edge begin
		state_trail::place place;
	};

	bool search();
	void forget();
	bool goes_on();
	node &spare_node();
	void open_state(node &n, uint32_t number, const choice &c);
	void try_next(node &n);
	bool offer(choice &c);
	// Where there is something to choose, or has not been for so long that it may never be.
	bool is_kept(const choice &c) const;
	uint32_t answer_of(const choice &c, context_id who) const;
	void arrive(node *from, edge &e);
	uint32_t outcome_here();
	void take(const option &o, circle_graph::list waiting);
	void answer_value(context_id who, uint32_t answer, circle_graph::list waiting);
	void note_step(context_id who, std::span<const touch> touches);
	futures::outlook standing_of(actor a, const option &o);
	void standing_at(std::span<const option> options, std::span<const option> blocked,
			 futures::draft &d);
	void note_stood(const futures::draft &d);
	bool finish(node &root);
	bool is_cycle(size_t first) const;
	bool choose_more(size_t first, std::span<const futures::outlook> future);
	bool choose_ignored(size_t first);
	bool choose_on_circles(size_t first);
	void choose_all(node &n);
	size_t open_at(size_t first, uint32_t state) const;
	void foresee(node &n, size_t edge);
	const futures::draft &future_of(size_t first);
	void close(node &n, std::span<const futures::outlook> future);

	void count_paths();
	void shortest_ways();
	std::vector<uint32_t> answers_along(const std::vector<uint32_t> &edges);
	schedule trace(std::span<const uint32_t> answers, size_t round_from, round_watch &round);

	// states_circles.cpp
	circle_graph::list keep_list(std::vector<uint64_t> &ids);
	circle_graph::place turns_at(const choice &c);
	circle_graph::way way_of(const node &n, size_t edge, size_t first);
	void note_circles(size_t first);
	size_t without_rounds(std::vector<uint32_t> &answers, size_t round_from);
	void go_round(const endless &e, std::vector<uint32_t> edges);

	machine &machine_;
	program &program_;
	const search_limits limits_;
	futures futures_;
	stubborn_sets stubborn_;
	expectations expected_;
	std::vector<stand> stands_;  // by actor
	std::vector<uint32_t> done_; // steps by actor, so far
	state_trail trail_;
	state_table table_;
	large_vector<state> states_;
	large_vector<edge> edges_;
	large_vector<uint32_t> closed_; // states in the order in which they were finished
	std::vector<search_outcome> outcomes_;
	std::vector<std::unique_ptr<node>> nodes_;
	std::vector<node *> spare_;
	std::vector<node *> way_;		// that is being tried
	std::vector<node *> open_;		// all that are not finished, by number
	const node *here_ = nullptr;		// whose state the machine is in, if it is one
	std::vector<option> offered_, blocked_; // in place of the machine's
	std::span<const option> all_;		// the machine's
	std::vector<leg> legs_;			// since the last state
	futures::draft stood_;			// of all those
	std::vector<stride> strides_;		// the same
	uint64_t forced_ = 0;			// steps without a choice, up to now
	circle_graph graph_;			// scratch, but for its lists
	std::vector<endless> endless_;
	std::string wrong_;
	futures::draft future_, draft_;		  // scratch
	std::vector<touch> touches_;		  // scratch
	std::vector<uint32_t> uses_;		  // scratch
	std::vector<stubborn_sets::tried> tried_; // scratch
	uint64_t transitions_ = 0, ends_ = 0, turns_ = 0;
	bool complete_ = true, cyclic_ = false, again_ = false;
};

} // namespace sim
