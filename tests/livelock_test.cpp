// SPDX-License-Identifier: GPL-2.0-only
// Tests of executions that go on for ever: the stateful search finds those that fair scheduling
// allows, whatever it leaves out. Must not know the kernel.
#include <doctest/doctest.h>
#include <map>
#include "sim/snapshot.hpp"
#include "sim/states.hpp"
#include "sim/strategies.hpp"
#include "tests/support_drawn.hpp"
#include "tests/support_program.hpp"
#include "tests/support_toy_machine.hpp"
#include "tests/support_toy_random.hpp"

namespace {

using support::programs_wanted;
using support::HERE;
using support::small_program;
using support::word;

constexpr bool REDUCED = true, WHOLE = false;

sim::search_result search(const sim::machine_config &config, const sim::hooks *hooks,
			  sim::program &p, bool reduce, uint64_t states_max = 100'000)
{
	sim::natural_strategy nobody_asked;
	sim::machine m(config, nobody_asked);
	sim::search_limits limits;

	limits.reduce = reduce;
	limits.circles = true;
	limits.states_max = states_max;
	m.set_hooks(hooks);
	return sim::state_search(m, p, limits).run();
}

sim::machine_config free_machine(unsigned cpus, sim::preemption preempt = sim::preemption::full)
{
	sim::machine_config c = support::small_machine(cpus, preempt);

	c.free = true;
	return c;
}

// Tells executions apart by how they end, and who has not come to an end.
struct program_of_ends final : sim::program {
	explicit program_of_ends(sim::program &of) : inner(of) {}
	void start(sim::machine &m) override { inner.start(m); }
	bool unfinished(const sim::machine &m) override { return inner.unfinished(m); }
	void outcome(const sim::machine &m, std::string &text) override
	{
		text = m.state().how == sim::ending::endless ? "endless" : "ends";
		for (uint32_t i = m.config().cpus; i < m.state().contexts_used; i++)
			if (m.state().how == sim::ending::endless &&
			    m.context_of(i).state != sim::context_state::finished)
				text += " " + std::to_string(i - m.config().cpus);
	}

	sim::program &inner;
};

// All that an execution can come to, with the schedule to each.
std::map<std::string, sim::schedule> ends_of(small_program &p, unsigned cpus, bool reduce,
					     sim::preemption preempt = sim::preemption::full)
{
	std::map<std::string, sim::schedule> ends;
	program_of_ends all(p);
	p.claims_unfinished = true;
	const sim::search_result r = search(free_machine(cpus, preempt), nullptr, all, reduce);

	CHECK(r.complete);
	for (const sim::search_outcome &o : r.outcomes)
		ends.emplace(o.text, o.shortest);
	return ends;
}

using names = std::vector<std::string>;

names names_of(const std::map<std::string, sim::schedule> &ends)
{
	names all;

	for (const auto &[name, way] : ends)
		all.push_back(name);
	return all;
}

void check_ends(small_program &p, unsigned cpus, const names &expected,
		sim::preemption preempt = sim::preemption::full)
{
	CHECK(names_of(ends_of(p, cpus, WHOLE, preempt)) == expected);
	CHECK(names_of(ends_of(p, cpus, REDUCED, preempt)) == expected);
}

// Until word n is `value`.
void poll(sim::machine &m, unsigned n, uint64_t value)
{
	do
		m.step(sim::access::read, word(m, n), HERE);
	while (*word(m, n) != value);
}

void store(sim::machine &m, unsigned n, uint64_t value)
{
	m.step(sim::access::write, word(m, n), HERE);
	*word(m, n) = value;
}

bool take(sim::machine &m, unsigned n)
{
	m.step(sim::access::rmw, word(m, n), HERE);
	return !*word(m, n) && (*word(m, n) = 1);
}

void take_both(sim::machine &m, unsigned first, unsigned second)
{
	for (;;) {
		if (take(m, first)) {
			if (take(m, second))
				return;
			store(m, first, 0);
		}
	}
}

} // namespace

TEST_CASE("who polls for what another will do comes to an end" *
	  doctest::skip(!sim::snapshot::supported))
{
	for (const unsigned cpus : { 1U, 2U }) {
		small_program p;

		p.task(0, [](sim::machine &m) { poll(m, 0, 1); });
		p.task(static_cast<sim::cpu_id>(cpus - 1), [](sim::machine &m) { store(m, 0, 1); });
		check_ends(p, cpus, { "ends" });
	}
}

TEST_CASE("who polls for what nobody does goes on for ever, alone or beside others" *
	  doctest::skip(!sim::snapshot::supported))
{
	small_program alone, beside;

	alone.task(0, [](sim::machine &m) { poll(m, 0, 1); });
	check_ends(alone, 1, { "endless 0" });
	beside.task(0, [](sim::machine &m) { poll(m, 0, 1); });
	beside.task(1, [](sim::machine &m) {
		store(m, 1, 1);
		store(m, 1, 2);
	});
	check_ends(beside, 2, { "endless 0" });
}

TEST_CASE("two that try for what the other has may do so for ever, or not" *
	  doctest::skip(!sim::snapshot::supported))
{
	small_program opposite, same;

	opposite.task(0, [](sim::machine &m) { take_both(m, 0, 1); });
	opposite.task(1, [](sim::machine &m) { take_both(m, 1, 0); });
	check_ends(opposite, 2, { "endless 0", "endless 0 1", "endless 1" });
	same.task(0, [](sim::machine &m) {
		take_both(m, 0, 1);
		store(m, 1, 0);
		store(m, 0, 0);
	});
	same.task(1, [](sim::machine &m) {
		take_both(m, 0, 1);
		store(m, 1, 0);
		store(m, 0, 0);
	});
	check_ends(same, 2, { "ends" });
}

TEST_CASE("who cannot be preempted keeps the others of its CPU waiting for ever" *
	  doctest::skip(!sim::snapshot::supported))
{
	auto spins = [](sim::machine &m) {
		m.preempt_disable();
		poll(m, 0, 1);
		m.preempt_enable();
	};
	small_program p, elsewhere;

	p.task(0, spins);
	p.task(0, [](sim::machine &m) { store(m, 0, 1); });
	check_ends(p, 1, { "endless 0 1", "ends" });
	elsewhere.task(0, spins);
	elsewhere.task(1, [](sim::machine &m) { store(m, 0, 1); });
	check_ends(elsewhere, 2, { "ends" });
}

TEST_CASE("who gives its CPU away again and again lets the others of it go on" *
	  doctest::skip(!sim::snapshot::supported))
{
	small_program p;

	p.task(0, [](sim::machine &m) {
		while (*word(m, 0) != 1) {
			m.step(sim::access::read, word(m, 0), HERE);
			m.resched_point(true);
		}
	});
	p.task(0, [](sim::machine &m) { store(m, 0, 1); });
	check_ends(p, 1, { "ends" }, sim::preemption::voluntary);
}

TEST_CASE("a lock that is free again and again is had some day" *
	  doctest::skip(!sim::snapshot::supported))
{
	auto lock = [](sim::machine &m) {
		m.step_when(sim::access::lock, word(m, 0), HERE, [&m] { return !*word(m, 0); });
		*word(m, 0) = 1;
	};
	auto unlock = [](sim::machine &m) {
		m.step(sim::access::unlock, word(m, 0), HERE);
		*word(m, 0) = 0;
	};
	small_program p;

	p.task(0, [=](sim::machine &m) {
		for (bool done = false; !done;) {
			lock(m);
			m.step(sim::access::read, word(m, 1), HERE);
			done = *word(m, 1);
			unlock(m);
		}
	});
	p.task(1, [=](sim::machine &m) {
		lock(m);
		store(m, 1, 1);
		unlock(m);
	});
	check_ends(p, 2, { "ends" });
}

TEST_CASE("what is only now and then so can be missed for ever" *
	  doctest::skip(!sim::snapshot::supported))
{
	small_program p;

	p.task(0, [](sim::machine &m) {
		for (bool done = false; !done;) {
			store(m, 0, 1);
			store(m, 0, 0);
			m.step(sim::access::read, word(m, 1), HERE);
			done = *word(m, 1);
		}
	});
	p.task(1, [](sim::machine &m) {
		m.step_when(sim::access::read, word(m, 0), HERE, [&m] { return *word(m, 0) == 1; });
		store(m, 1, 1);
	});
	check_ends(p, 2, { "endless 0 1", "ends" });
}

TEST_CASE("a loop that gets something done each time is no livelock" *
	  doctest::skip(!sim::snapshot::supported))
{
	small_program p;

	p.task(0, [](sim::machine &m) {
		for (;;) {
			m.step(sim::access::read, word(m, 0), HERE);
			m.note_progress();
		}
	});
	check_ends(p, 1, {});
}

TEST_CASE("a loop of nothing that others could see hides them: the search says that it is not "
	  "complete" *
	  doctest::skip(!sim::snapshot::supported))
{
	small_program p;

	p.task(0, [](sim::machine &m) {
		for (;;)
			m.step(sim::access::none, nullptr, HERE);
	});
	p.task(1, [](sim::machine &m) { store(m, 0, 1); });
	p.claims_unfinished = true;
	sim::machine_config bounded = free_machine(2);
	bounded.steps_max = 100'000;
	CHECK(!search(bounded, nullptr, p, WHOLE).complete);
	CHECK(!search(bounded, nullptr, p, REDUCED).complete);
}

TEST_CASE("a schedule leads once round, and ends where the round began" *
	  doctest::skip(!sim::snapshot::supported))
{
	small_program p;

	p.task(0, [](sim::machine &m) { take_both(m, 0, 1); });
	p.task(1, [](sim::machine &m) { take_both(m, 1, 0); });
	const sim::schedule way = ends_of(p, 2, WHOLE).at("endless 0 1");
	CHECK(way.round == 6);
	CHECK(way.steps > way.round);
	CHECK(way.steps < 20);

	sim::replay_strategy again(way);
	sim::machine m(free_machine(2), again);
	m.start(p);
	REQUIRE(!m.run(way.steps - way.round));
	const uint64_t words[] = { *word(m, 0), *word(m, 1) };
	REQUIRE(!m.run(way.steps));
	CHECK(again.diverged_at() == sim::NEVER);
	CHECK(static_cast<uint32_t>(m.state().taken) == way.check);
	CHECK(*word(m, 0) == words[0]);
	CHECK(*word(m, 1) == words[1]);
}

TEST_CASE("drawn programs with loops can go on for ever in the same ways, whatever is left out" *
	  doctest::skip(!sim::snapshot::supported))
{
	constexpr uint64_t STATES_MAX = 3000;
	const unsigned kinds[] = { toy::LOOPS,
				   toy::LOOPS | toy::LOCKS,
				   toy::LOOPS | toy::GUARDS,
				   toy::LOOPS | toy::SLEEPS,
				   toy::LOOPS | toy::TIMERS | toy::SLEEPS,
				   toy::LOOPS | toy::EFFECTS | toy::LOCKS | toy::VALUES,
				   toy::LOOPS | toy::SPINS,
				   toy::LOOPS | toy::ALL_FEATURES };
	unsigned compared = 0, endless = 0;
	uint64_t all_states = 0, states = 0;

	for (const unsigned kind : kinds)
		for (uint64_t seed = 1; seed <= programs_wanted(40); seed++) {
			const toy::program p = toy::drawn(seed, kind, 3, 3);
			const unsigned cpus = static_cast<unsigned>(1 + seed % 2);
			toy::on_machine program(p, cpus);
			program_of_ends of(program);
			const auto searched = [&](bool reduce) {
				return search(program.config(), &program, of, reduce, STATES_MAX);
			};
			const sim::search_result all = searched(WHOLE);

			if (!all.complete)
				continue;
			CAPTURE(kind);
			CAPTURE(seed);
			const sim::search_result some = searched(REDUCED);
			REQUIRE(all.wrong == "");
			REQUIRE(some.wrong == "");
			names of_all, of_some;
			for (const sim::search_outcome &o : all.outcomes)
				of_all.push_back(o.text);
			for (const sim::search_outcome &o : some.outcomes)
				of_some.push_back(o.text);
			CHECK(of_some == of_all);
			compared++;
			endless += of_all.size() > 1 || of_all.front() != "ends";
			all_states += all.states;
			states += some.states;
		}
	CHECK(compared > 200);
	CHECK(endless > compared / 10);
	CHECK(endless < compared);
	MESSAGE(compared, " compared, ", endless, " endless, ", all_states, " and ", states,
		" states");
}
