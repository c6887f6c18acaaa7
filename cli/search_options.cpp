// SPDX-License-Identifier: GPL-2.0-only
// The options that say what a search is asked: a strategy, and the numbers that "explore" has too.
// It must not know how a search is done.
#include "cli/search_options.hpp"
#include <algorithm>
#include "cli/choice_option.hpp"
#include "cli/count_option.hpp"
#include "scenarios/keys.hpp"
#include "scenarios/words.hpp"
#include "sim/strategies.hpp"

namespace cli {

static constexpr char no_reduction[] = "--no-reduction";

// What bounds nothing is no maximum.
static std::string option_of(std::string_view parameter)
{
	const bool bounds = parameter != "seed" && parameter != "depth";

	return (bounds ? "--max-" : "--") + std::string(parameter);
}

void add_search(CLI::App &sub, search_options &o)
{
	const scenario::name_list strategies = names_of(scenario::strategy_words());
	const auto &keys = scenario::explore_keys().rows;

	sub.add_option("--strategy", o.strategy, "how; the scenario's, or stateful")
		->check(one_of_these({ strategies.begin(), strategies.end() }));
	for (size_t i = 0; i < std::size(o.numbers); i++) {
		const scenario::explore_number &n = scenario::explore_numbers[i];
		const auto key = std::find_if(keys.begin(), keys.end(),
					      [&n](const auto &k) { return k.name == n.name; });

		add_count(sub, option_of(n.name), o.numbers[i], n.range, key->doc);
	}
	sub.add_flag(no_reduction, o.no_reduction,
		     "of stateful: every order of every step, also where it makes no difference");
}

std::string ask(const search_options &o, scenario::exploration &e)
{
	// Another strategy has nothing to do with the bounds of the scenario's.
	if (!o.strategy.empty() && o.strategy != e.strategy) {
		e = {};
		e.strategy = o.strategy;
	}
	const sim::strategy_row &row = *sim::find_strategy(e.strategy);
	for (size_t i = 0; i < std::size(o.numbers); i++) {
		const scenario::explore_number &n = scenario::explore_numbers[i];

		if (!o.numbers[i])
			continue;
		if (!takes(row, n.name))
			return not_taken(row, n.name, option_of);
		e.*n.of = *o.numbers[i];
	}
	e.reduce = !o.no_reduction;
	if (o.no_reduction && e.strategy != "stateful")
		return e.strategy + " takes no '" + no_reduction +
		       "', expected stateful: no other search can do without its reduction";
	return "";
}

static constexpr std::string_view executions = "executions";

std::optional<uint64_t> executions_given(const search_options &o)
{
	for (size_t i = 0; i < std::size(o.numbers); i++)
		if (scenario::explore_numbers[i].name == executions)
			return o.numbers[i];
	return {};
}

std::string first_given(const search_options &o)
{
	for (size_t i = 0; i < std::size(o.numbers); i++)
		if (o.numbers[i] && scenario::explore_numbers[i].name != executions)
			return option_of(scenario::explore_numbers[i].name);
	return !o.strategy.empty() ? "--strategy" : o.no_reduction ? no_reduction : "";
}

} // namespace cli
