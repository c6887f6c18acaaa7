// SPDX-License-Identifier: GPL-2.0-only
// What a search is asked to do, and the strategies that do it: the one named, what bounds it.
// It must not know the machine, nor what an execution comes to.
#pragma once
#include <memory>
#include <string>
#include <vector>
#include "sim/choice.hpp"

namespace sim {

class bounding_strategy;
class dpor_strategy;
class exhaustive_strategy;

// By the names of strategy_table(). 0: no such bound, or what is usual.
struct explore_plan {
	std::string strategy = "stateful";
	uint64_t seed = 1;
	uint64_t depth = 0;	 // of pct and portfolio
	uint64_t executions = 0; // how many are drawn; of others a bound
	uint64_t states = 0, steps = 0;
	uint64_t deviations = 0, preemptions = 0, events = 0; // see explore_bounded.hpp
};

// Why there is no such search; empty if there is.
std::string cannot_explore(const explore_plan &plan);

// Of a plan that can be explored, and is not "stateful".
class planned_strategies {
public:
	explicit planned_strategies(const explore_plan &plan);
	~planned_strategies();

	strategy &top() const { return *all_.back(); }
	// By chance, and for ever: somebody else counts the executions.
	bool is_drawn() const { return !dpor_ && !exhaustive_; }
	// What was searched once it is done: "every execution with at most 2 deviations".
	std::string scope(uint64_t executions) const;
	// How much is done, of 1,000,000; of drawn ones 0.
	uint32_t share_done() const;
	// Whether the execution that ended last, before next_execution(), repeats others.
	bool is_wasted() const;
	// What shows a bug in the strategy or the program; empty: nothing does.
	std::string wrong() const;

private:
	template <class S, class... A> S &add(A &&...arguments);
	void add_portfolio();

	const explore_plan plan_;
	std::vector<std::unique_ptr<strategy>> all_; // each around the one before
	std::vector<const bounding_strategy *> bounds_;
	const dpor_strategy *dpor_ = nullptr;
	const exhaustive_strategy *exhaustive_ = nullptr;
};

} // namespace sim
