// SPDX-License-Identifier: GPL-2.0-only
// The trace events an expectation may name, and their fields.
// Must not know JSON or how an event is written; model/events.hpp emits them.
#pragma once

#include "scenarios/nearest.hpp"

#include <vector>

namespace scenario {

struct event_row {
	const char *name;
	name_list fields;
};

const std::vector<event_row> &event_rows();

/* Every event has these: the CPU it happened on and the name of the thread that ran there. */
const name_list &common_event_fields();

} // namespace scenario
