// SPDX-License-Identifier: GPL-2.0-only
// The program: its subcommands, exit codes for what the command line itself gets wrong, and the one
// place that finds out whether what was printed has arrived.
// It must not know what a subcommand does.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fcntl.h>
#include <new>
#include <unistd.h>
#include "cli/commands.hpp"
#include "cli/misspelt.hpp"
#include "cli/talk.hpp"

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
	CLI::App app{ "kthreadsim: a deterministic simulator of the Linux kthread subsystem",
		      "kthreadsim" };
	std::vector<std::pair<CLI::App *, command>> added;

	app.set_version_flag("--version", "kthreadsim " KTHREADSIM_VERSION);
	app.require_subcommand(1);
	for (const command_row &c : commands) {
		CLI::App *sub = app.add_subcommand(c.name, c.what);

		added.push_back({ sub, c.add(*sub) });
	}
	const std::string wrong = misspelt(app, { argv + 1, argv + argc });
	if (!wrong.empty()) {
		talk("%s\n", wrong.c_str());
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

// Else a file that is opened gets the number of a stream that is closed, and what it prints.
// Writing to these fails, as it did before; so does reading from the first.
static void keep_closed_streams()
{
	for (const int fd : { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO })
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

// Of every command: nobody is to take half of what was printed for all of it.
static int if_printed(int code)
{
	if (!fflush(stdout) && !ferror(stdout))
		return code;
	talk("kthreadsim: cannot write to the standard output\n");
	return INTERNAL_ERROR;
}

} // namespace cli

int main(int argc, char **argv)
{
	cli::keep_closed_streams();
	try {
		return cli::if_printed(cli::main(argc, argv));
	} catch (const std::bad_alloc &) {
		cli::talk("kthreadsim: out of memory, and nothing can be said of what was asked\n");
		return cli::BOUND_REACHED;
	} catch (const std::exception &e) {
		cli::talk("kthreadsim: internal error: %s\n", e.what());
		return cli::INTERNAL_ERROR;
	}
}
