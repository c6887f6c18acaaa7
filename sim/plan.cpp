// SPDX-License-Identifier: GPL-2.0-only
// Making strategies from their names.
// It must not know the machine, nor what an execution comes to.
#include "sim/plan.hpp"
#include <algorithm>
#include "sim/explore_bounded.hpp"
#include "sim/explore_exhaustive.hpp"
#include "sim/explore_pct.hpp"
#include "sim/explore_portfolio.hpp"
#include "sim/explore_pos.hpp"
#include "sim/explore_random.hpp"
#include "sim/explore_twice.hpp"
#include "sim/explore_urw.hpp"
#include "sim/plan_dpor.hpp"
#include "sim/prng.hpp"
#include "sim/strategies.hpp"

namespace sim {

constexpr uint64_t DEPTH_USUAL = 3;
constexpr uint64_t DRAWN_USUAL = 10'000;
constexpr uint64_t STEPS_USUAL = 10'000;
constexpr uint64_t STEPS_OF_WAY = 100'000; // depth first, of stateful
// Interrupts that wakeups send are among them; a scenario has some twenty of those.
constexpr uint64_t EVENTS_USUAL = 100;

bool explore_plan::is_drawn() const
{
	return !is_stateful() && strategy != "dpor" && strategy != "exhaustive";
}

const char *explore_plan::why_whole() const
{
	if (is_stateful())
		return "parts of it would meet the same states";
	if (strategy == "dpor")
		return "what it leaves out depends on all that it has run before";
	return nullptr;
}

const char *explore_plan::why_not_later() const
{
	if (is_stateful())
		return "states that it met are known by addresses of its own process";
	if (strategy == "dpor")
		return "what is left depends on all that was learnt of what it has run";
	return nullptr;
}

uint64_t explore_plan::executions_most() const
{
	return executions ? executions : is_drawn() ? DRAWN_USUAL : NEVER;
}

uint64_t explore_plan::steps_most() const
{
	return steps ? steps : is_stateful() ? STEPS_OF_WAY : STEPS_USUAL;
}

uint64_t explore_plan::events_most() const
{
	return events ? events : is_stateful() || strategy == "dpor" ? 0 : EVENTS_USUAL;
}

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
	if (plan.twice && plan.is_stateful())
		return "stateful, each execution twice, expected another strategy: it runs none to "
		       "its end";
#if KTHREADSIM_ASAN
	if (plan.is_stateful())
		return "the stateful search copies stacks, which AddressSanitizer does not allow";
#endif
	if (!plan.reduce && !plan.is_stateful())
		return plan.strategy + " without its reduction, expected stateful: no other "
				       "search can do without";
	for (const auto &[name, given] : parameters)
		if (given && !takes(*row, name))
			return not_taken(*row, name);
	return "";
}

template <class S, class... A> S &planned_strategies::add(A &&...arguments)
{
	all_.push_back(std::make_unique<S>(std::forward<A>(arguments)...));
	return static_cast<S &>(*all_.back());
}

// Each draws from a seed of its own.
void planned_strategies::add_portfolio(uint64_t seed)
{
	const uint64_t depth = plan_.depth ? plan_.depth : DEPTH_USUAL;
	std::vector<strategy *> members = { &add<random_strategy>(seed, NEVER),
					    &add<pos_strategy>(seed + 1, NEVER),
					    &add<urw_strategy>(seed + 2, NEVER) };

	for (uint64_t d = 1; d <= depth; d++)
		members.push_back(&add<pct_strategy>(seed + 2 + d, NEVER, d));
	add<portfolio_strategy>(members);
}

void planned_strategies::add_drawn()
{
	const uint64_t seed = mixed(plan_.seed + mixed(unit_.block));

	if (plan_.strategy == "random")
		add<random_strategy>(seed, NEVER);
	else if (plan_.strategy == "pos")
		add<pos_strategy>(seed, NEVER);
	else if (plan_.strategy == "urw")
		add<urw_strategy>(seed, NEVER);
	else if (plan_.strategy == "pct")
		add<pct_strategy>(seed, NEVER, plan_.depth ? plan_.depth : DEPTH_USUAL);
	else
		add_portfolio(seed);
}

planned_strategies::planned_strategies(const explore_plan &plan, const search_unit &unit)
	: plan_(plan), unit_(unit)
{
	if (plan.strategy == "dpor")
		dpor_ = &add<dpor_search>();
	else if (plan.strategy == "exhaustive")
		exhaustive_ = &add<exhaustive_strategy>(unit.path, size_t{ unit.fixed });
	else
		add_drawn();
	if (plan.deviations)
		bounds_.push_back(&add<deviation_bound>(top(), plan.deviations));
	if (plan.preemptions)
		bounds_.push_back(&add<preemption_bound>(top(), plan.preemptions));
	if (plan.events_most())
		events_ = &add<event_bound>(top(), plan.events_most());
	if (plan.twice)
		twice_ = &add<twice_strategy>(top());
}

planned_strategies::~planned_strategies() = default;

search_unit planned_strategies::rest() const
{
	search_unit u = unit_;

	u.done += ran_;
	if (exhaustive_)
		u = { 0, 0, exhaustive_->path(), unit_.fixed };
	return u;
}

uint64_t planned_strategies::executions_most() const
{
	return plan_.is_drawn() ? std::min(BLOCK, plan_.executions_most() - unit_.block * BLOCK)
				: NEVER;
}

uint32_t planned_strategies::share_done() const
{
	return dpor_ ? dpor_->dpor().share_done() : exhaustive_ ? exhaustive_->share_done() : 0;
}

bool planned_strategies::is_wasted() const
{
	return dpor_ && dpor_->dpor().is_wasted();
}

bool planned_strategies::is_first_of_two() const
{
	return twice_ && twice_->is_first();
}

bool planned_strategies::begins_again()
{
	const bool again = dpor_ && dpor_->began_again() && !began_again_;

	began_again_ |= again;
	return again;
}

void planned_strategies::note(search_part &part) const
{
	for (const bounding_strategy *b : bounds_)
		part.is_bounded |= b->was_reached();
	part.is_event_bounded |= events_ && events_->was_reached();
	if (dpor_ && dpor_->dpor().counts().diverged)
		part.wrong = "dpor was not offered what it expected in " +
			     std::to_string(dpor_->dpor().counts().diverged) + " executions";
	const run_difference *d = twice_ ? twice_->difference() : nullptr;
	if (d)
		part.wrong =
			"an execution was another when it was run again: " + std::string(d->what) +
			(d->number == NEVER ? "" : " at choice " + std::to_string(d->number));
}

std::string scope_of(const explore_plan &plan, const search_part &done)
{
	std::string text = "every execution", within;
	auto add = [&within](uint64_t n, const std::string &what) {
		if (n)
			within += (within.empty() ? " with at most " : ", ") + std::to_string(n) +
				  " " + what + (n == 1 ? "" : "s");
	};

	if (plan.is_drawn())
		text = std::to_string(done.all()) + " executions drawn with seed " +
		       std::to_string(plan.seed);
	if (done.is_bounded) {
		add(plan.deviations, "deviation");
		add(plan.preemptions, "preemption");
	}
	return text + within;
}

} // namespace sim
