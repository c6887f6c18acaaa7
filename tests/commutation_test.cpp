// SPDX-License-Identifier: GPL-2.0-only
// Tests that the free machine and the kernel on it keep the contract of sim/choice.hpp: what does
// not conflict can change places.
// Must not know what the scenarios ask.
#include <doctest/doctest.h>
#include "model/boot.hpp"
#include "model/explain.hpp"
#include "tests/support_commutation.hpp"
#include "tests/support_program.hpp"
#include "tests/support_scenarios.hpp"

namespace {

using support::small_program;
using support::word;

std::string name_of(const sim::machine &m, sim::object_id id)
{
	char text[100];

	kernel::name_of_id(m, id, text, sizeof(text));
	return text;
}

// The same scenario on a machine of one node with that many CPUs.
scenario::scenario on_cpus(scenario::scenario s, uint32_t cpus)
{
	s.machine.cpu_count = cpus;
	s.machine.nodes[0].cpus.clear();
	for (uint32_t i = 0; i < cpus; i++)
		s.machine.nodes[0].cpus.push_back(i);
	for (scenario::task &t : s.tasks)
		t.cpu = t.cpu < 0 ? -1 : t.cpu % static_cast<int32_t>(cpus);
	return s;
}

// How many pairs were tried. Each violation is said.
uint64_t try_pairs(const std::string &name, const sim::machine_config &config, sim::program &p,
		   const sim::hooks &hooks, uint64_t states)
{
	sim::natural_strategy nobody_asked;
	sim::machine m(config, nobody_asked);
	support::commutation_check check(m, p, name_of);
	support::commutation_limits limits;

	limits.states = states;
	m.set_hooks(&hooks);
	check.run(limits);
	for (const auto &[places, text] : check.violations())
		FAIL_CHECK(name << ": " << text);
	return check.pairs();
}

// Tasks that each take `n` steps on a word of their own, and with each do something to the last
// word that only `tell` may say.
small_program hidden(void (*tell)(sim::machine &, uint64_t *))
{
	small_program p;

	for (unsigned t = 0; t < 2; t++)
		p.task(static_cast<sim::cpu_id>(t), [t, tell](sim::machine &m) {
			for (unsigned i = 0; i < 3; i++) {
				uint64_t *last = word(m, support::WORDS - 1);

				m.step(sim::access::write, word(m, t), support::HERE);
				tell(m, last);
				*last = *last * 2 + t;
			}
		});
	return p;
}

uint64_t violations_of(small_program p)
{
	sim::machine_config config = support::small_machine(2, sim::preemption::full);
	sim::natural_strategy nobody_asked;

	config.free = true;
	sim::machine m(config, nobody_asked);
	support::commutation_check check(
		m, p, [](const sim::machine &, sim::object_id id) { return std::to_string(id); });
	check.run({});
	CHECK(check.states() > 10);
	return check.violations().size();
}

} // namespace

TEST_CASE("an effect that nobody tells is found, and one that is told is none")
{
	CHECK(violations_of(hidden([](sim::machine &, uint64_t *) {})) > 0);
	CHECK(violations_of(hidden([](sim::machine &m, uint64_t *last) {
		      m.effect(sim::access::write, last);
	      })) == 0);
}

TEST_CASE("steps of the library's scenarios that do not conflict can change places")
{
	uint64_t pairs = 0;

	for (const support::library_entry &e : support::library()) {
		scenario::program p(e.scenario);

		pairs += try_pairs(e.name, scenario::machine_config_of(e.scenario, true), p,
				   kernel::hooks(), 25);
	}
	CHECK(pairs > 8'000);
}

TEST_CASE("so they can on one, two and three CPUs, under each preemption model")
{
	uint64_t pairs = 0;
	uint32_t n = 0;

	for (const support::library_entry &e : support::library()) {
		if (e.scenario.machine.nodes.size() != 1)
			continue;
		const scenario::scenario s = on_cpus(e.scenario, 1 + n % 3);
		sim::machine_config c = scenario::machine_config_of(s, true);
		scenario::program p(s);

		c.preempt = static_cast<sim::preemption>(n++ / 3 % 3);
		pairs += try_pairs(e.name, c, p, kernel::hooks(), 15);
	}
	CHECK(pairs > 2'000);
}
