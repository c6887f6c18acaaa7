// SPDX-License-Identifier: GPL-2.0-only
// A word of a command that is printed to be pasted into a shell.
// It must not know which command.
#pragma once
#include <string>

namespace cli {

// In quotes where it holds anything that a shell might take for something else.
inline std::string shell_word(const std::string &word)
{
	constexpr const char *harmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "0123456789@%_+=:,./-";
	std::string quoted = "'";

	if (!word.empty() && word.find_first_not_of(harmless) == word.npos)
		return word;
	for (const char c : word)
		quoted += c == '\'' ? "'\\''" : std::string(1, c);
	return quoted + "'";
}

} // namespace cli
