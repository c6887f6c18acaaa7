// SPDX-License-Identifier: GPL-2.0-only
// Tests that the free machine and the kernel on it keep the contract of sim/choice.hpp: what does
// not conflict can change places.
// Must not know what the scenarios ask.
#include <cstdlib>
#include <doctest/doctest.h>
#include "model/boot.hpp"
#include "model/explain.hpp"
#include "tests/support_commutation.hpp"
#include "tests/support_program.hpp"
#include "tests/support_scenarios.hpp"

namespace {

std::string name_of(const sim::machine &m, sim::object_id id)
{
	char text[100];

	kernel::name_of_id(m, id, text, sizeof(text));
	return text;
}

} // namespace

TEST_CASE("steps of the library's scenarios that do not conflict can change places")
{
	const char *only = getenv("ONLY"), *states = getenv("STATES");
	support::commutation_limits limits;
	std::map<std::string, std::string> all;
	uint64_t pairs = 0, looked = 0;

	limits.states = states ? strtoul(states, nullptr, 10) : 100;
	for (const support::library_entry &e : support::library()) {
		if (only && e.name.find(only) == std::string::npos)
			continue;
		scenario::program p(e.scenario);
		sim::natural_strategy nobody_asked;
		sim::machine m(scenario::machine_config_of(e.scenario, true), nobody_asked);
		support::commutation_check check(m, p, name_of);

		m.set_hooks(&kernel::hooks());
		check.run(limits);
		pairs += check.pairs();
		looked += check.states();
		for (const auto &[key, text] : check.violations())
			if (all.emplace(key, text).second)
				MESSAGE(e.name << ": " << text);
	}
	MESSAGE(looked << " states, " << pairs << " pairs, " << all.size() << " violations");
	CHECK(all.empty());
}
