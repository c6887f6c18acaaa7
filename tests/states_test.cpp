// SPDX-License-Identifier: GPL-2.0-only
// Tests of the stateful search: what it leaves out makes no difference to what can come of a
// program, and nobody is left out for ever. Must not know what the scenarios ask.
#include "sim/states.hpp"
#include <doctest/doctest.h>
#include <memory>
#include <set>
#include "model/boot.hpp"
#include "sim/prng.hpp"
#include "sim/snapshot.hpp"
#include "sim/state_image.hpp"
#include "sim/state_trail.hpp"
#include "sim/strategies.hpp"
#include "scenarios/program.hpp"
#include "tests/support_drawn.hpp"
#include "tests/support_program.hpp"
#include "tests/support_scenarios.hpp"
#include "tests/support_toy_machine.hpp"
#include "tests/support_toy_programs.hpp"
#include "tests/support_toy_random.hpp"

namespace {

using support::programs_wanted;
using support::HERE;
using support::small_program;
using support::word;

struct searched {
	std::set<std::string> ends;
	uint64_t states;
	bool complete;
};

searched search(const sim::machine_config &config, const sim::hooks *hooks, sim::program &p,
		bool reduce, uint64_t states_max = sim::search_limits{}.states_max)
{
	sim::natural_strategy nobody_asked;
	sim::machine m(config, nobody_asked);
	sim::search_limits limits;

	limits.reduce = reduce;
	limits.states_max = states_max;
	m.set_hooks(hooks);
	const sim::search_result r = sim::state_search(m, p, limits).run();
	searched s{ {}, r.states, r.complete };
	for (const sim::search_outcome &o : r.outcomes)
		s.ends.insert(o.text + (o.how == sim::ending::failed ? "!" : ""));
	return s;
}

searched search(const toy::program &p, unsigned cpus, bool reduce)
{
	toy::on_machine program(p, cpus);

	return search(program.config(), &program, program, reduce);
}

searched search(const scenario::scenario &s, bool reduce, uint64_t states_max)
{
	scenario::program p(s);

	return search(scenario::machine_config_of(s, true), &kernel::hooks(), p, reduce,
		      states_max);
}

// Comes to what its words are in the end.
struct program_of_words final : sim::program {
	explicit program_of_words(small_program of) : inner(std::move(of)) {}
	void start(sim::machine &m) override { inner.start(m); }
	bool unfinished(const sim::machine &m) override { return inner.unfinished(m); }
	void outcome(const sim::machine &m, std::string &text) override
	{
		text.clear();
		for (unsigned i = 0; i < support::WORDS; i++)
			text += std::to_string(*word(m, i)) + " ";
	}

	small_program inner;
};

sim::machine_config free_machine(unsigned cpus)
{
	sim::machine_config c = support::small_machine(cpus, sim::preemption::full);

	c.free = true;
	return c;
}

} // namespace

TEST_CASE("drawn programs end in the same ways whether or not orders are left out" *
	  doctest::skip(!sim::snapshot::supported))
{
	const unsigned kinds[] = { 0,
				   toy::LOCKS,
				   toy::LOCKS | toy::VALUES,
				   toy::GUARDS,
				   toy::SLEEPS,
				   toy::SLEEPS | toy::LOCKS | toy::SPAWNS,
				   toy::TIMERS | toy::SLEEPS,
				   toy::EFFECTS | toy::LOCKS,
				   toy::SPINS | toy::LOCKS,
				   toy::SPINS | toy::LOCKS | toy::EFFECTS | toy::BORROWS,
				   toy::FAILURES | toy::LOCKS,
				   toy::ALL_FEATURES };
	uint64_t all_states = 0, states = 0;

	for (const unsigned kind : kinds)
		for (uint64_t seed = 1; seed <= programs_wanted(25); seed++) {
			const toy::program p = toy::drawn(seed, kind);
			const unsigned cpus = static_cast<unsigned>(1 + seed % 3);
			const searched all = search(p, cpus, false), some = search(p, cpus, true);

			CAPTURE(kind);
			CAPTURE(seed);
			REQUIRE(all.complete);
			CHECK((some.ends == all.ends));
			CHECK(some.complete);
			all_states += all.states;
			states += some.states;
		}
	CHECK(states < all_states / 5 * 3);
}

TEST_CASE("scenarios of the library end in the same ways whether or not orders are left out" *
	  doctest::skip(!sim::snapshot::supported))
{
	constexpr uint64_t STATES_MAX = 3000;
	unsigned compared = 0;

	for (const support::library_entry &e : support::library()) {
		const searched all = search(e.scenario, false, STATES_MAX);

		if (!all.complete)
			continue;
		CAPTURE(e.name);
		const searched some = search(e.scenario, true, STATES_MAX);
		CHECK(some.complete);
		CHECK((some.ends == all.ends));
		CHECK(some.states <= all.states);
		compared++;
	}
	CHECK(compared > 20);
}

