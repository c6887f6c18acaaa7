// SPDX-License-Identifier: GPL-2.0-only
// Tests of optimal DPOR on the free machine: one execution for each Mazurkiewicz trace, none
// repeated and none in vain; the same traces as all executions have, and the same final states.
// Must not know the kernel.
#include "sim/explore_dpor.hpp"
#include <cstdlib>
#include <doctest/doctest.h>
#include <set>
#include "sim/explore_exhaustive.hpp"
#include "sim/states.hpp"
#include "sim/strategies.hpp"
#include "tests/support_executions.hpp"
#include "tests/support_toy_machine.hpp"
#include "tests/support_toy_programs.hpp"
#include "tests/support_toy_random.hpp"

namespace {

using support::counts;
using support::met;

// is_wasted(): whether the execution that has ended counts for nothing.
template <class F>
met all_of(const toy::program &p, unsigned cpus, sim::strategy &s, uint64_t executions_max,
	   F is_wasted)
{
	toy::on_machine program(p, cpus);

	return support::all_of(program.config(), program, &program, s, executions_max,
			       [&] { return is_wasted() ? counts::no : counts::yes; });
}

met by_dpor(const toy::program &p, unsigned cpus, sim::dpor_strategy &dpor)
{
	return all_of(p, cpus, dpor, sim::NEVER, [&] { return dpor.is_wasted(); });
}

met by_brute_force(const toy::program &p, unsigned cpus, uint64_t executions_max)
{
	sim::exhaustive_strategy all;

	return all_of(p, cpus, all, executions_max, [] { return false; });
}

std::set<std::string> by_states(const toy::program &p, unsigned cpus)
{
	toy::on_machine program(p, cpus);
	sim::natural_strategy nobody_asked;
	sim::machine m(program.config(), nobody_asked);
	std::set<std::string> ends;

	m.set_hooks(&program);
	const sim::search_result found = sim::state_search(m, program, {}).run();
	CHECK(found.complete);
	for (const sim::search_outcome &o : found.outcomes)
		ends.insert(o.text);
	return ends;
}

// Exactly so many executions; as many as wanted are counted one by one besides.
void check_number(const toy::program &p, uint64_t number, unsigned cpus, bool few_states = true)
{
	sim::dpor_strategy dpor;
	const met found = by_dpor(p, cpus, dpor);

	CHECK(found.executions == number);
	CHECK(dpor.counts().complete == number);
	CHECK(dpor.counts().diverged == 0);
	CHECK(found.repeated == 0);
	CHECK(found.traces.size() == number);
	if (few_states)
		CHECK(found.ends == by_states(p, cpus));
	const met all = by_brute_force(p, cpus, 3000);
	if (all.cut)
		return;
	CHECK(all.traces == found.traces);
	CHECK(all.ends == found.ends);
}

uint64_t power(uint64_t base, unsigned n)
{
	return n ? base * power(base, n - 1) : 1;
}

uint64_t factorial(uint64_t n)
{
	return n ? n * factorial(n - 1) : 1;
}

} // namespace

TEST_CASE("the programs whose number of traces is known have it, on one to three CPUs")
{
	for (unsigned cpus = 1; cpus <= 3; cpus++) {
		INFO(cpus << " CPUs");
		check_number(toy::store_buffering(), 3, cpus);
		for (unsigned n = 1; n <= 6; n++)
			check_number(toy::readers(n), power(2, n), cpus);
		for (unsigned n = 2; n <= 6; n++)
			check_number(toy::lastzero(n), (n + 3) * power(2, n) / 4, cpus);
		for (unsigned n = 11; n <= 12; n++)
			check_number(toy::indexer(n), power(8, n - 11), cpus, false);
		for (unsigned n = 13; n <= 15; n++)
			check_number(toy::filesystem(n), power(2, n - 13), cpus, false);
		constexpr uint64_t fibonacci[] = { 19, 141, 1107 };
		for (unsigned n = 2; n <= 4; n++)
			check_number(toy::fibonacci(n), fibonacci[n - 2], cpus);
		for (unsigned n = 2; n <= 5; n++) {
			check_number(toy::increments(n, 1), factorial(n), cpus);
			check_number(toy::writers(n), factorial(n + 1), cpus);
			check_number(toy::locked_increments(n), factorial(n), cpus);
			check_number(toy::write_and_cas(n), n * power(2, n - 1) + 1, cpus);
			check_number(toy::philosophers(n), power(2, n) - 1, cpus);
		}
		for (unsigned n = 2; n <= 4; n++)
			check_number(toy::increments(n, 2), factorial(n) * factorial(n), cpus);
		constexpr uint64_t cas[] = { 6, 66, 1200 };
		for (unsigned n = 2; n <= 4; n++)
			check_number(toy::cas_and_write(n), cas[n - 2], cpus);
		check_number(toy::mutexes(2, 2), 6, cpus);
		check_number(toy::mutexes(3, 2), 90, cpus);
	}
}

