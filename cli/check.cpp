// SPDX-License-Identifier: GPL-2.0-only
// kthreadsim check: judges many scenarios with all their variants, for people or as KTAP.
// It must not know how a scenario is run.
#include <CLI/CLI.hpp>
#include <memory>
#include "cli/choice_option.hpp"
#include "cli/commands.hpp"
#include "cli/conclude.hpp"
#include "cli/count_option.hpp"
#include "cli/output.hpp"
#include "cli/search_report.hpp"
#include "cli/search_watch.hpp"
#include "cli/talk.hpp"

namespace cli {

namespace {

struct check_arguments {
	std::vector<std::string> paths;
	std::string format = "human";
	uint64_t seconds = 60; // of one search; 0: no limit
};

// One scenario or variant, judged.
struct checked {
	std::string name;
	int code;
	std::string talk;	 // what is worth saying about it
	std::string read_wrong;	 // what stderr has said of a file that is none
	std::string by;		 // how it was judged, if by a search, and of what it speaks
	bool not_judged = false; // some "sometimes" was not seen, which one run cannot decide
};

struct file_result {
	std::string file;
	std::vector<checked> parts;
};

struct counts {
	unsigned passed = 0, failed = 0, bad = 0, bounded = 0, not_judged = 0, broken = 0;
	size_t files = 0, judged = 0; // what was looked at, with all variants
	size_t left_out = 0;	      // files, after Ctrl-C

