// SPDX-License-Identifier: GPL-2.0-only
// The subcommands: each adds itself to the command line and says what to do when it is given.
// It must not know how any of them works.
#pragma once
#include <functional>

namespace CLI {
class App;
}

namespace cli {

enum exit_code : int {
	AS_EXPECTED = 0,
	NOT_AS_EXPECTED = 1, // an expectation failed, or a finding nobody expected
	BAD_INPUT = 2,
	INTERNAL_ERROR = 3,
	BOUND_REACHED = 4,
};

using command = std::function<int()>;

struct command_row {
	const char *name;
	const char *what;
	command (*add)(CLI::App &subcommand);
};

command add_run(CLI::App &subcommand);
command add_replay(CLI::App &subcommand);
command add_explore(CLI::App &subcommand);
command add_merge(CLI::App &subcommand);
command add_check(CLI::App &subcommand);
command add_diff_versions(CLI::App &subcommand);
command add_bugs(CLI::App &subcommand);
command add_schema(CLI::App &subcommand);
command add_list(CLI::App &subcommand);

} // namespace cli
