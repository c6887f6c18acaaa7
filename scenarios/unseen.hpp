// SPDX-License-Identifier: GPL-2.0-only
// What of an execution nobody in a scenario can see, so that searches need no steps for it.
// Must not know how it is executed.
#pragma once
#include "scenarios/scenario.hpp"

#include <cstdint>
#include <vector>

namespace scenario {

/* By task: after its last operation nothing of the scenario depends on how far it has gone on its
 * way out. Not so if it is named, or gave a pointer to itself away, or somebody's memory waits for
 * its end; nor for anybody where tasks are frozen or CPUs come and go. */
std::vector<bool> leave_unseen(const scenario &s);

/* How often kthreadd can be asked for a thread, at most. UINT32_MAX: nobody knows, or somebody
 * could see how far it has gone after the last of them. */
uint32_t most_requests(const scenario &s);

/* Whether somebody sees that a spin lock is held without waiting for it, or asks in which function
 * freed memory is used first. */
bool tries_spin_locks(const scenario &s);

/* Whether anybody can find that he should freeze, or should have. */
bool freezes_tasks(const scenario &s);

/* Whether somebody sees how far a sleep or a wakeup has come, or where a task was when woken. */
bool sees_scheduling(const scenario &s);

/* Whether somebody sees what has been done so far while a worker's lock is held, or that of timers:
 * looks at it without the lock, or makes it anew, or has another worker. */
bool sees_sections(const scenario &s);

/* Whether somebody asks how often a timer or a work has run, or whether it runs, or needs to know
 * that what goes on for ever gets something done. */
bool asks_for_runs(const scenario &s);

} // namespace scenario
