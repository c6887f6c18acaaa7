// SPDX-License-Identifier: GPL-2.0-only
// CPUs that come and go, under many orders: what must hold whatever a strategy answers.
// Must not know what any single scenario asks.
#include <cstring>
#include <set>
#include "model/boot.hpp"
#include "scenarios/program.hpp"
#include "sim/strategies.hpp"
#include "tests/library_run.hpp"
#include "tests/support_random.hpp"

namespace {

sim::machine_config config_of(const scenario::scenario &s, bool free = false)
{
	sim::machine_config c = scenario::machine_config_of(s, free);

	c.contexts_max = 256;
	c.pages_max = 4096;
	c.steps_max = 100'000;
	return c;
}

// The names of all tasks that a scenario begins with.
std::set<std::string> tasks_at_start(const std::string &file, bool free = false)
{
	const scenario::scenario s = library::read(file);
	sim::natural_strategy natural;
	sim::machine m(config_of(s, free), natural);
	scenario::program p(s);
	std::set<std::string> names;

	m.start(p);
	sim::this_machine = &m;
	for (const kernel::task_struct *t = kernel::the_kernel().first_task; t; t = t->next_task)
		names.insert(t->comm);
	return names;
}

// What ended it, and the findings.
std::string outcome_of(const scenario::scenario &s, uint64_t seed, sim::preemption model, bool free)
{
	support::random_strategy random(seed, 20);
	sim::machine_config config = config_of(s, free);

	config.preempt = model;
	sim::machine m(config, random);
	scenario::program p(s);
	m.set_hooks(&kernel::hooks());
	m.start(p);
	m.run();
	std::string text = m.state().how == sim::ending::bound ? "bound " : "";
	for (const sim::finding &f : m.findings())
		text += std::string(sim::finding_name(f.kind)) + ": " + f.text + "; ";
	return text;
}

} // namespace

TEST_CASE("a kernel has only the threads that its program can make work for")
{
	using names = std::set<std::string>;

	CHECK(tasks_at_start("create/s01a-create-then-stop.json") == names{ "kthreadd", "main" });
	CHECK(tasks_at_start("numa/sent-away-while-running.json") ==
	      names{ "kthreadd", "main", "migration/0", "migration/1" });
	CHECK(tasks_at_start("hotplug/last-cpu.json") ==
	      names{ "kthreadd", "main", "migration/0", "migration/1", "cpuhp/0", "cpuhp/1" });
	// Without time nobody needs a stopper to be moved.
	CHECK(tasks_at_start("numa/sent-away-while-running.json", true) ==
	      names{ "kthreadd", "main" });
}

// The scenarios of the family say themselves which finding is always there; nothing else may come,
// and each comes to an end. Those about time may see other times.
TEST_CASE("in any order CPUs go and come back, and nobody is lost or freed too early")
{
	const sim::preemption models[] = { sim::preemption::none, sim::preemption::voluntary,
					   sim::preemption::full };

	for (const std::string &file : library::files()) {
		if (!file.starts_with("hotplug/"))
			continue;
		for (const scenario::scenario &s : library::with_variants(file))
			for (uint64_t seed = 1; seed <= 24; seed++) {
				const bool free = seed > 12;
				const std::string outcome =
					outcome_of(s, seed, models[seed % 3], free);

				CAPTURE(s.name);
				CAPTURE(seed);
				CAPTURE(free);
				CAPTURE(outcome);
				CHECK(outcome.find("bound") != 0);
				CHECK(outcome.find("warn: ") == outcome.npos);
				CHECK(outcome.find("use_after_free: ") == outcome.npos);
				CHECK(outcome.find("bad_access: ") == outcome.npos);
				CHECK(outcome.find("lockdep: ") == outcome.npos);
			}
	}
}
