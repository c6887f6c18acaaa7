// SPDX-License-Identifier: GPL-2.0-only
// Making strategies from their names.
// It must not know the machine, nor what an execution comes to.
#include "sim/plan.hpp"
#include <algorithm>
#include "sim/explore_bounded.hpp"
#include "sim/explore_dpor.hpp"
#include "sim/explore_exhaustive.hpp"
#include "sim/explore_pct.hpp"
#include "sim/explore_portfolio.hpp"
#include "sim/explore_pos.hpp"
#include "sim/explore_random.hpp"
#include "sim/strategies.hpp"

namespace sim {

constexpr unsigned DEPTH_USUAL = 3;

std::string cannot_explore(const explore_plan &plan)
{
	const strategy_row *row = find_strategy(plan.strategy);
	const std::pair<const char *, uint64_t> parameters[] = {
		{ "depth", plan.depth },	   { "executions", plan.executions },
		{ "states", plan.states },	   { "steps", plan.steps },
		{ "deviations", plan.deviations }, { "preemptions", plan.preemptions },
		{ "events", plan.events },
	};

	if (!row || !is_search(*row))
		return "'" + plan.strategy + "' is no search";
	for (const auto &[name, given] : parameters)
		if (given && !takes(*row, name))
			return plan.strategy + " takes no '" + name +
			       "', expected one of: " + row->takes;
	return "";
}

template <class S, class... A> S &planned_strategies::add(A &&...arguments)
{
	all_.push_back(std::make_unique<S>(std::forward<A>(arguments)...));
	return static_cast<S &>(*all_.back());
}

// Each draws from a seed of its own.
void planned_strategies::add_portfolio()
{
	const unsigned depth = plan_.depth ? static_cast<unsigned>(plan_.depth) : DEPTH_USUAL;
	std::vector<strategy *> members = { &add<random_strategy>(plan_.seed, NEVER),
					    &add<pos_strategy>(plan_.seed + 1, NEVER) };

	for (unsigned d = 1; d <= depth; d++)
		members.push_back(&add<pct_strategy>(plan_.seed + 1 + d, NEVER, d));
	add<portfolio_strategy>(members);
}

planned_strategies::planned_strategies(const explore_plan &plan) : plan_(plan)
{
	const std::string &name = plan_.strategy;
	const unsigned depth = plan_.depth ? static_cast<unsigned>(plan_.depth) : DEPTH_USUAL;

	if (name == "dpor")
		dpor_ = &add<dpor_strategy>();
	else if (name == "exhaustive")
		exhaustive_ = &add<exhaustive_strategy>();
	else if (name == "random")
		add<random_strategy>(plan_.seed, NEVER);
	else if (name == "pos")
		add<pos_strategy>(plan_.seed, NEVER);
	else if (name == "pct")
		add<pct_strategy>(plan_.seed, NEVER, depth);
	else
		add_portfolio();
	if (plan_.deviations)
		bounds_.push_back(&add<deviation_bound>(top(), plan_.deviations));
	if (plan_.preemptions)
		bounds_.push_back(&add<preemption_bound>(top(), plan_.preemptions));
	if (plan_.events)
		bounds_.push_back(&add<event_bound>(top(), plan_.events));
}

planned_strategies::~planned_strategies() = default;

std::string planned_strategies::scope(uint64_t executions) const
{
	const bool bounded = std::any_of(bounds_.begin(), bounds_.end(),
					 [](const auto *b) { return b->was_reached(); });
	std::string text = "every execution", within;

	if (is_drawn())
		text = std::to_string(executions) + " executions drawn with seed " +
		       std::to_string(plan_.seed);
	if (!bounded)
		return text;
	auto add = [&within](uint64_t n, const char *what) {
		if (n)
			within += (within.empty() ? " with at most " : ", ") + std::to_string(n) +
				  " " + what;
	};
	add(plan_.deviations, "deviations");
	add(plan_.preemptions, "preemptions");
	add(plan_.events, "events that come early");
	return text + within;
}

uint32_t planned_strategies::share_done() const
{
	return dpor_ ? dpor_->share_done() : exhaustive_ ? exhaustive_->share_done() : 0;
}

bool planned_strategies::is_wasted() const
{
	return dpor_ && dpor_->is_wasted();
}

std::string planned_strategies::wrong() const
{
	return dpor_ && dpor_->counts().diverged
		       ? "dpor was not offered what it expected in " +
				 std::to_string(dpor_->counts().diverged) + " executions"
		       : "";
}

} // namespace sim
