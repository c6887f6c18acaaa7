// SPDX-License-Identifier: GPL-2.0-only
// kthreadsim bugs: which kernel has which bug, and what each search needs to find it.
// It must not know how a scenario is searched.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstring>
#include <memory>
#include "cli/commands.hpp"
#include "cli/count_option.hpp"
#include "cli/input.hpp"
#include "cli/search_watch.hpp"
#include "cli/talk.hpp"
#include "scenarios/bug_search.hpp"
#include "scenarios/kernels.hpp"

namespace cli {

namespace {

constexpr uint64_t STATES = 200'000; // of a stateful search that looks for a bug

struct bugs_arguments {
	std::vector<std::string> paths;
	bool verdicts = false;	     // only which kernel has what
	uint64_t executions = 2'000; // of searches that may not end
	uint64_t seconds = 60;	     // of one search; 0: no limit
};

struct bug_row {
	const input *in;
	scenario::bug_case bug;
	std::string fix; // which, and on which kernel it makes the difference
};

// The fix has no name here: then what first lacks the bug is said instead.
constexpr char FOUND[] = "found", ABSENT[] = "absent";

class bug_table {
public:
	explicit bug_table(const bugs_arguments &a) : a_(a) {}
	int print();

private:
	bool read();
	std::string cell(const bug_row &row, const scenario::scenario &s,
			 const std::string &strategy);
	std::string on_version(const bug_row &row, const kernel::version_row &version);
	void print_verdicts();
	void print_efforts();
	void print_stories();

