// SPDX-License-Identifier: GPL-2.0-only
// Data races in words, and the table of those that the kernel lives with.
// It must not know how races are found, nor JSON.
#pragma once
#include <span>
#include "sim/hooks.hpp"

namespace kernel {

// One that was looked at: the field, and who accesses it where. Lines are those of
// kernel/kthread.c in 6.13; 0 for other files.
struct known_race {
	const char *type, *field;
	const char *first;
	int first_line;
	const char *second;
	int second_line;
	const char *why; // it does no harm
};
std::span<const known_race> known_races();
bool names_function(const known_race &r, const char *function);

// What the engine tells of a race: a finding, or a mark that a known one was seen. An execution
// that is searched with others marks only what `races_asked_for` of the kernel names.
void note_race(const void *object, const sim::racing_access &a, const sim::racing_access &b);

} // namespace kernel
