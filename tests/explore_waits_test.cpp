// SPDX-License-Identifier: GPL-2.0-only
// Tests of leaving out steps that only wait: executions come to the same ends without them, unless
// the search says that it has begun again with them; and what is left out is what it promises.
// Must not know the kernel.
#include "sim/explore_waits.hpp"
#include <doctest/doctest.h>
#include <set>
#include "sim/explore_exhaustive.hpp"
#include "sim/plan_dpor.hpp"
#include "tests/support_executions.hpp"
#include "tests/support_spins.hpp"
#include "tests/support_toy_machine.hpp"
#include "tests/support_toy_programs.hpp"
#include "tests/support_toy_random.hpp"

namespace {

using support::all_of;
using support::counts;
using support::met;

met by_brute_force(const sim::machine_config &config, sim::program &p, const sim::hooks *h,
		   bool with_waits, uint64_t executions_max)
{
	sim::exhaustive_strategy all;
	sim::without_waits some(all);
	sim::strategy &s = with_waits ? static_cast<sim::strategy &>(all) : some;

	return all_of(config, p, h, s, executions_max, [] { return counts::yes; });
}

struct searched : met {
	sim::dpor_counts of;
	bool began_again;
};

met by_dpor(const sim::machine_config &config, sim::program &p, const sim::hooks *h)
{
	sim::dpor_strategy s;

	return all_of(config, p, h, s, sim::NEVER,
		      [&] { return s.is_wasted() ? counts::no : counts::yes; });
}

searched by_search(const sim::machine_config &config, sim::program &p, const sim::hooks *h)
{
	sim::dpor_search s;
	bool told = false;
	searched r;

	static_cast<met &>(r) = all_of(config, p, h, s, sim::NEVER, [&] {
		if (s.began_again() && !told)
			return told = true, counts::nothing_so_far;
		return s.dpor().is_wasted() ? counts::no : counts::yes;
	});
	r.of = s.dpor().counts();
	r.began_again = s.began_again();
	return r;
}

struct tally {
	bool loses_orders = false; // behind findings
	uint64_t compared = 0, again = 0, fewer = 0, executions = 0, blocked = 0;
};

// One program: by all executions, by the search, and without these steps by all that are left.
void compare(const sim::machine_config &config, sim::program &p, const sim::hooks *h, tally &t)
{
	const met all = by_brute_force(config, p, h, true, 6000);

	if (all.cut)
		return;
	const searched found = by_search(config, p, h);
	t.compared++;
	t.again += found.began_again;
	if (found.began_again) {
		const met whole = by_dpor(config, p, h);

		CHECK((found.traces == whole.traces));
		CHECK((found.ends == whole.ends));
		CHECK(found.executions == whole.executions);
		CHECK((found.ends == all.ends));
		if (!t.loses_orders) {
			CHECK((found.traces == all.traces));
			CHECK(found.repeated == 0);
			CHECK(found.of.diverged == 0);
		}
		return;
	}
	const met some = by_brute_force(config, p, h, false, sim::NEVER);
	CHECK((found.ends == all.ends));
	CHECK((found.ends == some.ends));
	if (!t.loses_orders) {
		CHECK((found.traces == some.traces));
		CHECK(found.repeated == 0);
		CHECK(found.of.diverged == 0);
	}
	t.fewer += found.traces.size() < all.traces.size();
	t.executions += found.executions;
	t.blocked += found.of.blocked;
}

uint64_t programs_wanted(uint64_t few)
{
	const char *many = std::getenv("KTHREADSIM_TEST_PROGRAMS");

	return many ? std::strtoull(many, nullptr, 10) : few;
}

tally compare_drawn(unsigned features, uint64_t from, uint64_t to)
{
	tally t;

	for (uint64_t seed = from; seed < to; seed++) {
		support::spin_program p =
			support::spin_program::drawn(seed, 1 + seed % 3, features);

		CAPTURE(features);
		CAPTURE(seed);
		compare(p.config(), p, nullptr, t);
	}
	return t;
}

using support::spin_task;
using code = support::spin_deed::code;

// Whether the search begins again; either way it has to find all there is.
searched check_by_hand(unsigned cpus, const std::vector<spin_task> &tasks)
{
	support::spin_program p(cpus, tasks);
	const met all = by_brute_force(p.config(), p, nullptr, true, sim::NEVER);
	searched found = by_search(p.config(), p, nullptr);

	CHECK((found.ends == all.ends));
	CHECK(found.of.diverged == 0);
	CHECK(found.traces.size() <= all.traces.size());
	return found;
}

spin_task on(sim::cpu_id cpu, std::vector<support::spin_deed> deeds)
{
	return { cpu, false, std::move(deeds) };
}

// Takes a lock that others have, on CPU 0.
spin_task waiter()
{
	return on(0, { { code::lock, 0 }, { code::unlock, 0 } });
}

} // namespace

