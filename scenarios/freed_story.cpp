// SPDX-License-Identifier: GPL-2.0-only
// Who freed memory, and whether its user was in the middle of a call then.
// Must not know how a search is done, nor how results are printed.
#include "scenarios/freed_story.hpp"
#include <algorithm>
#include <cstring>
#include <string_view>
#include "model/explain.hpp"
#include "model/kthread.hpp"
#include "model/memory_log.hpp"

namespace scenario {

namespace {

using sim::finding_kind;

// What a thread does for all its life, or a body of the scenario: to have been in it says little.
bool goes_on_for_long(const scenario &s, std::string_view function)
{
	static constexpr std::string_view lives[] = {
		"run_user_task",     "kthread",	      "kthreadd",
		"kthread_worker_fn", "worker_thread", "smpboot_thread_fn",
	};
	const auto is_it = [=](const auto &x) { return x.name == function; };

	return std::find(std::begin(lives), std::end(lives), function) != std::end(lives) ||
	       std::any_of(s.functions.begin(), s.functions.end(), is_it) ||
	       std::any_of(s.works.begin(), s.works.end(), is_it);
}

// The outermost function that a thread, or a body of the scenario, has called. Null: none.
const sim::frame *outermost_call(const scenario &s, const sim::frame *f)
{
	const sim::frame *call = nullptr;

	for (; f && !goes_on_for_long(s, f->function); f = f->outer)
		call = f;
	return call;
}

std::string at_step(uint64_t choices_made)
{
	return " at step " + std::to_string(choices_made - 1);
}

bool is_of_freed_memory(const sim::finding &f)
{
	return f.kind == finding_kind::use_after_free || f.kind == finding_kind::double_free;
}

// "an RCU callback", of which there are many.
std::string with_article(const char *who)
{
	return (strcmp(who, "RCU callback") ? "" : "an ") + std::string(who);
}

// "an RCU callback freed the task in free_task at step 354".
std::string freeing_text(const sim::allocation &a, const kernel::memory_log::note &freed)
{
	const bool is_struct = kernel::is_struct_kthread(*a.type);

	return with_article(freed.who) + " freed the " + (is_struct ? "struct " : "") +
	       a.type->name + " in " + a.freed + at_step(freed.steps);
}

} // namespace

// A call that was begun in the very step of the freeing may have been begun before or after it.
std::string freed_story(const scenario &s, const sim::machine &m, const kernel::memory_log &memory)
{
	const sim::allocation *a = memory.misused();
	const kernel::memory_log::note *freed = a && a->freed ? memory.find(*a, true) : nullptr;
	const auto found = m.findings();
	const auto use = std::find_if(found.begin(), found.end(), is_of_freed_memory);
	char who[48];

	if (!freed || !freed->steps || use == found.end() || use->who == sim::NO_CONTEXT)
		return "";
	const sim::context &user = m.context_of(use->who);
	const sim::frame *call = outermost_call(s, user.frames);
	const std::string freeing = freeing_text(*a, *freed), when = at_step(use->step),
			  there = call ? call->function : use->function;
	const char *does = use->kind == finding_kind::double_free ? "freed it again" : "used it";

	kernel::name_of_context(user, who, sizeof(who));
	const bool is_same = !strcmp(who, freed->who);
	if (is_same && !user.is_interrupt)
		return freeing + ", and then " + does + " in " + there + when;
	if (!is_same && call && call->entered && call->entered < freed->steps)
		return freeing + ", while " + who + " was in " + there + ", which " + does + when;
	return freeing + "; then " + with_article(who) + " " + does + " in " + there + when;
}

} // namespace scenario
