// SPDX-License-Identifier: GPL-2.0-only
// Code that is expected to abort runs in a process of its own.
// It must not know what is tested.
#pragma once
#include <csignal>
#include <cstdio>
#include <functional>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace support {

struct child_result {
	bool aborted = false; // by SIGABRT
	bool returned = false;
	std::string said; // on stderr
};

// Runs f in a forked process without core dumps and without doctest's signal handlers.
inline child_result in_child(const std::function<void()> &f)
{
	child_result r;
	int ends[2], status = 0;
	char block[512];

	fflush(nullptr);
	if (pipe(ends) != 0)
		return r;
	const pid_t pid = fork();
	if (pid == 0) {
		const rlimit no_core = { 0, 0 };

		for (int s : { SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTERM })
			signal(s, SIG_DFL);
		setrlimit(RLIMIT_CORE, &no_core);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		f();
		_exit(0);
	}
	close(ends[1]);
	for (ssize_t n; (n = read(ends[0], block, sizeof(block))) > 0;)
		r.said.append(block, static_cast<size_t>(n));
	close(ends[0]);
	waitpid(pid, &status, 0);
	r.aborted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
	r.returned = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	return r;
}

} // namespace support
