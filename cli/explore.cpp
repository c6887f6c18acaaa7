// SPDX-License-Identifier: GPL-2.0-only
// kthreadsim explore: everything that a scenario can come to.
// It must not know how a search is done.
#include <CLI/CLI.hpp>
#include <memory>
#include "cli/choice_option.hpp"
#include "cli/commands.hpp"
#include "cli/count_option.hpp"
#include "cli/input.hpp"
#include "cli/search_report.hpp"
#include "cli/search_watch.hpp"
#include "scenarios/words.hpp"

namespace cli {

namespace {

struct explore_arguments {
	std::string file, strategy;
	unsigned variant = 0;
	uint64_t seconds = 0; // 0: no limit
	bool quiet = false;
	scenario::exploration given; // 0 where nothing was
	bool seed_given = false;
};

scenario::exploration merged(scenario::exploration e, const explore_arguments &a)
{
	auto prefer = [](uint64_t &to, uint64_t given) { to = given ? given : to; };

	if (!a.strategy.empty())
		e.strategy = a.strategy;
	if (a.seed_given)
		e.seed = a.given.seed;
	prefer(e.executions, a.given.executions);
	prefer(e.states, a.given.states);
	prefer(e.steps, a.given.steps);
	prefer(e.deviations, a.given.deviations);
	prefer(e.preemptions, a.given.preemptions);
	prefer(e.events, a.given.events);
	prefer(e.depth, a.given.depth);
	return e;
}

int explore(const explore_arguments &a)
{
	input in;

	if (!read_input(a.file, in))
		return BAD_INPUT;
	const scenario::scenario *s = pick_variant(in, a.variant);
	if (!s)
		return BAD_INPUT;
	const scenario::exploration how = merged(s->explore, a);
	scenario::explore_result r;
	double seconds;
	{
		search_watch watch(a.seconds, a.quiet);

		r = explore_scenario(*s, how, std::ref(watch));
		seconds = watch.seconds();
	}
	if (!r.refused.empty()) {
		fprintf(stderr, "%s: error: %s\n", in.file.c_str(), r.refused.c_str());
		return BAD_INPUT;
	}
	fputs(search_report(*s, how.strategy, r).c_str(), stdout);
	fflush(stdout);
	if (!r.wrong.empty())
		fprintf(stderr, "kthreadsim: internal error: %s\n", r.wrong.c_str());
	if (!a.quiet)
		fprintf(stderr, "%llu states, %llu steps in %.2f s\n",
			static_cast<unsigned long long>(r.of.states),
			static_cast<unsigned long long>(r.of.steps), seconds);
	return exit_code_of(r);
}

} // namespace

command add_explore(CLI::App &sub)
{
	auto a = std::make_shared<explore_arguments>();
	scenario::name_list strategies = names_of(scenario::strategy_words());

	sub.add_option("scenario", a->file, "a scenario file, or - for the standard input")
		->required();
	sub.add_option("--variant", a->variant, "search this variant (from 1) instead");
	sub.add_option("--strategy", a->strategy, "how; the scenario's, or stateful")
		->check(one_of_these({ strategies.begin(), strategies.end() }));
	add_count(sub, "--seed", a->given.seed, "of random strategies");
	add_count(sub, "--max-executions", a->given.executions, "bound on executions");
	add_count(sub, "--max-states", a->given.states, "bound on states that are kept");
	add_count(sub, "--max-steps", a->given.steps, "bound on the steps of one execution");
	add_count(sub, "--max-deviations", a->given.deviations,
		  "bound on deviations from the natural order");
	add_count(sub, "--max-preemptions", a->given.preemptions,
		  "bound on how often one that could go on has to wait");
	add_count(sub, "--max-events", a->given.events,
		  "bound on timers and interrupts that come early");
	add_count(sub, "--depth", a->given.depth, "of pct and portfolio");
	add_count(sub, "--time-limit", a->seconds, "bound in seconds");
	sub.add_flag("-q,--quiet", a->quiet, "say nothing about the search on stderr");
	return [a, &sub] {
		a->seed_given = sub.count("--seed");
		return explore(*a);
	};
}

} // namespace cli
