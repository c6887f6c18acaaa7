// SPDX-License-Identifier: GPL-2.0-only
// Searching a scenario: the search itself, a replay of each outcome, and the verdict.
// Must not know JSON or how results are printed.
#include "scenarios/explore.hpp"
#include <algorithm>
#include <map>
#include "model/boot.hpp"
#include "scenarios/judge.hpp"
#include "scenarios/program.hpp"

namespace scenario {

static bool has_schedule(const scenario &s)
{
	return !s.schedule.steps.empty() || !s.schedule.text.empty();
}

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
	const run_result again = run_scenario(s, options);
	if (again.diverged_at != sim::NEVER || identity_of(again) != met.text)
		r.wrong = "a schedule does not come again to '" +
			  met.text.substr(0, met.text.find('\n')) + "'";
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

	if (has_schedule(s)) {
		o.verdict = judgement::not_judged;
		o.reason = "that is said of its schedule, which no search follows";
	} else if (shown) {
		o.verdict = sometimes ? judgement::holds : judgement::fails;
	} else if (!r.of.cut.empty()) {
		o.verdict = judgement::not_judged;
		o.reason = "the search was cut: " + r.of.cut;
	} else if (sometimes && r.of.is_drawn) {
		o.verdict = judgement::not_judged;
		o.reason = "not among " + r.of.scope;
	} else {
		o.verdict = sometimes ? judgement::fails : judgement::holds;
	}
}

// Who asks only what can happen may find more than that. An assertion is an expectation itself.
static void judge_finding(const scenario &s, sim::finding_kind kind, observation &o)
{
	const bool only_sometimes = s.expect.always.empty() && s.expect.never.empty();

	o.verdict = judgement::fails;
	if (has_schedule(s) || (only_sometimes && kind != sim::finding_kind::assertion)) {
		o.verdict = judgement::not_judged;
		o.reason = "nothing is said of all executions";
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
		r.observations.push_back(o);
	}
}

static void judge_findings(const scenario &s, explore_result &r)
{
	std::map<std::string, sim::finding_kind> unexpected;

	for (const explored_outcome &e : r.outcomes)
		for (const found &f : e.end.findings)
			if (!is_expected(s.expect, f))
				unexpected.emplace(f.brief, f.kind);
	for (const auto &[brief, kind] : unexpected) {
		observation o = observe(r, "", brief, true, [&](const outcome &end) {
			return std::any_of(end.findings.begin(), end.findings.end(),
					   [&](const found &f) { return f.brief == brief; });
		});

		judge_finding(s, kind, o);
		r.observations.push_back(o);
	}
}

bool explore_result::undecided() const
{
	return !of.cut.empty() ||
	       std::any_of(observations.begin(), observations.end(), [this](const observation &o) {
		       return of.is_drawn && o.quantifier[0] == 's' && o.witness == no_index;
	       });
}

bool explore_result::failed() const
{
	return std::any_of(observations.begin(), observations.end(),
			   [](const observation &o) { return o.verdict == judgement::fails; });
}

// ---- the search ----

static sim::explore_plan plan_of(const exploration &e)
{
	sim::explore_plan p;

	p.strategy = e.strategy;
	p.seed = e.seed;
	p.depth = e.depth;
	p.executions = e.executions;
	p.states = e.states;
	p.steps = e.steps;
	p.deviations = e.deviations;
	p.preemptions = e.preemptions;
	p.events = e.events;
	return p;
}

explore_result explore_scenario(const scenario &s, const exploration &how,
				const explore_watch &watch)
{
	explore_result r;
	program p(s);
	const sim::explore_plan plan = plan_of(how);
	const char *stopped = nullptr;
	auto goes_on = [&](const sim::search_progress &now) {
		stopped = watch ? watch(now) : nullptr;
		return !stopped;
	};

	r.refused = cannot_search(s);
	if (r.refused.empty())
		r.refused = cannot_explore(plan);
	if (!r.refused.empty())
		return r;
	r.of = explore(machine_config_of(s, true), p, &kernel::hooks(), plan, goes_on);
	r.wrong = r.of.wrong;
	if (stopped)
		r.of.cut = stopped;
	for (const sim::search_outcome &met : r.of.outcomes)
		replay(s, met, r);
	r.of.outcomes.clear();
	judge_terms(s, r);
	judge_findings(s, r);
	return r;
}

} // namespace scenario
