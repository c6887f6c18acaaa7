// SPDX-License-Identifier: GPL-2.0-only
// The stateful search beside SPIN: one program with the same visible steps for both, once as it is
// in bench/mod_cancel.hpp and once as in bench/mod_cancel.pml.
// Must not know how either of them searches.
#include "bench/measure.hpp"
#include "bench/mod_cancel.hpp"
#include "bench/peer.hpp"
#include "bench/search_table.hpp"
#include "sim/states.hpp"
#include "sim/strategies.hpp"
#include <set>
#include <string>

namespace {

constexpr unsigned MODS_MAX = 8;

// What a search came to, and how long it took.
struct searched {
	std::set<std::string> outcomes;
	uint64_t states = 0, transitions = 0;
	double ms = 0;
};

// Runs it as often as asked for; all but the time must be the same every time.
template <class F> searched median_of(unsigned repeats, F search)
{
	searched s;
	const bench::summary time = bench::median_of(repeats, [&] {
		s = search();
		return bench::reading{ s.ms, bench::hash_mix(s.states, s.transitions) };
	});

	s.ms = time.median_ns;
	return s;
}

searched search_here(unsigned mods, bool is_mended, bool reduce)
{
	bench::mod_cancel p(mods, is_mended);
	sim::natural_strategy nobody_asked;
	sim::search_limits limits;
	searched s;

	limits.reduce = reduce;
	const uint64_t begin_ns = bench::now_ns();
	sim::machine m(p.config(), nobody_asked);
	const sim::search_result r = sim::state_search(m, p, limits).run();
	s.ms = static_cast<double>(bench::now_ns() - begin_ns) * 1e-6;
	if (!r.complete)
		throw std::logic_error("the search of states is not complete");
	s.states = r.states;
	s.transitions = r.transitions;
	for (const sim::search_outcome &o : r.outcomes)
		s.outcomes.insert(o.text);
	return s;
}

// `more` are options of SPIN's verifier.
searched search_spin(unsigned mods, bool is_mended, const std::string &more)
{
	const std::string environment =
		"MODS=" + std::to_string(mods) + " MENDED=" + (is_mended ? "1 " : "0 ");
	searched s;

	// Does not end at the first deadlock, says nothing of places never reached. The table of
	// hashes has 2^20 places: enough, and small enough not to be what is measured.
	const uint64_t ns = bench::run_peer_lines(
		environment, "spin_mod_cancel", "-c0 -n -w20 " + more, [&s](const char *line) {
			unsigned cancelled, modified;
			unsigned long long n;
			int end = 0;

			if (sscanf(line, "outcome cancelled=%u modified=%u", &cancelled,
				   &modified) == 2)
				s.outcomes.insert("cancelled=" + std::to_string(cancelled) +
						  " modified=" + std::to_string(modified));
			else if (strstr(line, "invalid end state ("))
				s.outcomes.insert("deadlock");
			else if (sscanf(line, " %llu states, stored%n", &n, &end) == 1 && end)
				s.states = n;
			else if (sscanf(line, " %llu transitions%n", &n, &end) == 1 && end)
				s.transitions = n;
		});
	s.ms = static_cast<double>(ns) * 1e-6;
	return s;
}

void print(const char *who, unsigned mods, const searched &s, double reference_ms)
{
	const double a_second = static_cast<double>(s.transitions) / s.ms * 1e-3;

	printf("%-24s %4u %10" PRIu64 " %11" PRIu64 " %9zu %9.2f %9.2f %8.2fx\n", who, mods,
	       s.states, s.transitions, s.outcomes.size(), s.ms, a_second, s.ms / reference_ms);
	fflush(stdout);
}

void print_head(const char *title)
{
	printf("%-24s %4s %10s %11s %9s %9s %9s %9s\n", title, "mods", "states", "transitions",
	       "outcomes", "ms", "M tr/s", "ratio");
}

// ---- the comparison ----

bool compare(const bench::settings &s, bool is_mended)
{
	const bool has_spin = bench::has_peer("spin_mod_cancel");
	const unsigned most = s.smoke ? 1 : MODS_MAX;
	// What it takes SPIN to begin is none of its search.
	const double begin_ms =
		has_spin ? median_of(s.repeats, [&] { return search_spin(1, is_mended, "-m1"); }).ms
			 : 0;
	searched first, last, spin_first, spin_last;
	bool good = true;

	print_head(is_mended ? "mod against cancel" : "before 5fa54346caf6");
	for (unsigned mods = 1; mods <= most; mods++) {
		const searched ours =
			median_of(s.repeats, [&] { return search_here(mods, is_mended, true); });
		const searched all =
			median_of(s.repeats, [&] { return search_here(mods, is_mended, false); });
		searched spin;

		if (has_spin) {
			spin = median_of(s.repeats,
					 [&] { return search_spin(mods, is_mended, "-m10000"); });
			spin.ms = std::max(spin.ms - begin_ms, 0.001);
			print("SPIN", mods, spin, spin.ms);
			good &= spin.outcomes == ours.outcomes;
			spin_last = spin;
		}
		const double reference_ms = has_spin ? spin.ms : ours.ms;

		print("stateful", mods, ours, reference_ms);
		print("stateful, not reduced", mods, all, reference_ms);
		good &= all.outcomes == ours.outcomes;
		last = ours;
		if (mods <= 2) {
			first = ours;
			spin_first = spin;
		}
	}
	if (!good)
		throw std::logic_error("the outcomes are not the same");
	if (!has_spin)
		return true;
	auto growth = [](const searched &from, const searched &to) {
		return static_cast<double>(to.states) / static_cast<double>(from.states);
	};
	printf("growth of states from 2 mods to %u: SPIN %.2f, stateful %.2f\n", most,
	       growth(spin_first, spin_last), growth(first, last));
	return bench::report_aim("times as fast as SPIN, most mods", spin_last.ms / last.ms, 1);
}

} // namespace

int main(int argc, char **argv)
{
	const bench::settings s = bench::parse_settings(argc, argv);

	if (!bench::has_peer("spin_mod_cancel"))
		printf("SPIN is not installed (packages.txt, [bench]): not compared with it\n");
	const bool fixed = compare(s, true);
	const bool before = compare(s, false);
	const bool good = fixed && before;
	// In a smoke run the figures mean nothing.
	return good || s.smoke ? 0 : 1;
}