namespace {

// Drawn programs, the number of those that were small enough to be counted one by one.
uint64_t compare_drawn(uint64_t from, uint64_t to, unsigned features)
{
	uint64_t compared = 0, executions = 0, blocked = 0;

	for (uint64_t seed = from; seed < to; seed++) {
		const toy::program p = toy::drawn(seed, features);
		const unsigned cpus = 1 + seed % 3;
		const met all = by_brute_force(p, cpus, 2000);
		sim::dpor_strategy dpor;

		if (all.cut)
			continue;
		const met found = by_dpor(p, cpus, dpor);
		INFO("features " << features << " seed " << seed << ", " << all.traces.size()
				 << " traces, " << found.traces.size() << " found");
		CHECK((all.ends == found.ends));
		CHECK((all.ends == by_states(p, cpus)));
		if (!(features & toy::FAILURES)) {
			CHECK((all.traces == found.traces));
			CHECK(found.repeated == 0);
		}
		compared++;
		executions += found.executions;
		blocked += dpor.counts().blocked;
	}
	// Only a condition that may be taken back makes an execution start in vain.
	if (!(features & (toy::GUARDS | toy::FAILURES)))
		CHECK(blocked == 0);
	CHECK(blocked * 4 <= executions);
	return compared;
}

} // namespace

TEST_CASE("drawn programs have the traces and final states that all their executions have")
{
	using namespace toy;
	const char *many = getenv("KTHREADSIM_TEST_PROGRAMS"); // of each kind
	const uint64_t each = many ? strtoull(many, nullptr, 10) : 30;
	constexpr unsigned kinds[] = { 0,
				       LOCKS,
				       GUARDS,
				       SLEEPS,
				       TIMERS,
				       SPINS,
				       LOCKS | GUARDS,
				       SLEEPS | VALUES,
				       LOCKS | SPINS | EFFECTS,
				       LOCKS | EFFECTS | BORROWS,
				       LOCKS | SPINS | EFFECTS | BORROWS,
				       SPINS | TIMERS | SLEEPS,
				       FAILURES | SLEEPS,
				       ALL_FEATURES & ~FAILURES,
				       ALL_FEATURES,
				       ALL_FEATURES | BORROWS };

	for (const unsigned features : kinds)
		CHECK(compare_drawn(0, each, features) > each / 3);
}

TEST_CASE("a step that was forced after another belongs to it: nothing is lost in between")
{
	CHECK(compare_drawn(691, 692, toy::ALL_FEATURES & ~toy::FAILURES) == 1);
}

TEST_CASE("the other order of a race is run with every answer that a step behind it may get")
{
	CHECK(compare_drawn(763, 764, toy::SLEEPS | toy::VALUES) == 1);
}

TEST_CASE("a timer that may be deleted can fire after all that comes before its deletion")
{
	CHECK(compare_drawn(53, 54, toy::TIMERS) == 1);
}

TEST_CASE("a race is turned round again where an execution goes on in another way behind it")
{
	CHECK(compare_drawn(5488, 5489, toy::LOCKS | toy::SPINS | toy::EFFECTS) == 1);
}

TEST_CASE("an interrupt gives back no token of the task that it came upon")
{
	CHECK(compare_drawn(8062, 8063, toy::SPINS | toy::TIMERS | toy::SLEEPS) == 1);
}

TEST_CASE("an execution that is left to end plans no timer behind the step that deletes it")
{
	const toy::program p = toy::drawn(726, toy::ALL_FEATURES & ~toy::FAILURES);
	sim::dpor_strategy dpor;

	by_dpor(p, 1, dpor);
	CHECK(dpor.counts().diverged == 0);
}
