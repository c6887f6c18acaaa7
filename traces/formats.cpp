// SPDX-License-Identifier: GPL-2.0-only
// The table of trace formats.
// It must not know the command line.
#include "traces/formats.hpp"
#include "traces/ftrace_text.hpp"
#include "traces/json_lines.hpp"

namespace traces {
namespace {

constexpr format TABLE[] = {
	{ "ftrace", "text as in tracefs/trace", ".ftrace.txt", make_ftrace_text },
	{ "jsonl", "one JSON object a line, for scripts", ".jsonl", make_json_lines },
};

} // namespace

std::span<const format> formats()
{
	return TABLE;
}

const format *find_format(std::string_view name)
{
	for (const format &f : TABLE) {
		if (name == f.name)
			return &f;
	}
	return nullptr;
}

} // namespace traces
