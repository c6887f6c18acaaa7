// SPDX-License-Identifier: GPL-2.0-only
// Writing a schedule for people: what each named thread does between two others, tried by hand.
// Must not know how a search is done, nor how results are printed.
#include "scenarios/written_schedule.hpp"
#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <string_view>
#include "model/boot.hpp"
#include "scenarios/hand_schedule.hpp"
#include "scenarios/ops.hpp"
#include "scenarios/program.hpp"
#include "scenarios/run.hpp"
#include "scenarios/schedule_text.hpp"
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

// Of the times when another thread goes on, or a timer fires.
enum class written : uint8_t { deviations, all };

// Listens to the execution, and writes a step up to wherever another thread goes on: always, or
// where that is no natural order.
class schedule_writer final : public step_listener {
public:
	schedule_writer(const scenario &s, written which)
		: scenario_(s), is_all_(which == written::all)
	{
	}
	void chosen(const sim::machine &m, const sim::choice &c, uint32_t answer) override;
	void ended(const sim::machine &m) override;
	std::vector<schedule_step> steps() const { return steps_; }

private:
	std::optional<operand> name_of(const sim::machine &m, sim::context_id who) const;
	bool look(const sim::machine &m, const sim::choice &c);
	void close();
	void close(until_kind until);
	void note_event(const sim::machine &m, sim::object_id event);
	std::optional<operand> alarm_of(const sim::machine &m, sim::object_id event) const;
	void note_value(const sim::choice &c, uint32_t answer);
	bool is_place(std::string_view function) const;
	bool stop_here(schedule_step &step) const;

	const scenario &scenario_;
	std::vector<schedule_step> steps_;
	const bool is_all_;
	sim::context_id who_ = sim::NO_CONTEXT; // the thread that went last
	operand subject_;
	bool is_out_of_order_ = false; // it does not go on by natural order alone
	bool moved_ = false;
	std::map<sim::context_id, std::vector<position>> positions_; // of each, in this step
	enum class stand : uint8_t { gone, blocked, waits, can_go } stand_ = stand::gone;
};

