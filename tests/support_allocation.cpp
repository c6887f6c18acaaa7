// SPDX-License-Identifier: GPL-2.0-only
// malloc and its family for the whole test executable: they abort while a fiber runs, because a
// copied or forgotten stack must not own anything. operator new comes here, too.
// It must not know who allocates.
#include "tests/support_allocation.hpp"

#include <cerrno>
#include <cstdlib>
#include "sim/machine.hpp"

#if !KTHREADSIM_ASAN && !defined(__SANITIZE_THREAD__) && defined(__GLIBC__)
#include <execinfo.h>
#include <unistd.h>

extern "C" {
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
}

// Set while an offence is reported, which may allocate itself.
static bool reporting;

static uint64_t made;

static void not_on_a_fiber()
{
	const sim::machine *m = sim::this_machine;

	made++;
	if (!m || reporting || !m->state().current)
		return;
	static constexpr char text[] = "memory was allocated on a fiber:\n";
	void *frames[32];

	reporting = true;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) > 0)
		backtrace_symbols_fd(frames, backtrace(frames, 32), STDERR_FILENO);
	abort();
}

extern "C" {

void *malloc(size_t bytes) noexcept
{
	not_on_a_fiber();
	return __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes) noexcept
{
	not_on_a_fiber();
	return __libc_calloc(count, bytes);
}

void *realloc(void *p, size_t bytes) noexcept
{
	not_on_a_fiber();
	return __libc_realloc(p, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes) noexcept
{
	not_on_a_fiber();
	return __libc_memalign(alignment, bytes);
}

int posix_memalign(void **out, size_t alignment, size_t bytes) noexcept
{
	not_on_a_fiber();
	*out = __libc_memalign(alignment, bytes);
	return *out ? 0 : ENOMEM;
}

} // extern "C"

uint64_t support::allocations()
{
	return made;
}
#else
uint64_t support::allocations()
{
	return 0;
}
#endif
