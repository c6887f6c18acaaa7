// SPDX-License-Identifier: GPL-2.0-only
// Two lists of lines beside each other: what they share, in order, and what only one has.
// It must not know what the lines say.
#pragma once
#include <string>
#include <vector>

namespace cli {

struct compared_line {
	enum class side : char { both = ' ', first = '<', second = '>' } of;
	std::string text;
};

// With as many lines of both as can be. Of lists so long that this would take long, what lies
// between their equal beginnings and ends counts as different throughout.
std::vector<compared_line> compare_lines(const std::vector<std::string> &first,
					 const std::vector<std::string> &second);

} // namespace cli
