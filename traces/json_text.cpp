// SPDX-License-Identifier: GPL-2.0-only
// Strings as JSON writes them, for writers that must not pay for a JSON library.
// It must not know events.
#include "traces/json_text.hpp"
#include <cstddef>
#include <cstdint>

namespace traces {
namespace {

bool continues(std::string_view text, size_t at)
{
	return at < text.size() && (text[at] & 0xc0) == 0x80;
}

// Bytes of the UTF-8 character that begins with the byte 0x80 or more at `at`; 0 if it is none.
// The second byte's range keeps out overlong forms, surrogates and what lies above U+10FFFF.
size_t character_bytes(std::string_view text, size_t at)
{
	uint8_t first = static_cast<uint8_t>(text[at]);

	if (first < 0xc2 || first > 0xf4 || !continues(text, at + 1))
		return 0;
	if (first < 0xe0)
		return 2;

	uint8_t second = static_cast<uint8_t>(text[at + 1]);

	if (!continues(text, at + 2))
		return 0;
	if (first < 0xf0) {
		bool wrong = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f);

		return wrong ? 0 : 3;
	}
	if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f))
		return 0;
	return continues(text, at + 3) ? 4 : 0;
}

void append_ascii(std::string &out, char c)
{
	if (c == '"' || c == '\\') {
		out += '\\';
		out += c;
	} else if (c == '\n') {
		out += "\\n";
	} else if (c == '\t') {
		out += "\\t";
	} else if (c < 0x20 || c == 0x7f) {
		out += "\\u00";
		out += "01234567"[c >> 4];
		out += "0123456789abcdef"[c & 0xf];
	} else {
		out += c;
	}
}

} // namespace

void append_json_string(std::string &out, std::string_view text)
{
	out += '"';
	for (size_t at = 0; at < text.size();) {
		if (!(text[at] & 0x80)) {
			append_ascii(out, text[at++]);
			continue;
		}
		if (size_t bytes = character_bytes(text, at)) {
			out += text.substr(at, bytes);
			at += bytes;
		} else {
			out += "\\ufffd";
			at++;
		}
	}
	out += '"';
}

} // namespace traces
