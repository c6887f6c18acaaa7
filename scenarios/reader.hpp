// SPDX-License-Identifier: GPL-2.0-only
// Reads a scenario: JSON text in, a checked scenario or every complaint at once out.
// Must not know how a scenario is run.
#pragma once

#include "scenarios/diagnostics.hpp"
#include "scenarios/scenario.hpp"

#include <string_view>

namespace scenario {

/* False: `out_errors` says why, and `out` must not be run. `file_name` only appears in complaints.
 * Never throws; running out of memory is a complaint. */
bool read_scenario(std::string_view file_name, std::string_view text, scenario &out,
		   diagnostics &out_errors);

/* The same on another kernel than the text names, the variants too: a version, and behind dashes
 * the commits that are reverted. Empty: on that of the text. */
bool read_scenario_on(std::string_view kernel, std::string_view file_name, std::string_view text,
		      scenario &out, diagnostics &out_errors);

} // namespace scenario
