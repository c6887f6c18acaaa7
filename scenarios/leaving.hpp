// SPDX-License-Identifier: GPL-2.0-only
// Which tasks of a scenario nobody in it can see leave.
// Must not know how it is executed.
#pragma once
#include "scenarios/scenario.hpp"

#include <vector>

namespace scenario {

/* By task: after its last operation nothing of the scenario depends on how far it has gone on its
 * way out. Not so if it is named, or gave a pointer to itself away, or somebody's memory waits for
 * its end; nor for anybody where tasks are frozen or CPUs come and go. */
std::vector<bool> leave_unseen(const scenario &s);

} // namespace scenario
