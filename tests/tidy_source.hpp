// SPDX-License-Identifier: GPL-2.0-only
// A file of the repository as the tidy rules look at it: its lines, with and without comments.
// Must not know any rule.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

// A file below the project's root. The views have as many lines as the file, and a character
// that a view leaves out is a blank there, so line numbers and columns agree.
struct source {
	std::string path;		   // from the root: "sim/machine.hpp"
	std::vector<std::string> lines;	   // as they stand
	std::vector<std::string> code;	   // no comments, no contents of literals
	std::vector<std::string> literals; // no comments, contents of literals kept
};

// One place that breaks a rule; line is counted from 1, 0 means the file as a whole.
struct offence {
	std::string path;
	std::size_t line;
	std::string what;
};
using offences = std::vector<offence>;

// Splits and blanks `text`. Raw strings and digit separators are understood.
source make_source(std::string path, std::string_view text);

// Reads every regular file below root/<room> of the given rooms with one of the endings, in path
// order. A room that is a file is read whatever its ending; one that does not exist is empty.
std::vector<source> read_tree(const std::string &root, const std::vector<std::string> &rooms,
			      const std::vector<std::string> &endings);

// The first place from `from` on where `word` stands alone, that is, is no part of a longer
// identifier; npos if nowhere. A word may begin or end with a character that is in no identifier.
std::size_t find_word(std::string_view line, std::string_view word, std::size_t from = 0);

bool is_word_character(char c);

// One offence a line, as a compiler would print them.
std::string to_text(const offences &found);

} // namespace tidy