	void add(const checked &c)
	{
		judged++;
		passed += c.code == AS_EXPECTED;
		failed += c.code == NOT_AS_EXPECTED;
		bad += c.code == BAD_INPUT;
		broken += c.code == INTERNAL_ERROR;
		bounded += c.code == BOUND_REACHED;
		not_judged += c.code == AS_EXPECTED && c.not_judged;
	}
	std::string text() const
	{
		return std::to_string(files) + (files == 1 ? " file, " : " files, ") +
		       std::to_string(judged) +
		       (judged == 1 ? " scenario: " : " scenarios and variants: ") +
		       std::to_string(passed) + " as expected (" +
		       std::to_string(not_judged) +
		       " of them in part not judged: that takes a search), " +
		       std::to_string(failed) + " not, " + std::to_string(bounded) +
		       " stopped by a limit, " + std::to_string(bad + broken) + " bad" +
		       (left_out ? "; files that were not looked at: " + std::to_string(left_out)
				 : "") +
		       "\n";
	}
	int exit_code() const
	{
		return broken		     ? INTERNAL_ERROR
		       : bad		     ? BAD_INPUT
		       : failed		     ? NOT_AS_EXPECTED
		       : bounded || left_out ? BOUND_REACHED
					     : AS_EXPECTED;
	}
};

void judge_by_run(const input &in, const scenario::scenario &s, checked &c)
{
	const scenario::run_result r = run_scenario(s, {});

	c.code = exit_code_of(r);
	for (const scenario::judged_term &t : r.terms)
		c.not_judged |= t.verdict == scenario::judgement::not_judged;
	if (c.code != AS_EXPECTED || c.not_judged)
		c.talk = summary(in, s, r);
}

void judge_by_search(const input &in, const scenario::scenario &s, const check_arguments &a,
		     checked &c)
{
	search_watch watch(a.seconds);
	const sim::explore_plan plan = plan_of(s, s.explore);
	const std::string why_not = cannot_explore(s, plan);

	if (!why_not.empty()) {
		c.code = BAD_INPUT;
		c.talk = refusal(in, why_not);
		return;
	}
	scenario::explored met =
		search(s, plan, {}, std::ref(watch), scenario::until::all_is_decided);
	watch.search_has_ended();
	const scenario::explore_result r =
		conclude(s, plan, std::move(met), [&watch] { return watch.why_hurry(); });
	// Where all is decided it does not matter that a bound ended the search.
	c.code = !r.wrong.empty() || r.failed() || r.undecided() ? exit_code_of(r) : AS_EXPECTED;
	c.by = plan.strategy + ": " + bound_text(r);
	c.talk = search_report(in, s, plan, r);
	if (!r.wrong.empty())
		c.talk += "error: " + r.wrong + "\n";
}

checked check_one(const input &in, const scenario::scenario &s, size_t variant,
		  const check_arguments &a)
{
	checked c;
	const std::string why_not = cannot_judge(s);

	c.name = s.name + (variant ? ", variant " + std::to_string(variant) : "") + " (" +
		 s.kernel_text + ")";
	if (s.expect.empty()) {
		c.code = BAD_INPUT;
		c.talk = refusal(in, s.name + " expects nothing, so nothing can be checked");
		return c;
	}
	if (!why_not.empty()) {
		c.code = BAD_INPUT;
		c.talk = refusal(in, why_not);
		return c;
	}
	if (s.explore.given)
		judge_by_search(in, s, a, c);
	else
		judge_by_run(in, s, c);
	return c;
}

file_result check_file(const std::string &file, const check_arguments &a)
{
	file_result result{ file, {} };
	input in;

	if (!read_input(file, in)) {
		result.parts.push_back({ file, BAD_INPUT, "", in.why_not, "" });
		return result;
	}
	result.parts.push_back(check_one(in, in.scenario, 0, a));
	for (size_t i = 0; i < in.scenario.variants.size(); i++)
		result.parts.push_back(check_one(in, in.scenario.variants[i], i + 1, a));
	return result;
}

const char *verdict_of(const checked &c)
{
	switch (c.code) {
	case AS_EXPECTED: return c.not_judged ? "ok, in part not judged" : "ok";
	case NOT_AS_EXPECTED: return "FAILED";
	case BOUND_REACHED: return "BOUND REACHED";
	case INTERNAL_ERROR: return "INTERNAL ERROR";
	default: return "BAD INPUT";
	}
}

// A description may not hold '#'.
std::string ktap_text(std::string s)
{
	for (char &c : s)
		if (c == '#' || c == '\n')
			c = ' ';
	return s;
}

void print_diagnostics(const std::string &talk, const char *indent)
{
	size_t at = 0;

	while (at < talk.size()) {
		const size_t end = talk.find('\n', at);

		printf("%s# %s\n", indent, talk.substr(at, end - at).c_str());
		at = end == std::string::npos ? talk.size() : end + 1;
	}
}

void print_ktap(const file_result &f, size_t number)
{
	bool ok = true;
	size_t n = 0;

	printf("  KTAP version 1\n  1..%zu\n", f.parts.size());
	for (const checked &c : f.parts) {
		ok &= c.code == AS_EXPECTED;
		const std::string by = c.by.empty() ? "" : ", " + c.by;

		print_diagnostics(c.read_wrong + c.talk, "  ");
		printf("  %s %zu %s%s\n", c.code == AS_EXPECTED ? "ok" : "not ok", ++n,
		       ktap_text(c.name + by).c_str(), c.code == BOUND_REACHED ? " # TIMEOUT" : "");
	}
	printf("%s %zu %s\n", ok ? "ok" : "not ok", number, ktap_text(f.file).c_str());
}

void print_human(const file_result &f)
{
	for (const checked &c : f.parts) {
		printf("%-60s %s%s\n", c.name.c_str(), verdict_of(c),
		       c.by.empty() ? "" : ("  (" + c.by + ")").c_str());
		if (c.code != AS_EXPECTED)
			fputs(c.talk.c_str(), stdout);
	}
}

int check(const check_arguments &a)
{
	std::vector<std::string> files;
	const signal_watch signals;
	const bool ktap = a.format == "ktap";
	counts total;

	expand_paths(a.paths, files);
	if (ktap)
		printf("KTAP version 1\n1..%zu\n", files.size());
	for (const std::string &file : files) {
		if (signals.came())
			break;
		const file_result f = check_file(file, a);

		for (const checked &c : f.parts)
			total.add(c);
		total.files++;
		if (ktap)
			print_ktap(f, total.files);
		else
			print_human(f);
		fflush(stdout);
	}
	total.left_out = files.size() - total.files;
	// The plan has announced them.
	if (ktap && total.left_out)
		printf("Bail out! interrupted, files that were not looked at: %zu\n",
		       total.left_out);
	if (ktap)
		talk("%s", total.text().c_str());
	else
		fputs(total.text().c_str(), stdout);
	return total.exit_code();
}

} // namespace

command add_check(CLI::App &sub)
{
	auto a = std::make_shared<check_arguments>();

	sub.add_option("paths", a->paths, "scenario files, or folders of them")->required();
	sub.add_option("-f,--format", a->format, "human or ktap")
		->check(one_of_these({ "human", "ktap" }))
		->capture_default_str();
	add_count(sub, "--time-limit", a->seconds, any_number,
		  "bound in seconds on each search, 60 unless given; 0: none");
	return [a] { return check(*a); };
}

} // namespace cli
