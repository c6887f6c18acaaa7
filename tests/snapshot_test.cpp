// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/snapshot.hpp: from every step an execution can be saved, run to its end, restored
// and run again, with the same bytes; and a machine can be started again and again.
// Must not know what the scenarios ask.
#include "sim/snapshot.hpp"

#include <algorithm>
#include <cstdio>
#include <doctest/doctest.h>
#include "model/boot.hpp"
#include "tests/support_allocation.hpp"
#include "tests/support_program.hpp"
#include "tests/support_random.hpp"
#include "tests/support_scenarios.hpp"

namespace {

using sim::machine;
using support::outcome;
using support::random_program;
using support::text_sink;

// Something that can be run again: its machine, program and schedule.
struct subject {
	const std::string name;
	const sim::machine_config config;
	sim::program &program;
	const sim::hooks &hooks;
	const sim::schedule schedule;
};

struct execution {
	sim::replay_strategy replay;
	text_sink sink;
	machine m;

	explicit execution(const subject &s) : replay(s.schedule), m(s.config, replay)
	{
		m.set_hooks(&s.hooks);
		m.set_sink(&sink);
		m.start(s.program);
	}
	outcome finished()
	{
		m.run();
		return support::outcome_of(m, sink);
	}
};

// Of two traces, the first lines that differ.
std::string first_difference(const std::string &a, const std::string &b)
{
	const auto pair = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
	const auto at = static_cast<size_t>(pair.first - a.begin());
	const auto line = [](const std::string &s, size_t at) {
		const size_t from =
			at && s.rfind('\n', at - 1) != s.npos ? s.rfind('\n', at - 1) : 0;

		return at < s.size() ? s.substr(from, s.find('\n', at) - from) : "\n(end)";
	};

	return line(a, at) + line(b, at);
}

void require_equal(const outcome &a, const outcome &whole, const subject &s, uint64_t at)
{
	INFO(s.name << " from step " << at);
	REQUIRE(a.steps == whole.steps);
	REQUIRE(a.taken == whole.taken);
	REQUIRE_MESSAGE((a.trace == whole.trace), first_difference(a.trace, whole.trace));
	REQUIRE((a == whole));
}

// At every `stride` steps: save, run to the end, restore; and once more from the same copy.
void check_by_saving(const subject &s, uint64_t stride)
{
	const outcome whole = execution(s).finished();
	execution e(s);
	sim::snapshot saved;

	for (uint64_t n = 0; n < whole.steps; n += stride) {
		e.m.run(n);
		saved.save(e.m);
		const size_t length = e.sink.text.size();

		for (int turn = 0; turn < 2; turn++) {
			require_equal(e.finished(), whole, s, n);
			saved.restore(e.m);
			e.sink.text.resize(length);
		}
	}
	require_equal(e.finished(), whole, s, 0);
}

// Where stacks cannot be copied: in two halves, from the start each time.
void check_by_repeating(const subject &s, uint64_t stride)
{
	const outcome whole = execution(s).finished();

	for (uint64_t n = 0; n < whole.steps; n += stride) {
		execution e(s);

		e.m.run(n);
		require_equal(e.finished(), whole, s, n);
	}
}

void check_every(const subject &s, uint64_t stride)
{
	if (sim::snapshot::supported)
		check_by_saving(s, stride);
	else
		check_by_repeating(s, stride * 16);
}

subject subject_of(const support::library_entry &e, scenario::program &p)
{
	return { e.name, scenario::machine_config_of(e.scenario), p, kernel::hooks(),
		 support::schedule_of(e.scenario) };
}

uint64_t steps_of(const subject &s)
{
	return execution(s).finished().steps;
}

size_t resident_pages()
{
	unsigned long size = 0, resident = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f) {
		if (fscanf(f, "%lu %lu", &size, &resident) != 2)
			resident = 0;
		fclose(f);
	}
	return resident;
}

} // namespace

