// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/machine.hpp: who runs where and in which order.
// Must not know the kernel, nor what machine_time_test.cpp and machine_endings_test.cpp test.
#include "sim/machine.hpp"

#include <array>
#include <doctest/doctest.h>
#include "tests/support_program.hpp"

namespace {

using sim::context;
using sim::context_state;
using sim::machine;
using sim::preemption;
using support::HERE;
using support::journal;
using support::small_machine;
using support::small_program;
using support::word;

void touch(machine &m)
{
	m.step(sim::access::write, word(m, 0), HERE);
}

// Runs it in the natural order; what the tasks noted.
std::string noted(const sim::machine_config &config, small_program &p, const journal &j)
{
	sim::natural_strategy natural;

	support::run_once(config, p, natural);
	return j.text();
}

// Spends `ms` milliseconds of CPU time, one at a time, and marks each.
small_program::body worker(journal &j, char mark, unsigned ms, void (*between)(machine &))
{
	return [&j, mark, ms, between](machine &m) {
		for (unsigned i = 0; i < ms; i++) {
			m.spend(1'000'000, HERE);
			j.add(mark);
			between(m);
		}
	};
}

void nothing(machine &) {}

} // namespace

TEST_CASE("operations come in the order of their CPUs' times, equal ones by CPU number")
{
	struct seen {
		uint64_t at_ns;
		unsigned cpu;
	};
	static std::array<seen, 4096> all;
	size_t used = 0;
	small_program p;
	const sim::access kinds[] = { sim::access::read, sim::access::rmw, sim::access::write,
				      sim::access::none };

	for (unsigned cpu = 0; cpu < 4; cpu++)
		p.task(static_cast<sim::cpu_id>(cpu), [&used, &kinds, cpu](machine &m) {
			for (unsigned i = 0; i < 500; i++) {
				m.step(kinds[(i + cpu * 3) % (2 + cpu % 3)], word(m, cpu), HERE);
				all[used++] = { m.now_ns(), cpu };
			}
		});
	sim::natural_strategy natural;
	support::run_once(small_machine(4), p, natural);
	REQUIRE(used == 2000);
	for (size_t i = 1; i < used; i++)
		REQUIRE((all[i - 1].at_ns < all[i].at_ns ||
			 (all[i - 1].at_ns == all[i].at_ns && all[i - 1].cpu <= all[i].cpu)));
}

TEST_CASE("each operation costs what the table says")
{
	uint64_t at_ns[sim::ACCESS_KINDS + 1];
	small_program p;
	const sim::machine_config config = small_machine();

	p.task(0, [&at_ns](machine &m) {
		at_ns[0] = m.now_ns();
		for (unsigned k = 0; k < sim::ACCESS_KINDS; k++) {
			m.step(static_cast<sim::access>(k), word(m, 0), HERE);
			at_ns[k + 1] = m.now_ns();
		}
	});
	sim::natural_strategy natural;
	support::run_once(config, p, natural);
	CHECK(at_ns[0] == config.costs.idle_exit_ns + config.costs.switch_ns);
	for (unsigned k = 0; k < sim::ACCESS_KINDS; k++)
		CHECK(at_ns[k + 1] - at_ns[k] == config.costs.access_ns[k]);
}

TEST_CASE("real-time tasks run by priority, then the others; equal ones in the order they came")
{
	journal j;
	small_program p;
	const int prios[] = { 120, 20, 10, 20, 120 };

	for (char mark : { 'a', 'b', 'c', 'd', 'e' })
		p.sleeper(0, [&j, mark](machine &m) {
			touch(m);
			j.add(mark);
		});
	p.then([&prios](machine &m) {
		for (unsigned i = 0; i < 5; i++) {
			m.set_priority(small_program::nth(m, i), prios[i]);
			m.enqueue(small_program::nth(m, i), 0);
		}
	});
	CHECK(noted(small_machine(), p, j) == "cbdae");
}

TEST_CASE("a queued task whose priority changes is queued anew")
{
	journal j;
	small_program p;

	for (char mark : { 'a', 'b', 'c' })
		p.task(0, [&j, mark](machine &) { j.add(mark); });
	p.then([](machine &m) { m.set_priority(small_program::nth(m, 2), 50); });
	CHECK(noted(small_machine(), p, j) == "cab");
}

TEST_CASE("who has used less CPU time goes first when the CPU is given away")
{
	journal j;
	small_program p;
	const auto body = [&j](char mark, uint64_t ns, int turns) {
		return [&j, mark, ns, turns](machine &m) {
			for (int i = 0; i < turns; i++) {
				m.spend(ns, HERE);
				j.add(mark);
				m.yield(false);
			}
		};
	};

	p.task(0, body('a', 100'000, 3)).task(0, body('b', 30'000, 8));
	// b has 120 after four turns, and 210 or 220 when a has 200
	CHECK(noted(small_machine(), p, j) == "abbbbabbbab");
}

TEST_CASE("a slice ends at the first tick after 3 ms, and only under full preemption by itself")
{
	for (preemption model : { preemption::none, preemption::voluntary, preemption::full }) {
		journal j;
		small_program p;

		p.task(0, worker(j, 'a', 8, nothing)).task(0, worker(j, 'b', 8, nothing));
		const std::string text = noted(small_machine(1, model), p, j);

		if (model == preemption::full) // a tick every 4 ms; the switches cost a little
			CHECK(text == "aaabbbaaaabbbbab");
		else
			CHECK(text == "aaaaaaaabbbbbbbb");
	}
}

