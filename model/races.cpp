// SPDX-License-Identifier: GPL-2.0-only
// The table of known races, and the words for all others.
// It must not know how races are found, nor JSON.
#include "model/races.hpp"
#include <cstdio>
#include <cstring>
#include <string_view>
#include "model/boot.hpp"
#include "model/explain.hpp"

namespace kernel {

using sim::racing_access;

std::span<const known_race> known_races()
{
	static constexpr const char *is_set_once =
		"the worker stays what it is while the work is in use, and is looked at again "
		"under its lock";
	static constexpr const char *wakes_or_not =
		"a thread that just begins looks at the list by itself";
	static constexpr const char *woken_to_look =
		"a plain word up to 2.6.36, and whoever stores it wakes the thread afterwards";
	static constexpr const char *one_word = "one aligned word, of which single bits change";
	static constexpr const char *old_or_new = "one aligned word: the old timeout or the new";
	static constexpr const char *other_bit = "another bit than the one that changes";
	static constexpr const char *may_exit_later =
		"a snapshot: the task may begin to exit right after it as well";
	static constexpr const char *looked_at_again = "it looks again a tick later";
	static constexpr const char *looked_at_under_lock = "it looks again under pi_lock";
	static constexpr const char *no_kthread_any_more =
		"the answer may be out of date at once, and holds for who asked";
	static constexpr const char *freezer_looks_again =
		"who freezes looks again, and wakes whoever missed it; who thaws wakes all";
	static constexpr known_race rows[] = {
		{ "worker", "task", "kthread_worker_fn", 814, "kthread_insert_work", 1008,
		  wakes_or_not },
		{ "worker", "task", "kthread_worker_fn", 814, "kthread_destroy_worker", 1423,
		  wakes_or_not },
		{ "worker", "task", "__kthread_create_worker", 893, "kthread_insert_work", 1008,
		  wakes_or_not },
		{ "work", "worker", "kthread_flush_work", 1167, "kthread_insert_work", 1007,
		  is_set_once },
		{ "work", "worker", "kthread_flush_work", 1167, "__kthread_queue_delayed_work",
		  1100, is_set_once },
		{ "work", "worker", "__kthread_cancel_work_sync", 1319, "kthread_insert_work", 1007,
		  is_set_once },
		{ "work", "worker", "__kthread_cancel_work_sync", 1319,
		  "__kthread_queue_delayed_work", 1100, is_set_once },
		{ "work", "worker", "kthread_delayed_work_timer_fn", 1052, "kthread_insert_work",
		  1007, is_set_once },
		{ "work", "worker", "kthread_delayed_work_timer_fn", 1052,
		  "__kthread_queue_delayed_work", 1100, is_set_once },
		{ "kthread", "flags", "kthread_should_stop_or_park", 191, "kthread_stop", 708,
		  one_word },
		{ "kthread", "flags", "kthread_should_stop_or_park", 191, "kthread_park", 665,
		  one_word },
		{ "kthread", "flags", "kthread_should_stop_or_park", 191, "kthread_unpark", 635,
		  one_word },
		{ "kthread", "flags", "kthread_should_stop_or_park", 191, "kthread_set_per_cpu",
		  602, one_word },
		{ "kthread", "flags", "kthread_should_stop", 0, "kthread_stop", 0, woken_to_look },
		{ "kthread", "flags", "kthread", 0, "kthread_stop", 0, woken_to_look },
		{ "kthread globals", "", "kthread_should_stop", 0, "kthread_stop", 0,
		  woken_to_look },
		{ "worker", "task", "kthread_worker_fn", 0, "kthread_queue_work", 0, wakes_or_not },
		{ "task", "flags", "kthread_park", 659, "exit_signals", 0, may_exit_later },
		{ "task", "flags", "send_sig", 0, "exit_signals", 0, may_exit_later },
		{ "task", "flags", "wait_for_exit", 0, "exit_signals", 0, looked_at_again },
		{ "task", "flags", "freeze_task", 0, "exit_signals", 0, other_bit },
		{ "task", "flags", "__thaw_task", 0, "exit_signals", 0, other_bit },
		{ "task", "flags", "kthread_set_per_cpu", 594, "exit_signals", 0, other_bit },
		{ "task", "flags", "freeze_task", 0, "__kthread_bind_mask", 0, other_bit },
		{ "task", "flags", "sched_setaffinity", 0, "__kthread_bind_mask", 0,
		  looked_at_under_lock },
		{ "task", "flags", "kthread_is_per_cpu", 0, "begin_new_exec", 0,
		  no_kthread_any_more },
		{ "kernel", "pm_freezing", "try_to_freeze", 0, "freeze_processes", 0,
		  freezer_looks_again },
		{ "kernel", "pm_freezing", "__refrigerator", 0, "freeze_processes", 0,
		  freezer_looks_again },
		{ "kernel", "pm_freezing", "kthread_worker_fn", 850, "freeze_processes", 0,
		  freezer_looks_again },
		{ "kernel", "pm_freezing", "kthread_freezable_should_stop", 209, "freeze_processes",
		  0, freezer_looks_again },
		{ "kernel", "pm_freezing", "freezing", 0, "freeze_processes", 0,
		  freezer_looks_again },
		{ "kernel", "pm_freezing", "try_to_freeze", 0, "thaw_processes", 0,
		  freezer_looks_again },
		{ "kernel", "pm_freezing", "__refrigerator", 0, "thaw_processes", 0,
		  freezer_looks_again },
		{ "kernel", "pm_freezing", "kthread_worker_fn", 850, "thaw_processes", 0,
		  freezer_looks_again },
		{ "kernel", "pm_freezing", "kthread_freezable_should_stop", 209, "thaw_processes",
		  0, freezer_looks_again },
		{ "kernel", "pm_freezing", "freezing", 0, "thaw_processes", 0,
		  freezer_looks_again },
		{ "kernel", "pm_nosig_freezing", "try_to_freeze", 0, "freeze_kernel_threads", 0,
		  freezer_looks_again },
		{ "kernel", "pm_nosig_freezing", "__refrigerator", 0, "freeze_kernel_threads", 0,
		  freezer_looks_again },
		{ "kernel", "pm_nosig_freezing", "kthread_worker_fn", 850, "freeze_kernel_threads",
		  0, freezer_looks_again },
		{ "kernel", "pm_nosig_freezing", "kthread_freezable_should_stop", 209,
		  "freeze_kernel_threads", 0, freezer_looks_again },
		{ "kernel", "pm_nosig_freezing", "freezing", 0, "freeze_kernel_threads", 0,
		  freezer_looks_again },
		{ "kernel", "pm_nosig_freezing", "try_to_freeze", 0, "thaw_kernel_threads", 0,
		  freezer_looks_again },
		{ "kernel", "pm_nosig_freezing", "__refrigerator", 0, "thaw_kernel_threads", 0,
		  freezer_looks_again },
		{ "kernel", "pm_nosig_freezing", "kthread_worker_fn", 850, "thaw_kernel_threads", 0,
		  freezer_looks_again },
		{ "kernel", "pm_nosig_freezing", "kthread_freezable_should_stop", 209,
		  "thaw_kernel_threads", 0, freezer_looks_again },
		{ "kernel", "pm_nosig_freezing", "freezing", 0, "thaw_kernel_threads", 0,
		  freezer_looks_again },
		{ "kernel", "pm_nosig_freezing", "try_to_freeze", 0, "thaw_processes", 0,
		  freezer_looks_again },
		{ "kernel", "pm_nosig_freezing", "__refrigerator", 0, "thaw_processes", 0,
		  freezer_looks_again },
		{ "kernel", "pm_nosig_freezing", "kthread_worker_fn", 850, "thaw_processes", 0,
		  freezer_looks_again },
		{ "kernel", "pm_nosig_freezing", "kthread_freezable_should_stop", 209,
		  "thaw_processes", 0, freezer_looks_again },
		{ "kernel", "pm_nosig_freezing", "freezing", 0, "thaw_processes", 0,
		  freezer_looks_again },
		{ "kernel", "freeze_timeout_msecs", "try_to_freeze_tasks", 0, "pm_freeze_timeout",
		  0, old_or_new },
	};

	return rows;
}

bool names_function(const known_race &r, const char *function)
{
	return !strcmp(r.first, function) || !strcmp(r.second, function);
}

// A delayed work, and a flush work, is a work too.
static bool is_type(const char *row, std::string_view type)
{
	return type == row || (row == std::string_view("work") && type.ends_with(" work"));
}

// Its row; null: nobody has looked at it.
static const known_race *find_known(const sim::allocation &a, const char *field, const char *f,
				    const char *g)
{
	for (const known_race &r : known_races())
		if (is_type(r.type, a.type->name) && !strcmp(r.field, field) &&
		    ((!strcmp(r.first, f) && !strcmp(r.second, g)) ||
		     (!strcmp(r.first, g) && !strcmp(r.second, f))))
			return &r;
	return nullptr;
}

// A scenario that looks at a field of the kernel is no code of the kernel's.
static bool is_onlooker(const sim::allocation &a, const racing_access &x)
{
	return !strcmp(x.where.function, "read") && strcmp(a.where, "scenario") != 0;
}

// Once a pair of functions and an object.
static bool is_reported(const char *f, const char *g, const char *text)
{
	for (const sim::finding &known : machine().findings())
		if (known.kind == sim::finding_kind::race && !strcmp(known.function, f) &&
		    !strcmp(known.other, g) && !strncmp(known.text, text, strcspn(text, "\n")))
			return true;
	return false;
}

static int print_access(const racing_access &x, const char *name, char *out, size_t bytes)
{
	char who[32], calls[300];
	call_printer printer(x.where.verb, name, calls, sizeof(calls));

	name_of_context(machine().context_of(x.who), who, sizeof(who));
	printer.add("", x.where.function);
	for (const char *caller : x.callers)
		if (caller)
			printer.add(" <- ", caller);
	return snprintf(out, bytes, "\n    %s%s %s by %s in %s", x.plain ? "" : "marked ",
			x.kind == sim::access::read    ? "read of"
			: x.kind == sim::access::write ? "write to"
						       : "read-write of",
			name, who, calls);
}

void note_race(const void *object, const racing_access &a, const racing_access &b)
{
	const sim::allocation *lies_in = machine().objects().find(object);

	if (!lies_in || is_onlooker(*lies_in, a) || is_onlooker(*lies_in, b))
		return;
	const char *f = a.where.function, *g = b.where.function;
	kernel_state &k = the_kernel();

	if (const known_race *r = find_known(*lies_in, field_name(*lies_in, object), f, g)) {
		const uint64_t bit = uint64_t{ 1 } << (r - known_races().data());

		if (machine().check() == sim::checking::execution || (k.races_asked_for & bit))
			k.races_seen |= bit;
		return;
	}
	// In the order of their names: who came first is not always known.
	const int order = strcmp(f, g);
	const bool swapped = order > 0 || (order == 0 && a.who > b.who);
	const racing_access &first = swapped ? b : a, &second = swapped ? a : b;
	char text[sizeof(sim::finding::text)], name[64];
	int n;

	name_object(*lies_in, object, name, sizeof(name));
	n = snprintf(text, sizeof(text), "BUG: KCSAN: data-race in %s / %s on %s",
		     first.where.function, second.where.function, name);
	n += print_access(first, name, text + n, sizeof(text) - static_cast<size_t>(n));
	if (static_cast<size_t>(n) < sizeof(text))
		print_access(second, name, text + n, sizeof(text) - static_cast<size_t>(n));
	if (!is_reported(first.where.function, second.where.function, text))
		machine().report(sim::finding_kind::race, first.where.function, text,
				 second.where.function);
}

} // namespace kernel
