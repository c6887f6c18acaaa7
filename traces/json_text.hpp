// SPDX-License-Identifier: GPL-2.0-only
// Strings as JSON writes them, for writers that must not pay for a JSON library.
// It must not know events.
#pragma once
#include <string>
#include <string_view>

namespace traces {

// Appends `text` in quotation marks. What is not UTF-8 (a comm is cut at 15 bytes, maybe within a
// character) becomes one U+FFFD per byte, so that the result is always valid.
void append_json_string(std::string &out, std::string_view text);

} // namespace traces