	const bugs_arguments &a_;
	std::vector<std::unique_ptr<input>> inputs_;
	std::vector<bug_row> rows_;
	int code_ = AS_EXPECTED;
	double seconds_ = 0; // of the last search
};

// What a verdict speaks of that is not every execution.
std::string scope(const scenario::scenario &s)
{
	const scenario::exploration &e = s.explore;

	return !e.given	      ? "one run"
	       : e.deviations ? std::to_string(e.deviations) + " deviation"
	       : e.executions ? std::to_string(e.executions) + " of " + e.strategy
			      : "time";
}

const char *version_of(const scenario::scenario &s)
{
	return kernel::version_table()[s.kernel.version].name;
}

// `cells`: what was seen on each version.
std::string fix_text(const scenario::bug_case &bug, const std::vector<std::string> &cells)
{
	const std::string fixes = scenario::names_of_fixes(bug.lacks);
	const char *since = nullptr;

	if (bug.with->kernel.without)
		return fixes + " out of " + version_of(*bug.with);
	if (bug.lacks)
		return fixes + " into " + version_of(*bug.without);
	for (size_t i = cells.size(); i-- && cells[i].rfind(FOUND, 0) != 0;)
		if (cells[i].rfind(ABSENT, 0) == 0)
			since = kernel::version_table()[i].name;
	return since ? std::string("gone in ") + since : "not fixed";
}

bool bug_table::read()
{
	std::vector<std::string> files;
	bool good = true;

	expand_paths(a_.paths, files);
	for (const std::string &file : files) {
		auto &in = inputs_.emplace_back(std::make_unique<input>());

		if (!read_input(file, *in)) {
			good = false;
			continue;
		}
		for (const scenario::bug_case &c : bug_cases(in->scenario))
			rows_.push_back({ in.get(), c, "" });
	}
	return good;
}

// By one search: a word, or for a strategy how much it took.
std::string bug_table::cell(const bug_row &row, const scenario::scenario &s,
			    const std::string &strategy)
{
	scenario::exploration e = s.explore;

	if (!strategy.empty()) {
		e = { e.given, strategy };
		(strategy == "stateful" ? e.states : e.executions) =
			strategy == "stateful" ? STATES : a_.executions;
	}
	const sim::explore_plan plan = plan_of(s, e);
	if (!strategy.empty() && (!e.given || !cannot_explore(s, plan).empty()))
		return "-";
	search_watch watch(a_.seconds, true);
	const scenario::bug_search r = look_for(s, row.bug.sign, plan, std::ref(watch));
	seconds_ = watch.seconds();
	talk("%-32s %-46s %-10s %8llu %-10s %6.2f s\n", s.name.c_str(), s.kernel_text.c_str(),
	     s.explore.given ? plan.strategy.c_str() : "one run",
	     static_cast<unsigned long long>(plan.is_stateful() ? r.states : r.executions),
	     plan.is_stateful() ? "states" : "executions", seconds_);
	// dpor knows when it has lost its way, and claims nothing then.
	if (!r.wrong.empty() && strategy == "dpor")
		return "no claim";
	if (!r.wrong.empty()) {
		talk("kthreadsim: internal error: %s\n", r.wrong.c_str());
		code_ = INTERNAL_ERROR;
	}
	if (strategy.empty()) {
		const std::string found = r.what == scenario::sighting::found	 ? FOUND
					  : r.what == scenario::sighting::absent ? ABSENT
										 : "not seen";

		return s.explore.given && r.what != scenario::sighting::open
			       ? found
			       : found + " (" + scope(s) + ")";
	}
	if (r.what != scenario::sighting::found)
		return r.what == scenario::sighting::absent ? "absent" : "not found";
	return std::to_string(plan.is_stateful() ? r.states : r.executions);
}

std::string bug_table::on_version(const bug_row &row, const kernel::version_row &version)
{
	const scenario::scenario *fixed = row.bug.without;
	scenario::scenario other;
	scenario::diagnostics errors;

	if (fixed && !fixed->kernel.with && !strcmp(version_of(*fixed), version.name))
		return cell(row, *fixed, "");
	if (!read_scenario_on(version.name, row.in->file, row.in->text, other, errors))
		return "not applicable";
	scenario::scenario &asked = row.bug.variant ? other.variants[row.bug.variant - 1] : other;
	asked.explore = fixed ? fixed->explore : row.bug.with->explore;
	return cell(row, asked, "");
}

void bug_table::print_verdicts()
{
	printf("## Which kernel has it\n\n| scenario | fix | sign | without it | with it |");
	for (const kernel::version_row &v : kernel::version_table())
		printf(" %s |", v.name);
	printf("\n|---|---|---|---|---|");
	for (size_t i = 0; i < kernel::version_table().size(); i++)
		printf("---|");
	printf("\n");
	for (bug_row &row : rows_) {
		const scenario::bug_case &bug = row.bug;
		const std::string without = bug.lacks ? cell(row, *bug.with, "") : "";
		const std::string with =
			bug.lacks && bug.without ? cell(row, *bug.without, "") : "";
		std::vector<std::string> cells;

		for (const kernel::version_row &v : kernel::version_table())
			cells.push_back(on_version(row, v));
		row.fix = fix_text(bug, cells);
		printf("| [%s](../%s) | %s | %s | %s | %s |", row.in->scenario.name.c_str(),
		       row.in->file.c_str(), row.fix.c_str(), bug.sign.c_str(), without.c_str(),
		       with.c_str());
		for (const std::string &c : cells)
			printf(" %s |", c.c_str());
		printf("\n");
		fflush(stdout);
	}
}

void bug_table::print_efforts()
{
	static constexpr const char *strategies[] = { "stateful", "dpor", "random",
						      "pct",	  "pos",  "urw" };

	printf("\n## What it takes to find it\n\n"
	       "On the kernel that has it. States of the stateful search, of at most %llu, which "
	       "depend a little on the compiler,\nand its seconds; of the others executions up to "
	       "the first that shows it, of at most %llu.\n*no claim*: dpor has lost its way, and "
	       "says so; *-*: it cannot see such a sign, or one run with time decides.\n\n"
	       "| scenario | kernel | seconds |",
	       static_cast<unsigned long long>(STATES),
	       static_cast<unsigned long long>(a_.executions));
	for (const char *s : strategies)
		printf(" %s |", s);
	printf("\n|---|---|---|");
	for (size_t i = 0; i < std::size(strategies); i++)
		printf("---|");
	printf("\n");
	for (const bug_row &row : rows_) {
		printf("| %s | %s |", row.in->scenario.name.c_str(),
		       row.bug.with->kernel_text.c_str());
		for (const char *s : strategies) {
			const std::string effort = cell(row, *row.bug.with, s);

			if (s == strategies[0])
				printf(" %.2f |", seconds_);
			printf(" %s |", effort.c_str());
		}
		printf("\n");
		fflush(stdout);
	}
}

void bug_table::print_stories()
{
	printf("\n## The stories\n");
	for (const auto &in : inputs_) {
		const scenario::story &story = in->scenario.story;

		printf("\n### %s\n\n%s\n\n", in->scenario.name.c_str(),
		       in->scenario.question.c_str());
		if (!story.seen.empty())
			printf("- Seen: %s\n- How: %s\n- Fix: %s\n", story.seen.c_str(),
			       story.how.c_str(), story.fix.c_str());
	}
}

int bug_table::print()
{
	if (!read())
		return BAD_INPUT;
	printf("# Known bugs, on every kernel here\n\n"
	       "Written by `kthreadsim bugs`: every word comes from a search. *found*: some "
	       "execution shows the sign;\n*absent*: none does, and the search was complete; *not "
	       "seen*: in as much as was searched,\nwhich is said; *not applicable*: that kernel "
	       "lacks an operation of the scenario.\n\n");
	print_verdicts();
	if (!a_.verdicts) {
		print_efforts();
		print_stories();
	}
	return code_;
}

} // namespace

command add_bugs(CLI::App &sub)
{
	auto a = std::make_shared<bugs_arguments>();

	sub.add_option("paths", a->paths, "scenario files of bugs, or folders of them")->required();
	sub.add_flag("--verdicts", a->verdicts, "only which kernel has what");
	add_count(sub, "--max-executions", a->executions, { 1, scenario::largest_bound },
		  "of each search but stateful ones");
	add_count(sub, "--time-limit", a->seconds, any_number,
		  "bound in seconds on each search, 60 unless given; 0: none");
	return [a] { return bug_table(*a).print(); };
}

} // namespace cli
