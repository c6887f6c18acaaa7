// SPDX-License-Identifier: GPL-2.0-only
// Following a schedule written by hand, choice by choice.
// Must not know JSON or expectations.
#include "scenarios/hand_schedule.hpp"
#include <cstring>
#include "model/boot.hpp"
#include "model/explain.hpp"
#include "scenarios/outcome.hpp"
#include "scenarios/program.hpp"
#include "scenarios/schedule_text.hpp"
#include "scenarios/values.hpp"

namespace scenario {

const schedule_step *hand_schedule::step() const
{
	return step_ < scenario_.schedule.steps.size() ? &scenario_.schedule.steps[step_] : nullptr;
}

void hand_schedule::next_step()
{
	step_++;
	seen_ = inside_ = armed_ = false;
	took_ = true;
	taken_ = inside_count_ = 0;
	entries_ = exits_ = 0;
	begun_ns_ = sim::NEVER;
	fired_on_ = sim::NO_CPU;
}

uint32_t hand_schedule::choose(const sim::choice &c)
{
	uint32_t answer = 0;

	if (c.kind == sim::choice_kind::value)
		return answer_to(c);
	while (step() && passed(c, answer))
		next_step();
	return answer;
}

// Questions of one place are answered in the order of the steps.
uint32_t hand_schedule::answer_to(const sim::choice &c)
{
	for (auto at = open_.begin(); at != open_.end(); ++at) {
		const schedule_step &s = scenario_.schedule.steps[*at];

		if (place_of(scenario_, s) != c.where.function)
			continue;
		open_.erase(at);
		return static_cast<uint32_t>(s.chosen < c.count ? s.chosen : 0);
	}
	return 0;
}

// True: the present step is over before this choice. Else `answer` is its choice.
bool hand_schedule::passed(const sim::choice &c, uint32_t &answer)
{
	const schedule_step &s = *step();

	answer = 0;
	switch (s.action) {
	case schedule_action::run: return passed_run(c, answer);
	case schedule_action::time:
		if (machine_->free())
			return true; // there is none
		if (begun_ns_ == sim::NEVER)
			begun_ns_ = machine_->state().now_ns;
		return machine_->state().now_ns >= begun_ns_ + s.duration_ns;
	case schedule_action::fire: return passed_fire(c, answer);
	case schedule_action::choose: open_.push_back(step_); return true;
	}
	return false;
}

// The timer that ends a sleep of this context.
static bool sleeps_until(const sim::allocation &timer, sim::context_id who)
{
	return timer.by == who && !strcmp(timer.where, "schedule_timeout");
}

static const sim::option *find(std::span<const sim::option> options, sim::context_id who)
{
	for (const sim::option &o : options)
		if (o.who == who)
			return &o;
	return nullptr;
}

// On a free machine an interrupt is on its way until somebody says that it comes.
static const sim::option *find_interrupt(std::span<const sim::option> options, sim::cpu_id cpu)
{
	for (const sim::option &o : options)
		if (o.who & sim::EVENT && o.cpu == cpu && !strcmp(o.next.where.verb, "take"))
			return &o;
	return nullptr;
}

// Woken from afar, it has to be queued by the interrupt of its CPU; that is part of its own way.
static bool waits_for_interrupt(const kernel::task_struct &t)
{
	const sim::context *on = kernel::machine().cpu_of(t.context->cpu).current;

	return t.__state.peek() == kernel::TASK_WAKING ||
	       (t.context->state == sim::context_state::queued && on && on->is_interrupt);
}

// A phase begins when the tasks of the one before are gone: they leave, and what remains to be
// done for them is done on CPUs of its own.
static const sim::option *find_leaving(std::span<const sim::option> options)
{
	const kernel::task_struct *t;

	for (const sim::option &o : options)
		if (o.cpu >= kernel::machine().config().cpus)
			return &o;
	for (const sim::option &o : options)
		if (!(o.who & sim::EVENT) && !kernel::machine().context_of(o.who).is_interrupt) {
			t = static_cast<const kernel::task_struct *>(
				kernel::machine().context_of(o.who).user);
			if (t->flags.peek() & kernel::PF_EXITING)
				return &o;
		}
	return nullptr;
}

bool hand_schedule::passed_run(const sim::choice &c, uint32_t &answer)
{
	const schedule_step &s = *step();
	const kernel::task_struct *t = find_subject(program::state(), s.subject);
	const bool alive = t && kernel::machine().objects().is_live(t) &&
			   t->context->state != sim::context_state::finished;
	const sim::context_id who = alive ? t->context->id : sim::NO_CONTEXT;
	const sim::option *offered = alive ? find(c.options, who) : nullptr;
	const sim::option *at = offered || !alive ? offered : find(c.blocked, who);

	if (!t && !seen_)
		return false; // it does not exist yet
	seen_ = true;
	if (alive && !at)
		return false; // somebody else's step, which nobody can see, is offered alone
	observe(at);
	if (reached(at, offered))
		return true;
	if (offered) {
		taken_++;
		took_ = true;
	} else if (alive && waits_for_interrupt(*t)) {
		offered = find(c.options, t->context->cpu);
		if (!offered)
			offered = find_interrupt(c.options, t->context->cpu);
	} else if (alive && t->__state.peek() == kernel::TASK_NEW) {
		offered = find_leaving(c.options);
	}
	if (offered)
		answer = static_cast<uint32_t>(offered - c.options.data());
	return false;
}

static bool stands_in(const sim::option &o, const std::string &function)
{
	if (function == o.next.where.function)
		return true;
	for (const sim::frame *f = o.stack; f; f = f->outer)
		if (function == f->function)
			return true;
	return false;
}

// Keeps count of the operations that the thread has stood before since it entered the function.
void hand_schedule::observe(const sim::option *at)
{
	const schedule_step &s = *step();

	if (!took_ || s.function.empty())
		return;
	if (at && !*at->next.where.function)
		return; // just woken: where it goes on is not known before it does
	took_ = false;
	const bool inside = at && stands_in(*at, s.function);
	if (inside && !inside_) {
		entries_++;
		inside_count_ = 0;
	}
	if (!inside && inside_)
		exits_++;
	if (inside)
		inside_count_++;
	inside_ = inside;
}

bool hand_schedule::reached(const sim::option *at, bool can_go) const
{
	const schedule_step &s = *step();

	switch (s.until) {
	case until_kind::end: return !at;
	case until_kind::blocked:
		return taken_ && !can_go && (!at || at->why != sim::obstacle::no_cpu);
	case until_kind::before:
	case until_kind::after: break;
	}
	const bool before = s.until == until_kind::before;
	if (s.label != no_index)
		return at && place_of(scenario_, s) == at->next.where.function &&
		       !strcmp(at->next.where.verb, before ? "before" : "after");
	if (before)
		return inside_ && entries_ >= s.nth && inside_count_ >= std::max(s.step, 1u);
	if (!s.step)
		return exits_ >= s.nth;
	return exits_ >= s.nth || (inside_ && entries_ >= s.nth && inside_count_ > s.step);
}

// On a free machine the timer of this object, or of that thread's sleep, its start, or what is done
// for it after a grace period, if it may come now.
const sim::option *hand_schedule::find_timer(std::span<const sim::option> options) const
{
	const operand &what = step()->subject;
	const scenario_state &now = program::state();
	const sim::arena &objects = kernel::machine().objects();
	const bool is_thread = what.kind == operand_kind::thread;
	const kernel::task_struct *t = is_thread ? find_subject(now, what) : nullptr;
	const void *object = what.kind == operand_kind::work	   ? now.works[what.index]
			     : what.kind == operand_kind::variable ? now.variables[what.index]
								   : nullptr;

	for (const sim::option &o : options) {
		if (!(o.who & sim::EVENT))
			continue;
		const sim::allocation *in =
			objects.find(kernel::machine().objects().at(o.who & ~sim::EVENT));
		if (t ? is_alarm_of(in, *t) : object && objects.find(object) == in)
			return &o;
	}
	return nullptr;
}

bool is_alarm_of(const sim::allocation *in, const kernel::task_struct &t)
{
	return in && (sleeps_until(*in, t.context->id) ||
		      in == kernel::machine().objects().find(&t));
}

// It may not have fallen asleep yet.
static bool is_timed(sim::context_id who)
{
	bool pending = false;

	kernel::machine().for_each_object([&](const sim::allocation &a, const void *object) {
		if (sleeps_until(a, who))
			pending |= static_cast<const kernel::timer_list *>(object)->entry.pending();
	});
	return pending;
}

// "fire": time passes until the timer, or the sleep of the thread, is over.
bool hand_schedule::passed_fire(const sim::choice &c, uint32_t &answer)
{
	const operand &what = step()->subject;
	const sim::option *timer = find_timer(c.options);
	const sim::option *next =
		fired_on_ == sim::NO_CPU ? timer : find(c.options, fired_on_);
	bool pending = false;

	if (next) {
		answer = static_cast<uint32_t>(next - c.options.data());
		fired_on_ = next->cpu;
	}
	if (what.kind == operand_kind::work)
		pending = work_field(program::state(), what.index,
				     static_cast<kernel::kthread_work *>(
					     program::state().works[what.index]),
				     field_id::delayed_pending, false)
				  .truth();
	else if (what.kind == operand_kind::variable)
		pending = object_field(program::state(), what.index, field_id::pending, false)
				  .truth();
	else if (const kernel::task_struct *t = find_subject(program::state(), what))
		pending = timer || is_timed(t->context->id) ||
			  t->__state.peek() == kernel::TASK_NEW ||
			  (armed_ && t->context->state == sim::context_state::asleep);
	armed_ |= pending;
	return armed_ && !pending;
}

static void stand(std::string &text)
{
	for (const kernel::task_struct *t = kernel::the_kernel().first_task; t; t = t->next_task) {
		char line[200];

		if (kernel::is_system_thread(t))
			continue;
		kernel::describe_wait(*t->context, line, sizeof(line));
		text += std::string("\n    ") + line;
	}
}

std::string hand_schedule::unfinished_step() const
{
	const schedule_step *s = step();
	const bool last = step_ + 1 == scenario_.schedule.steps.size();

	if (!s || (last && s->action == schedule_action::run && s->until == until_kind::end)) {
		if (open_.empty())
			return "";
		s = &scenario_.schedule.steps[open_.front()];
	}
	std::string text = at_place(s->where) + "step " +
			   std::to_string(s - scenario_.schedule.steps.data() + 1) +
			   " of the schedule was never finished";
	if (s->action == schedule_action::choose)
		text += ": nobody chose at " + place_of(scenario_, *s);
	if (s->action == schedule_action::run)
		text += ": " + subject_text(scenario_, s->subject) +
			(seen_ ? " ran, but did not come there" : " did not exist (any more)");
	std::string places;
	stand(places);
	return text +
	       (places.empty() ? "; everybody had ended" : "; everybody stood here:" + places);
}

} // namespace scenario
