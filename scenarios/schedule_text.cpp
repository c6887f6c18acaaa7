// SPDX-License-Identifier: GPL-2.0-only
// Steps of a schedule as they are written in a scenario's file.
// Must not know how a schedule is read, followed or found.
#include "scenarios/schedule_text.hpp"

namespace scenario {

namespace {

std::string quoted(const std::string &text)
{
	return "\"" + text + "\"";
}

std::string subject_value(const scenario &s, const operand &o)
{
	return o.index == no_index ? std::to_string(o.number) : quoted(subject_text(s, o));
}

std::string until_text(const scenario &s, const schedule_step &step)
{
	if (step.until == until_kind::end)
		return "";
	if (step.until == until_kind::blocked)
		return ", \"until\": \"blocked\"";
	return std::string(", \"until\": { ") +
	       (step.until == until_kind::before ? "\"before\": " : "\"after\": ") +
	       quoted(place_of(s, step)) +
	       (step.step > 1 ? ", \"step\": " + std::to_string(step.step) : "") +
	       (step.nth > 1 ? ", \"nth\": " + std::to_string(step.nth) : "") + " }";
}

std::string step_text(const scenario &s, const schedule_step &step)
{
	if (step.action == schedule_action::choose)
		return "{ \"choose\": " + std::to_string(step.chosen) +
		       ", \"at\": " + quoted(step.function) + " }";
	if (step.action == schedule_action::fire)
		return "{ \"fire\": " + subject_value(s, step.subject) + " }";
	return "{ \"run\": " + subject_value(s, step.subject) + until_text(s, step) + " }";
}

} // namespace

std::string subject_text(const scenario &s, const operand &o)
{
	switch (o.kind) {
	case operand_kind::work: return s.works[o.index].name;
	case operand_kind::variable: return s.variables[o.index].name;
	default: break;
	}
	if (o.index == no_index)
		return "pid " + std::to_string(o.number);
	return s.threads[o.index].name + (o.number > 1 ? "#" + std::to_string(o.number) : "");
}

const std::string &place_of(const scenario &s, const schedule_step &step)
{
	return step.label == no_index ? step.function : s.labels[step.label].name;
}

std::string schedule_text(const scenario &s, const std::vector<schedule_step> &steps,
			  bool without_time)
{
	std::string text = without_time ? "{ \"without_time\": [" : "[";

	if (steps.empty())
		return without_time ? "{ \"without_time\": [] }" : "[]";
	for (const schedule_step &step : steps)
		text += (&step == steps.data() ? "\n  " : ",\n  ") + step_text(s, step);
	return text + (without_time ? "\n] }" : "\n]");
}

} // namespace scenario
