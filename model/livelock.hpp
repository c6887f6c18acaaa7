// SPDX-License-Identifier: GPL-2.0-only
// Who goes round for ever, and who waits meanwhile for what will never come.
// It must not know scenarios, nor how the circle was found.
#pragma once
#include <string>
#include <vector>
#include "sim/machine.hpp"

namespace kernel {

struct livelock_words {
	std::string brief; // "main in wait_for_completion <- kthread_stop, K goes round in poll"
	std::string text;  // a line for each of them, then the steps of one round
	std::vector<std::string> within; // tasks, and functions in which they stand or go round
};

// Of an execution that has ended as endless. Not on a fiber.
livelock_words who_goes_round(const sim::machine &m);

} // namespace kernel
