// SPDX-License-Identifier: GPL-2.0-only
// Where the steps of 6.13 stand in kernel/kthread.c.
// It must not know who asks, nor what the steps do.
#pragma once
#include <string_view>

namespace kernel {

// The line in which `function` does `what` to an object ("set_bit", "K.flags"), or calls the
// function `what`; "626 or 632" where that cannot be told apart. Null: it is not of that
// file, or it is not known.
const char *source_lines(std::string_view function, std::string_view what, std::string_view object);

} // namespace kernel
