// SPDX-License-Identifier: GPL-2.0-only
// Talk on stderr, after what stands on stdout.
// It must not know what is said.
#include "cli/talk.hpp"
#include <cstdarg>
#include <cstdio>

namespace cli {

void talk(const char *format, ...)
{
	va_list values;

	fflush(stdout); // whether that worked is asked at the end of the command
	va_start(values, format);
	vfprintf(stderr, format, values);
	va_end(values);
}

} // namespace cli
