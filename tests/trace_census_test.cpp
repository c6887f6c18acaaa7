// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/trace_census.hpp: known numbers of traces, and what is said about unseen ones.
// Must not know how the hash is computed.
#include "sim/trace_census.hpp"

#include <cmath>
#include <doctest/doctest.h>
#include <map>
#include <set>
#include "sim/explore_pos.hpp"
#include "sim/explore_random.hpp"
#include "tests/support_script_programs.hpp"

namespace {

// Every execution, by brute force.
sim::trace_census full_census(const script::program &p)
{
	script::odometer all;
	sim::trace_census census;
	sim::census_strategy counting(all, census);

	script::explore(p, counting);
	return census;
}

template <class S> uint64_t drawn_traces(const script::program &p, uint64_t executions)
{
	S inner(7, executions);
	sim::trace_census census;
	sim::census_strategy counting(inner, census);

	CHECK(script::explore(p, counting) == executions);
	CHECK(census.executions() == executions);
	CHECK(census.is_exact());
	return census.traces();
}

} // namespace

TEST_CASE("all executions of small programs have as many traces as is known")
{
	CHECK(full_census(script::store_buffering()).traces() == 3);
	CHECK(full_census(script::readers(1)).traces() == 2);
	CHECK(full_census(script::readers(5)).traces() == 32);
	CHECK(full_census(script::ainc(4)).traces() == 24);
	CHECK(full_census(script::binc(3)).traces() == 36);
	CHECK(full_census(script::casw(2)).traces() == 6);
	CHECK(full_census(script::casw(3)).traces() == 66);
	CHECK(full_census(script::casw(4)).traces() == 1200);
	CHECK(full_census(script::wcas(4)).traces() == 33);
	CHECK(full_census(script::nwriters(4)).traces() == 120);
	CHECK(full_census(script::lockinc(4)).traces() == 24);
	CHECK(full_census(script::mutexinc(3)).traces() == 90);
	CHECK(full_census(script::philosophers(3)).traces() == 7);
	CHECK(full_census(script::fib(2)).traces() == 19);
	CHECK(full_census(script::fib(3)).traces() == 141);
	CHECK(full_census(script::writers(4, 2, false)).traces() == 1);
	CHECK(full_census(script::writers(2, 4, true)).traces() == 70);
}

