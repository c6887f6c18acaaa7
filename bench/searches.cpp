// SPDX-License-Identifier: GPL-2.0-only
// How fast searches go, beside a raw Boost.Context switch: on small programs of sim/ alone, also
// beside Relacy, and on scenarios of the kernel. Memory over a million executions.
// Must not know how a strategy chooses.
#include "bench/measure.hpp"
#include "bench/peer.hpp"
#include "bench/raw_switch.hpp"
#include "bench/resident.hpp"
#include "bench/search_table.hpp"
#include "bench/small_programs.hpp"
#include "scenarios/explore.hpp"
#include "scenarios/reader.hpp"
#include "sim/explore_dpor.hpp"
#include "sim/explore_pct.hpp"
#include "sim/explore_pos.hpp"
#include "sim/explore_random.hpp"
#include "sim/explore_urw.hpp"
#include "sim/kept_prefixes.hpp"
#include "sim/states.hpp"
#include "sim/strategies.hpp"
#include <fstream>
#include <memory>
#include <sstream>

namespace {

using bench::search_row;
using bench::search_size;
using bench::small_program;

struct aims {
	bool good = true;

	void report(const char *what, double reached, double aim)
	{
		good &= bench::report_aim(what, reached, aim);
	}
};

// ---- small programs ----

constexpr unsigned SMALL_CPUS = 1; // any order of steps is possible there, too

using small_pointer = std::unique_ptr<small_program>;

small_pointer small(const char *name, unsigned threads, unsigned n, unsigned words, uint64_t traces,
		    small_program::body body)
{
	return std::make_unique<small_program>(name + ("(" + std::to_string(n) + ")"), threads, n,
					       words, traces, body);
}

uint64_t factorial(unsigned n)
{
	return n < 2 ? 1 : n * factorial(n - 1);
}

uint64_t power_of_two(unsigned n)
{
	return uint64_t{ 1 } << n;
}

small_pointer store_buffering()
{
	return std::make_unique<small_program>("sb", 2, 0, 2, 3, bench::small::store_buffering);
}

small_pointer lastzero(unsigned n)
{
	return small("lastzero", n + 1, n, n + 1, (n + 3) * power_of_two(n - 2),
		     bench::small::lastzero);
}

small_pointer mutexes()
{
	return std::make_unique<small_program>("mutexinc(3,2)", 3, 2, 1, 90, bench::small::mutexes);
}

small_pointer locked_increments(unsigned n)
{
	return small("lockinc", n, n, 1, factorial(n), bench::small::locked_increments);
}

small_pointer increments(unsigned n)
{
	return small("binc", n, n, 2, factorial(n) * factorial(n), bench::small::increments);
}

std::vector<small_pointer> small_programs(bool smoke)
{
	using namespace bench::small;
	auto size = [smoke](unsigned small, unsigned usual) { return smoke ? small : usual; };
	const unsigned readers_n = size(3, 10), indexers = size(12, 13), adders = size(2, 5);
	const unsigned swappers = size(3, 10), writers_n = size(3, 6), diners = size(3, 8);
	std::vector<small_pointer> all;

	all.push_back(store_buffering());
	all.push_back(mutexes());
	all.push_back(locked_increments(size(3, 6)));
	all.push_back(lastzero(size(5, 10)));
	all.push_back(
		small("readers", readers_n + 1, readers_n, 1, power_of_two(readers_n), readers));
	all.push_back(small("indexer", indexers, indexers, 128, power_of_two(3 * (indexers - 11)),
			    indexer));
	all.push_back(small("filesystem", 16, 16, 58, 8, filesystem));
	all.push_back(small("fib", 2, adders, 2, smoke ? 19 : 8953, fibonacci));
	all.push_back(increments(size(2, 4)));
	all.push_back(small("casw", adders, adders, 1, smoke ? 6 : 32'880, cas_and_write));
	all.push_back(small("wcas", swappers + 1, swappers, 1,
			    swappers * power_of_two(swappers - 1) + 1, write_and_cas));
	all.push_back(
		small("nwriters", writers_n + 1, writers_n, 1, factorial(writers_n + 1), writers));
	all.push_back(
		small("phil", diners, diners, diners, power_of_two(diners) - 1, philosophers));
	return all;
}

// Until the strategy has enough, or so many.
search_size run_executions(small_program &p, sim::strategy &s, uint64_t executions_max)
{
	sim::machine m(p.config(SMALL_CPUS), s);
	sim::kept_prefixes executions(m, p, s);
	search_size size;

	while (size.executions < executions_max) {
		executions.start();
		executions.run();
		const sim::verdict v = m.ended_as();

		size.executions++;
		size.steps += v.steps;
		if (!s.next_execution(v)) {
			size.is_complete = true;
			break;
		}
	}
	return size;
}

search_size run_dpor(small_program &p)
{
	sim::dpor_strategy s;
	const search_size size = run_executions(p, s, sim::NEVER);

	if (size.executions != p.traces)
		throw std::logic_error("dpor: not the number of executions that there are");
	return size;
}

search_size run_states(small_program &p, uint64_t states_max)
{
	sim::natural_strategy nobody_asked;
	sim::machine m(p.config(SMALL_CPUS), nobody_asked);
	sim::search_limits limits;

	limits.states_max = states_max;
	const sim::search_result r = sim::state_search(m, p, limits).run();

	return { 0, r.states, r.transitions, r.outcomes.size(), r.complete };
}

// As many executions as make about so many steps.
search_size run_drawn(small_program &p, sim::strategy &s, uint64_t steps)
{
	sim::natural_strategy natural;
	const uint64_t one = run_executions(p, natural, 1).steps;
	search_size size = run_executions(p, s, steps / one);

	size.is_complete = false;
	return size;
}

void bench_small(const bench::settings &s, double raw_ns)
{
	const bench::search_table table("small programs", raw_ns);
	const uint64_t steps = s.smoke ? 2'000 : 150'000, states = s.smoke ? 500 : 20'000;

	for (const small_pointer &p : small_programs(s.smoke)) {
		auto row = [&](const char *search, auto work) {
			table.row(p->name.c_str(), search, bench::median_search(s.repeats, work));
		};

		row("stateful", [&] { return run_states(*p, states); });
		row("dpor", [&] { return run_dpor(*p); });
		row("random", [&] {
			sim::random_strategy random(1, sim::NEVER);
			return run_drawn(*p, random, steps);
		});
		row("pct, depth 3", [&] {
			sim::pct_strategy pct(1, sim::NEVER, 3);
			return run_drawn(*p, pct, steps);
		});
		row("pos", [&] {
			sim::pos_strategy pos(1, sim::NEVER);
			return run_drawn(*p, pos, steps);
		});
		row("urw", [&] {
			sim::urw_strategy urw(1, sim::NEVER);
			return run_drawn(*p, urw, steps);
		});
	}
}

void bench_lastzero(const bench::settings &s, double raw_ns, aims &aims)
{
	const bench::search_table table("a larger one", raw_ns);
	const small_pointer p = lastzero(s.smoke ? 6 : 15);
	const search_row dpor =
		bench::median_search(std::min(s.repeats, 3u), [&] { return run_dpor(*p); });

	table.row(p->name.c_str(), "dpor", dpor);
	aims.report((p->name + " by dpor, times in 2 s").c_str(), 2 / dpor.seconds(), 1);
}

// ---- beside Relacy ----

void bench_relacy(const bench::settings &s, aims &aims)
{
	const uint64_t executions = s.smoke ? 2'000 : 200'000;
	std::vector<small_pointer> programs;

	if (!bench::has_peer("relacy_random")) {
		printf("Relacy is not there (-DRELACY_INCLUDE_DIR=...): not compared with it\n");
		return;
	}
	programs.push_back(store_buffering());
	programs.push_back(mutexes());
	for (unsigned n : { 2, 3, 4 })
		programs.push_back(locked_increments(n));
	for (const small_pointer &p : programs) {
		bench::table table(("random, an execution: " + p->name).c_str());
		const auto arguments = "'" + p->name + "' " + std::to_string(executions);
		const bench::summary relacy = bench::median_of(
			s.repeats, [&] { return bench::run_peer("relacy_random", arguments); });
		bench::summary ours = bench::median_of(s.repeats, [&] {
			sim::random_strategy random(1, sim::NEVER);
			const uint64_t begin_ns = bench::now_ns();
			const search_size size = run_executions(*p, random, executions);
			const auto ns = static_cast<double>(bench::now_ns() - begin_ns);

			return bench::reading{ ns / static_cast<double>(executions), size.steps };
		});

		table.row("Relacy", executions, relacy);
		table.row("sim/", executions, ours, relacy.median_ns);
		aims.report((p->name + ", times Relacy's executions a second").c_str(),
			    relacy.median_ns / ours.median_ns, 2);
	}
}

// ---- scenarios of the kernel ----

scenario::scenario read_scenario(const std::string &path)
{
	scenario::scenario s;
	scenario::diagnostics errors;
	std::stringstream text;

	text << std::ifstream(KTHREADSIM_SOURCE_DIR "/scenarios/" + path, std::ios::binary).rdbuf();
	if (!scenario::read_scenario(path, text.str(), s, errors))
		throw std::logic_error("the scenario " + path + " cannot be read");
	return s;
}

search_size search(const scenario::scenario &s, const sim::explore_plan &plan)
{
	const scenario::explored found = scenario::search(
		s, plan, {}, [](const sim::explore_progress &) -> const char * { return nullptr; });
	search_size size;

	size.states = found.states;
	size.executions = found.states ? 0 : found.found.all();
	size.steps = found.found.steps;
	size.outcomes = found.found.outcomes.size();
	size.is_complete = found.cut.empty() && !plan.is_drawn();
	return size;
}

// Of each search so much as takes some seconds at most, and is the same every time.
sim::explore_plan kernel_plan(const char *strategy, bool smoke)
{
	sim::explore_plan plan;

	plan.strategy = strategy;
	if (plan.is_stateful())
		plan.states = smoke ? 1'000 : 100'000;
	else
		plan.executions = smoke ? 50 : 3'000;
	return plan;
}

void bench_kernel(const bench::settings &s, double raw_ns, aims &aims)
{
	const bench::search_table table("scenarios", raw_ns);
	const unsigned repeats = std::min(s.repeats, 3u);
	double dpor_steps = 0, state_steps = 0;

	for (const char *path : { "park/park-unpark-stop.json", "cancel/mod-vs-cancel.json",
				  "create/sigkill-in-create.json" }) {
		const scenario::scenario one = read_scenario(path);

		for (const char *strategy :
		     { "stateful", "dpor", "random", "pct", "pos", "urw" }) {
			const sim::explore_plan plan = kernel_plan(strategy, s.smoke);
			const search_row r =
				bench::median_search(repeats, [&] { return search(one, plan); });
			auto least = [&](double &of) {
				const double mega = r.a_second(r.size.steps) * 1e-6;

				of = of == 0 ? mega : std::min(of, mega);
			};

			table.row(one.name.c_str(), strategy, r);
			if (plan.is_stateful())
				least(state_steps);
			else if (plan.strategy == "dpor")
				least(dpor_steps);
		}
	}
	aims.report("stateful, the slowest of these, M steps/s", state_steps, 1);
	aims.report("dpor, the slowest of these, M steps/s", dpor_steps, 3);
}

// One task modifies a delayed work so and so often, another cancels it: judged whole.
void bench_many_mods(const bench::settings &s, double raw_ns, aims &aims)
{
	const bench::search_table table("many-mods-vs-cancel, by calls of mod", raw_ns);
	const scenario::scenario eight = read_scenario("cancel/many-mods-vs-cancel.json");
	double states_of_two = 0, states = 0, seconds = 0;

	for (const uint32_t calls : { 1u, 2u, 4u, 8u }) {
		scenario::scenario some = eight;
		sim::explore_plan plan;

		if (s.smoke && calls > 2)
			break;
		plan.strategy = "stateful";
		some.blocks[some.tasks[0].body].count = calls;
		const search_row r = bench::median_search(
			std::min(s.repeats, 3u), [&] { return search(some, plan); });
		table.row(std::to_string(calls).c_str(), "stateful", r);
		states = static_cast<double>(r.size.states);
		seconds = r.seconds();
		if (calls == 2)
			states_of_two = states;
	}
	if (s.smoke)
		return;
	// By facts/explorers.md SPIN has 2,113 states of two calls and 24,597 of eight.
	aims.report("growth from 2 to 8 calls: 1.25 times SPIN's, of ours",
		    1.25 * 24'597 / 2'113 * states_of_two / states, 1);
	aims.report("searches of eight calls a second", 1 / seconds, 1);
}

// ---- memory ----

// As `kthreadsim explore` runs it, with outcomes, ways and, where drawn, traces counted. What is
// there after a tenth may not grow as long as it runs.
void bench_memory(const bench::settings &s, const char *strategy, aims &aims)
{
	const small_pointer p = increments(7);
	const uint64_t executions = s.smoke ? 20'000 : 10'000'000;
	sim::explore_plan plan;
	uint64_t tenth = 0, last = 0;

	plan.strategy = strategy;
	plan.executions = executions;
	const sim::explore_result r =
		sim::explore(p->config(SMALL_CPUS), *p, nullptr, plan, {},
			     [&](const sim::explore_progress &now) {
				     last = bench::resident_bytes();
				     if (!tenth && now.executions >= executions / 10)
					     tenth = last;
				     return true;
			     });

	last = last ? last : bench::resident_bytes(); // too few for anybody to ask
	tenth = tenth ? tenth : last;
	printf("%s, %s: %" PRIu64 " executions, resident after a tenth %.2f MiB, all %.2f\n",
	       p->name.c_str(), strategy, r.found.all(), bench::mebibytes(tenth),
	       bench::mebibytes(last));
	aims.report("memory after a tenth, of that after all",
		    static_cast<double>(tenth) / static_cast<double>(last), 0.99);
}

} // namespace

int main(int argc, char **argv)
{
	const bench::settings s = bench::parse_settings(argc, argv);
	const uint64_t switches = s.smoke ? 20'000 : 20'000'000;
	const bench::summary raw =
		bench::median_of(s.repeats, [&] { return bench::raw_switch(switches); });
	aims aims;

	{
		bench::table t("raw Boost.Context switch");
		t.row("jump_fcontext", 2, raw);
	}
	// On a heap that nobody has used: what others leave behind is taken up bit by bit.
	for (const char *strategy : { "random", "exhaustive" })
		bench_memory(s, strategy, aims);
	bench_relacy(s, aims);
	bench_small(s, raw.median_ns);
	bench_lastzero(s, raw.median_ns, aims);
	bench_kernel(s, raw.median_ns, aims);
	bench_many_mods(s, raw.median_ns, aims);
	// In a smoke run the figures mean nothing.
	return aims.good || s.smoke ? 0 : 1;
}
