// SPDX-License-Identifier: GPL-2.0-only
// Tests of what a machine leaves out for a strategy that looks at less of a choice: which
// executions there are is the same, on whose stack it is asked and wherever they begin.
// Must not know what the scenarios ask.
#include <doctest/doctest.h>
#include "model/boot.hpp"
#include "sim/explore_pct.hpp"
#include "sim/explore_pos.hpp"
#include "sim/explore_random.hpp"
#include "sim/explore_urw.hpp"
#include "sim/kept_prefixes.hpp"
#include "tests/support_program.hpp"
#include "tests/support_random.hpp"
#include "tests/support_scenarios.hpp"

namespace {

using sim::preemption;

// One that looks at everything, and so is asked on the engine's stack.
struct looking final : sim::strategy {
	explicit looking(sim::strategy &i) : inner(i) {}
	uint32_t choose(const sim::choice &c) override
	{
		choices++;
		return inner.choose(c);
	}
	bool next_execution(const sim::verdict &v) override { return inner.next_execution(v); }
	sim::strategy &inner;
	uint64_t choices = 0;
};

enum class begin { anew, where_they_part };

// What the executions of a strategy took, and how they ended.
std::vector<std::string> endings(const sim::machine_config &c, sim::program &p, sim::strategy &s,
				 const sim::hooks *hooks, begin from)
{
	std::vector<std::string> all;
	sim::machine m(c, s);
	sim::kept_prefixes executions(m, p, s);

	m.set_hooks(hooks);
	for (bool more = true; more;) {
		std::string text;

		if (from == begin::anew)
			executions.forget();
		executions.start();
		while (!executions.run(m.state().steps + 7))
			;
		const sim::verdict v = m.ended_as();

		p.outcome(m, text);
		all.push_back(std::to_string(m.state().taken) + " " + std::to_string(v.steps) +
			      " " + std::to_string(static_cast<unsigned>(v.how)) + " " + text);
		more = s.next_execution(v);
	}
	return all;
}

template <class S>
void check_equal(const sim::machine_config &c, sim::program &p, const sim::hooks *hooks)
{
	S one(7, 12), two(7, 12), three(7, 12);
	looking all(one);
	const std::vector<std::string> expected = endings(c, p, all, hooks, begin::anew);

	CHECK(all.choices >= expected.size());
	CHECK(expected == endings(c, p, two, hooks, begin::anew));
	CHECK(expected == endings(c, p, three, hooks, begin::where_they_part));
}

struct pct_of_3 final : sim::strategy {
	pct_of_3(uint64_t seed, uint64_t executions) : inner(seed, executions, 3) {}
	sim::needs needed() const override { return inner.needed(); }
	uint32_t choose(const sim::choice &c) override { return inner.choose(c); }
	bool next_execution(const sim::verdict &v) override { return inner.next_execution(v); }
	sim::pct_strategy inner;
};

} // namespace

TEST_CASE("what a strategy does not look at changes no execution: 60 drawn programs")
{
	const preemption models[] = { preemption::full, preemption::none, preemption::voluntary };

	for (unsigned seed = 0; seed < 60; seed++) {
		support::random_program p(seed, 1 + seed % 3, 1 + seed % 5, 12);
		sim::machine_config c = support::small_machine(1 + seed % 3, models[seed / 3 % 3]);

		c.free = c.raises = true;
		c.steps_max = 500;
		INFO("seed " << seed);
		check_equal<sim::random_strategy>(c, p, &p);
		check_equal<sim::pos_strategy>(c, p, &p);
		check_equal<sim::urw_strategy>(c, p, &p);
		check_equal<pct_of_3>(c, p, &p);
	}
}

TEST_CASE("what a strategy does not look at changes no execution of any scenario of the library")
{
	for (const support::library_entry &e : support::library()) {
		scenario::program p(e.scenario);
		sim::machine_config c = scenario::machine_config_of(e.scenario);

		c.free = true;
		c.preempt = preemption::full;
		c.steps_max = 2000;
		INFO(e.name);
		check_equal<sim::random_strategy>(c, p, &kernel::hooks());
	}
}

TEST_CASE("a strategy that counts is asked nothing where there is one answer")
{
	struct counting final : sim::strategy {
		sim::needs needed() const override { return sim::needs::count; }
		uint32_t choose(const sim::choice &c) override
		{
			least = std::min(least, c.count);
			return c.count > 1 ? pick(c.count) : 0;
		}
		uint32_t pick(uint32_t count) override
		{
			picks++;
			least = std::min(least, count);
			return count - 1;
		}
		bool next_execution(const sim::verdict &) override { return false; }
		uint32_t picks = 0, least = UINT32_MAX;
	} s;
	support::small_program p;
	sim::machine_config c = support::small_machine(1, preemption::full);

	c.free = true;
	for (unsigned t = 0; t < 2; t++)
		p.task(0, [](sim::machine &m) {
			m.step(sim::access::write, support::word(m, 0), support::HERE);
			m.step(sim::access::write, support::word(m, 0), support::HERE);
		});
	CHECK(endings(c, p, s, nullptr, begin::anew).size() == 1);
	// Each time the other one went; then the last one was alone.
	CHECK(s.picks == 3);
	CHECK(s.least == 2);
}
