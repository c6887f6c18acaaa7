// SPDX-License-Identifier: GPL-2.0-only
// The options that say what a search is asked, beside what its scenario says.
// It must not know how a search is done.
#pragma once
#include <CLI/CLI.hpp>
#include <optional>
#include "scenarios/ranges.hpp"

namespace cli {

struct search_options {
	std::string strategy;
	std::optional<uint64_t> numbers[std::size(scenario::explore_numbers)];
	bool no_reduction = false;
};

void add_search(CLI::App &sub, search_options &o);

// What the scenario asks, and what was given instead. Empty, or why the strategy does not take it.
std::string ask(const search_options &o, scenario::exploration &e);

// The first of these options that was given and is no bound on executions; empty: none.
std::string first_given(const search_options &o);
// --max-executions, if it was given.
std::optional<uint64_t> executions_given(const search_options &o);

} // namespace cli
