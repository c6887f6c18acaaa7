// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/explore.hpp: a search in units, by several processes, in shards, interrupted and
// resumed is the search in one go.
// Must not know scenarios.
#include "sim/explore.hpp"
#include <doctest/doctest.h>
#include "tests/support_program.hpp"

namespace {

using sim::access;
using support::HERE;
using support::word;

// Two tasks add to one word, each by reading and writing: 2, or 1 if an update is lost.
class lost_update final : public sim::program {
public:
	explicit lost_update(unsigned times = 1)
	{
		for (sim::cpu_id cpu = 0; cpu < 2; cpu++)
			tasks_.task(cpu, [times](sim::machine &m) {
				for (unsigned i = 0; i < times; i++) {
					m.step(access::read, word(m, 0), HERE);
					const uint64_t seen = *word(m, 0);
					m.step(access::write, word(m, 0), HERE);
					*word(m, 0) = seen + 1;
				}
			});
	}
	void start(sim::machine &m) override { tasks_.start(m); }
	bool unfinished(const sim::machine &) override { return false; }
	void outcome(const sim::machine &m, std::string &text) override
	{
		text = std::to_string(*word(m, 0)) + "\n\\";
	}

private:
	support::small_program tasks_;
};

sim::machine_config free_machine()
{
	sim::machine_config c = support::small_machine(2, sim::preemption::full);

	c.free = true;
	return c;
}

sim::explore_result explore(const sim::explore_plan &plan, const sim::explore_share &share = {},
			    const sim::explore_watch &watch = nullptr, unsigned times = 1)
{
	lost_update p(times);

	return sim::explore(free_machine(), p, nullptr, plan, share, watch);
}

sim::explore_plan plan_of(const char *strategy, uint64_t executions = 0)
{
	sim::explore_plan p;

	p.strategy = strategy;
	p.executions = executions;
	return p;
}

std::string words_of(const sim::search_part &p)
{
	return to_text(p);
}

const std::vector<sim::explore_plan> &parted_plans()
{
	static const std::vector<sim::explore_plan> plans = [] {
		std::vector<sim::explore_plan> all = {
			plan_of("exhaustive"),	    plan_of("exhaustive", 100),
			plan_of("random", 1000),    plan_of("pct", 1000),
			plan_of("pos", 999),	    plan_of("urw", 1000),
			plan_of("portfolio", 1000),
			plan_of("exhaustive", 257), plan_of("exhaustive"),
		};

		all.back().deviations = 4;
		return all;
	}();

	return plans;
}

} // namespace

TEST_CASE("every strategy finds both outcomes, each with its least deviations")
{
	for (const char *name :
	     { "exhaustive", "dpor", "random", "pct", "pos", "urw", "portfolio" }) {
		const sim::explore_result r = explore(plan_of(name));

		CAPTURE(name);
		REQUIRE(r.found.outcomes.size() == 2);
		CHECK(r.found.outcomes.count("1\n\\"));
		CHECK(r.found.outcomes.count("2\n\\"));
		CHECK(r.cut == "");
		CHECK(r.left.empty());
		CHECK(r.found.wrong == "");
	}
	const sim::explore_result r = explore(plan_of("exhaustive"));
	CHECK(r.found.outcomes.at("2\n\\").shortest.deviations.empty());
	CHECK(r.found.outcomes.at("1\n\\").shortest.deviations.size() == 1);
	uint64_t sum = 0;
	for (const auto &[text, o] : r.found.outcomes)
		sum += o.paths;
	CHECK(sum == r.found.executions);
}

TEST_CASE("two jobs find what one finds, to the byte")
{
	for (const sim::explore_plan &plan : parted_plans()) {
		sim::explore_share two, three;

		CAPTURE(plan.strategy);
		two.jobs = 2;
		three.jobs = 3;
		const sim::explore_result alone = explore(plan, {}, nullptr, 2);
		const sim::explore_result shared = explore(plan, two, nullptr, 2);
		CHECK(words_of(shared.found) == words_of(alone.found));
		CHECK(words_of(explore(plan, three, nullptr, 2).found) == words_of(alone.found));
		CHECK(shared.cut == alone.cut);
		CHECK(shared.left.empty() == alone.left.empty());
	}
}

TEST_CASE("shards add up to the whole search")
{
	for (const sim::explore_plan &plan : parted_plans()) {
		if (plan.strategy == "exhaustive" && plan.executions)
			continue; // which come first, no shard knows
		for (const unsigned n : { 2u, 5u, 40u }) {
			sim::search_part sum;
			sim::explore_share share;

			CAPTURE(plan.strategy);
			share.shards = n;
			for (share.shard = 1; share.shard <= n; share.shard++)
				sum.add(explore(plan, share, nullptr, 2).found);
			CHECK(words_of(sum) == words_of(explore(plan, {}, nullptr, 2).found));
		}
	}
}

TEST_CASE("a shard that is stopped while the search is divided is divided when it goes on")
{
	const sim::explore_plan plan = plan_of("exhaustive");
	sim::explore_share share;

	share.shards = 40;
	share.shard = 39;
	const sim::explore_result whole = explore(plan, share, nullptr, 3);
	const sim::explore_result none =
		explore(plan, share, [](const sim::explore_progress &) { return false; }, 3);
	CHECK(none.left.is_undivided);
	CHECK(none.found.all() == 0);
	CHECK(none.cut == "it was stopped");
	share.is_resumed = true;
	share.left = none.left;
	const sim::explore_result rest = explore(plan, share, nullptr, 3);
	CHECK(words_of(rest.found) == words_of(whole.found));
	CHECK(rest.found.all() > 0);
	CHECK(rest.left.empty());
}

