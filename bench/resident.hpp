// SPDX-License-Identifier: GPL-2.0-only
// How much memory this process has. Must not know what is measured.
#pragma once
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace bench {

inline double mebibytes(uint64_t bytes)
{
	return static_cast<double>(bytes) / (1024 * 1024);
}

// Takes no memory itself. 0: not known.
inline uint64_t resident_bytes()
{
	char text[128] = {};
	const int file = open("/proc/self/statm", O_RDONLY);
	const ssize_t got = file < 0 ? -1 : read(file, text, sizeof(text) - 1);
	unsigned long pages = 0;

	close(file);
	if (got <= 0 || sscanf(text, "%*u %lu", &pages) != 1)
		return 0;
	return pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

} // namespace bench
