// SPDX-License-Identifier: GPL-2.0-only
// Who waits for what when nobody can go on: as a cycle where there is one.
// It must not know scenarios.
#pragma once
#include <string>
#include "sim/machine.hpp"

namespace kernel {

struct task_struct;

// Whether it stands before a lock, or waits busily for something else, that it cannot go past now.
bool spins(const sim::context &c);
bool somebody_spins(const sim::machine &m);

// A line a waiting task, oldest first, with its calls, what it waits for and a wakeup that it
// missed; then the CPUs that spin, then the first cycle. Not on a fiber.
std::string who_waits_for_what(const sim::machine &m);

// Whether somebody waits for himself, be it through others. Not on a fiber.
bool wait_in_a_cycle(const sim::machine &m);

// A task that sleeps for too long, in the words of khungtaskd, with what it waits for.
void describe_hung(const task_struct &t, char *out, size_t bytes);

// The lines of one task. Not on a fiber.
std::string what_it_waits_for(const sim::machine &m, const sim::context &c);

} // namespace kernel
