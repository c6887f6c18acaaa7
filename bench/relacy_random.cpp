// SPDX-License-Identifier: GPL-2.0-only
// A peer: programs of bench/small_programs.hpp under Relacy's random scheduler. Prints the
// nanoseconds of an execution. Must not know the simulator.
#include "bench/measure.hpp"
#include <relacy/relacy.hpp>
#include <sstream>

namespace {

struct store_buffering : rl::test_suite<store_buffering, 2> {
	rl::atomic<int> word[2];

	void before()
	{
		word[0].store(0, rl::memory_order_relaxed);
		word[1].store(0, rl::memory_order_relaxed);
	}
	void thread(unsigned me)
	{
		word[me].store(1, rl::memory_order_seq_cst);
		word[1 - me].load(rl::memory_order_seq_cst);
	}
};

struct mutexes : rl::test_suite<mutexes, 3> {
	rl::mutex lock;

	void thread(unsigned)
	{
		for (int i = 0; i < 2; i++) {
			lock.lock($);
			lock.unlock($);
		}
	}
};

template <unsigned n> struct locked_increments : rl::test_suite<locked_increments<n>, n> {
	rl::mutex lock;
	rl::atomic<int> word;

	void before() { word.store(0, rl::memory_order_relaxed); }
	void thread(unsigned)
	{
		lock.lock($);
		word.store(word.load(rl::memory_order_seq_cst) + 1, rl::memory_order_seq_cst);
		lock.unlock($);
	}
};

template <class test> bool measure(uint64_t executions)
{
	std::ostringstream said;
	rl::test_params params;

	params.iteration_count = executions;
	params.output_stream = &said;
	params.progress_stream = &said;
	params.search_type = rl::sched_random;
	const uint64_t begin_ns = bench::now_ns();
	const bool well = rl::simulate<test>(params);
	const uint64_t end_ns = bench::now_ns();

	printf("ns=%.2f\n", double(end_ns - begin_ns) / double(executions));
	return well && params.stop_iteration == executions;
}

struct known_program {
	const char *name;
	bool (*measure)(uint64_t executions);
};
const known_program programs[] = {
	{ "sb", measure<store_buffering> },
	{ "mutexinc(3,2)", measure<mutexes> },
	{ "lockinc(2)", measure<locked_increments<2>> },
	{ "lockinc(3)", measure<locked_increments<3>> },
	{ "lockinc(4)", measure<locked_increments<4>> },
};

} // namespace

int main(int argc, char **argv)
{
	const uint64_t executions = argc == 3 ? strtoull(argv[2], nullptr, 10) : 0;

	for (const known_program &p : programs)
		if (executions && !strcmp(argv[1], p.name))
			return p.measure(executions) ? 0 : 1;
	fprintf(stderr, "usage: %s PROGRAM EXECUTIONS\n", argv[0]);
	return 2;
}
