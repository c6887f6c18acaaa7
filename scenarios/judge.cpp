// SPDX-License-Identifier: GPL-2.0-only
// Judging one execution: findings, final values and sequences of events.
// Must not know JSON or how verdicts are printed.
#include "scenarios/judge.hpp"
#include <algorithm>
#include "scenarios/program.hpp"

namespace scenario {

// What a term of a value was instead: "main.ret is 0".
static std::string instead(const term &t, const outcome &o)
{
	const std::string name = value_name(t);

	for (const std::string &state : o.states)
		if (state.compare(0, name.size() + 1, name + "=") == 0)
			return name + " is " + state.substr(name.size() + 1);
	return "it did not happen";
}

// The terms of one quantifier, of which the first is the n-th of all.
static void judge_terms(const std::vector<term> &terms, const char *quantifier, size_t n,
			run_result &r)
{
	const bool sometimes = quantifier[0] == 's', never = quantifier[0] == 'n';

	for (const term &t : terms) {
		const bool it_did = r.holds[n++];
		judged_term j{ quantifier, t.text, judgement::holds, "" };

		if (sometimes && !it_did) {
			j.verdict = judgement::not_judged;
			j.reason = "a single run can only show that it happens";
		} else if (never && !it_did && is_about_livelock(t)) {
			j.verdict = judgement::not_judged;
			j.reason = "that takes a stateful search";
		} else if (never == it_did && !sometimes) {
			j.verdict = judgement::fails;
			j.reason = never ? "it happened" : instead(t, r);
		}
		r.terms.push_back(j);
	}
}

static void judge_traces(const scenario &s, const event_matcher &matcher, run_result &r)
{
	for (size_t i = 0; i < s.expect.traces.size(); i++) {
		const event_sequence &sequence = s.expect.traces[i];
		std::string name = "trace";

		if (sequence.thread.given())
			name += " of " + s.threads[sequence.thread.index].name;
		if (matcher.met(i))
			r.terms.push_back({ "trace", name, judgement::holds, "" });
		else
			r.terms.push_back({ "trace", name, judgement::fails,
					    matcher.missing(i) + ", did not come" });
	}
}

bool is_named(const expectation &e, const found &f)
{
	const std::vector<const term *> terms = terms_of(e);

	return f.known || std::any_of(terms.begin(), terms.end(),
				      [&](const term *t) { return is_finding_of(*t, f); });
}

bool is_failure(const expectation &e, const found &f)
{
	const bool only_sometimes =
		!e.sometimes.empty() && e.always.empty() && e.never.empty() && e.traces.empty();

	return !is_named(e, f) && (!only_sometimes || f.kind == sim::finding_kind::assertion);
}

void judge(const scenario &s, const event_matcher &matcher, run_result &r)
{
	const size_t always = s.expect.always.size(), sometimes = s.expect.sometimes.size();

	judge_terms(s.expect.always, "always", 0, r);
	judge_terms(s.expect.sometimes, "sometimes", always, r);
	judge_terms(s.expect.never, "never", always + sometimes, r);
	judge_traces(s, matcher, r);
	r.expected = r.schedule_error.empty() && r.diverged_at == sim::NEVER &&
		     r.how != sim::ending::bound;
	for (const judged_term &j : r.terms)
		r.expected &= j.verdict != judgement::fails;
	for (const found &f : r.findings)
		r.expected &= !is_failure(s.expect, f);
}

std::string cannot_judge(const scenario &s)
{
	if (asks_for_livelock(s) && !s.explore.given)
		return at_place(livelock_of(s)->where) +
		       "'livelock' is judged by the stateful search alone, expected \"explore\": { "
		       "\"strategy\": \"stateful\" }";
	return "";
}

} // namespace scenario