TEST_CASE("programs of spin locks come to the same ends without steps that only wait")
{
	using namespace support;
	tally all;

	for (const unsigned features :
	     { 0u, unsigned{ SPIN_NESTED }, unsigned{ SPIN_GUARDS }, unsigned{ SPIN_LOOKS },
	       unsigned{ SPIN_PASSES }, unsigned{ SPIN_SLEEPS }, unsigned{ SPIN_LOOSE },
	       unsigned{ SPIN_IRQS }, unsigned{ SPIN_REAL_TIME }, unsigned{ SPIN_NO_PREEMPTION },
	       SPIN_NESTED | SPIN_IRQS | SPIN_PASSES, SPIN_GUARDS | SPIN_LOOSE | SPIN_SLEEPS,
	       unsigned{ SPIN_BORROWS }, SPIN_BORROWS | SPIN_NESTED | SPIN_IRQS,
	       SPIN_NESTED | SPIN_GUARDS | SPIN_LOOKS | SPIN_NO_PREEMPTION, 511u,
	       1023u & ~unsigned{ SPIN_REAL_TIME } }) {
		const tally t = compare_drawn(features, 0, programs_wanted(200));

		INFO("features " << features);
		CHECK(t.compared * 10 > programs_wanted(200) * 9);
		if (features == 0 || features == SPIN_IRQS)
			CHECK(t.again == 0);
		if (!(features & (SPIN_GUARDS | SPIN_PASSES)))
			CHECK(t.blocked * 100 <= t.executions);
		all.compared += t.compared;
		all.again += t.again;
		all.fewer += t.fewer;
	}
	CHECK(all.fewer * 20 > all.compared);
	CHECK(all.again * 10 > all.compared);
	CHECK(all.again * 2 < all.compared);
}

TEST_CASE("a step that touches more than was planned with stands for less than was thought")
{
	CHECK(compare_drawn(support::SPIN_SLEEPS, 455, 456).again == 1);
}

TEST_CASE("who waited for a lock may touch more where it is free: such races are looked at again")
{
	using namespace support;
	CHECK(compare_drawn(SPIN_BORROWS | SPIN_NESTED | SPIN_IRQS, 2051, 2052).again == 1);
}

TEST_CASE("what was planned beside a step that has to go first comes after it")
{
	CHECK(compare_drawn(support::SPIN_SLEEPS, 3266, 3267).compared == 1);
}

TEST_CASE("the toy's programs come to the same ends without steps that only wait")
{
	using namespace toy;
	tally t;

	for (const unsigned features :
	     { unsigned{ SPINS }, LOCKS | SPINS | EFFECTS, LOCKS | SPINS | EFFECTS | BORROWS,
	       SPINS | TIMERS | SLEEPS,
	       SPINS | FAILURES, ALL_FEATURES & ~FAILURES, unsigned{ ALL_FEATURES } }) {
		t.loses_orders = features & FAILURES;
		for (uint64_t seed = 0; seed < programs_wanted(60); seed++) {
			const toy::program p = toy::drawn(seed, features);
			toy::on_machine program(p, 1 + seed % 3);

			CAPTURE(features);
			CAPTURE(seed);
			compare(program.config(), program, &program, t);
		}
	}
	CHECK(t.again == 0);
	CHECK(t.fewer > 0);
}

