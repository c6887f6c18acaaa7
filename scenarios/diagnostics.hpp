// SPDX-License-Identifier: GPL-2.0-only
// Collects the complaints about one input text and prints them like a compiler, in its order.
// Knows bytes, lines and columns; must not know JSON, the scenario language or the simulator.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scenario {

/* Half-open range of byte offsets in the source text. */
struct source_span {
	uint32_t begin = 0;
	uint32_t end = 0;
};

/* Of what somebody asked for beside the text. */
constexpr source_span not_in_the_text{ UINT32_MAX, UINT32_MAX };

/* Both count from 1. A column is one character (not one byte); a tab is one column. */
struct source_position {
	uint32_t line = 1;
	uint32_t column = 1;
};

struct complaint {
	source_span where;
	std::string text;
};

class diagnostics {
public:
	/* Forgets the complaints of an earlier text. The text is copied. */
	void set_source(std::string_view file_name, std::string_view text);

	/* The same complaint at the same place is kept once: variants read shared parts again. */
	void error(source_span where, std::string text);

	bool empty() const { return complaints.empty(); }
	size_t count() const { return complaints.size() + not_kept; }
	const std::string &file_name() const { return name; }

	/* In the order of the text; equal places in the order they were reported. */
	std::vector<complaint> sorted() const;
	source_position position(uint32_t offset) const;
	/* "park.json:12", without folders. */
	std::string line_at(uint32_t offset) const;

	/* One "file:line:column: error: text" each, then the source line with a caret.
	 * After `limit` of them one line counts the rest. */
	std::string print(size_t limit = 50) const;

private:
	std::string excerpt(source_span where) const;

	std::string name;
	std::string source;
	std::vector<uint32_t> line_begin{ 0 };
	std::vector<complaint> complaints;
	size_t not_kept = 0; /* beyond the most that are kept, only counted */
};

/* The text in single quotes, cut at `limit` bytes, with control characters made visible. */
std::string in_quotes(std::string_view text, size_t limit = 48);

} // namespace scenario
