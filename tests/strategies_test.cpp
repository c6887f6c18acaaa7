// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/strategies.hpp and of the choice point: asking changes nothing, schedules replay,
// and the interleavings that can be chosen are as many as the formulas say.
// Must not know what the scenarios ask.
#include "sim/strategies.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <set>
#include "model/boot.hpp"
#include "sim/prng.hpp"
#include "tests/support_program.hpp"
#include "tests/support_random.hpp"
#include "tests/support_scenarios.hpp"

namespace {

using sim::access;
using sim::preemption;
using support::outcome;
using support::random_program;
using support::random_strategy;
using support::small_program;
using support::word;

// Wants to hear of every choice, and answers 0.
struct attentive final : sim::strategy {
	uint64_t asked = 0;

	uint32_t choose(const sim::choice &c) override
	{
		asked++;
		CHECK(c.count > 0);
		return 0;
	}
	bool next_execution(const sim::verdict &) override { return false; }
};

// Tries all answers, the last choice first.
class odometer final : public sim::strategy {
public:
	uint32_t choose(const sim::choice &c) override
	{
		if (at_ == digits_.size())
			digits_.push_back({ 0, c.count });
		REQUIRE(digits_[at_].count == c.count);
		return digits_[at_++].answer;
	}
	bool next_execution(const sim::verdict &) override
	{
		while (!digits_.empty() && digits_.back().answer + 1 == digits_.back().count)
			digits_.pop_back();
		if (digits_.empty())
			return false;
		digits_.back().answer++;
		at_ = 0;
		return true;
	}

private:
	struct digit {
		uint32_t answer, count;
	};
	std::vector<digit> digits_;
	size_t at_ = 0;
};

struct counted {
	uint64_t executions = 0;
	std::set<std::string> orders; // in which the tasks' marks came
};

// Each task notes its mark right after each of its operations.
counted all_executions(const sim::machine_config &config, small_program &p, support::journal &j)
{
	counted n;
	odometer all;
	sim::machine m(config, all);

	do {
		j.clear();
		m.start(p);
		m.run();
		n.executions++;
		n.orders.insert(j.text());
		REQUIRE(n.executions < 100000);
	} while (all.next_execution({ m.state().how, m.state().steps }));
	return n;
}

small_program::body writer(support::journal &j, char mark, unsigned steps)
{
	return [&j, mark, steps](sim::machine &m) {
		for (unsigned i = 0; i < steps; i++) {
			m.step(access::write, word(m, 0), support::HERE);
			j.add(mark);
		}
	};
}

sim::machine_config drawn_machine(unsigned seed)
{
	const preemption models[] = { preemption::none, preemption::voluntary, preemption::full };

	return support::small_machine(1 + seed % 3, models[seed / 3 % 3]);
}

random_program drawn_program(unsigned seed)
{
	return { seed, 1 + seed % 3, 1 + seed / 9 % random_program::TASKS_MAX, 40 };
}

} // namespace

TEST_CASE("an execution that is asked at every choice is the one nobody asks: 450 drawn programs")
{
	uint64_t asked = 0, steps = 0;

	for (unsigned seed = 0; seed < 450; seed++) {
		random_program p = drawn_program(seed);
		sim::natural_strategy natural;
		attentive always;
		const outcome a = support::run_once(drawn_machine(seed), p, natural, &p);
		const outcome b = support::run_once(drawn_machine(seed), p, always, &p);

		INFO("seed " << seed);
		REQUIRE((a.trace == b.trace));
		REQUIRE((a == b));
		asked += always.asked;
		steps += a.steps;
	}
	CHECK(asked >= steps);
	CHECK(steps > 20000); // the programs do something
}

TEST_CASE("an execution cut into pieces of n choices is the whole one: 180 drawn programs")
{
	for (unsigned seed = 0; seed < 180; seed++) {
		random_program p = drawn_program(seed);
		sim::natural_strategy natural;
		const outcome whole = support::run_once(drawn_machine(seed), p, natural, &p);
		sim::machine m(drawn_machine(seed), natural);
		support::text_sink sink;

		m.set_hooks(&p);
		m.set_sink(&sink);
		m.start(p);
		for (uint64_t n = 1 + seed % 7, until = n; !m.run(until); until += n)
			REQUIRE(m.state().steps == until);
		INFO("seed " << seed);
		REQUIRE((support::outcome_of(m, sink) == whole));
	}
}

TEST_CASE("a machine that ran other programs before runs the next as a new one does")
{
	for (unsigned seed = 0; seed < 60; seed++) {
		random_program p = drawn_program(seed), other = drawn_program(seed + 9);
		sim::natural_strategy natural;
		const outcome fresh = support::run_once(drawn_machine(seed), p, natural, &p);
		sim::replay_strategy nothing({});
		sim::machine m(drawn_machine(seed), nothing);
		support::text_sink sink;

		m.set_hooks(&other);
		m.start(other);
		m.run(seed * 5);
		m.set_hooks(&p);
		m.set_sink(&sink);
		m.start(p);
		m.run();
		INFO("seed " << seed);
		REQUIRE((support::outcome_of(m, sink) == fresh));
	}
}

