// SPDX-License-Identifier: GPL-2.0-only
// The program: its subcommands, and exit codes for what the command line itself gets wrong.
// It must not know what a subcommand does.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstring>
#include "cli/commands.hpp"
#include "cli/nearest_command.hpp"

namespace cli {

static constexpr command_row commands[] = {
	{ "run", "run one scenario and write its trace", add_run },
	{ "explore", "search all that a scenario can come to", add_explore },
	{ "merge", "add up the shards of a search", add_merge },
	{ "check", "judge scenarios: files, or all below a folder", add_check },
	{ "diff-versions", "what another kernel makes possible or impossible", add_diff_versions },
	{ "replay", "run one scenario under a schedule that was printed", add_replay },
	{ "bugs", "known bugs on every kernel: where they are, and what finds them", add_bugs },
	{ "list", "operations, versions, findings, events, formats, strategies", add_list },
	{ "schema", "the JSON schema of scenarios", add_schema },
};

static int main(int argc, char **argv)
{
	CLI::App app{ "kthreadsim: a deterministic simulator of the Linux kthread subsystem" };
	std::vector<std::pair<CLI::App *, command>> added;

	app.set_version_flag("--version", "kthreadsim " KTHREADSIM_VERSION);
	app.require_subcommand(1);
	for (const command_row &c : commands) {
		CLI::App *sub = app.add_subcommand(c.name, c.what);

		added.push_back({ sub, c.add(*sub) });
	}
	const bool known =
		argc < 2 || argv[1][0] == '-' ||
		std::any_of(std::begin(commands), std::end(commands),
			    [&](const command_row &c) { return !strcmp(c.name, argv[1]); });
	if (!known) {
		fprintf(stderr, "%s\n", unknown_command(argv[1], commands).c_str());
		return BAD_INPUT;
	}
	try {
		app.parse(argc, argv);
	} catch (const CLI::ParseError &e) {
		const int code = app.exit(e);

		return code ? BAD_INPUT : AS_EXPECTED;
	}
	for (auto &[sub, run] : added)
		if (sub->parsed())
			return run();
	return BAD_INPUT;
}

} // namespace cli

int main(int argc, char **argv)
{
	try {
		return cli::main(argc, argv);
	} catch (const std::exception &e) {
		fprintf(stderr, "kthreadsim: internal error: %s\n", e.what());
		return cli::INTERNAL_ERROR;
	}
}
