// SPDX-License-Identifier: GPL-2.0-only
// Running with output: trace formats, the list of steps, and the verdict in words.
// It must not know the command line.
#include "cli/output.hpp"
#include <algorithm>
#include "cli/commands.hpp"
#include "cli/step_list.hpp"
#include "cli/talk.hpp"
#include "traces/atomic_file.hpp"

namespace cli {

namespace {

struct variable_names final : traces::object_names {
	scenario::object_name_table table;

	std::string name_of(sim::object_id object) const override
	{
		const auto found = table.find(object);

		return found == table.end() ? "" : found->second;
	}
};

const char *words_of(sim::ending how)
{
	switch (how) {
	case sim::ending::finished: return "everything finished";
	case sim::ending::deadlock: return "nobody can go on";
	case sim::ending::failed: return "ended by a finding";
	case sim::ending::endless: return "it can go on like that for ever";
	case sim::ending::bound:
		return "a limit of the machine was reached (\"limits\" in \"machine\")";
	}
	return "";
}

} // namespace

int exit_code_of(const scenario::run_result &r)
{
	if (r.how == sim::ending::bound)
		return BOUND_REACHED;
	if (!r.schedule_error.empty())
		return BAD_INPUT;
	return r.expected ? AS_EXPECTED : NOT_AS_EXPECTED;
}

std::string summary(const input &in, const scenario::scenario &s, const scenario::run_result &r)
{
	std::string text = "Scenario " + s.name + "  kernel " + s.kernel_text + "\n";
	char time[64] = "without time";

	if (r.schedule.timed)
		snprintf(time, sizeof(time), "%llu.%06llu s of virtual time",
			 static_cast<unsigned long long>(r.time_ns / 1'000'000'000),
			 static_cast<unsigned long long>(r.time_ns / 1000 % 1'000'000));
	text += "  " + std::to_string(r.steps) + " steps, " + time + ": " + words_of(r.how) + "\n";
	for (const scenario::found &f : r.findings)
		text += std::string(f.known ? "  known " : "  finding ") +
			sim::finding_name(f.kind) + ": " + with_place(in, f.text) + "\n";
	if (!r.races_off.empty())
		text += "  races were not looked for to the end: " + r.races_off + "\n";
	for (const scenario::judged_term &t : r.terms) {
		const char *verdict = t.verdict == scenario::judgement::holds	? "ok      "
				      : t.verdict == scenario::judgement::fails ? "FAILED  "
										: "not seen";

		text += std::string("  ") + verdict + "  " + t.quantifier +
			(t.text == "trace" ? "" : " " + t.text) +
			(t.reason.empty() ? "" : "   (" + t.reason + ")") + "\n";
	}
	if (!r.schedule_error.empty())
		text += refusal(in, r.schedule_error);
	if (r.diverged_at == r.steps)
		text += "  the replay is not the recorded run: all " + std::to_string(r.steps) +
			" choices are the same, and the end is not\n";
	else if (r.diverged_at != sim::NEVER)
		text += "  the replay is not the recorded run: they differ from choice " +
			std::to_string(r.diverged_at) + " on\n";
	text += "  replay " + print_schedule(s.name, r.schedule) + "\n";
	return text;
}

static int run_to(const input &in, const scenario::scenario &s, const output_options &o,
		  const sim::schedule *replay, traces::byte_sink &out, scenario::run_result &r)
{
	variable_names names;
	scenario::run_options options;
	step_list steps(out);
	std::unique_ptr<traces::writer> writer;

	options.replay = replay;
	options.names = &names.table;
	if (o.format == "steps") {
		options.steps = &steps;
	} else if (o.format != "none") {
		const traces::run_info info{ s.name, s.kernel_text, s.machine.cpu_count, &names };

		writer = traces::find_format(o.format)->make(out, info);
		options.sink = writer.get();
	}
	r = run_scenario(s, options);
	if (writer)
		writer->finish();
	if (!o.quiet)
		talk("%s", summary(in, s, r).c_str());
	return exit_code_of(r);
}

int run_and_write(const input &in, const scenario::scenario &s, const output_options &o,
		  const sim::schedule *replay)
{
	scenario::run_result r;

	if (o.file.empty() || o.file == "-") {
		traces::stream_sink out(stdout);

		return run_to(in, s, o, replay, out, r);
	}
	if (is_same_file(o.file, in.file)) {
		talk("--output: %s is the scenario, expected another file\n", o.file.c_str());
		return BAD_INPUT;
	}
	traces::atomic_file out(o.file);
	if (!out.error().empty()) {
		talk("kthreadsim: %s\n", out.error().c_str());
		return BAD_INPUT;
	}
	const int code = run_to(in, s, o, replay, out, r);
	if (out.commit())
		return code;
	talk("kthreadsim: %s\n", out.error().c_str());
	return INTERNAL_ERROR;
}

} // namespace cli
