// SPDX-License-Identifier: GPL-2.0-only
// A visible step in words: in which calls, what, on which objects.
// It must not know scenarios, nor who asks.
#pragma once
#include <span>
#include <string>
#include <vector>
#include "sim/machine.hpp"

namespace kernel {

struct task_struct;

// Innermost first.
std::vector<const char *> names_of_calls(const sim::frame *f);

// "kthread_stop > wait_for_completion: lock kts.exited.wait", outermost call first. Not on a fiber.
std::string step_words(const sim::machine &m, sim::context_id who,
		       std::span<const char *const> calls, const sim::op &o);
// Whose memory is armed: for its start, or for what is left to be done after its end. Null: it is
// another event, or none.
const task_struct *task_of_event(sim::context_id who);
// "RCU callback delayed_put_task_struct() of K": what is due for a task. "": it is something else,
// or no event.
std::string event_words(sim::context_id who);
// "  [takes cpu1, irqs of cpu1]": what goes with it, or "".
std::string token_words(const sim::machine &m, sim::context_id who, const sim::op &o);

} // namespace kernel
