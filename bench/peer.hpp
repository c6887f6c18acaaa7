// SPDX-License-Identifier: GPL-2.0-only
// Starts a peer, a program beside the benchmarks that may be missing, and reads what it measured.
// Must not know any peer, nor what is compared with it.
#pragma once

#include "bench/measure.hpp"

#include <string>
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

} // namespace bench
