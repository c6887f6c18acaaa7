// SPDX-License-Identifier: GPL-2.0-only
// One JSON object a line: for scripts.
// It must not know any single event.
#pragma once
#include "traces/byte_sink.hpp"
#include "traces/writer.hpp"
#include <memory>

namespace traces {

// Stands in the first line; raised when a reader of older lines would misread newer ones.
constexpr unsigned JSON_LINES_VERSION = 1;

// `out` gets whole lines only and must live until finish() has returned.
std::unique_ptr<writer> make_json_lines(byte_sink &out, const run_info &run);

// One event with its line end. `names` may be null.
void append_json_line(std::string &out, const sim::event &e, const object_names *names);

} // namespace traces
