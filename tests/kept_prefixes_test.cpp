// SPDX-License-Identifier: GPL-2.0-only
// Tests of going on from what an execution has in common with the one before: the same executions
// come of it, with fewer steps taken.
// Must not know what the programs do.
#include <doctest/doctest.h>
#include <string>
#include <vector>
#include "sim/explore_dpor.hpp"
#include "sim/explore_exhaustive.hpp"
#include "sim/kept_prefixes.hpp"
#include "sim/schedule.hpp"
#include "sim/snapshot.hpp"
#include "sim/strategies.hpp"
#include "tests/support_toy_machine.hpp"
#include "tests/support_toy_random.hpp"

namespace {

constexpr uint64_t EXECUTIONS = 300;

// The options of every choice that it is asked about are work; what is settled is not.
class counting_strategy final : public sim::strategy {
public:
	explicit counting_strategy(sim::strategy &inner) : inner_(inner) {}
	uint32_t choose(const sim::choice &c) override
	{
		steps++;
		return inner_.choose(c);
	}
	sim::settled_step settled(uint64_t number, uint64_t taken) override
	{
		const sim::settled_step known = inner_.settled(number, taken);

		steps += known.who != sim::NO_CONTEXT;
		return known;
	}
	void stuck(std::span<const sim::option> blocked) override { inner_.stuck(blocked); }
	bool next_execution(const sim::verdict &v) override { return inner_.next_execution(v); }
	uint64_t repeats() const override { return inner_.repeats(); }
	uint64_t goes_back_to(uint64_t from) const override { return inner_.goes_back_to(from); }
	void goes_on_at(uint64_t number) override { inner_.goes_on_at(number); }

	uint64_t steps = 0;

private:
	sim::strategy &inner_;
};

struct executions {
	std::vector<uint64_t> folds;
	std::vector<std::string> outcomes, schedules;
	uint64_t steps = 0;
};

executions run_all(const toy::program &p, unsigned cpus, sim::strategy &s, bool keeps)
{
	counting_strategy counted(s);
	sim::recording_strategy recorder(counted);
	toy::on_machine program(p, cpus);
	sim::machine m(program.config(), recorder);
	sim::kept_prefixes kept(m, program, recorder);
	executions all;

	m.set_hooks(&program);
	for (bool more = true; more && all.folds.size() < EXECUTIONS;) {
		std::string text;

		if (!keeps)
			kept.forget();
		kept.start();
		kept.run();
		program.outcome(m, text);
		all.folds.push_back(m.state().taken);
		all.outcomes.push_back(text);
		all.schedules.push_back(
			to_string(recorder.recorded(m.ended_as().steps, m.state().taken)));
		more = recorder.next_execution(m.ended_as());
	}
	all.steps = counted.steps;
	return all;
}

template <class S> uint64_t compare(uint64_t seed, bool &fewer)
{
	const toy::program p = toy::drawn(seed, toy::ALL_FEATURES);
	const unsigned cpus = 1 + seed % 3;
	S first, second;
	const executions anew = run_all(p, cpus, first, false);
	const executions kept = run_all(p, cpus, second, true);

	INFO("seed " << seed);
	CHECK(anew.folds == kept.folds);
	CHECK(anew.outcomes == kept.outcomes);
	CHECK(anew.schedules == kept.schedules);
	CHECK(kept.steps <= anew.steps);
	fewer |= 2 * kept.steps < anew.steps;
	return anew.folds.size();
}

} // namespace

TEST_CASE("executions that go on from where the one before agrees are those from the start")
{
	bool dpor_fewer = false, exhaustive_fewer = false;
	uint64_t dpor = 0, exhaustive = 0;

	for (uint64_t seed = 0; seed < 60; seed++) {
		dpor += compare<sim::dpor_strategy>(seed, dpor_fewer);
		exhaustive += compare<sim::exhaustive_strategy>(seed, exhaustive_fewer);
	}
	CHECK(dpor > 1000);
	CHECK(exhaustive > 5000);
	CHECK(dpor_fewer == sim::snapshot::supported);
	CHECK(exhaustive_fewer == sim::snapshot::supported);
}
