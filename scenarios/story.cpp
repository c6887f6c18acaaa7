// SPDX-License-Identifier: GPL-2.0-only
// Telling lost wakeups: each look of a waker at a sleeper's state, and who sleeps in the end. What
// is told of freed memory comes from elsewhere.
// Must not know how a search is done, nor how results are printed.
#include "scenarios/story.hpp"
#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <span>
#include <vector>
#include "model/boot.hpp"
#include "model/deadlock.hpp"
#include "model/explain.hpp"
#include "model/memory_log.hpp"
#include "scenarios/freed_story.hpp"
#include "scenarios/run.hpp"

namespace scenario {

namespace {

using kernel::task_struct;

std::string name_of(const sim::context &c)
{
	char name[48];

	if (c.is_interrupt) {
		kernel::name_of_context(c, name, sizeof(name));
		return name;
	}
	return static_cast<const task_struct *>(c.user)->comm;
}

// The outermost function that is no thread's beginning; "" where an operation of the scenario is
// all of the call.
const char *call_of(const sim::frame *f)
{
	const char *outermost = "";

	for (; f; f = f->outer)
		if (strcmp(f->function, "kthread") && strcmp(f->function, "run_user_task"))
			outermost = f->function;
	return outermost;
}

// A CPU that was taken tells nobody anything.
void add_changes(std::span<const sim::touch> touches, std::set<sim::object_id> &changed)
{
	sim::token which;

	for (const sim::touch &t : touches)
		if (sim::changes(t.kind) && !kernel::machine().cpu_of_object(t.object, which))
			changed.insert(t.object);
}

// In the step of a look at this thread, which many operations may have joined. The first thing that
// the look does is to lock what it looks at.
std::span<const sim::touch> before_look(const std::vector<sim::touch> &touches,
					const task_struct *woken)
{
	const sim::object_id lock = kernel::machine().id(&woken->pi_lock);

	return { touches.begin(), std::find_if(touches.begin(), touches.end(),
					       [&](auto &t) { return t.object == lock; }) };
}

class story_listener final : public step_listener {
public:
	story_listener(const scenario &s, const kernel::memory_log &memory)
		: scenario_(s), memory_(memory)
	{}
	void chosen(const sim::machine &m, const sim::choice &c, uint32_t answer) override;
	void ended(const sim::machine &m) override;
	const std::vector<std::string> &lines() const { return lines_; }

private:
	struct deed {
		const sim::context *who;
		const char *call; // see call_of()
		bool wakes;
		std::vector<sim::touch> touches;
	};
	// The last look of a waker at the state of a thread.
	struct wakeup {
		size_t deed;
		unsigned state;
	};

	void note_wakeups();
	void remember_states();
	bool is_lost(const wakeup &w, const task_struct *t) const;

	const scenario &scenario_;
	const kernel::memory_log &memory_;
	std::vector<deed> deeds_;
	bool is_deed_ = false; // the last step
	std::map<const sim::context *, size_t> last_; // of deeds, of each
	std::map<const task_struct *, unsigned> states_; // before the last deed
	uint64_t done_at_ = 0;				 // its step, and those that belong to it
	std::map<const task_struct *, wakeup> wakeups_;
	std::vector<std::string> lines_;
};

void story_listener::chosen(const sim::machine &m, const sim::choice &c, uint32_t answer)
{
	if (is_deed_)
		deeds_.back().touches.insert(deeds_.back().touches.end(), c.effects.begin(),
					     c.effects.end());
	note_wakeups();
	if (c.kind == sim::choice_kind::value)
		return;
	is_deed_ = !(c.options[answer].who & sim::EVENT);
	if (!is_deed_)
		return;
	const sim::option &o = c.options[answer];
	const sim::context *who = &m.context_of(o.who);

	last_[who] = deeds_.size();
	deeds_.push_back({ who, call_of(o.stack), !strcmp(o.next.where.function, "try_to_wake_up"),
			   { o.next.touches, o.next.touches + o.next.count } });
	done_at_ = c.number;
	remember_states();
}

void story_listener::remember_states()
{
	for (const task_struct *t = kernel::the_kernel().first_task; t; t = t->next_task)
		states_[t] = t->__state.peek();
}

// A waker looks in the step in which he takes a lock, or in one that follows.
void story_listener::note_wakeups()
{
	if (deeds_.empty())
		return;
	for (const task_struct *t = kernel::the_kernel().first_task; t; t = t->next_task)
		if (t->context->looked_at > done_at_)
			wakeups_[t] = { deeds_.size() - 1, states_[t] };
}

// It found the thread running, which then slept without a look at anything that the waker had
// changed before, in the same call.
bool story_listener::is_lost(const wakeup &w, const task_struct *t) const
{
	const deed &look = deeds_[w.deed];
	std::set<sim::object_id> changed;
	size_t from = w.deed;

	if (w.state != kernel::TASK_RUNNING || last_.at(t->context) < w.deed)
		return false;
	for (size_t i = w.deed; i-- > 0;) {
		if (deeds_[i].who == look.who && strcmp(deeds_[i].call, look.call))
			break;
		if (deeds_[i].who == look.who && !deeds_[i].wakes)
			from = i;
	}
	for (size_t i = from; i < w.deed; i++)
		if (deeds_[i].who == look.who)
			add_changes(deeds_[i].touches, changed);
	add_changes(before_look(look.touches, t), changed);
	for (size_t i = w.deed + 1; i < deeds_.size(); i++)
		for (const sim::touch &seen : deeds_[i].touches)
			if (deeds_[i].who == t->context && changed.count(seen.object))
				return false;
	return true;
}

// Who holds it is told as such.
bool waits_for_a_lock(const task_struct &t)
{
	return t.waits_for_kind == kernel::wait_kind::mutex ||
	       t.waits_for_kind == kernel::wait_kind::semaphore;
}

// In the order of their creation; who waits for one whose wakeup was lost need not be told. Where
// some wait for each other nobody need be: no wakeup would have come.
void story_listener::ended(const sim::machine &m)
{
	std::vector<std::string> waiting;

	note_wakeups();
	if (const std::string told = freed_story(scenario_, m, memory_); !told.empty())
		lines_.push_back(told);
	if (m.state().how != sim::ending::deadlock || kernel::wait_in_a_cycle(m))
		return;
	for (const task_struct *t = kernel::the_kernel().first_task; t; t = t->next_task) {
		const auto woken = wakeups_.find(t);

		if (t->context->state != sim::context_state::asleep || !last_.count(t->context))
			continue;
		if (woken != wakeups_.end() && is_lost(woken->second, t)) {
			const deed &look = deeds_[woken->second.deed];

			lines_.push_back(name_of(*look.who) + "'s wakeup" +
					 (*look.call ? " in " : "") + look.call + " found " +
					 t->comm + " running, " + t->comm +
					 " slept afterwards: nobody wakes it again");
		} else if (!(t->flags.peek() & kernel::PF_KTHREAD) && t->context->frames &&
			   !waits_for_a_lock(*t) &&
			   (woken == wakeups_.end() || woken->second.deed < last_.at(t->context))) {
			waiting.push_back(std::string("nobody has tried to wake ") + t->comm +
					  " since it fell asleep in " +
					  call_of(t->context->frames));
		}
	}
	if (lines_.empty())
		lines_ = waiting;
}

} // namespace

std::vector<std::string> story_of(const scenario &s, const sim::schedule &way)
{
	kernel::memory_log memory;
	story_listener listener(s, memory);
	run_options options;

	options.replay = &way;
	options.memory = &memory;
	options.steps = &listener;
	run_scenario(s, options);
	return listener.lines();
}

} // namespace scenario