std::optional<operand> schedule_writer::name_of(const sim::machine &m, sim::context_id who) const
{
	operand o;

	if (who & sim::EVENT || m.context_of(who).is_interrupt)
		return {};
	const auto *task = static_cast<const kernel::task_struct *>(m.context_of(who).user);
	o.kind = operand_kind::thread;
	for (o.index = 0; o.index < scenario_.threads.size(); o.index++)
		for (o.number = 1;; o.number++) {
			const kernel::task_struct *t =
				find_thread(program::state(), o.index, o.number);

			if (t && t == task)
				return o;
			if (!t || scenario_.threads[o.index].kind != thread_kind::kthread)
				break;
		}
	o.index = no_index;
	o.number = task->pid;
	return o;
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
	positions_[who_].push_back(std::move(p));
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
	const auto found = positions_.find(who_);

	if (found == positions_.end() || found->second.empty())
		return false;
	const std::vector<position> &positions = found->second;
	const position &here = positions.back();

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
		for (const position &p : positions) {
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
	if (until == until_kind::before && !stop_here(step))
		return;
	steps_.push_back(step);
	positions_.clear();
}

void schedule_writer::close()
{
	close(stand_ == stand::gone	 ? until_kind::end
	      : stand_ == stand::blocked ? until_kind::blocked
					 : until_kind::before);
}

// The object or the thread whose memory the event lies in, or whose sleep it ends.
std::optional<operand> schedule_writer::alarm_of(const sim::machine &m, sim::object_id event) const
{
	sim::arena &objects = const_cast<sim::machine &>(m).objects();
	const sim::allocation *in = objects.find(objects.at(event));
	const scenario_state &state = program::state();
	operand o;

	auto lies_in = [&](const void *object) { return in && objects.find(object) == in; };
	o.kind = operand_kind::work;
	for (o.index = 0; o.index < scenario_.works.size(); o.index++)
		if (lies_in(state.works[o.index]))
			return o;
	o.kind = operand_kind::variable;
	for (o.index = 0; o.index < scenario_.variables.size(); o.index++)
		if (scenario_.variables[o.index].kind == variable_kind::timer &&
		    lies_in(state.variables[o.index]))
			return o;
	for (const kernel::task_struct *t = kernel::the_kernel().first_task; t; t = t->next_task)
		if (is_alarm_of(in, *t))
			return name_of(m, t->context->id);
	return {};
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

// It may be there only for what the present thread has done.
void schedule_writer::note_event(const sim::machine &m, sim::object_id event)
{
	const std::optional<operand> alarm = alarm_of(m, event);
	schedule_step step;

	if (!alarm)
		return;
	if (who_ != sim::NO_CONTEXT)
		close();
	step.action = schedule_action::fire;
	step.subject = *alarm;
	steps_.push_back(step);
	positions_.clear();
	who_ = sim::NO_CONTEXT;
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
		if (taken.who & sim::EVENT && (is_all_ || answer))
			note_event(m, taken.who & ~sim::EVENT);
		return;
	}
	if (taken.who != who_) {
		if (who_ != sim::NO_CONTEXT && (is_all_ || is_out_of_order_ || answer))
			close();
		who_ = taken.who;
		subject_ = *name;
		is_out_of_order_ = false;
		moved_ = positions_[who_].empty();
		look(m, c);
	}
	is_out_of_order_ |= answer != 0;
	moved_ = true;
}

// Whoever goes last need not come to an end.
void schedule_writer::ended(const sim::machine &)
{
	if (who_ != sim::NO_CONTEXT && (is_all_ || is_out_of_order_))
		close(until_kind::end);
}

// ---- trying ----

// Two bugs may come to the same outcome, which names only where they were seen.
std::string told_of(const outcome &o)
{
	std::string text = identity_of(o);

	for (const found &f : o.findings)
		text += "\n" + f.text;
	return text;
}

class schedule_trial {
public:
	schedule_trial(const scenario &s, const sim::schedule &way, const outcome &end,
		       const std::function<bool()> &goes_on)
		: trial_(s), told_(told_of(end)), how_(end.how), goes_on_(goes_on)
	{
		trial_.schedule = {};
		trial_.explore = {};
		// One that goes elsewhere may go on for ever.
		trial_.machine.limit_steps = 1000 + 4 * way.steps;
	}
	bool works(const std::vector<schedule_step> &steps, bool without_time)
	{
		if (is_over())
			return false;
		tries_left_--;
		trial_.schedule.steps = steps;
		trial_.schedule.without_time = without_time;
		const run_result r = run_scenario(trial_, {});
		steps_left_ -= std::min(steps_left_, r.steps);
		return r.schedule_error.empty() && r.how == how_ && told_of(r) == told_;
	}
	bool is_over() const { return !tries_left_ || !steps_left_ || !goes_on_(); }

private:
	scenario trial_;
	const std::string told_;
	const sim::ending how_;
	const std::function<bool()> &goes_on_;
	unsigned tries_left_ = 200;
	uint64_t steps_left_ = 2'000'000; // a second or so
};

// Such a step is left out, or has to come last.
bool is_readable(const std::vector<schedule_step> &steps)
{
	for (size_t i = 0; i < steps.size(); i++)
		for (size_t k = i + 1; k < steps.size() && steps[i].until == until_kind::end; k++)
			if (comes_after_end(steps[i], steps[k]))
				return false;
	return true;
}

// Without the first step that can be left out, and so on; from the end, where most are natural.
void leave_out(schedule_trial &trial, bool without_time, std::vector<schedule_step> &steps)
{
	for (bool again = true; again;) {
		again = false;
		for (size_t i = steps.size(); i-- > 0 && !trial.is_over();) {
			std::vector<schedule_step> fewer = steps;

			fewer.erase(fewer.begin() + static_cast<ptrdiff_t>(i));
			if (!trial.works(fewer, without_time))
				continue;
			steps = fewer;
			again = true;
		}
	}
}

// `run` judges each execution alone, and so may tell more of it than a search of states: in which
// order it takes locks.
bool tells(const outcome &again, const outcome &end)
{
	return std::all_of(end.findings.begin(), end.findings.end(), [&](const found &f) {
		return std::any_of(again.findings.begin(), again.findings.end(),
				   [&](const found &g) { return g.brief == f.brief; });
	});
}

} // namespace

static std::string try_steps(const scenario &s, std::vector<schedule_step> steps,
			     schedule_trial &trial)
{
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

// Of a long execution most is natural order, and hard to write down.
std::string written_schedule(const scenario &s, const sim::schedule &way, const outcome &end,
			     const std::function<bool()> &goes_on)
{
	for (const written which : { written::deviations, written::all }) {
		schedule_writer writer(s, which);
		run_options options;

		options.replay = &way;
		options.steps = &writer;
		const run_result again = run_scenario(s, options);
		if (!tells(again, end))
			return "";
		schedule_trial trial(s, way, again, goes_on);
		const std::string text = try_steps(s, writer.steps(), trial);
		if (!text.empty())
			return text;
	}
	return "";
}

} // namespace scenario
