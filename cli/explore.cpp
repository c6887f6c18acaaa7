// SPDX-License-Identifier: GPL-2.0-only
// kthreadsim explore: everything that a scenario can come to.
// It must not know how a search is done.
#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include "cli/choice_option.hpp"
#include "cli/commands.hpp"
#include "cli/count_option.hpp"
#include "cli/input.hpp"
#include "cli/search_report.hpp"
#include "scenarios/words.hpp"

namespace cli {

namespace {

struct explore_arguments {
	std::string file, strategy;
	unsigned variant = 0;
	uint64_t seconds = 0; // 0: no limit
	bool quiet = false, no_reduction = false;
	scenario::exploration given; // 0 where nothing was
	bool seed_given = false;
};

scenario::exploration merged(scenario::exploration e, const explore_arguments &a)
{
	auto prefer = [](uint64_t &to, uint64_t given) { to = given ? given : to; };

	if (!a.strategy.empty())
		e.strategy = static_cast<uint32_t>(
			find_word(scenario::strategy_words(), a.strategy)->value);
	if (a.seed_given)
		e.seed = a.given.seed;
	e.reduce &= !a.no_reduction;
	prefer(e.executions, a.given.executions);
	prefer(e.states, a.given.states);
	prefer(e.steps, a.given.steps);
	prefer(e.deviations, a.given.deviations);
	prefer(e.depth, a.given.depth);
	return e;
}

// Watches the clock, which no search does itself.
class search_clock {
public:
	explicit search_clock(uint64_t limit_s) : limit_s_(limit_s) {}
	double seconds() const
	{
		return std::chrono::duration<double>(clock::now() - begun_).count();
	}
	const char *watch(const sim::search_progress &) const
	{
		return limit_s_ && seconds() >= static_cast<double>(limit_s_) ? "its time was over"
									      : nullptr;
	}

private:
	using clock = std::chrono::steady_clock;

	const uint64_t limit_s_;
	const clock::time_point begun_ = clock::now();
};

int explore(const explore_arguments &a)
{
	input in;

	if (!read_input(a.file, in))
		return BAD_INPUT;
	const scenario::scenario *s = pick_variant(in, a.variant);
	if (!s)
		return BAD_INPUT;
	const search_clock clock(a.seconds);
	const scenario::explore_result r =
		explore_scenario(*s, merged(s->explore, a),
				 [&](const sim::search_progress &now) { return clock.watch(now); });
	if (!r.refused.empty()) {
		fprintf(stderr, "%s: error: %s\n", in.file.c_str(), r.refused.c_str());
		return BAD_INPUT;
	}
	fputs(search_report(*s, r).c_str(), stdout);
	if (!r.not_replayed.empty())
		fprintf(stderr,
			"kthreadsim: internal error: its schedule does not come to '%s' again\n",
			r.not_replayed.c_str());
	if (!a.quiet)
		fprintf(stderr, "%llu states, %llu steps in %.2f s\n",
			static_cast<unsigned long long>(r.states),
			static_cast<unsigned long long>(r.steps), clock.seconds());
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
	add_count(sub, "--time-limit", a->seconds, "bound in seconds");
	sub.add_flag("--no-reduction", a->no_reduction,
		     "every order of every step, also where it makes no difference");
	sub.add_flag("-q,--quiet", a->quiet, "say nothing about the search on stderr");
	return [a, &sub] {
		a->seed_given = sub.count("--seed");
		return explore(*a);
	};
}

} // namespace cli
