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
	const char *only = getenv("ONLY"), *states = getenv("STATES"), *model = getenv("MODEL");
	const char *cpus = getenv("CPUS");
	support::commutation_limits limits;
	std::map<std::string, std::string> all;
	uint64_t pairs = 0, looked = 0;

	limits.states = states ? strtoul(states, nullptr, 10) : 100;
	for (const support::library_entry &e : support::library()) {
		if (only && e.name.find(only) == std::string::npos)
			continue;
		scenario::scenario s = e.scenario;
		if (cpus) {
			const uint32_t n = static_cast<uint32_t>(atoi(cpus));
			if (s.machine.nodes.size() > 1)
				continue;
			s.machine.cpu_count = n;
			s.machine.nodes[0].cpus.clear();
			for (uint32_t i = 0; i < n; i++)
				s.machine.nodes[0].cpus.push_back(i);
			for (auto &t : s.tasks)
				t.cpu = t.cpu >= 0 ? t.cpu % static_cast<int>(n) : -1;
		}
		scenario::program p(s);
		sim::natural_strategy nobody_asked;
		sim::machine_config config = scenario::machine_config_of(s, true);
		if (model)
			config.preempt = static_cast<sim::preemption>(atoi(model));
		sim::machine m(config, nobody_asked);
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
