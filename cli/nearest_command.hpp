// SPDX-License-Identifier: GPL-2.0-only
// The message for a subcommand that does not exist.
// It must not know what the subcommands do.
#pragma once
#include <span>
#include <string>
#include "cli/commands.hpp"
#include "scenarios/nearest.hpp"

namespace cli {

inline std::string unknown_command(const char *given, std::span<const command_row> commands)
{
	scenario::name_list names;

	for (const command_row &c : commands)
		names.push_back(c.name);
	return "kthreadsim: unknown command '" + std::string(given) + "', expected " +
	       scenario::one_of(names) + scenario::did_you_mean(given, names);
}

} // namespace cli
