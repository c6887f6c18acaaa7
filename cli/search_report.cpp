// SPDX-License-Identifier: GPL-2.0-only
// The result of a search in words.
// It must not know the command line.
#include "cli/search_report.hpp"
#include <algorithm>
#include <cstdio>
#include <sstream>

namespace cli {

using scenario::explore_result;
using scenario::judgement;
using scenario::observation;

std::string count_text(uint64_t executions, const explore_result &r)
{
	if (executions != sim::NEVER)
		return std::to_string(executions);
	return !r.of.cut.empty() ? "-" : r.of.cyclic ? "many" : ">=2^64";
}

static std::string executions_line(const explore_result &r)
{
	const sim::search_part &found = r.of.found;

	if (found.executions == sim::NEVER && !r.of.cut.empty())
		return "Executions not counted, for not all were met\n";
	if (found.executions == sim::NEVER && r.of.cyclic)
		return "Executions not counted, for some go on for ever\n";
	return "Executions " + count_text(found.executions, r) + " complete, " +
	       std::to_string(found.too_long) + " cut" +
	       (found.repeated ? ", " + std::to_string(found.repeated) + " blocked" : "") + "\n" +
	       (found.begun_again ? "Begun again, for waiting for a spin lock makes a difference\n"
				  : "");
}

static std::string percent(uint64_t ppm)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu.%04llu %%",
		 static_cast<unsigned long long>(ppm / 10'000),
		 static_cast<unsigned long long>(ppm % 10'000));
	return text;
}

// What was searched, where that is not every execution.
static std::string scope_lines(const sim::explore_plan &plan, const explore_result &r)
{
	const sim::trace_census &census = r.of.found.census;
	std::string text;

	if (plan.is_drawn())
		text += "Traces " + std::string(census.is_exact() ? "" : "about ") +
			std::to_string(census.traces()) +
			" seen; the next execution is of another by " +
			percent(census.unseen_ppm()) + ", by less than " +
			percent(census.unseen_at_most_ppm()) + " with 95 % confidence\n";
	if (r.of.found.is_bounded || plan.is_drawn())
		text += "Searched " + r.scope + "\n";
	if (!r.of.cut.empty())
		text += "Cut " + r.of.cut + "\n";
	if (!r.hurried.empty())
		text += "Schedules not made as short as they could be: " + r.hurried + "\n";
	return text;
}

const char *frequency(const observation &o)
{
	return o.together	? "Sometimes"
	       : !o.yes_lines	? "Never"
	       : !o.no_lines	? "Always"
				: "Sometimes";
}

std::string bound_text(const explore_result &r)
{
	return r.of.cut.empty() ? r.scope : "cut: " + r.of.cut;
}

static std::string capital(std::string word)
{
	word[0] = static_cast<char>(word[0] - 'a' + 'A');
	return word;
}

static std::string verdict_text(const observation &o)
{
	const std::string expected = *o.quantifier ? "(expected " + capital(o.quantifier) + ")  "
						   : "(named by no term)  ";

	switch (o.verdict) {
	case judgement::holds: return expected + "ok";
	case judgement::fails: return expected + "FAILED";
	case judgement::not_judged: return expected + "not judged: " + o.reason;
	}
	return "";
}

static std::string replay_line(const scenario::scenario &s, const sim::schedule &shortest,
			       const explore_result &r)
{
	const size_t n = shortest.deviations.size();

	return "Replay " + print_schedule(s.name, shortest) +
	       (r.hurried.empty() ? "   shortest: " : "   so far: ") +
	       (n ? std::to_string(n) + (n == 1 ? " deviation from " : " deviations from ") : "") +
	       "the natural order\n";
}

static std::string indented(const std::string &text)
{
	std::string out = "    ";

	for (const char c : text)
		out += c == '\n' ? "\n    " : std::string(1, c);
	return out + "\n";
}

// What was found there in full, why, and how to bring it about by hand.
static std::string explanation(const input &in, const scenario::explored_outcome &e)
{
	std::string text;

	for (const scenario::found &f : e.end.findings)
		if (!f.known)
			text += indented(with_place(in, f.text));
	for (const std::string &sentence : e.story)
		text += "  Because " + sentence + "\n";
	if (!e.turning_point.empty())
		text += indented("Decided at " + e.turning_point).substr(2);
	if (!e.by_hand.empty())
		text += "  By hand, in the scenario in place of \"explore\":\n" +
			indented("\"schedule\": " + e.by_hand);
	return text;
}

// Each line that several executions show together, with one of them.
static std::string together_text(const scenario::scenario &s, const scenario::found &f,
				 const explore_result &r)
{
	std::string text = "Together " + std::string(sim::finding_name(f.kind)) + ": ";
	std::istringstream lines(f.text);
	std::string line;

	for (size_t n = 0; std::getline(lines, line); n++) {
		text += line + "\n";
		if (n && n <= f.shown_by.size() && f.shown_by[n - 1])
			text += "      " + replay_line(s, *f.shown_by[n - 1], r);
	}
	if (f.shown_at_once)
		text += "    all of it in one execution:\n      " +
			replay_line(s, *f.shown_at_once, r);
	else if (!f.parts.empty())
		text += "    no execution was met that shows all of it\n";
	return text;
}

std::string search_report(const input &in, const scenario::scenario &s,
			  const sim::explore_plan &plan, const explore_result &r,
			  bool with_witnesses)
{
	std::string text = "Scenario " + s.name + "  kernel " + s.kernel_text + "  strategy " +
			   plan.strategy + "\n" + executions_line(r) + scope_lines(plan, r) +
			   "States " + std::to_string(r.outcomes.size()) + "\n";
	size_t width = 12;

	for (const scenario::explored_outcome &e : r.outcomes)
		width = std::max(width, 1 + count_text(e.executions, r).size());
	for (const scenario::explored_outcome &e : r.outcomes) {
		const std::string count = count_text(e.executions, r);

		text += std::string(width - count.size(), ' ') + count + "  " + e.line + "\n";
		if (with_witnesses)
			text += "              " + replay_line(s, e.shortest, r);
	}
	for (const scenario::found &f : r.together)
		text += together_text(s, f, r);
	std::vector<bool> told(r.outcomes.size());
	for (const observation &o : r.observations) {
		// Executions that only together show it are not counted.
		const std::string counts =
			o.together ? "- -"
				   : count_text(o.yes, r) + " " + count_text(o.no, r);

		text += "Observation " + s.name + " " + o.text + " " + frequency(o) + " " + counts +
			"    " + verdict_text(o) + "\n";
		if (o.witness == scenario::no_index)
			continue;
		text += replay_line(s, r.outcomes[o.witness].shortest, r);
		if (!told[o.witness])
			text += explanation(in, r.outcomes[o.witness]);
		told[o.witness] = true;
	}
	if (r.untold)
		text += "No reasons and no steps by hand for " + std::to_string(r.untold) +
			" outcomes more\n";
	return text;
}

} // namespace cli
