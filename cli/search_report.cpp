// SPDX-License-Identifier: GPL-2.0-only
// The result of a search in words.
// It must not know the command line.
#include "cli/search_report.hpp"
#include <cstdio>
#include "cli/commands.hpp"

namespace cli {

using scenario::explore_result;
using scenario::judgement;
using scenario::observation;

int exit_code_of(const explore_result &r)
{
	return !r.refused.empty()	 ? BAD_INPUT
	       : !r.not_replayed.empty() ? INTERNAL_ERROR
	       : r.failed()		 ? NOT_AS_EXPECTED
	       : !r.cut.empty()		 ? BOUND_REACHED
					 : AS_EXPECTED;
}

static std::string count_text(uint64_t executions, const explore_result &r)
{
	return executions != sim::NEVER ? std::to_string(executions) : r.cut.empty() ? "many" : "-";
}

static std::string executions_line(const explore_result &r)
{
	if (r.executions != sim::NEVER)
		return "Executions " + std::to_string(r.executions) + " complete, 0 cut\n";
	if (!r.cut.empty())
		return "Executions not counted, the search was cut: " + r.cut + "\n";
	return r.cyclic ? "Executions endless, some go on for ever\n"
			: "Executions more than can be counted\n";
}

static const char *frequency(const observation &o)
{
	return !o.yes_lines ? "Never" : !o.no_lines ? "Always" : "Sometimes";
}

static std::string capital(std::string word)
{
	word[0] = static_cast<char>(word[0] - 'a' + 'A');
	return word;
}

static std::string verdict_text(const observation &o)
{
	const std::string expected = *o.quantifier ? "(expected " + capital(o.quantifier) + ")  "
						   : "(expected by nobody)  ";

	switch (o.verdict) {
	case judgement::holds: return expected + "ok";
	case judgement::fails: return expected + "FAILED";
	case judgement::not_judged: return expected + "not judged: " + o.reason;
	}
	return "";
}

static std::string replay_line(const scenario::scenario &s, const sim::schedule &shortest)
{
	const size_t n = shortest.deviations.size();

	return "Replay " + print_schedule(s.name, shortest) + "   shortest: " +
	       (n ? std::to_string(n) + (n == 1 ? " deviation from " : " deviations from ") : "") +
	       "the natural order\n";
}

std::string search_report(const scenario::scenario &s, const explore_result &r)
{
	std::string text = "Scenario " + s.name + "  kernel " + s.kernel_text + "  strategy " +
			   r.strategy + "\n" + executions_line(r) + "States " +
			   std::to_string(r.outcomes.size()) + "\n";
	char line[64];

	for (const scenario::explored_outcome &e : r.outcomes) {
		snprintf(line, sizeof(line), "%12s  ", count_text(e.executions, r).c_str());
		text += line + e.line + "\n";
	}
	for (const scenario::found &f : r.together)
		text += std::string("Together ") + sim::finding_name(f.kind) + ": " + f.text + "\n";
	for (const observation &o : r.observations) {
		text += "Observation " + s.name + " " + o.text + " " + frequency(o) + " " +
			count_text(o.yes, r) + " " + count_text(o.no, r) + "    " +
			verdict_text(o) + "\n";
		if (o.witness != scenario::no_index)
			text += replay_line(s, r.outcomes[o.witness].shortest);
	}
	return text;
}

} // namespace cli
