// SPDX-License-Identifier: GPL-2.0-only
// Searching a scenario: the search itself, a replay of each outcome, and the verdict.
// Must not know JSON or how results are printed.
#include "scenarios/explore.hpp"
#include <algorithm>
#include "model/boot.hpp"
#include "scenarios/judge.hpp"
#include "scenarios/program.hpp"
#include "scenarios/words.hpp"
#include "sim/strategies.hpp"

namespace scenario {

// Why a search cannot say anything about what is expected; empty if it can.
static std::string cannot_search(const scenario &s)
{
	if (!s.expect.traces.empty())
		return "'trace' and 'per_task' in a search, expected a scenario without them: in "
		       "which order events come is no part of an outcome";
	for (const term *t : terms_of(s.expect))
		if (is_about_time(*t))
			return "'" + t->text +
			       "' in a search, where time is abstract and jiffies "
			       "stand still; expected terms that do not depend on time";
	return cannot_judge(s);
}

// Its schedule must come to the outcome again, or nothing is said about it.
static void replay(const scenario &s, const sim::search_outcome &met, explore_result &r)
{
	run_options options;

	options.replay = &met.shortest;
	options.check = sim::checking::states;
	const run_result again = run_scenario(s, options);
	if (again.diverged_at != sim::NEVER || identity_of(again) != met.text)
		r.not_replayed = met.text.substr(0, met.text.find('\n'));
	else
		r.outcomes.push_back({ line_of(again), met.paths, met.shortest, again });
}

static uint64_t sum(uint64_t a, uint64_t b)
{
	return a > sim::NEVER - b ? sim::NEVER : a + b;
}

// ---- judging ----

static bool is_shorter(const sim::schedule &a, const sim::schedule &b)
{
	return a.deviations.size() != b.deviations.size()
		       ? a.deviations.size() < b.deviations.size()
		       : a.steps < b.steps;
}

// `happened` over all outcomes. The witness shows that it did, or that it did not.
template <class F>
static observation observe(const explore_result &r, const char *quantifier, std::string text,
			   bool witness, F happened)
{
	observation o{ quantifier, std::move(text), 0, 0, 0, 0, judgement::holds, "", no_index };

	for (uint32_t i = 0; i < r.outcomes.size(); i++) {
		const explored_outcome &e = r.outcomes[i];
		const bool it_did = happened(e.end);

		(it_did ? o.yes : o.no) = sum(it_did ? o.yes : o.no, e.executions);
		(it_did ? o.yes_lines : o.no_lines)++;
		if (it_did == witness && (o.witness == no_index ||
					  is_shorter(e.shortest, r.outcomes[o.witness].shortest)))
			o.witness = i;
	}
	return o;
}

// What is not decided by a witness is decided by there being none, if everything was searched.
static void judge_term(const scenario &s, const explore_result &r, observation &o)
{
	const bool sometimes = o.quantifier[0] == 's', shown = o.witness != no_index;

	if (!s.schedule.steps.empty() || !s.schedule.text.empty()) {
		o.verdict = judgement::not_judged;
		o.reason = "expected under the scenario's schedule, which no search follows";
	} else if (shown) {
		o.verdict = sometimes ? judgement::holds : judgement::fails;
	} else if (!r.cut.empty()) {
		o.verdict = judgement::not_judged;
		o.reason = "the search was cut: " + r.cut;
	} else {
		o.verdict = sometimes ? judgement::fails : judgement::holds;
	}
}

static void judge_terms(const scenario &s, explore_result &r)
{
	const std::vector<const term *> terms = terms_of(s.expect);
	const size_t always = s.expect.always.size(), sometimes = s.expect.sometimes.size();

	for (size_t i = 0; i < terms.size(); i++) {
		const char *quantifier = i < always		  ? "always"
					 : i < always + sometimes ? "sometimes"
								  : "never";
		observation o = observe(r, quantifier, terms[i]->text, i >= always,
					[i](const outcome &end) { return end.holds[i]; });

		judge_term(s, r, o);
		const bool too =
			std::any_of(r.together.begin(), r.together.end(),
				    [&](const found &f) { return is_finding_of(*terms[i], f); });
		if (too && i >= always)
			o.verdict = i < always + sometimes ? judgement::holds : judgement::fails;
		r.observations.push_back(o);
	}
}

static void judge_findings(const scenario &s, explore_result &r)
{
	std::vector<std::string> briefs;

	for (const explored_outcome &e : r.outcomes)
		for (const found &f : e.end.findings)
			if (!is_expected(s.expect, f))
				briefs.push_back(f.brief);
	std::sort(briefs.begin(), briefs.end());
	briefs.erase(std::unique(briefs.begin(), briefs.end()), briefs.end());
	for (const std::string &brief : briefs) {
		observation o = observe(r, "", brief, true, [&](const outcome &end) {
			return std::any_of(end.findings.begin(), end.findings.end(),
					   [&](const found &f) { return f.brief == brief; });
		});

		judge_term(s, r, o);
		r.observations.push_back(o);
	}
	for (const found &f : r.together)
		if (!is_expected(s.expect, f))
			r.observations.push_back({ "", f.brief, 0, 0, 0, 0, judgement::fails,
						   "no execution needs to show it alone",
						   no_index });
}

bool explore_result::failed() const
{
	return std::any_of(observations.begin(), observations.end(),
			   [](const observation &o) { return o.verdict == judgement::fails; });
}

// ---- the search ----

static const char *bound_of(const sim::search_result &found, const sim::search_limits &limits)
{
	return found.states >= limits.states_max ? "as many states as it may keep"
						 : "an execution of as many steps as it may have";
}

explore_result explore_scenario(const scenario &s, const exploration &how,
				const explore_watch &watch)
{
	explore_result r;
	program p(s);
	sim::natural_strategy nobody_asked;
	sim::search_limits limits;
	const char *stopped = nullptr;

	r.strategy = strategy_words()[how.strategy].name;
	r.refused = cannot_search(s);
	if (r.strategy != "stateful" && r.refused.empty())
		r.refused = "no strategy '" + r.strategy + "' exists yet";
	if (!r.refused.empty())
		return r;
	sim::machine_config config = machine_config_of(s, true);
	config.check = sim::checking::states;
	sim::machine m(config, nobody_asked);
	m.set_hooks(&kernel::hooks());
	limits.states_max = how.states ? how.states : limits.states_max;
	limits.steps_max = how.steps ? how.steps : limits.steps_max;
	limits.watch = [&](const sim::search_progress &now) {
		stopped = watch ? watch(now) : nullptr;
		return !stopped;
	};
	const sim::search_result found = sim::state_search(m, p, limits).run();
	r.states = found.states;
	r.steps = found.transitions;
	r.cyclic = found.cyclic;
	if (!found.complete)
		r.cut = stopped ? stopped : bound_of(found, limits);
	for (const sim::search_outcome &met : found.outcomes) {
		r.executions = sum(r.executions, met.paths);
		replay(s, met, r);
	}
	add_lock_orders(p.lock_orders(), r.together);
	judge_terms(s, r);
	judge_findings(s, r);
	return r;
}

} // namespace scenario
