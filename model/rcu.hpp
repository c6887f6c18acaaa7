// SPDX-License-Identifier: GPL-2.0-only
// Grace periods: after one, nobody uses any more what could be seen before it.
// It must not know who waits for one. A grace period is three ticks, whatever the CPUs do. Without
// time synchronize_rcu() waits until each CPU could have switched; call_rcu() may come at once.
#pragma once
#include "model/task.hpp"

namespace kernel {

// Calls function(head) after a grace period, in an interrupt; head.alarm.user is `user`.
void call_rcu(timed_call &head, void (*function)(timed_call &), void *user);
// Sleeps for a grace period.
void synchronize_rcu();

} // namespace kernel
