// SPDX-License-Identifier: GPL-2.0-only
// Which task allocated an object, and which freed it.
// It must not know who finds that it was wrong.
#include "model/memory_log.hpp"
#include <algorithm>
#include <cstdio>
#include "model/explain.hpp"
#include "model/kernel.hpp"

namespace kernel {

void memory_log::add(const sim::allocation &a, bool freed)
{
	note &n = notes_[count_++ % NOTES_MAX];
	const sim::context *me = machine().current();
	size_t calls = 0;

	n.what = &a;
	n.freed = freed;
	n.steps = machine().state().steps;
	name_of_caller(n.who, sizeof(n.who));
	n.calls[calls++] = freed ? a.freed : a.where;
	for (const sim::frame *f = me ? sim::caller_of(me->frames, n.calls[0]) : nullptr;
	     f && calls < CALLS_MAX; f = f->outer)
		n.calls[calls++] = f->function;
	if (calls < CALLS_MAX)
		n.calls[calls] = nullptr;
}

const memory_log::note *memory_log::find(const sim::allocation &a, bool freed) const
{
	for (size_t back = 1; back <= std::min(count_, NOTES_MAX); back++) {
		const note &n = notes_[(count_ - back) % NOTES_MAX];

		if (n.what == &a && n.freed == freed)
			return &n;
	}
	return nullptr;
}

bool memory_log::print_who(const sim::allocation &a, bool freed, char *out, size_t bytes) const
{
	const note *n = find(a, freed);
	call_printer printer("", "", out, bytes);

	if (!n)
		return false;
	printer.print(n->who);
	for (size_t i = 0; i < CALLS_MAX && n->calls[i]; i++)
		printer.add(i ? " <- " : " in ", n->calls[i]);
	return true;
}

void describe_life(const sim::allocation &a, char *out, size_t bytes)
{
	const sim::memory_log *log = machine().objects().log();
	size_t used = 0;

	auto tell = [&](const char *what, const char *function, bool freed) {
		char who[200];
		const bool known = log && log->print_who(a, freed, who, sizeof(who));

		if (used < bytes)
			used += static_cast<size_t>(snprintf(out + used, bytes - used,
							     "\n    %s %s %s", what,
							     known ? "by" : "in",
							     known ? who : function));
	};

	tell("allocated", a.where, false);
	if (a.freed)
		tell("freed", a.freed, true);
}

} // namespace kernel
