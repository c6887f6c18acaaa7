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

	n.what = &a;
	n.freed = freed;
	describe_call({ freed ? a.freed : a.where, "" }, "", n.who, sizeof(n.who));
}

void memory_log::allocated(const sim::allocation &a)
{
	add(a, false);
}

void memory_log::freed(const sim::allocation &a)
{
	add(a, true);
}

// The last time: another object may have lain there before.
const char *memory_log::find(const sim::allocation &a, bool freed) const
{
	for (size_t back = 1; back <= std::min(count_, NOTES_MAX); back++) {
		const note &n = notes_[(count_ - back) % NOTES_MAX];

		if (n.what == &a && n.freed == freed)
			return n.who;
	}
	return "";
}

const char *memory_log::who_allocated(const sim::allocation &a) const
{
	return find(a, false);
}

const char *memory_log::who_freed(const sim::allocation &a) const
{
	return a.freed ? find(a, true) : "";
}

void describe_life(const sim::allocation &a, char *out, size_t bytes)
{
	const sim::memory_log *log = machine().objects().log();
	const char *allocated = log ? log->who_allocated(a) : "";
	const char *freed = log ? log->who_freed(a) : "";
	int n = *allocated ? snprintf(out, bytes, "\n    allocated by %s", allocated)
			   : snprintf(out, bytes, "\n    allocated in %s", a.where);

	if (!a.freed || n < 0 || static_cast<size_t>(n) >= bytes)
		return;
	out += n;
	bytes -= static_cast<size_t>(n);
	if (*freed)
		snprintf(out, bytes, "\n    freed by %s", freed);
	else
		snprintf(out, bytes, "\n    freed in %s", a.freed);
}

} // namespace kernel
