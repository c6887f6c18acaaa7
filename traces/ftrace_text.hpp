// SPDX-License-Identifier: GPL-2.0-only
// The text that a kernel shows in tracefs/trace, byte for byte.
// It must not know any single event.
#pragma once
#include "traces/byte_sink.hpp"
#include "traces/writer.hpp"
#include <memory>

namespace traces {

// The header tells how many entries follow, so the entries wait in memory (110 to 200 bytes each)
// and everything reaches `out` in finish(). `out` must live until then.
std::unique_ptr<writer> make_ftrace_text(byte_sink &out, const run_info &run);

// One entry with its line end. Times are rounded to the nearest microsecond, as the kernel does.
void append_ftrace_line(std::string &out, const sim::event &e);

} // namespace traces