TEST_CASE("what a random strategy did is replayed from its recorded schedule: 450 drawn programs")
{
	uint64_t deviations = 0;

	for (unsigned seed = 0; seed < 450; seed++) {
		random_program p = drawn_program(seed);
		random_strategy wild(seed, 1 + seed % 5);
		sim::recording_strategy recorder(wild);
		const outcome first = support::run_once(drawn_machine(seed), p, recorder, &p);
		const sim::schedule s = recorder.recorded(first.steps, first.taken);
		sim::schedule read;
		std::string error;
		size_t at = 0;

		INFO("seed " << seed << " " << sim::to_string(s));
		REQUIRE(sim::parse_schedule(sim::to_string(s), read, error, at));
		sim::replay_strategy replay(read);
		const outcome again = support::run_once(drawn_machine(seed), p, replay, &p);
		REQUIRE(replay.diverged_at() == sim::NEVER);
		REQUIRE((again.trace == first.trace));
		REQUIRE((again == first));
		deviations += s.deviations.size();
	}
	CHECK(deviations > 3000);
}

TEST_CASE("every scenario of the library is the same when it is asked at every choice")
{
	for (const support::library_entry &e : support::library()) {
		const sim::machine_config config = scenario::machine_config_of(e.scenario);
		scenario::program p(e.scenario);
		sim::natural_strategy natural;
		attentive always;
		const outcome a = support::run_once(config, p, natural, &kernel::hooks());
		const outcome b = support::run_once(config, p, always, &kernel::hooks());

		INFO(e.name);
		CHECK((a == b));
	}
}

TEST_CASE("random deviations in every scenario of the library are replayed, 10 times each")
{
	for (const support::library_entry &e : support::library()) {
		sim::machine_config config = scenario::machine_config_of(e.scenario);
		scenario::program p(e.scenario);

		config.steps_max = std::min<uint64_t>(config.steps_max, 5000);
		for (unsigned seed = 0; seed < 10; seed++) {
			random_strategy wild(seed, 2 + seed * 4);
			sim::recording_strategy recorder(wild);
			const outcome first =
				support::run_once(config, p, recorder, &kernel::hooks());
			sim::replay_strategy replay(recorder.recorded(first.steps, first.taken));
			const outcome again =
				support::run_once(config, p, replay, &kernel::hooks());

			INFO(e.name << " seed " << seed);
			CHECK(replay.diverged_at() == sim::NEVER);
			CHECK((again == first));
		}
	}
}

TEST_CASE("a schedule that was tampered with stops where it differs, and says so")
{
	unsigned tampered = 0;

	for (unsigned seed = 0; seed < 120; seed++) {
		random_program p = drawn_program(seed);
		random_strategy wild(seed, 4);
		sim::recording_strategy recorder(wild);
		const outcome first = support::run_once(drawn_machine(seed), p, recorder, &p);
		sim::schedule s = recorder.recorded(first.steps, first.taken);

		if (s.deviations.empty())
			continue;
		const size_t which = seed % s.deviations.size();
		s.deviations[which].check ^= 0x100;
		sim::replay_strategy replay(s);
		support::run_once(drawn_machine(seed), p, replay, &p);
		INFO("seed " << seed << " " << sim::to_string(s));
		REQUIRE(replay.diverged_at() == s.deviations[which].number);
		tampered++;
	}
	CHECK(tampered > 60);
}

TEST_CASE("an answer that is not offered ends the replay, and what follows is natural")
{
	support::journal j;
	small_program p;

	p.task(0, writer(j, 'a', 3)).task(1, writer(j, 'b', 3));
	sim::natural_strategy natural;
	const sim::machine_config config = support::small_machine(2);
	const outcome untouched = support::run_once(config, p, natural);
	sim::schedule s;

	s.deviations = { { 0, 9, 0 }, { 2, 1, 0 } };
	sim::replay_strategy replay(s);
	CHECK(support::run_once(config, p, replay) == untouched);
	CHECK(replay.diverged_at() == 0);
}

// To start is a choice of its own, which no other task can see: n operations are n + 1 choices.
constexpr uint64_t two_of[] = { 1, 2, 6, 20, 70, 252 }; // C(2n,n)

TEST_CASE("two tasks of n operations, each on its own CPU, have C(2n,n) interleavings")
{
	for (unsigned n = 1; n <= 4; n++) {
		support::journal j;
		small_program p;

		p.task(0, writer(j, 'a', n)).task(1, writer(j, 'b', n));
		const counted found =
			all_executions(support::small_machine(2, preemption::full), p, j);
		INFO("n " << n);
		CHECK(found.orders.size() == two_of[n]);
		CHECK(found.executions == two_of[n + 1]);
	}
}

