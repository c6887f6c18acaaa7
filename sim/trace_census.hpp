// SPDX-License-Identifier: GPL-2.0-only
// Counts the different Mazurkiewicz traces among executions, and estimates what was not seen.
// It must not know the machine, nor which strategy brings the executions about.
#pragma once
#include <algorithm>
#include <vector>
#include "sim/choice.hpp"
#include "sim/id_table.hpp"

namespace sim {

// A hash of an execution that is the same for all orders of its steps that differ only in the
// order of steps that do not conflict. Each step is named by what came before it: its context's
// last step, and for each object it touches the last step that wrote it and, if it writes itself,
// all that have read it since; besides by what it touches and the values its context was given. A
// trace is the sum over contexts of their last steps' names.
class trace_hash {
public:
	void begin();
	void step(const option &taken);
	void value(uint32_t answer);		      // belongs to the last step
	void effects(std::span<const touch> of_last); // all of them; once, before the next step
	uint64_t end();

private:
	struct object {
		uint64_t written; // by which step
		uint64_t read;	  // since then: sum
	};

	uint64_t name_of_step();
	void finish_step();

	id_table<object> objects_;
	id_table<uint64_t> contexts_; // the last step of each
	uint64_t sum_ = 0;
	bool in_step_ = false; // the rest is of the step that is not finished yet
	context_id who_ = NO_CONTEXT;
	uint64_t values_ = 0;
	std::vector<touch> touches_;
};

// Of executions that were drawn independently of each other (random, pos, pct; for a portfolio the
// figures are those of the mixture). Chances are in millionths, rounded up.
class trace_census {
public:
	// Up to traces_max traces are counted exactly, in 32 bytes each at most. From then on only
	// those are kept whose hash begins with a 0 bit, then with two, and so on: a fair sample.
	explicit trace_census(uint64_t traces_max = uint64_t{ 1 } << 22);
	// True: the trace is new (or not in the sample).
	bool add(uint64_t hash);
	// As if the executions of another, with the same traces_max, had been added one by one.
	void add(const trace_census &other);
	// f(hash, times) for each that is kept; 3 times stand for oftener.
	template <class F> void for_each(F f) const
	{
		for (const uint64_t slot : slots_)
			if (slot & TIMES)
				f(slot & ~TIMES, static_cast<unsigned>(slot & TIMES));
	}
	// What for_each() gave, put back: each hash once.
	void restore(uint64_t executions, unsigned sampled_bits);
	void put_back(uint64_t hash, unsigned times) { count(hash & ~TIMES, times); }

	unsigned sampled_bits() const { return sampled_bits_; }
	uint64_t executions() const { return executions_; }
	bool is_exact() const { return !sampled_bits_; }
	uint64_t traces() const { return kept_ << sampled_bits_; }
	uint64_t seen_once() const { return once_ << sampled_bits_; }
	uint64_t seen_twice() const { return twice_ << sampled_bits_; }

	// Good-Turing: the chance that the next execution is one that was not seen yet is about
	// f1 / n, with f1 = seen_once(), n = executions().
	uint64_t unseen_ppm() const;
	// With 95 % confidence that chance is below f1 / n + (1 + sqrt 2) sqrt(ln(2 / 0.05) / n):
	// f1 / n is within sqrt(2 ln(2 / d) / n) of its mean (McDiarmid: one execution changes f1
	// by 2 at most), the chance within sqrt(ln(2 / d) / n) of its own, which is no larger
	// (McAllester, Ortiz, 2003); d = 0.05. From a sample it is only an estimate, as if n were
	// the size of the sample.
	uint64_t unseen_at_most_ppm() const;
	// Chao: at least about f1 (f1 - 1) / (2 (f2 + 1)) traces were not seen.
	uint64_t unseen_traces() const;

private:
	static constexpr uint64_t TIMES = 3;

	bool count(uint64_t key, uint64_t times);
	void put(uint64_t key_and_times);
	void rehash(size_t slots);
	void tally(uint64_t times, bool more);

	uint64_t traces_max_;
	uint64_t executions_ = 0;
	uint64_t kept_ = 0, once_ = 0, twice_ = 0;
	unsigned sampled_bits_ = 0;
	std::vector<uint64_t> slots_; // hash, in its two low bits: seen once, twice, oftener
};

// Asks another strategy and takes the census of its executions.
class census_strategy final : public strategy {
public:
	census_strategy(strategy &inner, trace_census &census) : inner_(inner), census_(&census) {}
	void count_in(trace_census &census) { census_ = &census; }
	needs needed() const override { return std::max(needs::options, inner_.needed()); }
	uint32_t choose(const choice &) override;
	void stuck(std::span<const option> blocked) override { inner_.stuck(blocked); }
	bool next_execution(const verdict &) override;

	// Of the execution that has ended last.
	uint64_t last_trace() const { return last_trace_; }

private:
	strategy &inner_;
	trace_census *census_;
	trace_hash hash_;
	uint64_t last_trace_ = 0;
};

} // namespace sim
