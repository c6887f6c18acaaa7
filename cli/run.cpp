// SPDX-License-Identifier: GPL-2.0-only
// kthreadsim run, kthreadsim replay.
// It must not know how a scenario is run or written.
#include <CLI/CLI.hpp>
#include <memory>
#include "cli/choice_option.hpp"
#include "cli/commands.hpp"
#include "cli/count_option.hpp"
#include "cli/output.hpp"

namespace cli {

struct run_arguments {
	std::string file, schedule, kernel;
	output_options output;
};

static std::vector<std::string> format_names()
{
	std::vector<std::string> names;

	for (const traces::format &f : traces::formats())
		names.push_back(f.name);
	names.push_back("steps");
	names.push_back("none");
	return names;
}

static std::shared_ptr<run_arguments> add_common(CLI::App &sub)
{
	auto a = std::make_shared<run_arguments>();

	sub.add_option("scenario", a->file, "a scenario file, or - for the standard input")
		->required();
	sub.add_option("--kernel", a->kernel,
		       "on this version instead, with -COMMIT for each fix taken out, +COMMIT for "
		       "each added");
	sub.add_option("-f,--format", a->output.format, "how the trace is written")
		->check(one_of_these(format_names()))
		->capture_default_str();
	sub.add_option("-o,--output", a->output.file,
		       "write the trace to this file; - for the standard output");
	add_count(sub, "--variant", a->output.variant, scenario::variant_range,
		  "run this variant (from 1) instead");
	sub.add_flag("-q,--quiet", a->output.quiet, "say nothing about the run on stderr");
	return a;
}

command add_run(CLI::App &sub)
{
	auto a = add_common(sub);

	return [a] {
		input in;

		if (!read_input(a->file, in, a->kernel))
			return int{ BAD_INPUT };
		const scenario::scenario *s = pick_variant(in, a->output.variant);
		return s ? run_and_write(in, *s, a->output, nullptr) : int{ BAD_INPUT };
	};
}

command add_replay(CLI::App &sub)
{
	auto a = add_common(sub);

	sub.add_option("schedule", a->schedule, "the string that a run or a search printed")
		->required();
	return [a] {
		input in;
		sim::schedule schedule;

		if (!read_input(a->file, in, a->kernel))
			return int{ BAD_INPUT };
		const scenario::scenario *s = pick_variant(in, a->output.variant);
		if (!s || !read_schedule(a->schedule, s->name, schedule))
			return int{ BAD_INPUT };
		return run_and_write(in, *s, a->output, &schedule);
	};
}

} // namespace cli
