// SPDX-License-Identifier: GPL-2.0-only
// The options of commands that print what comes of a search.
// It must not know how a search is done.
#pragma once
#include <CLI/CLI.hpp>
#include "cli/choice_option.hpp"
#include "cli/conclude.hpp"

namespace cli {

inline void add_conclusion(CLI::App &sub, conclusion_options &o)
{
	sub.add_option("-f,--format", o.format, "text, or herd as herd7 logs it")
		->check(one_of_these({ "text", "herd" }))
		->capture_default_str();
	sub.add_flag("-w,--witnesses", o.witnesses, "print a schedule for each outcome");
	sub.add_flag("-q,--quiet", o.quiet, "say nothing about the search on stderr");
}

} // namespace cli