TEST_CASE("a drawn program goes on from every step as it did before: 90 programs")
{
	const sim::preemption models[] = { sim::preemption::none, sim::preemption::voluntary,
					   sim::preemption::full };

	for (unsigned seed = 0; seed < 90; seed++) {
		random_program p(seed, 1 + seed % 3, 1 + seed / 9 % random_program::TASKS_MAX, 20);

		check_every({ "seed " + std::to_string(seed),
			      support::small_machine(1 + seed % 3, models[seed / 3 % 3]),
			      p,
			      p,
			      {} },
			    1);
	}
}

TEST_CASE("what was made after the copy is gone after restoring: contexts, objects, pages")
{
	if (!sim::snapshot::supported)
		return;
	support::small_program p;
	const auto child = [](void *) {
		machine &m = *sim::this_machine;

		for (int i = 0; i < 100; i++) {
			m.step(sim::access::write, m.allocate(&support::words_type, 100, "child"),
			       support::HERE);
		}
		m.finish();
	};

	p.task(0, [child](machine &m) {
		for (int i = 0; i < 4; i++) {
			sim::context *c = m.create(child, nullptr, nullptr);

			m.step(sim::access::write, support::word(m, 0), support::HERE);
			m.enqueue(*c, 0);
			m.yield(false);
		}
	});
	sim::natural_strategy natural;
	machine m(support::small_machine(), natural);
	sim::snapshot saved;
	const auto objects = [&m] {
		uint32_t n = 0;

		m.for_each_object([&n](const sim::allocation &, const void *) { n++; });
		return n;
	};

	m.start(p);
	m.run(2);
	const uint32_t before = objects(), contexts = m.state().contexts_used;
	saved.save(m);
	m.run();
	const uint64_t steps = m.state().steps, taken = m.state().taken;
	const uint32_t at_end = objects();

	CHECK(at_end > before + 300);
	CHECK(m.state().objects.pages_extra > 0);
	saved.restore(m);
	CHECK(m.state().contexts_used == contexts);
	CHECK(m.state().objects.live == before);
	CHECK(objects() == before);
	m.run();
	CHECK(m.state().steps == steps);
	CHECK(m.state().taken == taken);
	CHECK(objects() == at_end);
	saved.restore(m);
	m.start(p); // nothing of the future that was undone may show in a new execution
	CHECK(objects() == 1);
	m.run();
	CHECK(m.state().taken == taken);
	CHECK(objects() == at_end);
}

TEST_CASE("every scenario of the library goes on from every step as it did before (from every nth "
	  "where it has more than 2,000 n steps)")
{
	for (const support::library_entry &e : support::library()) {
		scenario::program p(e.scenario);
		const subject s = subject_of(e, p);

		check_every(s, 1 + steps_of(s) / 2000);
	}
}

TEST_CASE("a scenario that is run 1,000 times in one machine is the same every time and does not "
	  "grow")
{
	for (const support::library_entry &e : support::library()) {
		scenario::program p(e.scenario);
		const subject s = subject_of(e, p);
		execution x(s);
		const outcome first = x.finished();
		const uint32_t contexts = x.m.state().contexts_used;
		const uint32_t pages = x.m.state().objects.pages_extra;
		const uint64_t turns = first.steps < 20000 ? 1000 : 20;
		size_t resident = 0;

		INFO(s.name);
		x.m.set_sink(nullptr);
		for (uint64_t i = 0; i < turns; i++) {
			x.m.start(p);
			x.m.run();
			REQUIRE(x.m.state().taken == first.taken);
			if (i == turns / 2)
				resident = resident_pages();
		}
		CHECK(x.m.state().steps == first.steps);
		CHECK(x.m.state().now_ns == first.now_ns);
		CHECK(x.m.state().contexts_used == contexts);
		CHECK(x.m.state().objects.pages_extra == pages);
		if (support::allocation_is_watched) // a sanitizer keeps what is freed
			CHECK(resident_pages() <= resident + 32);
	}
}

TEST_CASE("the library has scenarios")
{
	CHECK(!support::library().empty());
}
