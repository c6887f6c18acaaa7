// SPDX-License-Identifier: GPL-2.0-only
// What a search is asked to do, and the strategies that do a unit of it: the one named, what
// bounds it. It must not know the machine, nor what an execution comes to.
#pragma once
#include <memory>
#include <string>
#include <vector>
#include "sim/choice.hpp"
#include "sim/search_part.hpp"

namespace sim {

class bounding_strategy;
class dpor_search;
class exhaustive_strategy;
class twice_strategy;

// By the names of strategy_table(). 0: no such bound, or what is usual.
struct explore_plan {
	std::string strategy = "stateful";
	uint64_t seed = 1;
	uint64_t depth = 0;	 // of pct and portfolio
	uint64_t executions = 0; // how many are drawn; of others a bound
	uint64_t states = 0, steps = 0;
	uint64_t deviations = 0, preemptions = 0, events = 0; // see explore_bounded.hpp
	bool twice = false;				      // see explore_twice.hpp
	bool reduce = true;   // false: every order of every step; of stateful
	bool circles = false; // whether executions that go on for ever are told; of stateful

	bool is_stateful() const { return strategy == "stateful"; }
	bool is_drawn() const; // by chance, so nothing is known of other executions
	// Whether parts of it can be run by themselves; else why not.
	const char *why_whole() const;
	// Whether what is left of it can be run later, by another process; else why not.
	const char *why_not_later() const;
	uint64_t executions_most() const; // NEVER: no bound
	uint64_t steps_most() const;	  // of one execution
	uint64_t events_most() const;	  // 0: no bound
};

// Why there is no such search; empty if there is.
std::string cannot_explore(const explore_plan &plan);

// Drawn executions come in blocks, each from a seed of its own, so that every block can be drawn
// without the ones before it.
constexpr uint64_t BLOCK = 256;

// Of a plan that can be explored, and is not stateful: what runs one unit.
class planned_strategies {
public:
	planned_strategies(const explore_plan &plan, const search_unit &unit);
	~planned_strategies();

	strategy &top() const { return *all_.back(); }
	// What is left of the unit. Not of dpor.
	search_unit rest() const;
	// How many executions the unit has at most.
	uint64_t executions_most() const;
	// How much of the unit is done, of 1,000,000; of drawn ones 0.
	uint32_t share_done() const;
	// Whether the execution that ended last, before next_execution(), repeats others.
	bool is_wasted() const;
	// Whether the execution that ended last is to be run again, before it is looked at.
	bool is_first_of_two() const;
	// Whether it begins anew after that execution: what was found so far counts for nothing.
	bool begins_again();
	void note(search_part &part) const; // that bounds were reached, and what shows a bug
	void ran() { ran_++; }
	const exhaustive_strategy *exhaustive() const { return exhaustive_; }

private:
	template <class S, class... A> S &add(A &&...arguments);
	void add_portfolio(uint64_t seed);
	void add_drawn();

	const explore_plan &plan_;
	const search_unit unit_;
	std::vector<std::unique_ptr<strategy>> all_; // each around the one before
	std::vector<const bounding_strategy *> bounds_;
	const bounding_strategy *events_ = nullptr;
	const dpor_search *dpor_ = nullptr;
	const exhaustive_strategy *exhaustive_ = nullptr;
	const twice_strategy *twice_ = nullptr;
	uint64_t ran_ = 0;
	bool began_again_ = false;
};

// What was searched once it is done: "every execution with at most 2 deviations".
std::string scope_of(const explore_plan &plan, const search_part &done);

} // namespace sim
