// SPDX-License-Identifier: GPL-2.0-only
// Searching a scenario: the search itself, a replay of each outcome, and the verdict.
// Must not know JSON or how results are printed.
#include "scenarios/explore.hpp"
#include <algorithm>
#include <map>
#include <set>
#include "model/boot.hpp"
#include "scenarios/judge.hpp"
#include "scenarios/lock_ways.hpp"
#include "scenarios/program.hpp"
#include "scenarios/story.hpp"
#include "scenarios/turning_point.hpp"
#include "scenarios/written_schedule.hpp"

namespace scenario {

static std::string cannot_search(const scenario &s)
{
	if (!s.expect.traces.empty())
		return at_place(s.expect.traces[0].where) +
		       "'trace' and 'per_task' in a search, expected a scenario without them: in "
		       "which order events come is no part of an outcome";
	for (const term *t : terms_of(s.expect))
		if (is_about_time(*t))
			return at_place(t->where) + "'" + t->text +
			       "' in a search, where time is abstract and jiffies "
			       "stand still; expected terms that do not depend on time";
	return "";
}

std::string cannot_explore(const scenario &s, const sim::explore_plan &plan)
{
	const std::string why = cannot_search(s);

	if (why.empty() && asks_for_livelock(s) && !plan.is_stateful())
		return at_place(livelock_of(s)->where) + "'livelock' with " + plan.strategy +
		       ", expected stateful: no other search knows a state that comes again";
	return why.empty() ? sim::cannot_explore(plan) : why;
}

sim::explore_plan plan_of(const scenario &s, const exploration &e)
{
	sim::explore_plan p;

	p.strategy = e.strategy;
	p.seed = e.seed;
	p.depth = e.depth;
	p.executions = e.executions;
	p.states = e.states;
	p.deviations = e.deviations;
	p.preemptions = e.preemptions;
	p.events = e.events;
	p.reduce = e.reduce;
	p.steps = e.steps;
	if (s.machine.limit_steps < p.steps_most())
		p.steps = s.machine.limit_steps;
	return p;
}

// ---- the search ----

namespace {

// The scenario's program, which notes when all that is expected has been seen: where it is said
// only of what sometimes happens, no further execution can change that.
class watched_program final : public sim::program {
public:
	watched_program(const scenario &s, bool notes)
		: program_(s), expect_(s.expect), seen_(s.expect.sometimes.size())
	{
		can_end_ = notes && !s.schedule.given() && expect_.always.empty() &&
			   expect_.never.empty();
	}
	void start(sim::machine &m) override { program_.start(m); }
	bool unfinished(const sim::machine &m) override { return program_.unfinished(m); }
	void outcome(const sim::machine &m, std::string &text) override
	{
		program_.outcome(m, text);
		ended_++;
		if (can_end_)
			note(text);
		if (!decided_after_ && is_decided())
			decided_after_ = ended_;
	}
	void forget_outcomes() override
	{
		seen_.assign(seen_.size(), false);
		ended_ = decided_after_ = 0;
	}
	const kernel::lock_graph &lock_orders() const { return program_.lock_orders(); }
	uint64_t decided_after() const { return decided_after_; }
	bool is_decided() const
	{
		return can_end_ &&
		       std::all_of(seen_.begin(), seen_.end(), [](bool b) { return b; });
	}

private:
	// An identity ends with one digit for each term.
	void note(const std::string &text)
	{
		const size_t first = text.size() - seen_.size();

		for (size_t i = 0; i < seen_.size(); i++)
			if (text[first + i] == '1')
				seen_[i] = true;
	}

