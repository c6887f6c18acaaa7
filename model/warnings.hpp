// SPDX-License-Identifier: GPL-2.0-only
// WARN_ON() and BUG_ON(): what the kernel says of itself.
// It must not know kthreads, nor how findings are kept.
#pragma once

namespace kernel {

// What a warning says, and of which object; null: of none.
struct complaint {
	const char *what;
	const void *object;

	complaint(const char *says, const void *of = nullptr) : what(says), object(of) {}
};

void warn(const char *function, int line_6_13, complaint about);
[[noreturn]] void bug(const char *function, const char *what);

// Line numbers are those of kernel/kthread.c in 6.13; 0 for other files.
inline bool WARN_ON(bool condition, int line_6_13, complaint about,
		    const char *function = __builtin_FUNCTION())
{
	if (condition) [[unlikely]]
		warn(function, line_6_13, about);
	return condition;
}
// Says it once in the life of a kernel, as the kernel does; the condition holds all the same.
bool WARN_ON_ONCE(bool condition, int line_6_13, complaint about,
		  const char *function = __builtin_FUNCTION());

} // namespace kernel
