// SPDX-License-Identifier: GPL-2.0-only
// Writing a schedule for people: what each named thread does between two others, tried by hand.
// Must not know how a search is done, nor how results are printed.
#include "scenarios/written_schedule.hpp"
#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>
#include "model/boot.hpp"
#include "scenarios/hand_schedule.hpp"
#include "scenarios/ops.hpp"
#include "scenarios/program.hpp"
#include "scenarios/run.hpp"
#include "scenarios/values.hpp"
#include "scenarios/words.hpp"

namespace scenario {

namespace {

// Where a thread stands between two of its operations.
struct position {
	std::vector<const char *> functions; // innermost first
	const char *verb = "";
};

bool stands_in(const position &p, const std::string &function)
{
	return std::any_of(p.functions.begin(), p.functions.end(),
			   [&](const char *f) { return function == f; });
}

// Listens to the execution, and writes a step wherever another named thread goes on.
class schedule_writer final : public step_listener {
public:
	explicit schedule_writer(const scenario &s) : scenario_(s) {}
	void chosen(const sim::machine &m, const sim::choice &c, uint32_t answer) override;
	std::vector<schedule_step> steps() const { return steps_; }

private:
	std::optional<operand> name_of(const sim::machine &m, sim::context_id who) const;
	bool look(const sim::machine &m, const sim::choice &c);
	void close();
	void close(until_kind until);
	void fired(const sim::machine &m, sim::object_id what);
	void note_value(const sim::choice &c, uint32_t answer);
	bool is_place(std::string_view function) const;
	bool stop_here(schedule_step &step) const;

