// SPDX-License-Identifier: GPL-2.0-only
// A round of a livelock in words.
// It must not know scenarios, nor how the circle was found.
#include "model/livelock.hpp"
#include <algorithm>
#include "model/boot.hpp"
#include "model/deadlock.hpp"
#include "model/explain.hpp"
#include "model/step_words.hpp"

namespace kernel {

constexpr size_t STEPS_TOLD = 60; // `replay -f steps` tells all

static std::string calls_text(const std::vector<const char *> &calls)
{
	std::string text;

	for (const char *function : calls)
		text += (text.empty() ? " in " : " <- ") + std::string(function);
	return text;
}

static std::string deed_text(const sim::machine &m, const sim::round_watch::deed &d)
{
	char who[32] = "event", head[80];

	if (!(d.who & sim::EVENT))
		name_of_context(m.context_of(d.who), who, sizeof(who));
	snprintf(head, sizeof(head), "\n    %6llu %-16s ",
		 static_cast<unsigned long long>(d.number), who);
	if (d.kind == sim::choice_kind::value)
		return std::string(head) + d.what.where.function + " = " + std::to_string(d.answer);
	return head + step_words(m, d.who, d.calls, d.what) + token_words(m, d.who, d.what);
}

static std::string round_text(const sim::machine &m, const sim::round_watch &r)
{
	std::string text = "\n    one round:";
	size_t told = 0;

	for (const sim::round_watch::deed &d : r.deeds())
		if (told++ < STEPS_TOLD)
			text += deed_text(m, d);
	if (told > STEPS_TOLD)
		text += "\n           ... and " + std::to_string(told - STEPS_TOLD) + " more";
	return text;
}

// Awake, and not kept busy by a lock: only the CPU is missing.
static bool gets_no_cpu(const sim::context &c)
{
	return (c.state == sim::context_state::queued || c.state == sim::context_state::on_cpu) &&
	       !spins(c);
}

// Who moves, and who could but for them; else whoever should have come to an end.
livelock_words who_goes_round(const sim::machine &m)
{
	const sim::round_watch &r = *m.round();
	livelock_words w;
	auto note = [&w](const std::string &name) {
		if (std::find(w.within.begin(), w.within.end(), name) == w.within.end())
			w.within.push_back(name);
	};

	w.text = " these " + std::to_string(r.deeds().size()) + " steps may be repeated for ever";
	for (const task_struct *t = the_kernel().first_task; t; t = t->next_task) {
		const std::string calls = calls_text(r.calls_of(t->context->id));
		const std::string does = r.moves(t->context->id)   ? " goes round"
					 : gets_no_cpu(*t->context) ? " gets no CPU"
								    : "";

		if (does.empty() && (!t->context->frames || t->flags.peek() & PF_KTHREAD))
			continue;
		w.brief += (w.brief.empty() ? "" : ", ") + std::string(t->comm) + does + calls;
		w.text += !does.empty() ? "\n    " + std::string(t->comm) + " (pid " +
						  std::to_string(t->pid) + ")" + does + calls
					: what_it_waits_for(m, *t->context);
		note(t->comm);
		for (const char *function : r.calls_of(t->context->id))
			note(function);
	}
	for (const sim::round_watch::deed &d : r.deeds()) {
		note(d.what.where.function);
		for (const char *function : d.calls)
			note(function);
	}
	w.text += round_text(m, r);
	return w;
}

} // namespace kernel
