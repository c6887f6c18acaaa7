// SPDX-License-Identifier: GPL-2.0-only
// What a pair of calls can come to, by a second and much coarser model: a call is a few sections
// under worker->lock, an execution an order of sections.
// It must not know the kernel's code, the engine, or any search of it.
#pragma once
#include <set>
#include <string>
#include "tests/support_pairs.hpp"

namespace support {

// As pair_program::outcome() says it, for every order of sections.
std::set<std::string> possible_ends(const pair_plan &p);

} // namespace support
