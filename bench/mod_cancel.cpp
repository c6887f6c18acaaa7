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
#include <string_view>
#include <vector>

namespace {

constexpr unsigned MODS_MAX = 8;

// What is searched; see bench/mod_cancel.hpp.
struct program {
	unsigned mods;
	bool is_mended;
	unsigned cores;

	const char *spin() const
	{
		return cores == 1 ? "spin_mod_cancel" : "spin_mod_cancel_twice";
	}
};

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

searched search_here(const program &what, bool reduce)
{
	bench::mod_cancel p(what.mods, what.is_mended, what.cores);
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
searched search_spin(const program &what, const std::string &more)
{
	const std::string environment =
		"MODS=" + std::to_string(what.mods) + " MENDED=" + (what.is_mended ? "1 " : "0 ");
	searched s;

	// Does not end at the first deadlock, says nothing of places never reached. The table of
	// hashes has room enough, and is small enough not to be what is measured.
	const uint64_t ns = bench::run_peer_lines(
		environment, what.spin(),
		(what.cores == 1 ? "-c0 -n -w20 " : "-c0 -n -w22 ") + more, [&s](const char *line) {
			const std::string_view outcome = "outcome", text = line;
			unsigned long long n;
			int end = 0;

			if (text.starts_with(outcome))
				s.outcomes.emplace(text.substr(outcome.size(),
							       text.find('\n') - outcome.size()));
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

void must_be_same(const searched &a, const searched &b)
{
	if (a.outcomes != b.outcomes)
		throw std::logic_error("the outcomes are not the same");
}

struct pair {
	searched spin, ours;
	bool has_spin;

	double reference_ms() const { return has_spin ? spin.ms : ours.ms; }
	double times_as_fast() const { return spin.ms / ours.ms; }
};

pair search_both(const bench::settings &s, const program &what, double begin_ms)
{
	pair both;

	both.has_spin = bench::has_peer(what.spin());
	both.ours = median_of(s.repeats, [&] { return search_here(what, true); });
	if (both.has_spin) {
		both.spin = median_of(s.repeats, [&] { return search_spin(what, "-m10000"); });
		both.spin.ms = std::max(both.spin.ms - begin_ms, 0.001);
		print("SPIN", what.mods, both.spin, both.spin.ms);
		must_be_same(both.spin, both.ours);
	}
	print("stateful", what.mods, both.ours, both.reference_ms());
	return both;
}

// What it takes SPIN to begin is none of its search.
double ms_to_begin(const bench::settings &s, const program &what)
{
	return bench::has_peer(what.spin())
		       ? median_of(s.repeats, [&] { return search_spin(what, "-m1"); }).ms
		       : 0;
}

bool compare(const bench::settings &s, bool is_mended)
{
	const unsigned most = s.smoke ? 1 : MODS_MAX;
	const double begin_ms = ms_to_begin(s, { 1, is_mended, 1 });
	std::vector<pair> all;

	print_head(is_mended ? "mod against cancel" : "before 5fa54346caf6");
	for (unsigned mods = 1; mods <= most; mods++) {
		const program what{ mods, is_mended, 1 };

		all.push_back(search_both(s, what, begin_ms));
		const searched whole =
			median_of(s.repeats, [&] { return search_here(what, false); });
		print("stateful, not reduced", mods, whole, all.back().reference_ms());
		must_be_same(whole, all.back().ours);
	}
	if (!all.back().has_spin)
		return true;
	auto growth = [&](searched pair::*whose) {
		return static_cast<double>((all.back().*whose).states) /
		       static_cast<double>((all[std::min(most, 2u) - 1].*whose).states);
	};
	printf("growth of states from 2 mods to %u: SPIN %.2f, stateful %.2f\n", most,
	       growth(&pair::spin), growth(&pair::ours));
	return bench::report_aim("times as fast as SPIN, most mods", all.back().times_as_fast(), 1);
}

// Two that have nothing in common multiply the orders of their steps, none of which matters.
bool compare_two(const bench::settings &s)
{
	bool good = true;

	print_head("two beside each other");
	for (const bool is_mended : { true, false }) {
		const program what{ 1, is_mended, 2 };
		const pair both = search_both(s, what, ms_to_begin(s, what));

		if (both.has_spin)
			good &= bench::report_aim("times as fast as SPIN", both.times_as_fast(), 1);
	}
	return good;
}

} // namespace

int main(int argc, char **argv)
{
	const bench::settings s = bench::parse_settings(argc, argv);
	bool good = true;

	if (!bench::has_peer("spin_mod_cancel"))
		printf("SPIN is not installed (packages.txt, [bench]): not compared with it\n");
	good &= compare(s, true);
	good &= compare(s, false);
	if (!s.smoke)
		good &= compare_two(s);
	// In a smoke run the figures mean nothing.
	return good || s.smoke ? 0 : 1;
}