TEST_CASE("three tasks of two operations on three CPUs have 6! / 2!^3 interleavings")
{
	support::journal j;
	small_program p;

	p.task(0, writer(j, 'a', 2)).task(1, writer(j, 'b', 2)).task(2, writer(j, 'c', 2));
	const counted found = all_executions(support::small_machine(3), p, j);
	CHECK(found.orders.size() == 90);
	CHECK(found.executions == 1680); // 9! / 3!^3: with their starts
}

TEST_CASE("two tasks of n operations on one CPU have C(2n,n) interleavings under full preemption")
{
	for (unsigned n = 1; n <= 4; n++) {
		support::journal j;
		small_program p;

		p.task(0, writer(j, 'a', n)).task(0, writer(j, 'b', n));
		const counted found =
			all_executions(support::small_machine(1, preemption::full), p, j);
		INFO("n " << n);
		CHECK(found.orders.size() == two_of[n]);
		CHECK(found.executions == two_of[n + 1]);
	}
}

TEST_CASE("on one CPU without preemption the first task runs to its end")
{
	for (preemption model : { preemption::none, preemption::voluntary }) {
		support::journal j;
		small_program p;

		p.task(0, writer(j, 'a', 3)).task(0, writer(j, 'b', 3));
		const counted found = all_executions(support::small_machine(1, model), p, j);

		CHECK(found.orders.count("aaabbb") == 1);
		for (const std::string &order : found.orders)
			CHECK((order == "aaabbb" || order == "bbbaaa"));
	}
}

TEST_CASE("two tasks with a critical section of two operations have two orders of their sections")
{
	support::journal j;
	small_program p;
	const auto body = [&j](char mark) {
		return [&j, mark](sim::machine &m) {
			uint64_t *lock = word(m, 1);

			m.step_when(access::lock, lock, support::HERE, [lock] { return !*lock; });
			*lock = 1;
			j.add(mark);
			m.step(access::unlock, lock, support::HERE);
			*lock = 0;
			j.add(mark);
		};
	};

	p.task(0, body('a')).task(1, body('b'));
	CHECK(all_executions(support::small_machine(2), p, j).orders ==
	      std::set<std::string>{ "aabb", "bbaa" });
}

TEST_CASE("between two sections that nobody can interrupt others may come in, on a free machine")
{
	for (const bool irqs : { false, true }) {
		support::journal j;
		small_program p;
		const auto sections = [&j, irqs](char mark, unsigned n) {
			return [&j, irqs, mark, n](sim::machine &m) {
				for (unsigned i = 0; i < n; i++) {
					irqs ? m.irq_disable() : m.preempt_disable();
					for (unsigned k = 0; k < 2; k++) {
						m.step(access::write, word(m, 0), support::HERE);
						j.add(mark);
					}
					irqs ? m.irq_enable() : m.preempt_enable();
				}
			};
		};
		sim::machine_config config = support::small_machine(1, preemption::full);

		config.free = true;
		p.task(0, sections('a', 2)).task(0, sections('b', 1));
		CHECK(all_executions(config, p, j).orders ==
		      std::set<std::string>{ "aaaabb", "aabbaa", "bbaaaa" });
	}
}

TEST_CASE("every value of a choice is tried, and each belongs to its task")
{
	support::journal j;
	small_program p;

	p.task(0, [&j](sim::machine &m) {
		j.add(static_cast<char>('0' + m.value(3, support::HERE)));
		j.add(static_cast<char>('0' + m.value(2, support::HERE)));
	});
	const counted found = all_executions(support::small_machine(1), p, j);
	CHECK(found.executions == 6);
	CHECK(found.orders == std::set<std::string>{ "00", "01", "10", "11", "20", "21" });
}

TEST_CASE("the table of strategies is found by name, and says what each takes")
{
	std::set<std::string> names;

	for (const sim::strategy_row &s : sim::strategy_table()) {
		CHECK(names.insert(s.name).second);
		CHECK(sim::find_strategy(s.name) == &s);
		CHECK(*s.what);
		CHECK(sim::takes(s, "executions") >= sim::takes(s, "seed"));
		CHECK(sim::is_search(s) == sim::takes(s, "steps"));
		CHECK(!sim::takes(s, ""));
	}
	for (const sim::strategy_row &s : sim::decorator_table())
		CHECK(names.insert(s.name).second);
	CHECK(sim::find_strategy("none") == nullptr);
	CHECK(sim::takes(*sim::find_strategy("pct"), "depth"));
	CHECK(sim::takes(*sim::find_strategy("pct"), "seed"));
	CHECK(!sim::takes(*sim::find_strategy("pct"), "dept"));
	CHECK(!sim::takes(*sim::find_strategy("random"), "depth"));
	CHECK(!sim::find_strategy("random")->unbounded);
	CHECK(sim::find_strategy("replay")->unbounded);
}