TEST_CASE("drawn executions reach exactly the known number of traces")
{
	CHECK(drawn_traces<sim::random_strategy>(script::store_buffering(), 100) == 3);
	CHECK(drawn_traces<sim::random_strategy>(script::readers(8), 20'000) == 256);
	CHECK(drawn_traces<sim::random_strategy>(script::mutexinc(3), 5'000) == 90);
	CHECK(drawn_traces<sim::random_strategy>(script::fib(3), 20'000) == 141);
	CHECK(drawn_traces<sim::random_strategy>(script::indexer(11), 50) == 1);
	CHECK(drawn_traces<sim::random_strategy>(script::filesystem(15), 200) == 4);
	CHECK(drawn_traces<sim::pos_strategy>(script::readers(8), 20'000) == 256);
	CHECK(drawn_traces<sim::pos_strategy>(script::lastzero(5), 10'000) == 64);
	CHECK(drawn_traces<sim::pos_strategy>(script::lastzero(6), 50'000) == 144);
	CHECK(drawn_traces<sim::pos_strategy>(script::philosophers(5), 5'000) == 31);
	CHECK(drawn_traces<sim::pos_strategy>(script::fib(4), 100'000) == 1107);
	CHECK(drawn_traces<sim::pos_strategy>(script::indexer(12), 1'000) == 8);
}

TEST_CASE("what a step touched unannounced, and values, tell traces apart")
{
	script::program hidden, seen;

	for (unsigned t = 0; t < 3; t++) {
		hidden.threads.push_back(
			[t]() -> script::thread { co_await script::write_unannounced(0, t); });
		seen.threads.push_back([]() -> script::thread {
			co_await script::nothing();
			co_await script::value(3);
			co_await script::value(2);
		});
	}
	CHECK(full_census(hidden).traces() == 6);
	CHECK(full_census(seen).traces() == 6 * 6 * 6);
}

TEST_CASE("two executions have one hash if and only if conflicting steps come in the same order")
{
	// The words are told apart, and so are a lock that was waited for and one that was not.
	for (const script::program &p :
	     { script::fib(2), script::casw(3), script::philosophers(3) }) {
		script::odometer all;
		sim::trace_census census;
		sim::census_strategy counting(all, census);
		struct recorder final : sim::strategy {
			explicit recorder(sim::strategy &i) : inner(i) {}
			uint32_t choose(const sim::choice &c) override
			{
				const uint32_t answer = inner.choose(c);

				steps.push_back(c.options[answer]);
				return answer;
			}
			bool next_execution(const sim::verdict &v) override
			{
				return inner.next_execution(v);
			}
			sim::strategy &inner;
			std::vector<sim::option> steps;
		} recording(counting);
		// Which pairs of conflicting steps there are, each as (context, n-th), in order.
		using pair = std::array<unsigned, 4>;
		std::map<std::set<pair>, uint64_t> hash_of;
		std::set<uint64_t> hashes;

		for (bool more = true; more;) {
			script::engine e(p, recording);

			recording.steps.clear();
			const sim::verdict v = e.run();
			std::set<pair> order;
			std::vector<unsigned> nth;
			std::map<unsigned, unsigned> count;

			for (const sim::option &o : recording.steps)
				nth.push_back(count[o.who]++);
			for (size_t i = 0; i < nth.size(); i++) {
				const sim::option &a = recording.steps[i];

				order.insert({ a.who, nth[i], a.who, nth[i] });
				for (size_t j = i + 1; j < nth.size(); j++) {
					const sim::option &b = recording.steps[j];

					if (a.who != b.who && sim::conflict(a.next, b.next))
						order.insert({ a.who, nth[i], b.who, nth[j] });
				}
			}
			more = recording.next_execution(v);
			const uint64_t hash = counting.last_trace();
			hashes.insert(hash);
			REQUIRE(hash_of.emplace(order, hash).first->second == hash);
		}
		CHECK(hashes.size() == hash_of.size());
		CHECK(hashes.size() == census.traces());
	}
}

TEST_CASE("singletons, doubletons and the estimates are those of the formulas")
{
	sim::trace_census c;

	CHECK(c.unseen_ppm() == 1'000'000);
	CHECK(c.unseen_at_most_ppm() == 1'000'000);
	CHECK(c.unseen_traces() == 0);
	for (uint64_t i = 0; i < 100; i++)
		CHECK(c.add(i << 32 | 0xabc0) == true);
	for (uint64_t i = 0; i < 50; i++)
		CHECK(c.add(i << 32 | 0xabc0) == false);
	for (uint64_t i = 0; i < 20; i++)
		CHECK(c.add(i << 32 | 0xabc0) == false);
	for (uint64_t n = 170; n < 10'000; n++)
		c.add(0xabc0);
	CHECK(c.executions() == 10'000);
	CHECK(c.traces() == 100);
	CHECK(c.seen_once() == 50);
	CHECK(c.seen_twice() == 30);
	CHECK(c.unseen_ppm() == 5'000);
	CHECK(c.unseen_traces() == 50 * 49 / 62);
	// (1 + sqrt 2) sqrt(ln 40) / sqrt 10000 = 0.046368...
	CHECK(c.unseen_at_most_ppm() == 5'000 + 46'368 + 1);
}

TEST_CASE("the estimate of what is unseen is right on average, its bound in all but 5 % of cases")
{
	const script::program p = script::fib(3);
	std::map<uint64_t, double> chance_of;
	script::odometer all;
	sim::trace_census none;
	sim::census_strategy counting(all, none);

	for (bool more = true; more;) {
		script::engine e(p, counting);
		const sim::verdict v = e.run();
		const double chance = all.chance();

		more = counting.next_execution(v);
		chance_of[counting.last_trace()] += chance;
	}
	REQUIRE(chance_of.size() == 141);

	double estimated = 0, unseen = 0;
	unsigned below = 0;
	constexpr unsigned ROUNDS = 300, EXECUTIONS = 300;
	for (unsigned seed = 0; seed < ROUNDS; seed++) {
		sim::random_strategy random(seed, EXECUTIONS);
		sim::trace_census census;
		sim::census_strategy drawn(random, census);
		std::map<uint64_t, double> left = chance_of;
		double mass = 0;

		script::engine e(p, drawn);
		for (bool more = true; more;) {
			more = drawn.next_execution(e.run());
			left.erase(drawn.last_trace());
		}
		for (const auto &[hash, chance] : left)
			mass += chance;
		estimated += double(census.unseen_ppm()) / 1e6;
		unseen += mass;
		below += mass * 1e6 <= double(census.unseen_at_most_ppm());
	}
	CHECK(unseen / ROUNDS > 0.01);
	CHECK(std::abs(estimated - unseen) / ROUNDS < 0.003);
	CHECK(below >= ROUNDS * 95 / 100);
}

TEST_CASE("with too many traces to keep, a fair sample of them gives their number")
{
	sim::trace_census census(1000);
	uint64_t hash = 1;

	for (unsigned i = 0; i < 1000; i++)
		census.add(hash = hash * 0x9e3779b97f4a7c15 + 12345);
	CHECK(census.is_exact());
	CHECK(census.traces() == 1000);
	for (unsigned i = 1000; i < 100'000; i++)
		census.add(hash = hash * 0x9e3779b97f4a7c15 + 12345);
	CHECK(!census.is_exact());
	CHECK(census.executions() == 100'000);
	CHECK(census.traces() > 90'000);
	CHECK(census.traces() < 110'000);
	CHECK(census.seen_once() == census.traces());
	CHECK(census.unseen_ppm() > 900'000);
	for (unsigned i = 0, again = 1; i < 50'000; i++, again++) {
		hash = hash * 0x9e3779b97f4a7c15 + 12345;
		census.add(hash);
		census.add(hash);
	}
	CHECK(census.seen_twice() > 45'000);
	CHECK(census.seen_twice() < 55'000);
}

TEST_CASE("the census of parts is the census of the whole, exact or sampled")
{
	for (const uint64_t most : { 64u, 4096u }) {
		sim::trace_census whole(most), sum(most), put_back(most);

		for (uint64_t part = 0; part < 5; part++) {
			sim::trace_census alone(most);

			for (uint64_t i = 0; i < 400; i++) {
				const uint64_t hash = sim::mixed(i * i % 977 + part * (i % 3) + 1);

				whole.add(hash);
				alone.add(hash);
			}
			sum.add(alone);
		}
		put_back.restore(sum.executions(), sum.sampled_bits());
		sum.for_each(
			[&](uint64_t hash, unsigned times) { put_back.put_back(hash, times); });
		for (const sim::trace_census *c : { &sum, &put_back }) {
			CHECK(c->executions() == whole.executions());
			CHECK(c->sampled_bits() == whole.sampled_bits());
			CHECK(c->traces() == whole.traces());
			CHECK(c->seen_once() == whole.seen_once());
			CHECK(c->seen_twice() == whole.seen_twice());
		}
		CHECK(whole.is_exact() == (most == 4096));
	}
}
