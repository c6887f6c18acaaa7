// SPDX-License-Identifier: GPL-2.0-only
// The last choice that an outcome hangs on, found by leaving it out.
// Must not know how a search is done, nor how results are printed.
#include "scenarios/turning_point.hpp"
#include <algorithm>
#include "model/explain.hpp"
#include "model/step_words.hpp"
#include "model/task.hpp"
#include "scenarios/run.hpp"

namespace scenario {

namespace {

// CPUs beyond those of the machine have RCU callbacks to do, and nothing else.
bool is_callback(const sim::machine &m, const sim::option &o)
{
	return o.cpu >= m.config().cpus;
}

// "K/103 [kthread > schedule: go on (kthread.c:382)]".
// Which tokens a step takes goes without saying.
std::string step_text(const sim::machine &m, const sim::option &o)
{
	char who[48];

	if (is_callback(m, o) && kernel::task_of_event(o.who))
		return kernel::event_words(o.who);
	if (o.who & sim::EVENT)
		snprintf(who, sizeof(who), "what is due on CPU %u", o.cpu);
	else
		kernel::name_of_context(m.context_of(o.who), who, sizeof(who));
	return std::string(who) + " [" +
	       kernel::step_words(m, o.who, kernel::names_of_calls(o.stack), o.next) + "]";
}

// Whether any finding says that name.
bool is_told_of(const outcome &end, const std::string &name)
{
	const auto is_letter = [](char c) { return isalnum(static_cast<unsigned char>(c)); };
	const auto says = [&](const std::string &text) {
		for (size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1))
			if (!is_letter(text[at + name.size()]) && (!at || !is_letter(text[at - 1])))
				return true;
		return false;
	};

	return std::any_of(end.findings.begin(), end.findings.end(),
			   [&](const found &f) { return says(f.text); });
}

// Tells the choice, or, where what was chosen only passes the time, the next step of a task that
// would not have come there.
class choice_listener final : public step_listener {
public:
	choice_listener(uint64_t number, const outcome &end) : number_(number), end_(end) {}
	void chosen(const sim::machine &m, const sim::choice &c, uint32_t answer) override
	{
		if (c.number < number_ || told_)
			return;
		if (c.kind == sim::choice_kind::step)
			note_step(m, c.number, c.options[answer], c.options[0]);
		else if (c.number == number_)
			tell("step " + std::to_string(number_) + " by value " +
			     std::to_string(answer) + " of " + std::to_string(c.count) + " for " +
			     c.where.function + "\n  with value 0");
	}
	const std::string &text() const { return text_; }

private:
	void note_step(const sim::machine &m, uint64_t number, const sim::option &o,
		       const sim::option &natural)
	{
		const bool is_first = number == number_;

		if (is_first) {
			instead_of_ = natural.who;
			instead_ = step_text(m, natural);
		} else if (o.who & sim::EVENT || m.context_of(o.who).is_interrupt ||
			   o.who == instead_of_) {
			return;
		}
		const std::string text =
			"step " + std::to_string(number) + " by " + step_text(m, o) + "\n  if " +
			instead_ + " goes on " +
			(is_first ? "there" : "at step " + std::to_string(number_)) + " instead";
		if (is_first && passes_time(m, o))
			text_ = text;
		else
			tell(text);
	}
	void tell(const std::string &text)
	{
		text_ = text;
		told_ = true;
	}
	// What is left to be done for a task that has ended, and that nothing is said about.
	bool passes_time(const sim::machine &m, const sim::option &o) const
	{
		const kernel::task_struct *t = kernel::task_of_event(o.who);

		return t && is_callback(m, o) && !is_told_of(end_, t->comm);
	}

	const uint64_t number_;
	const outcome &end_;
	sim::context_id instead_of_ = sim::NO_CONTEXT;
	std::string text_, instead_;
	bool told_ = false;
};

} // namespace

std::string turning_point_of(const scenario &s, const sim::schedule &way, const outcome &end,
			     std::optional<sim::checking> check)
{
	if (way.deviations.empty() || way.round)
		return "";
	choice_listener listener(way.deviations.back().number, end);
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
	// In natural order it may go round for ever, which is no outcome.
	if (listener.text().empty() || other.how == sim::ending::bound ||
	    identity_of(other) == identity_of(end))
		return "";
	return listener.text() + ": " + line_of(other);
}

} // namespace scenario
