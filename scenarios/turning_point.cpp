// SPDX-License-Identifier: GPL-2.0-only
// The last choice that an outcome hangs on, found by leaving it out.
// Must not know how a search is done, nor how results are printed.
#include "scenarios/turning_point.hpp"
#include "model/explain.hpp"
#include "model/step_words.hpp"
#include "scenarios/run.hpp"

namespace scenario {

namespace {

// "K/103 [kthread > schedule: go on (kthread.c:382)]".
// Which tokens a step takes goes without saying.
std::string step_text(const sim::machine &m, const sim::option &o)
{
	char who[48];

	if (o.who & sim::EVENT)
		snprintf(who, sizeof(who), "what is due on CPU %u", o.cpu);
	else
		kernel::name_of_context(m.context_of(o.who), who, sizeof(who));
	return std::string(who) + " [" +
	       kernel::step_words(m, o.who, kernel::names_of_calls(o.stack), o.next) + "]";
}

class choice_listener final : public step_listener {
public:
	explicit choice_listener(uint64_t number) : number_(number) {}
	void chosen(const sim::machine &m, const sim::choice &c, uint32_t answer) override
	{
		if (c.number != number_)
			return;
		if (c.kind == sim::choice_kind::value)
			text_ = " by value " + std::to_string(answer) + " of " +
				std::to_string(c.count) + " for " + c.where.function +
				"\n  with value 0";
		else
			text_ = " by " + step_text(m, c.options[answer]) + "\n  if " +
				step_text(m, c.options[0]) + " goes on there instead";
	}
	const std::string &text() const { return text_; }

private:
	const uint64_t number_;
	std::string text_;
};

} // namespace

std::string turning_point_of(const scenario &s, const sim::schedule &way, const outcome &end,
			     std::optional<sim::checking> check)
{
	if (way.deviations.empty() || way.round)
		return "";
	const uint64_t number = way.deviations.back().number;
	choice_listener listener(number);
	sim::schedule without = way;
	run_options options;

	options.check = check;
	options.replay = &way;
	options.steps = &listener;
	run_scenario(s, options);
	without.deviations.pop_back();
	without.steps = 0;
	options.replay = &without;
	options.steps = nullptr;
	const run_result other = run_scenario(s, options);
	if (listener.text().empty() || identity_of(other) == identity_of(end))
		return "";
	return "step " + std::to_string(number) + listener.text() + ": " + line_of(other);
}

} // namespace scenario
