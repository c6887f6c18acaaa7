// SPDX-License-Identifier: GPL-2.0-only
// Starts a peer, a program beside the benchmarks that may be missing, and reads what it measured.
// Must not know any peer, nor what is compared with it.
#pragma once

#include "bench/measure.hpp"

#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace bench {

// Peers are built only where the package they need is installed.
inline bool has_peer(const std::string &program)
{
	return access((KTHREADSIM_BENCH_DIR "/" + program).c_str(), X_OK) == 0;
}

// Runs `program arguments`, which prints "ns=<a number>" and, if it has one, "hash=<in hex>".
// 0 ns: there is no such program, or it failed.
inline reading run_peer(const std::string &program, const std::string &arguments)
{
	const std::string command =
		KTHREADSIM_BENCH_DIR "/" + program + " " + arguments + " 2>/dev/null";
	FILE *child = popen(command.c_str(), "r");
	char line[256];
	reading result{ 0, 0 };

	while (child && fgets(line, sizeof(line), child)) {
		if (const char *at = strstr(line, "ns="))
			result.ns = atof(at + strlen("ns="));
		if (const char *at = strstr(line, "hash="))
			result.hash = strtoull(at + strlen("hash="), nullptr, 16);
	}
	const bool well = child && pclose(child) == 0;

	return well ? result : reading{ 0, 0 };
}

// Processor time that children of this process have used, those that have ended.
inline uint64_t children_ns()
{
	rusage used{};

	getrusage(RUSAGE_CHILDREN, &used);
	auto ns = [](const timeval &t) {
		return uint64_t(t.tv_sec) * 1'000'000'000 + uint64_t(t.tv_usec) * 1'000;
	};
	return ns(used.ru_utime) + ns(used.ru_stime);
}

// Runs a program that prints other things than that: line(const char *) for each of its lines.
// The processor time it has used, in nanoseconds. `environment` is empty, or ends with a blank.
template <class F>
uint64_t run_peer_lines(const std::string &environment, const std::string &program,
			const std::string &arguments, F line)
{
	const std::string command =
		environment + "exec " KTHREADSIM_BENCH_DIR "/" + program + " " + arguments;
	const uint64_t begin_ns = children_ns();
	FILE *child = popen(command.c_str(), "r");
	char text[512];

	while (child && fgets(text, sizeof(text), child))
		line(static_cast<const char *>(text));
	if (child)
		pclose(child);
	return children_ns() - begin_ns;
}

} // namespace bench
