// SPDX-License-Identifier: GPL-2.0-only
// Names of commands and options that there are none of, and options given twice.
// It must not know what any of them does.
#pragma once
#include <CLI/CLI.hpp>
#include <span>

namespace cli {

// The first that is wrong with the words of a command line, in words; empty: its names are right.
std::string misspelt(const CLI::App &app, std::span<char *const> words);

} // namespace cli