	::scenario::program program_;
	const expectation &expect_;
	std::vector<bool> seen_; // each term that is expected sometimes
	bool can_end_;
	uint64_t ended_ = 0, decided_after_ = 0;
};

} // namespace

// A search of states merges what came before them, so it looks for races by what is about to come.
static sim::checking checking_of(const scenario &s, const sim::explore_plan &plan)
{
	return !asks_for_checks(s)  ? sim::checking::off
	       : plan.is_stateful() ? sim::checking::states
				    : sim::checking::execution;
}

// The machine that a search runs on.
static sim::machine_config search_machine(const scenario &s, const sim::explore_plan &plan)
{
	sim::machine_config config = machine_config_of(s, true);

	config.check = checking_of(s, plan);
	return config;
}

explored search(const scenario &s, const sim::explore_plan &asked, const sim::explore_share &share,
		const explore_watch &watch, until when)
{
	watched_program p(s, when == until::all_is_decided);
	sim::explore_plan plan = asked;
	const char *stopped = nullptr;
	sim::explore_progress last;
	const auto watched = [&](const sim::explore_progress &now) {
		last = now;
		stopped = p.is_decided() ? "all that is expected was seen"
			  : watch	 ? watch(now)
					 : nullptr;
		return !stopped;
	};
	explored r;

	plan.circles = asks_for_livelock(s);
	try {
		static_cast<sim::explore_result &>(r) = explore(
			search_machine(s, plan), p, &kernel::hooks(), plan, share, watched);
	} catch (const std::bad_alloc &) {
		if (!plan.why_not_later())
			throw; // what is left to run would be lost with it
		r.found.executions = sim::NEVER;
		r.cut = "out of memory after " +
			(last.states ? std::to_string(last.states) + " states"
				     : std::to_string(last.executions) + " executions");
	}
	if (checking_of(s, plan) == sim::checking::states)
		add_lock_orders(p.lock_orders(), r.together);
	if (stopped)
		r.cut = stopped;
	r.decided_after = p.decided_after();
	return r;
}

// ---- replay ----

// Empty: what a replay does unasked.
static std::optional<sim::checking> checks_of_replay(const scenario &s,
						     const sim::explore_plan &plan)
{
	if (!asks_for_checks(s))
		return {};
	return checking_of(s, plan);
}

static bool comes_again(const scenario &s, const sim::explore_plan &plan,
			const sim::search_outcome &met, run_result &again)
{
	run_options options;

	options.replay = &met.shortest;
	options.check = checks_of_replay(s, plan);
	again = run_scenario(s, options);
	return again.diverged_at == sim::NEVER && identity_of(again) == met.text;
}

// A stateful search leaves out ways too, and shorter ones may be among them.
static void shorten_ways(const scenario &s, const sim::explore_plan &plan, sim::explore_result &of,
			 const std::function<bool()> &goes_on)
{
	std::vector<sim::search_outcome *> all;
	program p(s);

	for (auto &[text, met] : of.found.outcomes)
		if (met.how != sim::ending::endless)
			all.push_back(&met);
	shorten(search_machine(s, plan), p, &kernel::hooks(), all, goes_on);
}

// Its schedule must come to the outcome again, or nothing is said about it.
static void replay_ways(const scenario &s, const sim::explore_plan &plan, explore_result &r)
{
	for (const auto &[text, met] : r.of.found.outcomes) {
		run_result again;

		if (comes_again(s, plan, met, again))
			r.outcomes.push_back(
				{ line_of(again), met.paths, met.shortest, again, {}, "", "" });
		else
			r.wrong = "a schedule does not come again to '" +
				  text.substr(0, text.find('\n')) + "'";
	}
}

// ---- judging ----

// Of the outcomes of which that is so, the one with the shortest schedule; no_index: of none.
template <class F> static uint32_t shortest_of(const explore_result &r, F is_so)
{
	uint32_t best = no_index;

	for (uint32_t i = 0; i < r.outcomes.size(); i++)
		if (is_so(r.outcomes[i].end) &&
		    (best == no_index ||
		     sim::is_shorter(r.outcomes[i].shortest, r.outcomes[best].shortest)))
			best = i;
	return best;
}

// `happened` over all outcomes. The witness shows that it did, or that it did not.
template <class F>
static observation observe(const explore_result &r, const char *quantifier, std::string text,
			   bool is_finding, bool witness, F happened)
{
	observation o{ quantifier, std::move(text), is_finding, 0, 0, 0, 0, judgement::holds, "" };

	for (const explored_outcome &e : r.outcomes) {
		const bool it_did = happened(e.end);
		uint64_t &executions = it_did ? o.yes : o.no;

		executions = sim::sum_of_paths(executions, e.executions);
		(it_did ? o.yes_lines : o.no_lines)++;
	}
	o.witness = shortest_of(r, [&](const outcome &end) { return happened(end) == witness; });
	return o;
}

// What is not decided by a witness is decided by there being none, if everything was searched.
static void judge_term(const scenario &s, const explore_result &r, bool is_all, observation &o)
{
	const bool sometimes = o.quantifier[0] == 's', shown = o.witness != no_index;

	if (s.schedule.given()) {
		o.verdict = judgement::not_judged;
		o.reason = "that is said of its schedule, which no search follows";
	} else if (shown) {
		o.verdict = sometimes ? judgement::holds : judgement::fails;
	} else if (!r.of.cut.empty()) {
		o.verdict = judgement::not_judged;
		o.reason = "the search was cut: " + r.of.cut;
	} else if (sometimes && !is_all) {
		o.verdict = judgement::not_judged;
		o.reason = "not seen in " + r.scope;
	} else {
		o.verdict = sometimes ? judgement::fails : judgement::holds;
	}
}

static void judge_finding(const scenario &s, const found &f, observation &o)
{
	o.verdict = judgement::fails;
	if (s.schedule.given()) {
		o.verdict = judgement::not_judged;
		o.reason = "that may be so without the scenario's schedule";
	} else if (!is_failure(s.expect, f)) {
		o.verdict = judgement::not_judged;
		o.reason = "only what sometimes happens is expected";
	}
}

static bool is_together(const term &t, const explore_result &r)
{
	return std::any_of(r.together.begin(), r.together.end(),
			   [&](const found &f) { return is_finding_of(t, f); });
}

// A search of states tells races and orders of locks of all executions together.
static bool is_told_together(const term &t)
{
	return t.is_finding &&
	       (t.finding == static_cast<uint32_t>(sim::finding_kind::race) ||
		t.finding == static_cast<uint32_t>(sim::finding_kind::lockdep));
}

static void judge_together(const scenario &s, const term &t, const explore_result &r,
			   observation &o)
{
	const bool always = o.quantifier[0] == 'a', is_there = is_together(t, r);

	o.together = is_there && !o.yes_lines;
	if (always && r.of.states && is_told_together(t))
		o.witness = no_index;
	if (s.schedule.given())
		return;
	if (always && r.of.states && is_told_together(t) && o.verdict == judgement::fails) {
		o.verdict = judgement::not_judged;
		o.reason = "stateful tells it of all executions together, dpor of each";
	}
	if (always || !is_there)
		return;
	o.verdict = o.quantifier[0] == 's' ? judgement::holds : judgement::fails;
	o.reason = "";
}

static void judge_terms(const scenario &s, bool is_all, explore_result &r)
{
	const std::vector<const term *> terms = terms_of(s.expect);
	const size_t always = s.expect.always.size(), sometimes = s.expect.sometimes.size();

	for (size_t i = 0; i < terms.size(); i++) {
		const char *quantifier = i < always		  ? "always"
					 : i < always + sometimes ? "sometimes"
								  : "never";
		const auto holds = [i](const outcome &end) -> bool { return end.holds[i]; };
		observation o = observe(r, quantifier, terms[i]->text, terms[i]->is_finding,
					i >= always, holds);

		judge_term(s, r, is_all, o);
		judge_together(s, *terms[i], r, o);
		if (terms[i]->is_finding && o.verdict == judgement::holds && o.yes_lines)
			o.witness = shortest_of(r, holds); // for those who want to see it
		r.observations.push_back(o);
	}
}

static void judge_findings(const scenario &s, explore_result &r)
{
	std::map<std::string, found> unnamed;

	for (const explored_outcome &e : r.outcomes)
		for (const found &f : e.end.findings)
			if (!is_named(s.expect, f))
				unnamed.emplace(f.brief, f);
	for (const auto &[its_brief, f] : unnamed) {
		const std::string &brief =
			its_brief; // clang's lambdas capture no structured binding

		observation o = observe(r, "", brief, true, true, [&](const outcome &end) {
			return std::any_of(end.findings.begin(), end.findings.end(),
					   [&](const found &g) { return g.brief == brief; });
		});

		judge_finding(s, f, o);
		r.observations.push_back(o);
	}
	for (const found &f : r.together) {
		observation o{ "", f.brief, true, 0, 0, 0, 0, judgement::fails, "" };

		o.together = true;
		if (is_named(s.expect, f))
			continue;
		judge_finding(s, f, o);
		r.observations.push_back(o);
	}
}

// A value that comes of the natural order needs no words.
static bool is_worth_telling(const explored_outcome &e)
{
	return !e.end.findings.empty() || !e.shortest.deviations.empty();
}

// To write one down takes hundreds of executions: nobody reads more than the first few.
static void tell_stories(const scenario &s, const sim::explore_plan &plan, explore_result &r,
			 const std::function<bool()> &goes_on)
{
	constexpr size_t told_max = 20;
	std::set<uint32_t> told;

	for (const observation &o : r.observations) {
		explored_outcome *e = o.witness == no_index ? nullptr : &r.outcomes[o.witness];

		if (!e || !is_worth_telling(*e) || !told.insert(o.witness).second)
			continue;
		if (told.size() > told_max || !goes_on()) {
			r.untold++;
			continue;
		}
		e->story = story_of(s, e->shortest);
		e->turning_point =
			turning_point_of(s, e->shortest, e->end, checks_of_replay(s, plan));
		// No steps by hand say that they are to be repeated.
		if (e->end.how != sim::ending::endless)
			e->by_hand = written_schedule(s, e->shortest, e->end, goes_on);
	}
}

bool explore_result::undecided() const
{
	return std::any_of(observations.begin(), observations.end(), [](const observation &o) {
		return *o.quantifier && o.verdict == judgement::not_judged;
	});
}

bool explore_result::failed() const
{
	return std::any_of(observations.begin(), observations.end(),
			   [](const observation &o) { return o.verdict == judgement::fails; });
}

explore_result conclude(const scenario &s, const sim::explore_plan &plan, explored of,
			const conclusion_watch &watch)
{
	explore_result r;
	const bool is_all = !plan.is_drawn() && !of.found.is_bounded;
	const std::function<bool()> goes_on = [&] {
		const char *why = r.hurried.empty() && watch ? watch() : nullptr;

		r.hurried += why ? why : "";
		return r.hurried.empty();
	};

	shorten_ways(s, plan, of, goes_on);
	r.together = std::move(of.together);
	find_lock_ways(s, r.together, goes_on);
	r.of = std::move(of);
	r.wrong = r.of.found.wrong;
	r.scope = scope_of(plan, r.of.found);
	r.is_complete = is_all && r.of.cut.empty();
	replay_ways(s, plan, r);
	judge_terms(s, is_all, r);
	judge_findings(s, r);
	tell_stories(s, plan, r, goes_on);
	return r;
}

} // namespace scenario
