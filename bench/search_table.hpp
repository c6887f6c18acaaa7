// SPDX-License-Identifier: GPL-2.0-only
// What a search came to and how fast, as a line of a table: executions, states and steps a second.
// Must not know how a search is made.
#pragma once
#include "bench/measure.hpp"
#include <string>

namespace bench {

// What does not depend on the clock: two runs of one search agree on it.
struct search_size {
	uint64_t executions = 0; // 0: states are searched, not executions
	uint64_t states = 0;
	uint64_t steps = 0;
	uint64_t outcomes = 0;
	bool is_complete = false; // else it was ended by a bound
};

struct search_row {
	search_size size;
	summary step; // nanoseconds a step

	double seconds() const { return step.median_ns * static_cast<double>(size.steps) * 1e-9; }
	double a_second(uint64_t n) const { return static_cast<double>(n) / seconds(); }
};

// search() returns its size; it is timed as often as asked for.
template <class work> search_row median_search(unsigned repeats, work &&search)
{
	search_row row{};

	row.step = median_of(repeats, [&] {
		const uint64_t begin_ns = now_ns();

		row.size = search();
		const auto ns = static_cast<double>(now_ns() - begin_ns);
		uint64_t hash = 0;

		for (uint64_t x :
		     { row.size.executions, row.size.states, row.size.steps, row.size.outcomes })
			hash = hash_mix(hash, x);
		return reading{ ns / static_cast<double>(row.size.steps), hash };
	});
	return row;
}

// The ratio is that of a step to a raw switch of contexts.
class search_table {
public:
	search_table(const char *title, double raw_ns) : raw_ns_(raw_ns)
	{
		printf("%-18s %-18s %10s %9s %10s %8s %8s %8s %7s %6s %7s  %s\n", title, "search",
		       "executions", "states", "steps", "ms", "k exec/s", "k stat/s", "M st/s",
		       "+-%", "ratio", "hash, end");
	}
	void row(const char *program, const char *search, const search_row &r) const
	{
		printf("%-18s %-18s %10s %9s %10" PRIu64
		       " %8.1f %8s %8s %7.2f %6.1f %6.2fx  %016" PRIx64 "%s\n",
		       program, search, count(r.size.executions).c_str(),
		       count(r.size.states).c_str(), r.size.steps, r.seconds() * 1e3,
		       thousands(r, r.size.executions).c_str(), thousands(r, r.size.states).c_str(),
		       1e3 / r.step.median_ns, r.step.spread_percent(), r.step.median_ns / raw_ns_,
		       r.step.hash, r.size.is_complete ? ", complete" : ", cut by its bound");
		fflush(stdout);
	}

private:
	static std::string count(uint64_t n) { return n ? std::to_string(n) : "-"; }
	static std::string thousands(const search_row &r, uint64_t n)
	{
		char text[32] = "-";

		if (n)
			snprintf(text, sizeof(text), "%.1f", r.a_second(n) * 1e-3);
		return text;
	}

	const double raw_ns_;
};

// One line for an aim: what was reached of it. Whether it was.
inline bool report_aim(const char *what, double reached, double aim)
{
	const bool good = reached >= aim;

	printf("%s: %.2f, aim %.2f: %s\n", what, reached, aim, good ? "reached" : "NOT REACHED");
	fflush(stdout);
	return good;
}

} // namespace bench