TEST_CASE("cond_resched gives way when the slice is over, other scheduling points not without "
	  "preemption")
{
	const auto asked = [](machine &m) { m.resched_point(true); };
	const auto other = [](machine &m) { m.resched_point(false); };

	for (preemption model : { preemption::none, preemption::voluntary }) {
		journal j, k;
		small_program p, q;

		p.task(0, worker(j, 'a', 6, asked)).task(0, worker(j, 'b', 6, asked));
		q.task(0, worker(k, 'a', 6, other)).task(0, worker(k, 'b', 6, other));
		CHECK(noted(small_machine(1, model), p, j) == "aaaabbbbaabb");
		CHECK(noted(small_machine(1, model), q, k) ==
		      (model == preemption::none ? "aaaaaabbbbbb" : "aaaabbbbaabb"));
	}
}

TEST_CASE(
	"a woken real-time task takes the CPU at once under full preemption, else when it is given")
{
	const auto text = [](preemption model, bool atomic) {
		journal j;
		small_program p;

		p.task(0, [&j, atomic](machine &m) {
			if (atomic)
				m.preempt_disable();
			touch(m);
			m.enqueue(small_program::nth(m, 1), 0);
			touch(m);
			j.add('a');
			if (atomic)
				m.preempt_enable();
			touch(m);
			j.add('b');
			m.resched_point(true);
			touch(m);
			j.add('c');
		});
		p.sleeper(0, [&j](machine &) { j.add('R'); });
		p.then([](machine &m) { m.set_priority(small_program::nth(m, 1), 10); });
		return noted(small_machine(1, model), p, j);
	};

	CHECK(text(preemption::full, false) == "Rabc");
	CHECK(text(preemption::full, true) == "aRbc");
	CHECK(text(preemption::voluntary, false) == "abRc");
	CHECK(text(preemption::none, false) == "abRc");
}

TEST_CASE("a task sleeps until it is queued, and its state says so all along")
{
	journal j;
	small_program p;

	p.task(0, [&j](machine &m) {
		j.add('s');
		m.sleep();
		j.add('w');
	});
	p.task(1, [&j](machine &m) {
		const context &other = small_program::nth(m, 0);

		m.spend(1'000'000, HERE);
		j.add(other.state == context_state::asleep && !other.on_cpu ? '1' : 'x');
		m.enqueue(small_program::nth(m, 0), 0);
		j.add(other.state == context_state::queued ? '2' : 'x');
		m.spend(1'000'000, HERE);
		j.add(other.state == context_state::finished ? '3' : 'x');
	});
	CHECK(noted(small_machine(2), p, j) == "s12w3");
}

TEST_CASE("a dequeued task can be queued on another CPU")
{
	journal j;
	small_program p;

	p.task(0, [&j](machine &m) {
		context &other = small_program::nth(m, 1);

		m.dequeue(other);
		j.add(other.state == context_state::asleep ? '1' : 'x');
		m.enqueue(other, 1);
		m.spend(1'000'000, HERE);
		j.add('a');
	});
	p.task(0, [&j](machine &m) { j.add(static_cast<char>('0' + m.this_cpu().id)); });
	CHECK(noted(small_machine(2), p, j) == "11a");
}

TEST_CASE("a woken task goes to its last CPU if idle, a near idle one, the least loaded; within "
	  "its mask")
{
	sim::machine_config config = small_machine(6);
	const uint8_t far[3] = { 10, 20, 30 };
	static std::array<sim::cpu_id, 8> picked;
	small_program p;

	config.nodes = 3; // of two CPUs each
	for (unsigned i = 0; i < 6; i++)
		config.node_of_cpu[i] = static_cast<uint8_t>(i / 2);
	for (unsigned a = 0; a < 3; a++)
		for (unsigned b = 0; b < 3; b++)
			config.distance[a][b] = far[a < b ? b - a : a - b];
	p.sleeper(0, [](machine &) {});
	for (sim::cpu_id cpu : { 1, 1, 1, 5 })
		p.task(cpu, [](machine &m) { m.spend(1'000'000, HERE); });
	p.task(0, [](machine &m) {
		context &c = small_program::nth(m, 0);
		size_t n = 0;
		const auto pick = [&](sim::cpu_id last, sim::cpu_mask among) {
			c.cpu = last;
			picked[n++] = m.select_cpu(c, among);
		};

		pick(4, 0x3f); // idle itself
		pick(5, 0x3f); // its neighbour
		pick(0, 0x3f); // node 0 is busy: the nearest node's first
		pick(0, 0x38);
		pick(0, 0x20);
		pick(1, 0x22); // both busy: CPU 5 has one task, CPU 1 three
		pick(1, 0x02);
		pick(1, 0);
	});
	sim::natural_strategy natural;
	support::run_once(config, p, natural);
	CHECK(picked == std::array<sim::cpu_id, 8>{ 4, 4, 2, 3, 5, 5, 1, sim::NO_CPU });
}
