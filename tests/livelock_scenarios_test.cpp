// SPDX-License-Identifier: GPL-2.0-only
// Tests of livelocks of scenarios: told in words, with a schedule that replay follows once round.
// Must not know how a search finds them.
#include <doctest/doctest.h>
#include "model/boot.hpp"
#include "scenarios/explore.hpp"
#include "scenarios/judge.hpp"
#include "scenarios/program.hpp"
#include "scenarios/reader.hpp"
#include "sim/snapshot.hpp"
#include "sim/states.hpp"
#include "sim/strategies.hpp"
#include "tests/library_run.hpp"
#include "tests/support_scenarios.hpp"

namespace {

using library::explored;
using library::parse;

// A thread polls; main does what it does.
std::string polled(const std::string &loop, const std::string &main, const std::string &rest)
{
	return R"({
  "name": "polled", "question": "Does it end?", "kernel": "6.13", "machine": { "cpus": 2 },
  "vars": { "done": { "completion": true }, "count": 0 },
  "functions": { "poll": [
    { "op": "while", "cond": { "not": "kthread_should_stop" }, "do": [ )" +
	       loop + R"( ] } ] },
  "tasks": { "main": { "cpu": 0, "do": [
    { "op": "kthread_run", "threadfn": "poll", "name": "K", "as": "k" }, )" +
	       main + " ] } },\n" + rest + "\n}";
}

const char waits[] = R"({ "op": "wait_for_completion", "x": "done" })";
const char stops[] = R"({ "op": "kthread_stop", "k": "k" })";
const char never[] =
	R"("explore": { "strategy": "stateful" }, "expect": { "never": [ "livelock" ] })";

std::string lines_of(const scenario::explore_result &r)
{
	std::string lines;

	for (const scenario::explored_outcome &e : r.outcomes)
		lines += e.line + "\n";
	return lines;
}

} // namespace

TEST_CASE("who waits while another polls for ever: both are told, and the steps of a round" *
	  doctest::skip(!sim::snapshot::supported))
{
	const scenario::scenario s = parse(polled("", waits, never));
	const scenario::explore_result r = explored(s);

	CHECK(r.wrong == "");
	CHECK(r.failed());
	CHECK(lines_of(r) == "livelock: main in schedule <- wait_for_completion, "
			     "K goes round in poll <- kthread\n");
	REQUIRE(r.outcomes.size() == 1);
	const scenario::explored_outcome &e = r.outcomes[0];
	CHECK(e.end.how == sim::ending::endless);
	CHECK(e.shortest.round == 2);
	REQUIRE(e.end.findings.size() == 1);
	const std::string &text = e.end.findings[0].text;
	CHECK(text.find("main (pid 101, state D)") != std::string::npos);
	CHECK(text.find("waits for completion done") != std::string::npos);
	CHECK(text.find("kthread > poll > kthread_should_stop: test_bit K.flags") !=
	      std::string::npos);
}

TEST_CASE("the schedule of a livelock is followed once round, and no further" *
	  doctest::skip(!sim::snapshot::supported))
{
	const scenario::scenario s = parse(polled("", waits, never));
	sim::schedule way = explored(s).outcomes.at(0).shortest;
	scenario::run_options options;

	options.replay = &way;
	const scenario::run_result r = run_scenario(s, options);
	CHECK(r.how == sim::ending::endless);
	CHECK(r.steps == way.steps);
	CHECK(r.diverged_at == sim::NEVER);
	CHECK(to_string(r.schedule) == to_string(way));
	REQUIRE(r.terms.size() == 1);
	CHECK(r.terms[0].verdict == scenario::judgement::fails);
	const scenario::run_result natural = run_scenario(parse(polled("", stops, never)), {});
	CHECK(natural.terms.at(0).verdict == scenario::judgement::not_judged);
	// Half a round leads elsewhere.
	sim::machine_config limited = machine_config_of(s, true);
	CHECK(limited.steps_max > way.steps);
	way.round = 1;
	scenario::scenario short_one = s;
	short_one.machine.limit_steps = way.steps + 10;
	CHECK(run_scenario(short_one, options).how == sim::ending::bound);
}

TEST_CASE("a loop that says that it gets on is no livelock, nor is one that counts" *
	  doctest::skip(!sim::snapshot::supported))
{
	const scenario::explore_result r =
		explored(parse(polled(R"({ "op": "progress" })", waits, never)));

	CHECK(lines_of(r) == "");
	CHECK(r.of.cut == "");
	CHECK(!r.failed());
	const char counting[] = R"({ "op": "add", "var": "count" })";
	const char bounded[] = R"("explore": { "strategy": "stateful", "states": 1000 },
		"expect": { "never": [ "livelock" ] })";
	const scenario::explore_result counted = explored(parse(polled(counting, waits, bounded)));
	CHECK(lines_of(counted) == "");
	CHECK(counted.of.cut != "");
	CHECK(counted.undecided());
}

TEST_CASE(
	"who is stopped ends, and threads that poll on when all tasks have ended are no livelock" *
	doctest::skip(!sim::snapshot::supported))
{
	CHECK(lines_of(explored(parse(polled("", stops, never)))) == "count=0\n");
	CHECK(lines_of(explored(parse(polled("", R"({ "op": "cond_resched" })", never)))) == "");
}

TEST_CASE("where no term asks for it, nothing is said of what goes on for ever" *
	  doctest::skip(!sim::snapshot::supported))
{
	const char other[] =
		R"("explore": { "strategy": "stateful" }, "expect": { "never": [ "deadlock" ] })";
	const scenario::explore_result r = explored(parse(polled("", waits, other)));

	CHECK(lines_of(r) == "");
	CHECK(r.of.cyclic);
}

TEST_CASE("other searches and single runs refuse it, with the reason")
{
	const scenario::scenario s = parse(polled("", stops, never));

	for (const char *name : { "dpor", "exhaustive", "random", "portfolio" }) {
		sim::explore_plan plan;

		plan.strategy = name;
		CHECK(scenario::cannot_explore(s, plan)
			      .ends_with(": 'livelock' with " + std::string(name) +
					 ", expected stateful: no other search knows a state that "
					 "comes again"));
	}
	CHECK(scenario::cannot_judge(s) == "");
	CHECK(scenario::cannot_judge(
		      parse(polled("", stops, R"("expect": { "never": [ "livelock" ] })")))
		      .ends_with(": 'livelock' is judged by the stateful search alone, expected "
				 "\"explore\": { \"strategy\": \"stateful\" }"));
}

TEST_CASE("scenarios of the library go on for ever in the same ways whether or not orders are left "
	  "out" *
	  doctest::skip(!sim::snapshot::supported))
{
	constexpr uint64_t STATES_MAX = 3000;
	unsigned compared = 0;

	for (const support::library_entry &e : support::library()) {
		if (scenario::moves_tasks(e.scenario))
			continue;
		const auto ends = [&](bool reduce, bool &complete) {
			sim::natural_strategy nobody_asked;
			sim::machine m(scenario::machine_config_of(e.scenario, true), nobody_asked);
			scenario::program p(e.scenario);
			sim::search_limits limits;
			std::string all;

			limits.reduce = reduce;
			limits.circles = true;
			limits.states_max = STATES_MAX;
			m.set_hooks(&kernel::hooks());
			const sim::search_result r = sim::state_search(m, p, limits).run();
			complete = r.complete;
			CHECK(r.wrong == "");
			for (const sim::search_outcome &o : r.outcomes)
				all += o.text + "\n";
			return all;
		};
		bool complete, some_complete;
		const std::string all = ends(false, complete);

		if (!complete)
			continue;
		CAPTURE(e.name);
		CHECK(ends(true, some_complete) == all);
		CHECK(some_complete);
		compared++;
	}
	CHECK(compared > 20);
}

TEST_CASE("who is kept from his CPU by those who go round is told, be it before his first step" *
	  doctest::skip(!sim::snapshot::supported))
{
	const scenario::explore_result polls = explored(parse(R"({ "name": "polls",
		"kernel": "6.13", "machine": { "cpus": 1 }, "vars": { "x": 0 },
		"tasks": {
			"H": { "cpu": 0, "policy": "fifo", "priority": 10, "do": [
				{ "op": "while", "cond": { "eq": [ "x", 0 ] },
				  "do": [ { "op": "cond_resched" } ] } ] },
			"L": { "cpu": 0, "do": [ { "op": "set", "var": "x", "value": 1 } ] } },
		"explore": {}, "expect": { "sometimes": [ "livelock" ] } })"));

	CHECK(lines_of(polls) == "livelock: H goes round, L gets no CPU\n");
	const scenario::explore_result inversion = explored(parse(R"({ "name": "inversion",
		"kernel": "6.13", "machine": { "cpus": 1 },
		"vars": { "m": { "mutex": true }, "x": 0 },
		"tasks": {
			"H": { "cpu": 0, "policy": "fifo", "priority": 50, "start": 2, "do": [
				{ "op": "mutex_lock", "lock": "m" },
				{ "op": "set", "var": "x", "value": 1 },
				{ "op": "mutex_unlock", "lock": "m" } ] },
			"M": { "cpu": 0, "policy": "fifo", "priority": 20, "start": 2, "do": [
				{ "op": "while", "cond": { "eq": [ "x", 0 ] },
				  "do": [ { "op": "cond_resched" } ] } ] },
			"L": { "cpu": 0, "do": [
				{ "op": "mutex_lock", "lock": "m" },
				{ "op": "cond_resched" },
				{ "op": "mutex_unlock", "lock": "m" } ] } },
		"explore": {}, "expect": { "sometimes": [ "livelock" ] } })"));
	CHECK(lines_of(inversion) == "livelock: H in schedule <- mutex_lock, M goes round, "
				     "L gets no CPU in mutex_unlock\nx=1\n");
}
