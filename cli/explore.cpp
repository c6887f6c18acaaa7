// SPDX-License-Identifier: GPL-2.0-only
// kthreadsim explore: everything that a scenario can come to.
// It must not know how a search is done.
#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>
#include <optional>
#include "cli/commands.hpp"
#include "cli/conclusion_option.hpp"
#include "cli/count_option.hpp"
#include "cli/part_file.hpp"
#include "cli/search_options.hpp"
#include "cli/search_watch.hpp"
#include "cli/shell_word.hpp"
#include "cli/talk.hpp"
#include "traces/atomic_file.hpp"

namespace cli {

namespace {

struct explore_arguments {
	std::string file, output, resume;
	std::optional<std::string> shard;
	unsigned variant = 0;
	uint64_t seconds = 0; // 0: no limit
	uint64_t jobs = 1;
	bool twice = false;
	search_options asked;
	conclusion_options conclusion;

	// One that is resumed may be one of several.
	bool is_shard(const part_file &p) const { return shard || p.shards > 1; }
};

// Empty: the parts can be run by themselves, as was asked.
std::string cannot_part(const explore_arguments &a, const part_file &p)
{
	const char *why = p.plan.why_whole();
	const char *why_not_later = p.plan.why_not_later();

	if ((a.jobs > 1 || a.is_shard(p)) && why)
		return p.plan.strategy + " with --jobs or --shard: " + why;
	if (!a.output.empty() && why_not_later)
		return p.plan.strategy + " with --output: " + why_not_later;
	if (p.shards > 1 && !p.plan.is_drawn() && p.plan.executions)
		return "a bound on executions with --shard: which ones come first, no shard knows";
	return "";
}

bool read_shard(const std::string &text, part_file &p)
{
	const char *end = text.data() + text.size();
	const auto i = std::from_chars(text.data(), end, p.shard);
	const auto n = i.ptr == end ? i : std::from_chars(i.ptr + 1, end, p.shards);

	if (i.ec == std::errc{} && *i.ptr == '/' && n.ec == std::errc{} && n.ptr == end &&
	    p.shard && p.shard <= p.shards && p.shards <= part_file::SHARDS_MAX)
		return true;
	talk("--shard: '%s', expected i/n with i from 1 to n, and n at most %u\n", text.c_str(),
	     part_file::SHARDS_MAX);
	return false;
}

// Not onto the scenario that it is about.
bool is_place(const std::string &path, const std::string &scenario)
{
	if (path == "-") {
		talk("--output: '-', expected a file: the report goes to the standard output\n");
		return false;
	}
	if (!is_same_file(path, scenario))
		return true;
	talk("--output: %s is the scenario, expected another file\n", path.c_str());
	return false;
}

// Where a search leaves what it has, as far as that is known before it begins; empty: nowhere yet.
std::string known_path(const explore_arguments &a, const part_file &p, const input &in)
{
	return !a.output.empty() ? a.output
	       : a.shard	 ? part_name(in.scenario.name, p, true)
				 : a.resume;
}

// The file is there before the search: one that takes hours is not to find out then that it has no
// place to leave anything.
bool open_file(const std::string &path, std::optional<traces::atomic_file> &file)
{
	if (!path.empty())
		file.emplace(path);
	if (!file || file->error().empty())
		return true;
	talk("kthreadsim: %s\n", file->error().c_str());
	return false;
}

// Of a search that has ended, or was ended by what nobody had asked for. False: what was to be left
// could not be.
bool leave(const explore_arguments &a, const input &in, part_file &p, bool unasked,
	   std::optional<traces::atomic_file> &file)
{
	const char *why_not = p.plan.why_not_later();

	if (unasked && why_not)
		talk("%s cannot be resumed: %s\n", p.plan.strategy.c_str(), why_not);
	else if (unasked && !file)
		file.emplace(p.path = part_name(in.scenario.name, p, false));
	if (p.left.empty() && !a.is_shard(p) && a.resume.empty())
		file.reset();
	if (!file)
		return true;
	file->append(to_text(p));
	if (!file->commit())
		return false;
	if (!p.left.empty() && !a.conclusion.quiet)
		talk("kthreadsim explore --resume %s goes on\n", shell_word(p.path).c_str());
	return true;
}

int print_shard(const explore_arguments &a, const part_file &p, const std::string &figures)
{
	if (!a.conclusion.quiet)
		talk("shard %u of %u: %llu executions, %zu outcomes%s; see %s\n", p.shard, p.shards,
		     static_cast<unsigned long long>(p.found.all()), p.found.outcomes.size(),
		     figures.c_str(), p.path.c_str());
	return p.left.empty() ? AS_EXPECTED : BOUND_REACHED;
}

int search_and_print(const explore_arguments &a, const input &in, const scenario::scenario &s,
		     part_file &p)
{
	sim::explore_share share;
	scenario::explored found;
	std::optional<traces::atomic_file> file;
	char figures[64];

	p.path = known_path(a, p, in);
	if (!is_place(p.path, in.file) || !open_file(p.path, file))
		return BAD_INPUT;
	share.jobs = static_cast<unsigned>(a.jobs);
	share.shard = p.shard;
	share.shards = p.shards;
	share.is_resumed = !a.resume.empty();
	share.before = p.found;
	share.left = p.left;
	search_watch watch(a.seconds, a.conclusion.quiet);
	found = search(s, p.plan, share, std::ref(watch));
	snprintf(figures, sizeof(figures), " in %.2f s%s", watch.seconds(),
		 a.jobs > 1 ? ", summed over the jobs" : "");
	watch.search_has_ended();
	p.found = found.found;
	p.left = found.left;
	if (found.lost_a_job)
		talk("kthreadsim: the search was stopped: %s\n", found.cut.c_str());
	const bool is_left = leave(a, in, p, watch.was_interrupted() || found.lost_a_job, file);
	if (is_left && a.is_shard(p))
		return print_shard(a, p, figures);
	if (p.shards > 1)
		found.cut = "it is shard " + std::to_string(p.shard) + " of " +
			    std::to_string(p.shards) + (found.cut.empty() ? "" : "; ") + found.cut;
	const int code = conclude_and_print(in, s, p.plan, std::move(found), a.conclusion, figures,
					    [&watch] { return watch.why_hurry(); });
	if (is_left)
		return code;
	talk("kthreadsim: %s\n", file->error().c_str());
	return INTERNAL_ERROR;
}

int explore(const explore_arguments &a)
{
	input in;
	part_file p;

	if (a.file.empty() == a.resume.empty()) {
		talk("explore: expected a scenario file, or --resume and its file\n");
		return BAD_INPUT;
	}
	if (!a.resume.empty()) {
		if (!read_part(a.resume, p) || !read_input(p.file, p.text, in))
			return BAD_INPUT;
	} else {
		if ((a.shard && !read_shard(*a.shard, p)) || !read_input(a.file, in))
			return BAD_INPUT;
		p.file = in.file;
		p.text = in.text;
		p.variant = a.variant;
	}
	const scenario::scenario *s = pick_variant(in, p.variant);
	if (!s)
		return BAD_INPUT;
	std::string why;
	if (const auto most = executions_given(a.asked); most && !a.resume.empty()) {
		if (p.plan.is_drawn())
			why = "--max-executions with --resume: how many are drawn stands in " +
			      a.resume;
		p.plan.executions = *most;
	}
	if (a.resume.empty()) {
		scenario::exploration asked = s->explore;

		why = ask(a.asked, asked);
		p.plan = plan_of(*s, asked);
	}
	p.plan.twice = a.twice;
	if (why.empty())
		why = cannot_explore(*s, p.plan);
	if (why.empty())
		why = cannot_part(a, p);
	if (why.empty())
		return search_and_print(a, in, *s, p);
	talk("%s", refusal(in, why).c_str());
	return BAD_INPUT;
}

// What is asked by a search that goes on stands in its file. Empty: nothing else is.
std::string asked_anew(const CLI::App &sub, const explore_arguments &a)
{
	return sub.count("--variant") ? "--variant" : a.shard ? "--shard" : first_given(a.asked);
}

} // namespace

command add_explore(CLI::App &sub)
{
	auto a = std::make_shared<explore_arguments>();

	sub.add_option("scenario", a->file, "a scenario file, or - for the standard input");
	add_count(sub, "--variant", a->variant, scenario::variant_range,
		  "search this variant (from 1) instead");
	add_search(sub, a->asked);
	add_count(sub, "--time-limit", a->seconds, any_number, "bound in seconds");
	add_count(sub, "-j,--jobs", a->jobs, { 1, 256 }, "processes that share the work");
	sub.add_flag("--twice", a->twice,
		     "run each execution twice, and report where the second was not the first");
	sub.add_option("--shard", a->shard, "run the i-th of n parts, and leave a file for merge")
		->type_name("I/N");
	sub.add_option("-o,--output", a->output,
		       "where a shard, or a search that was ended early, leaves what it has; "
		       "SCENARIO[.variant-N].STRATEGY[.seed-N][.I-of-N].part");
	sub.add_option("--resume", a->resume, "go on with what was left in this file");
	add_conclusion(sub, a->conclusion);
	return [a, &sub] {
		const std::string anew = asked_anew(sub, *a);

		if (a->resume.empty() || anew.empty())
			return explore(*a);
		talk("%s with --resume: what is asked stands in %s\n", anew.c_str(),
		     a->resume.c_str());
		return int{ BAD_INPUT };
	};
}

} // namespace cli
