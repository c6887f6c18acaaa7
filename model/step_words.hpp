// SPDX-License-Identifier: GPL-2.0-only
// A visible step in words: in which calls, what, on which objects.
// It must not know scenarios, nor who asks.
#pragma once
#include <span>
#include <string>
#include <vector>
#include "sim/machine.hpp"

namespace kernel {

// Innermost first.
std::vector<const char *> names_of_calls(const sim::frame *f);

// "kthread_stop > wait_for_completion: lock kts.exited.wait", outermost call first. Not on a fiber.
std::string step_words(const sim::machine &m, sim::context_id who,
		       std::span<const char *const> calls, const sim::op &o);
// "  [takes cpu1, irqs of cpu1]": what goes with it, or "".
std::string token_words(const sim::machine &m, sim::context_id who, const sim::op &o);

} // namespace kernel