	const scenario &scenario_;
	std::vector<schedule_step> steps_;
	sim::context_id who_ = sim::NO_CONTEXT; // the named thread that went last
	operand subject_;
	bool moved_ = false;
	std::vector<position> positions_; // in this step
	enum class stand : uint8_t { gone, blocked, waits, can_go } stand_ = stand::gone;
};

std::optional<operand> schedule_writer::name_of(const sim::machine &m, sim::context_id who) const
{
	operand o;

	if (who & sim::EVENT || m.context_of(who).is_interrupt)
		return {};
	o.kind = operand_kind::thread;
	for (o.index = 0; o.index < scenario_.threads.size(); o.index++)
		for (o.number = 1;; o.number++) {
			const kernel::task_struct *t =
				find_thread(program::state(), o.index, o.number);

			if (t && t->context == &m.context_of(who))
				return o;
			if (!t || scenario_.threads[o.index].kind != thread_kind::kthread)
				break;
		}
	return {};
}

static const sim::option *option_of(std::span<const sim::option> options, sim::context_id who)
{
	for (const sim::option &o : options)
		if (o.who == who)
			return &o;
	return nullptr;
}

// Where the present thread has come to by its last operation. False: a step that nobody can see is
// offered alone, and another's.
bool schedule_writer::look(const sim::machine &m, const sim::choice &c)
{
	const sim::option *offered = option_of(c.options, who_);
	const sim::option *at = offered ? offered : option_of(c.blocked, who_);
	const bool is_there = m.context_of(who_).state != sim::context_state::finished &&
			      m.context_of(who_).state != sim::context_state::unused;
	position p;

	if (!at && is_there)
		return false;
	stand_ = offered			    ? stand::can_go
		 : !at				    ? stand::gone
		 : at->why == sim::obstacle::no_cpu ? stand::waits
						    : stand::blocked;
	if (!moved_ || (at && !*at->next.where.function))
		return true;
	moved_ = false;
	if (at) {
		p.functions.push_back(at->next.where.function);
		for (const sim::frame *f = at->stack; f; f = f->outer)
			p.functions.push_back(f->function);
		p.verb = at->next.where.verb;
	}
	positions_.push_back(std::move(p));
	return true;
}

bool schedule_writer::is_place(std::string_view function) const
{
	auto named = [&](const auto &list) {
		return std::any_of(list.begin(), list.end(),
				   [&](const auto &f) { return f.name == function; });
	};
	const name_list &inner = inner_functions();

	return std::find(inner.begin(), inner.end(), function) != inner.end() ||
	       named(scenario_.functions) || named(scenario_.works) ||
	       std::any_of(operations().begin(), operations().end(), [&](const operation &row) {
		       return !row.is_control() && row.name == function;
	       });
}

// As hand_schedule counts: entries since the step began, and operations in the last of them.
bool schedule_writer::stop_here(schedule_step &step) const
{
	const position &here = positions_.back();

	for (uint32_t i = 0; i < scenario_.labels.size() && !here.functions.empty(); i++) {
		if (scenario_.labels[i].name != here.functions[0])
			continue;
		step.label = i;
		step.until = strcmp(here.verb, "before") ? until_kind::after : until_kind::before;
		return true;
	}
	for (const char *function : here.functions) {
		bool inside = false;
		uint32_t entries = 0, operations = 0;

		if (!is_place(function))
			continue;
		for (const position &p : positions_) {
			const bool now = stands_in(p, function);

			operations = now ? (inside ? operations + 1 : 1) : operations;
			entries += now && !inside;
			inside = now;
		}
		step.until = until_kind::before;
		step.function = function;
		step.step = operations > 1 ? operations : 0;
		step.nth = entries;
		return true;
	}
	return false;
}

void schedule_writer::close(until_kind until)
{
	schedule_step step;

	step.subject = subject_;
	step.until = until;
	if (until == until_kind::before && (positions_.empty() || !stop_here(step)))
		return;
	steps_.push_back(step);
	const position last = positions_.empty() ? position{} : positions_.back();
	positions_ = { last };
}

void schedule_writer::close()
{
	close(stand_ == stand::gone	 ? until_kind::end
	      : stand_ == stand::blocked ? until_kind::blocked
					 : until_kind::before);
}

// A timer in vars, or that of a delayed work, whose memory the event lies in; or of a sleep.
void schedule_writer::fired(const sim::machine &m, sim::object_id what)
{
	sim::arena &objects = const_cast<sim::machine &>(m).objects();
	const sim::allocation *in = objects.find(objects.at(what));
	const scenario_state &state = program::state();
	schedule_step step;

	const std::optional<operand> sleeper = in ? name_of(m, in->by) : std::nullopt;

	auto lies_in = [&](const void *object) { return in && objects.find(object) == in; };
	step.action = schedule_action::fire;
	if (sleeper && sleeps_until(in, in->by)) {
		step.subject = *sleeper;
		steps_.push_back(step);
		return;
	}
	for (uint32_t i = 0; i < scenario_.works.size(); i++)
		if (lies_in(state.works[i])) {
			step.subject.kind = operand_kind::work;
			step.subject.index = i;
			steps_.push_back(step);
			return;
		}
	for (uint32_t i = 0; i < scenario_.variables.size(); i++)
		if (scenario_.variables[i].kind == variable_kind::timer &&
		    lies_in(state.variables[i])) {
			step.subject.kind = operand_kind::variable;
			step.subject.index = i;
			steps_.push_back(step);
			return;
		}
}

// The natural answers too, for the others of that place count from the first.
void schedule_writer::note_value(const sim::choice &c, uint32_t answer)
{
	schedule_step step;

	step.action = schedule_action::choose;
	step.function = c.where.function;
	step.chosen = answer;
	steps_.push_back(step);
}

void schedule_writer::chosen(const sim::machine &m, const sim::choice &c, uint32_t answer)
{
	if (c.kind == sim::choice_kind::value) {
		note_value(c, answer);
		return;
	}
	const sim::option &taken = c.options[answer];
	const std::optional<operand> name = name_of(m, taken.who);

	if (who_ != sim::NO_CONTEXT && !look(m, c))
		return;
	if (!name) {
		const std::vector<schedule_step> before = steps_;
		const std::vector<position> positions = positions_;

		if (!(taken.who & sim::EVENT))
			return;
		// It may be there only for what the present thread has done.
		if (who_ != sim::NO_CONTEXT)
			close();
		const size_t closed = steps_.size();
		fired(m, taken.who & ~sim::EVENT);
		if (steps_.size() > closed) {
			who_ = sim::NO_CONTEXT;
		} else {
			steps_ = before;
			positions_ = positions;
		}
		return;
	}
	if (taken.who == who_) {
		moved_ = true;
		return;
	}
	if (who_ != sim::NO_CONTEXT)
		close();
	who_ = taken.who;
	subject_ = *name;
	positions_.clear();
	moved_ = true;
	look(m, c);
	moved_ = true;
}

// ---- trying ----

class schedule_trial {
public:
	schedule_trial(const scenario &s, const sim::schedule &way, const outcome &end)
		: trial_(s), identity_(identity_of(end)), how_(end.how)
	{
		trial_.schedule = {};
		trial_.explore = {};
		// One that goes elsewhere may go on for ever.
		trial_.machine.limit_steps = 1000 + 4 * way.steps;
	}
	bool works(const std::vector<schedule_step> &steps, bool without_time)
	{
		if (!tries_left_)
			return false;
		tries_left_--;
		trial_.schedule.steps = steps;
		trial_.schedule.without_time = without_time;
		const run_result r = run_scenario(trial_, {});
		return r.schedule_error.empty() && r.how == how_ && identity_of(r) == identity_;
	}

private:
	scenario trial_;
	const std::string identity_;
	const sim::ending how_;
	unsigned tries_left_ = 200;
};

// Nothing comes after a thread's end: such a step is left out, or has to come last.
bool is_readable(const std::vector<schedule_step> &steps)
{
	for (size_t i = 0; i < steps.size(); i++)
		for (size_t k = i + 1; k < steps.size(); k++)
			if (steps[i].action == schedule_action::run &&
			    steps[i].until == until_kind::end &&
			    steps[k].action == schedule_action::run &&
			    steps[i].subject.index == steps[k].subject.index &&
			    steps[i].subject.number == steps[k].subject.number)
				return false;
	return true;
}

// Without the first step that can be left out, and so on; from the end, where most are natural.
void leave_out(schedule_trial &trial, bool without_time, std::vector<schedule_step> &steps)
{
	for (bool again = true; again;) {
		again = false;
		for (size_t i = steps.size(); i-- > 0;) {
			std::vector<schedule_step> fewer = steps;

			fewer.erase(fewer.begin() + static_cast<ptrdiff_t>(i));
			if (!trial.works(fewer, without_time))
				continue;
			steps = fewer;
			again = true;
		}
	}
}

// ---- text ----

std::string subject_text(const scenario &s, const operand &o)
{
	switch (o.kind) {
	case operand_kind::work: return s.works[o.index].name;
	case operand_kind::variable: return s.variables[o.index].name;
	default: break;
	}
	return s.threads[o.index].name + (o.number > 1 ? "#" + std::to_string(o.number) : "");
}

std::string quoted(const std::string &text)
{
	return "\"" + text + "\"";
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
		return "{ \"fire\": " + quoted(subject_text(s, step.subject)) + " }";
	return "{ \"run\": " + quoted(subject_text(s, step.subject)) + until_text(s, step) + " }";
}

std::string schedule_text(const scenario &s, const std::vector<schedule_step> &steps,
			  bool without_time)
{
	std::string text = without_time ? "{ \"without_time\": [" : "[";

	for (const schedule_step &step : steps)
		text += (&step == steps.data() ? "\n  " : ",\n  ") + step_text(s, step);
	return text + (without_time ? "\n] }" : "\n]");
}

} // namespace

std::string written_schedule(const scenario &s, const sim::schedule &way, const outcome &end)
{
	schedule_writer writer(s);
	schedule_trial trial(s, way, end);
	run_options options;

	options.replay = &way;
	options.steps = &writer;
	run_scenario(s, options);
	std::vector<schedule_step> steps = writer.steps();
	bool without_time = trial.works(steps, true);
	if (without_time)
		leave_out(trial, true, steps);
	// What is left of it may do on the machine that `run` takes, too.
	if (trial.works(steps, false)) {
		without_time = false;
		leave_out(trial, false, steps);
	} else if (!without_time) {
		return "";
	}
	return is_readable(steps) ? schedule_text(s, steps, without_time) : "";
}

} // namespace scenario
