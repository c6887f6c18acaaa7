// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/machine.hpp: how an execution ends, findings, slots that are used again, and what
// the engine refuses.
// Must not know the kernel.
#include "sim/machine.hpp"

#include <doctest/doctest.h>
#include "tests/support_child.hpp"
#include "tests/support_program.hpp"

namespace {

using sim::access;
using sim::ending;
using sim::machine;
using support::HERE;
using support::journal;
using support::small_machine;
using support::small_program;
using support::word;

void touch(machine &m)
{
	m.step(access::write, word(m, 0), HERE);
}

} // namespace

TEST_CASE("an execution is finished, or a deadlock if the program says so")
{
	for (bool unfinished : { false, true }) {
		small_program p;
		sim::natural_strategy natural;

		p.task(0, [](machine &m) { m.sleep(); });
		p.claims_unfinished = unfinished;
		CHECK(support::run_once(small_machine(), p, natural).how ==
		      (unfinished ? ending::deadlock : ending::finished));
	}
}

TEST_CASE("a bound on steps or on time ends an execution and is said")
{
	small_program p;
	sim::natural_strategy natural;
	sim::machine_config steps = small_machine(), time = small_machine();

	p.task(0, [](machine &m) {
		for (;;)
			m.spend(1000, HERE);
	});
	steps.steps_max = 1000;
	time.time_max_ns = 5'000'000;
	const support::outcome a = support::run_once(steps, p, natural);
	const support::outcome b = support::run_once(time, p, natural);
	CHECK(a.how == ending::bound);
	CHECK(a.steps == 1001); // one more than it may have
	CHECK(b.how == ending::bound);
	CHECK(b.now_ns <= 5'000'000);
	CHECK(b.now_ns >= 4'990'000);
}

TEST_CASE("a report is kept and the execution goes on; a failure ends it")
{
	journal j;
	small_program p;
	sim::natural_strategy natural;
	machine m(small_machine(), natural);

	p.task(0, [&j](machine &m) {
		for (int i = 0; i < 20; i++)
			m.report(sim::finding_kind::warn, "first", "something is odd");
		touch(m);
		j.add('a');
		m.fail(sim::finding_kind::bug, "second", "cannot go on");
	});
	m.start(p);
	m.run();
	CHECK(j.text() == "a");
	CHECK(m.state().how == ending::failed);
	CHECK(m.state().findings_count == 21);
	REQUIRE(m.findings().size() == sim::FINDINGS_MAX);
	const sim::finding &f = m.findings().front();
	CHECK(f.kind == sim::finding_kind::warn);
	CHECK(f.who == small_program::nth(m, 0).id);
	CHECK(std::string(f.function) == "first");
	CHECK(std::string(f.text) == "something is odd");
}

TEST_CASE("a finding's text is cut, not overrun")
{
	static const std::string text(500, 'x');
	small_program p;
	sim::natural_strategy natural;
	machine m(small_machine(), natural);

	p.task(0, [](machine &m) { m.report(sim::finding_kind::warn, "f", text.c_str()); });
	m.start(p);
	m.run();
	REQUIRE(m.findings().size() == 1);
	CHECK(std::string(m.findings()[0].text) == text.substr(0, sizeof(sim::finding::text) - 1));
}

TEST_CASE("slots of finished contexts are used again, and there are never more than are needed")
{
	small_program p;
	sim::natural_strategy natural;
	machine m(small_machine(), natural);
	static uint64_t ended;
	const auto child = [](void *) {
		touch(*sim::this_machine);
		ended++;
		sim::this_machine->finish();
	};

	ended = 0;
	p.task(0, [child](machine &m) {
		for (int i = 0; i < 10000; i++) {
			m.enqueue(*m.create(child, nullptr, nullptr), 0);
			m.yield(false);
		}
	});
	m.start(p);
	m.run();
	CHECK(ended == 10000);
	CHECK(m.state().how == ending::finished);
	CHECK(m.state().contexts_used < 100);
	CHECK(m.state().contexts_live == 1); // the interrupt context
}

TEST_CASE("a context that never ran can be taken back")
{
	small_program p;
	sim::natural_strategy natural;
	machine m(small_machine(), natural);

	p.task(0, [](machine &m) {
		for (int i = 0; i < 1000; i++) {
			m.discard(*m.create([](void *) {}, nullptr, nullptr));
			touch(m);
		}
	});
	m.start(p);
	m.run();
	CHECK(m.state().how == ending::finished);
	CHECK(m.state().contexts_live == 1);
	CHECK(m.state().contexts_used < 100);
}

TEST_CASE("too many contexts, a full stack and an answer that was not offered end the program")
{
	const auto many = support::in_child([] {
		small_program p;
		sim::natural_strategy natural;

		p.then([](machine &m) {
			for (;;)
				m.create([](void *) {}, nullptr, nullptr);
		});
		support::run_once(small_machine(), p, natural);
	});
	const auto deep = support::in_child([] {
		struct recursion {
			static int go(machine &m, int depth)
			{
				// Through a pointer, or a compiler makes it a loop.
				int (*volatile again)(machine &, int) = go;
				volatile char local[200];

				local[0] = static_cast<char>(depth);
				m.spend(10, HERE);
				return depth > 10000 ? 0 : again(m, depth + 1) + local[0];
			}
		};
		small_program p;
		sim::natural_strategy natural;

		p.task(0, [](machine &m) { recursion::go(m, 0); });
		support::run_once(small_machine(), p, natural);
	});
	const auto wrong = support::in_child([] {
		struct liar final : sim::strategy {
			uint32_t choose(const sim::choice &c) override { return c.count; }
			bool next_execution(const sim::verdict &) override { return false; }
		} strategy;
		small_program p;

		p.task(0, touch);
		support::run_once(small_machine(), p, strategy);
	});

	CHECK(many.aborted);
	CHECK_MESSAGE(many.said.find("more than 256 contexts") != std::string::npos, many.said);
	CHECK(deep.aborted);
	CHECK_MESSAGE(deep.said.find("stack of context 1 is full") != std::string::npos, deep.said);
	CHECK(wrong.aborted);
	CHECK_MESSAGE(wrong.said.find("chose") != std::string::npos, wrong.said);
}