TEST_CASE("a bound on executions is of what is run at once")
{
	const sim::explore_plan plan = plan_of("exhaustive", 100);
	sim::explore_share share;

	for (uint64_t n = 100; n <= 300; n += 100) {
		const sim::explore_result r = explore(plan, share, nullptr, 3);

		CHECK(r.found.all() == n);
		CHECK(r.cut == "it ran as many executions as it may");
		share.is_resumed = true;
		share.before = r.found;
		share.left = r.left;
	}
}

TEST_CASE("a search that is stopped again and again comes to the same in the end")
{
	for (const sim::explore_plan &plan : parted_plans()) {
		sim::explore_share share;
		sim::explore_result r;
		unsigned rounds = 0;

		CAPTURE(plan.strategy);
		if (plan.executions == 100)
			continue; // over before it is first watched
		do {
			bool first = true;

			r = explore(
				plan, share,
				[&](const sim::explore_progress &) {
					return std::exchange(first, false);
				},
				3);
			share.is_resumed = true;
			share.before = r.found;
			share.left = r.left;
			rounds++;
		} while (!r.left.empty() && r.cut == "it was stopped" && rounds < 1000);
		const sim::explore_result whole = explore(plan, {}, nullptr, 3);
		CHECK(words_of(r.found) == words_of(whole.found));
		CHECK(r.cut == whole.cut);
	}
}

TEST_CASE("many short executions are watched, too")
{
	const sim::explore_result r = explore(plan_of("random", 20'000), {},
					      [](const sim::explore_progress &) { return false; });

	CHECK(r.found.all() < 10'000);
	CHECK(r.cut == "it was stopped");
}

TEST_CASE("a part of a search survives being written and read")
{
	sim::search_part read;
	const sim::search_part written = explore(plan_of("random", 500)).found;
	const std::string text = to_text(written) + "more";
	std::string_view rest = text;

	REQUIRE(parse(rest, read));
	CHECK(rest == "more");
	CHECK(to_text(read) == to_text(written));
	CHECK(read.outcomes.count("1\n\\"));
	for (const char *bad : { "", "counts 1\nend\n", "counts 1 2 3 4 0 0\n", "census 1\nend\n",
				 "outcome 9 1 k1f::1.0 x\nend\n", "outcome 0 1 k1f:x x\nend\n" }) {
		rest = bad;
		CHECK(!parse(rest, read));
	}
}

TEST_CASE("bounds are reached, told, and refused where they would not be sound")
{
	sim::explore_plan plan = plan_of("exhaustive");

	plan.deviations = 1;
	const sim::explore_result r = explore(plan);
	CHECK(r.found.is_bounded);
	CHECK(r.cut == "");
	CHECK(r.found.executions < explore(plan_of("exhaustive")).found.executions);
	CHECK(scope_of(plan, r.found) == "every execution with at most 1 deviation");
	plan.strategy = "dpor";
	CHECK(cannot_explore(plan) ==
	      "dpor takes no 'deviations': it would take what a bound hides for explored");
	plan = plan_of("random");
	plan.states = 1;
	CHECK(cannot_explore(plan).find("random takes no 'states', expected one of: seed") == 0);
	CHECK(cannot_explore(plan_of("natural")) == "'natural' is no search");
}

TEST_CASE("an execution with more steps than it may have is cut, and that is told")
{
	sim::explore_plan plan = plan_of("exhaustive");

	plan.steps = 5;
	const sim::explore_result r = explore(plan);
	CHECK(r.found.too_long > 0);
	CHECK(r.found.executions == 0);
	CHECK(r.cut == std::to_string(r.found.too_long) + " executions had more than 5 steps");
}

TEST_CASE("drawn executions are counted by their traces")
{
	const sim::explore_result r = explore(plan_of("random", 2000));

	// Who reads first, and for each write whether it is before the other's operations.
	CHECK(r.found.census.executions() == 2000);
	CHECK(r.found.census.traces() >= 3);
	CHECK(r.found.census.unseen_ppm() == 0);
}

// Its sixth run has a step more than the others.
class unsteady final : public sim::program {
public:
	unsteady()
	{
		tasks_.task(0, [this](sim::machine &m) {
			m.step(access::write, word(m, 0), HERE);
			if (++runs_ == 6)
				m.step(access::write, word(m, 0), HERE);
		});
		tasks_.task(1, [](sim::machine &m) { m.step(access::write, word(m, 0), HERE); });
		tasks_.task(1, [](sim::machine &m) { m.step(access::write, word(m, 0), HERE); });
	}
	void start(sim::machine &m) override { tasks_.start(m); }
	bool unfinished(const sim::machine &) override { return false; }
	void outcome(const sim::machine &, std::string &text) override { text = "-"; }

private:
	support::small_program tasks_;
	unsigned runs_ = 0;
};

TEST_CASE("each execution twice: the same result, and what depends on more than answers is told")
{
	for (const char *strategy : { "exhaustive", "dpor", "random", "pct", "pos", "urw" }) {
		sim::explore_plan plan = plan_of(strategy, strategy[0] == 'e' ? 0 : 40);
		const sim::explore_result once = explore(plan, {}, nullptr, 2);

		INFO(strategy);
		plan.twice = true;
		CHECK(words_of(explore(plan, {}, nullptr, 2).found) == words_of(once.found));
	}
	unsteady p;
	sim::explore_plan plan = plan_of("exhaustive");
	plan.twice = true;
	const sim::explore_result r = sim::explore(free_machine(), p, nullptr, plan, {}, nullptr);
	CHECK(r.found.wrong.find("an execution was another when it was run again: ") == 0);
	CHECK(r.found.all() == 3);
}
