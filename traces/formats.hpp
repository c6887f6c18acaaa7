// SPDX-License-Identifier: GPL-2.0-only
// The table of trace formats.
// It must not know the command line.
#pragma once
#include "traces/byte_sink.hpp"
#include "traces/writer.hpp"
#include <memory>
#include <span>
#include <string_view>

namespace traces {

struct format {
	const char *name; // as the command line says it
	const char *description;
	const char *suffix; // of a file that holds it, with the dot
	std::unique_ptr<writer> (*make)(byte_sink &out, const run_info &run);
};

std::span<const format> formats();
const format *find_format(std::string_view name); // null: there is none of that name

} // namespace traces
