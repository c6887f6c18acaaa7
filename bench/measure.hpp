// SPDX-License-Identifier: GPL-2.0-only
// What every benchmark shares: a clock, the median of several runs, --smoke, and a table.
// Must not know what is measured: no simulator, no contexts, no peer.
#pragma once

#include <algorithm>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <vector>

namespace bench {

// Nanoseconds of processor time that this process has used, all its threads together; only
// differences mean anything. What others run on the machine is not counted, but for the caches and
// the half of a core that they take: so limits hold on a busy machine too.
inline uint64_t now_ns()
{
	timespec used{};

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return uint64_t(used.tv_sec) * 1'000'000'000 + uint64_t(used.tv_nsec);
}

inline uint64_t hash_mix(uint64_t hash, uint64_t value)
{
	return (hash ^ value) * 0x9e3779b97f4a7c15u;
}

// One run: what one unit of work took, and what the work came to.
struct reading {
	double ns;
	uint64_t hash;
};

// Several runs of the same work. low and high tell how far to trust the median on a busy machine.
struct summary {
	double median_ns;
	double low_ns;
	double high_ns;
	uint64_t hash;

	// Half the distance between the extremes, in percent of the median.
	double spread_percent() const
	{
		return median_ns > 0 ? (high_ns - low_ns) * 50 / median_ns : 0;
	}
};

// Calls run() `repeats` times (at least once; for an even number, the mean of the middle two).
// Throws std::logic_error if two runs disagree on the hash: then they did not do the same work,
// and no number may be made of them.
template <class work> summary median_of(unsigned repeats, work &&run)
{
	std::vector<double> taken_ns;
	uint64_t hash = 0;

	repeats = std::max(repeats, 1u);
	for (unsigned i = 0; i < repeats; i++) {
		const reading one = run();

		if (i && one.hash != hash)
			throw std::logic_error("a repeated benchmark came to a different result");
		hash = one.hash;
		taken_ns.push_back(one.ns);
	}
	std::sort(taken_ns.begin(), taken_ns.end());
	const double middle = (taken_ns[(repeats - 1) / 2] + taken_ns[repeats / 2]) / 2;
	return { middle, taken_ns.front(), taken_ns.back(), hash };
}

struct settings {
	bool smoke;	  // sizes that end within seconds; the figures mean nothing
	unsigned repeats; // for median_of()
};

// Understands --smoke and --repeats=K (1..1000; 5, or 1 in a smoke run, where not given). Anything
// else is a bad command line: says so on stderr and exits 2.
inline settings parse_settings(int argc, char **argv)
{
	settings chosen{ false, 0 };

	for (int i = 1; i < argc; i++) {
		char *end = nullptr;

		if (!strcmp(argv[i], "--smoke")) {
			chosen.smoke = true;
			continue;
		}
		if (!strncmp(argv[i], "--repeats=", 10)) {
			const long repeats = strtol(argv[i] + 10, &end, 10);

			if (end != argv[i] + 10 && !*end && repeats >= 1 && repeats <= 1000) {
				chosen.repeats = unsigned(repeats);
				continue;
			}
		}
		fprintf(stderr, "%s: %s: expected --smoke or --repeats=K, K from 1 to 1000\n",
			argv[0], argv[i]);
		exit(2);
	}
	if (!chosen.repeats)
		chosen.repeats = chosen.smoke ? 1 : 5;
	return chosen;
}

// A fixed-width table: name, size, ns, spread, ratio to a reference, hash. A row is flushed at
// once, so that a run that is stopped half way has shown what it had.
class table {
public:
	explicit table(const char *title, FILE *out = stdout) : out(out)
	{
		fprintf(out, "%-40s %9s %10s %6s %8s  %s\n", title, "n", "ns", "+-%", "ratio",
			"hash");
	}

	// Where there is no reference (reference_ns not above 0) the ratio's place holds a dash.
	void row(const char *name, uint64_t n, const summary &s, double reference_ns = 0)
	{
		char ratio[32] = "-";

		if (reference_ns > 0)
			snprintf(ratio, sizeof(ratio), "%.2fx", s.median_ns / reference_ns);
		fprintf(out, "%-40s %9" PRIu64 " %10.2f %6.1f %8s  %016" PRIx64 "\n", name, n,
			s.median_ns, s.spread_percent(), ratio, s.hash);
		fflush(out);
	}

	// For a size or a peer that could not be measured: never a silent gap.
	void skipped(const char *name, uint64_t n, const char *why)
	{
		fprintf(out, "%-40s %9" PRIu64 " %10s %6s %8s  %s\n", name, n, "-", "-", "-", why);
		fflush(out);
	}

private:
	FILE *out;
};

} // namespace bench
