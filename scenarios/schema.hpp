// SPDX-License-Identifier: GPL-2.0-only
// Generates the JSON schema (draft-07) of the scenario language from its tables.
// Must not know JSON nodes or scenarios; what the reader checks beyond shapes is not in it.
#pragma once

#include <string>

namespace scenario {

/* The same text on every call, compiler and machine; ends in a newline. */
std::string scenario_schema();

} // namespace scenario