TEST_CASE("threads that have nothing to do with each other cost the sum of their states" *
	  doctest::skip(!sim::snapshot::supported))
{
	auto of = [](unsigned threads, bool reduce) {
		small_program p;

		for (unsigned t = 0; t < threads; t++)
			p.task(static_cast<sim::cpu_id>(t), [t](sim::machine &m) {
				for (unsigned i = 0; i < 9; i++) {
					m.step(sim::access::write, word(m, t), HERE);
					++*word(m, t);
				}
			});
		return search(free_machine(threads), nullptr, p, reduce).states;
	};

	CHECK(of(3, false) > 900);
	CHECK(of(3, true) < 30);
	CHECK(of(6, true) < 60);
}

TEST_CASE("programs too large for all states: those of the file system and the hash table" *
	  doctest::skip(!sim::snapshot::supported))
{
	CHECK(search(toy::filesystem(14), 3, true).complete);
	CHECK(search(toy::indexer(12), 3, true).complete);
}

TEST_CASE("who is never asked while another turns in circles fails all the same" *
	  doctest::skip(!sim::snapshot::supported))
{
	small_program p;

	p.task(0, [](sim::machine &m) {
		for (;;)
			m.step(sim::access::read, word(m, 0), HERE);
	});
	p.task(1, [](sim::machine &m) {
		m.step(sim::access::write, word(m, 1), HERE);
		m.fail(sim::finding_kind::bug, "test", "met");
	});
	CHECK(search(free_machine(2), nullptr, p, false).ends == std::set<std::string>{ "!" });
	CHECK(search(free_machine(2), nullptr, p, true).ends == std::set<std::string>{ "!" });
}

TEST_CASE("a CPU that is never given back: what others can come to on it is not left out" *
	  doctest::skip(!sim::snapshot::supported))
{
	small_program p;

	// The first waits for ever with preemption off, for what nobody will do.
	p.task(0, [](sim::machine &m) {
		m.preempt_disable();
		m.step_when(sim::access::read, word(m, 0), HERE, [&m] { return *word(m, 0) == 1; });
	});
	p.task(0, [](sim::machine &m) {
		for (unsigned i = 0; i < 3; i++) {
			m.step(sim::access::write, word(m, 1), HERE);
			++*word(m, 1);
		}
	});
	p.claims_unfinished = true;
	program_of_words counted(std::move(p));
	const searched all = search(free_machine(1), nullptr, counted, false);
	CHECK(all.ends.size() == 4);
	CHECK((search(free_machine(1), nullptr, counted, true).ends == all.ends));
}

// What a step leaves as it was is not hashed again, and not copied.
TEST_CASE("a trail knows each of its states as an image does, and goes from any to any other" *
	  doctest::skip(!sim::snapshot::supported))
{
	constexpr size_t STEPS_MAX = 200;
	sim::natural_strategy nobody_asked;
	sim::prng draws = sim::prng::seeded(1);

	for (const support::library_entry &e : support::library()) {
		scenario::program p(e.scenario);
		sim::machine m(scenario::machine_config_of(e.scenario, true), nobody_asked);

		m.set_hooks(&kernel::hooks());
		m.make_comparable();
		std::vector<std::unique_ptr<sim::state_trail::place>> places;
		std::vector<sim::state_hash> hashes;
		sim::state_trail trail(m);
		unsigned different = 0, lost = 0;
		const auto image = [&m] {
			sim::state_image now;

			now.save(m);
			return now.hash();
		};
		// True: the execution goes on.
		const auto step = [&] {
			sim::choice c;

			if (!m.offer(c))
				return false;
			m.answer(static_cast<uint32_t>(draws.below(c.count)));
			return true;
		};

		m.start(p);
		trail.begin();
		while (hashes.size() < STEPS_MAX) {
			hashes.push_back(trail.look());
			different += !(hashes.back() == image());
			places.push_back(std::make_unique<sim::state_trail::place>());
			trail.keep(*places.back());
			// Often somewhere else, and often by a way that is not kept.
			if (!draws.below(4)) {
				const size_t to = draws.below(hashes.size());

				trail.go_to(*places[to]);
				lost += !(hashes[to] == image());
			}
			for (uint64_t n = draws.below(3); n > 0; n--)
				if (!step())
					break;
			if (!step())
				trail.go_to(*places[draws.below(hashes.size())]);
		}
		for (size_t i = 0; i < hashes.size(); i++) {
			trail.go_to(*places[i]);
			lost += !(hashes[i] == image());
		}
		INFO(e.name);
		CHECK(different == 0);
		CHECK(lost == 0);
	}
}