TEST_CASE("who waits with a token and is seen by nobody is left out")
{
	const searched found = check_by_hand(
		2, { waiter(), on(0, { { code::write, 0, 1 } }),
		     on(1, { { code::lock, 0 }, { code::read, 0 }, { code::unlock, 0 } }) });

	CHECK(!found.began_again);
	CHECK(found.executions == 6);
}

TEST_CASE("a wait matters where somebody sees who has the token")
{
	CHECK(check_by_hand(
		      2, { waiter(),
			   on(1, { { code::lock, 0 }, { code::look, 0 }, { code::unlock, 0 } }) })
		      .began_again);
	// It fails whatever it has seen, so the lock is never free again.
	CHECK(check_by_hand(2, { waiter(),
				 on(1, { { code::lock, 0 }, { code::look, 0 }, { code::fail } }) })
		      .began_again);
	// It waits for him to leave his CPU, who waits there for its lock.
	CHECK(check_by_hand(
		      2, { waiter(),
			   on(1, { { code::lock, 0 }, { code::pass, 0 }, { code::unlock, 0 } }) })
		      .began_again);
	// Without a lock, it keeps nobody back.
	CHECK(!check_by_hand(2, { waiter(), on(1, { { code::pass, 0 }, { code::write, 0, 1 } }),
				  on(1, { { code::lock, 0 }, { code::unlock, 0 } }) })
		       .began_again);
}

TEST_CASE("a wait matters where it keeps back for ever who could have ended it")
{
	CHECK(check_by_hand(
		      2,
		      { on(0, { { code::write, 0, 1 } }), waiter(),
			on(1, { { code::lock, 0 }, { code::wait, 0, 1 }, { code::unlock, 0 } }) })
		      .began_again);
	// Neither comes to an end, and who comes first on the CPU keeps it.
	const auto for_ever = [](sim::cpu_id cpu, uint32_t lock) {
		return on(cpu,
			  { { code::lock, lock }, { code::wait, 0, 1 }, { code::unlock, lock } });
	};
	CHECK(check_by_hand(2, { waiter(), for_ever(0, 2), for_ever(1, 0) }).began_again);
	// Two wait for each other, and a third for one of them.
	const auto nested = [](uint32_t first, uint32_t second) {
		return on(static_cast<sim::cpu_id>(1 + first), { { code::lock, first },
								 { code::lock, second },
								 { code::unlock, second },
								 { code::unlock, first } });
	};
	CHECK(check_by_hand(
		      3, { waiter(), on(0, { { code::write, 0, 1 } }), nested(0, 1), nested(1, 0) })
		      .began_again);
}

TEST_CASE("a wait matters where he who has the lock has no token")
{
	CHECK(check_by_hand(1, { waiter(), on(0, { { code::loose_lock, 0 },
						   { code::write, 0, 1 },
						   { code::loose_unlock, 0 } }) })
		      .began_again);
	CHECK(check_by_hand(2,
			    { waiter(), on(0, { { code::wake, 2 } }),
			      on(1, { { code::lock, 0 }, { code::sleep }, { code::unlock, 0 } }) })
		      .began_again);
}

// DPOR may lose ends there: see docs/search.md. But it knows that nothing may be left out.
TEST_CASE("a wait matters where a task comes that goes before all others")
{
	support::spin_program p(2, { on(0, { { code::lock, 0 },
					     { code::read, 0 },
					     { code::read, 1 },
					     { code::unlock, 0 } }),
				     { 0, true, { { code::sleep }, { code::write, 0, 1 } } },
				     on(1, { { code::lock, 0 },
					     { code::write, 1, 1 },
					     { code::wake, 1 },
					     { code::unlock, 0 } }) });
	const met all = by_brute_force(p.config(), p, nullptr, true, sim::NEVER);
	const met some = by_brute_force(p.config(), p, nullptr, false, sim::NEVER);

	CHECK(some.ends.size() < all.ends.size());
	CHECK(by_search(p.config(), p, nullptr).began_again);
}
