// SPDX-License-Identifier: GPL-2.0-only
// Nothing allocates from the heap while a fiber runs: proven to be noticed, and held to by every
// scenario of the library (the watch is on in all other tests, too).
// Must not know what the scenarios ask.
#include "tests/support_allocation.hpp"

#include <cstdlib>
#include <doctest/doctest.h>
#include <string>
#include "model/boot.hpp"
#include "tests/support_child.hpp"
#include "tests/support_program.hpp"
#include "tests/support_random.hpp"
#include "tests/support_scenarios.hpp"

namespace {

// What the optimiser must not see through.
void *volatile kept;

void check_caught(void (*offence)())
{
	const auto r = support::in_child([offence] {
		support::small_program p;
		sim::natural_strategy natural;

		p.task(0, [offence](sim::machine &m) {
			m.step(sim::access::write, support::word(m, 0), support::HERE);
			offence();
		});
		support::run_once(support::small_machine(), p, natural);
	});

	CHECK(r.aborted);
	CHECK_MESSAGE(r.said.find("allocated on a fiber") != std::string::npos, r.said);
}

// In a process of its own, so that one offender does not hide the others.
void check_clean(const support::library_entry &e)
{
	const sim::schedule schedule = support::schedule_of(e.scenario);
	const auto r = support::in_child([&] {
		scenario::program p(e.scenario);
		sim::replay_strategy replay(schedule);
		sim::machine m(scenario::machine_config_of(e.scenario), replay);
		support::text_sink sink;

		m.set_hooks(&kernel::hooks());
		m.set_sink(&sink);
		m.start(p);
		m.run();
	});

	CHECK_MESSAGE(r.returned, e.name << ": " << r.said);
}

} // namespace

TEST_CASE("allocating on a fiber is caught, whichever way it is done")
{
	if (!support::allocation_is_watched)
		return;
	check_caught([] { kept = malloc(10); });
	check_caught([] { kept = calloc(1, 10); });
	check_caught([] { kept = realloc(nullptr, 10); });
	check_caught([] { kept = aligned_alloc(64, 64); });
	check_caught([] { kept = new int; });
	check_caught([] { kept = new char[100]; });
	check_caught([] { kept = new std::string(100, 'x'); });
}

TEST_CASE("allocating beside the fibers is not")
{
	void *p = malloc(10);

	CHECK(p != nullptr);
	p = realloc(p, 100);
	CHECK(p != nullptr);
	free(p);
	p = aligned_alloc(64, 128);
	CHECK(p != nullptr);
	free(p);
	CHECK(posix_memalign(&p, 64, 10) == 0);
	free(p);
}

TEST_CASE("no operation of the engine allocates: 60 drawn programs")
{
	for (unsigned seed = 0; seed < 60; seed++) {
		support::random_program p(seed, 1 + seed % 3, 6, 40);
		sim::natural_strategy natural;
		const support::outcome o = support::run_once(
			support::small_machine(1 + seed % 3, sim::preemption::full), p, natural,
			&p);

		CHECK(o.steps > 0);
	}
}

TEST_CASE("no scenario of the library allocates on a fiber")
{
	if (!support::allocation_is_watched)
		return;
	for (const support::library_entry &e : support::library())
		check_clean(e);
}
