// SPDX-License-Identifier: GPL-2.0-only
// kthreadsim diff-versions: what a scenario can come to on two kernels, and what is seen of it.
// It must not know how a scenario is run or searched.
#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include "cli/commands.hpp"
#include "cli/conclude.hpp"
#include "cli/count_option.hpp"
#include "cli/line_diff.hpp"
#include "cli/output.hpp"
#include "cli/search_report.hpp"
#include "cli/search_watch.hpp"
#include "cli/shell_word.hpp"
#include "cli/talk.hpp"
#include "cli/trace_lines.hpp"

namespace cli {

namespace {

struct diff_arguments {
	std::string kernels[2], file;
	unsigned variant = 0;
	uint64_t seconds = 60; // of each search; 0: no limit
	bool no_trace = false;
};

// An outcome as one version has it; the words of its counts are its result's.
struct seen {
	uint64_t executions = 0;
	const scenario::explored_outcome *example = nullptr; // null: it does not come to it
};

// A scenario on one of the kernels.
struct version {
	std::string kernel; // as the command line names it
	input in;
	const scenario::scenario *s = nullptr;
	sim::explore_plan plan;
	scenario::explore_result result;
	std::map<std::string, seen> outcomes; // by line

	std::string count_of(const seen &o) const
	{
		return o.example ? count_text(o.executions, result)
				 : result.is_complete ? "never" : "not seen";
	}
};

bool read(version &v, const diff_arguments &a, const input &original)
{
	if (!read_input(original.file, original.text, v.in, v.kernel))
		return false;
	v.s = pick_variant(v.in, a.variant);
	if (!v.s)
		return false;
	v.plan = plan_of(*v.s, v.s->explore);
	const std::string why = cannot_explore(*v.s, v.plan);
	if (!why.empty())
		talk("%s", refusal(v.in, why).c_str());
	return why.empty();
}

void search_it(version &v, uint64_t seconds)
{
	search_watch watch(seconds);

	scenario::explored met = search(*v.s, v.plan, {}, std::ref(watch));
	watch.search_has_ended();
	v.result = conclude(*v.s, v.plan, std::move(met), [&watch] { return watch.why_hurry(); });
	for (const scenario::explored_outcome &o : v.result.outcomes) {
		seen &known = v.outcomes[o.line];

		if (!known.example)
			known.example = &o;
		known.executions = known.executions > sim::NEVER - o.executions
					   ? sim::NEVER
					   : known.executions + o.executions;
	}
}

std::vector<std::string> lines_of_a_run(const version &v, const char *which)
{
	scenario::object_name_table names;
	trace_lines trace(names);
	scenario::run_options options;

	options.sink = &trace;
	options.names = &names;
	const scenario::run_result r = run_scenario(*v.s, options);
	if (!r.schedule_error.empty())
		talk("%s: %s", which, refusal(v.in, r.schedule_error).c_str());
	return trace.lines();
}

// What `has` comes to and `lacks` does not. Whether that is certain, for some of them.
bool print_only(const char *what, const diff_arguments &a, const version &has, const version &lacks)
{
	const std::string variant = a.variant ? " --variant " + std::to_string(a.variant) : "";
	bool certain = false;

	for (const auto &[line, o] : has.outcomes) {
		if (lacks.outcomes.contains(line))
			continue;
		certain |= lacks.result.is_complete;
		printf("%s%s: %s\n  kthreadsim replay --kernel %s%s %s %s\n",
		       lacks.result.is_complete ? "Made " : "Perhaps made ", what, line.c_str(),
		       shell_word(has.kernel).c_str(), variant.c_str(),
		       shell_word(a.file).c_str(),
		       shell_word(print_schedule(has.s->name, o.example->shortest)).c_str());
	}
	return certain;
}

void print_outcomes(const version &a, const version &b)
{
	std::map<std::string, std::pair<seen, seen>> all;

	for (const auto &[line, o] : a.outcomes)
		all[line].first = o;
	for (const auto &[line, o] : b.outcomes)
		all[line].second = o;
	printf("Searched A: %s, B: %s\n", bound_text(a.result).c_str(),
	       bound_text(b.result).c_str());
	printf("States %zu\n%20s %20s\n", all.size(), "A", "B");
	for (const auto &[line, o] : all)
		printf("%20s %20s  %s\n", a.count_of(o.first).c_str(), b.count_of(o.second).c_str(),
		       line.c_str());
}

// Of what both were asked, and of findings that none of them was asked for.
void print_observations(const version &a, const version &b)
{
	std::map<std::string, const char *> of_b;

	for (const scenario::observation &o : b.result.observations)
		of_b[o.text] = frequency(o);
	for (const scenario::observation &o : a.result.observations) {
		const auto other = of_b.find(o.text);

		printf("Observation %s %s %s, %s\n", a.s->name.c_str(), o.text.c_str(),
		       frequency(o), other == of_b.end() ? "Never" : other->second);
		of_b.erase(o.text);
	}
	for (const auto &[text, how] : of_b)
		printf("Observation %s %s Never, %s\n", a.s->name.c_str(), text.c_str(), how);
}

void print_traces(const version &a, const version &b)
{
	const auto of_a = lines_of_a_run(a, "A"), of_b = lines_of_a_run(b, "B");

	printf("Trace %zu events of A (<), %zu of B (>)\n", of_a.size(), of_b.size());
	for (const compared_line &l : compare_lines(of_a, of_b))
		printf("%c %s\n", static_cast<char>(l.of), l.text.c_str());
}

int diff_versions(const diff_arguments &arguments)
{
	input original;
	version a, b;

	if (!read_input(arguments.file, original))
		return BAD_INPUT;
	a.kernel = arguments.kernels[0];
	b.kernel = arguments.kernels[1];
	const bool good_a = read(a, arguments, original), good_b = read(b, arguments, original);
	if (!good_a || !good_b)
		return BAD_INPUT;
	search_it(a, arguments.seconds);
	search_it(b, arguments.seconds);
	printf("Scenario %s  A: kernel %s  B: kernel %s  strategy %s\n", a.s->name.c_str(),
	       a.s->kernel_text.c_str(), b.s->kernel_text.c_str(), a.plan.strategy.c_str());
	print_outcomes(a, b);
	print_observations(a, b);
	const bool lost = print_only("impossible by B", arguments, a, b);
	const bool won = print_only("possible by B", arguments, b, a);
	if (!arguments.no_trace)
		print_traces(a, b);
	for (const version *v : { &a, &b })
		if (!v->result.wrong.empty()) {
			talk("kthreadsim: internal error: %s\n", v->result.wrong.c_str());
			return INTERNAL_ERROR;
		}
	return lost || won				      ? NOT_AS_EXPECTED
	       : a.result.is_complete && b.result.is_complete ? AS_EXPECTED
							      : BOUND_REACHED;
}

} // namespace

command add_diff_versions(CLI::App &sub)
{
	auto a = std::make_shared<diff_arguments>();

	sub.add_option("a", a->kernels[0],
		       "a version; with -COMMIT for each fix taken out, +COMMIT for each added")
		->required();
	sub.add_option("b", a->kernels[1], "another")->required();
	sub.add_option("scenario", a->file, "a scenario file, or - for the standard input")
		->required();
	add_count(sub, "--variant", a->variant, scenario::variant_range,
		  "compare this variant (from 1) instead");
	add_count(sub, "--time-limit", a->seconds, any_number,
		  "bound in seconds on each search, 60 unless given; 0: none");
	sub.add_flag("--no-trace", a->no_trace, "outcomes alone");
	return [a] { return diff_versions(*a); };
}

} // namespace cli
