// SPDX-License-Identifier: GPL-2.0-only
// Stacks and the switch between them, on Boost.Context's fcontext.
// It must not know CPUs, time or what runs on a stack.
#include "sim/fiber.hpp"
#include <boost/context/detail/fcontext.hpp>
#include <cstdlib>
#include <cstring>
#if KTHREADSIM_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace sim {

namespace context = boost::context::detail;

#if KTHREADSIM_ASAN
static void announce(fiber &from, fiber &to)
{
	__sanitizer_start_switch_fiber(&from.fake_stack, to.top - to.low_water, to.low_water);
}
static void arrive(fiber *self)
{
	__sanitizer_finish_switch_fiber(self ? self->fake_stack : nullptr, nullptr, nullptr);
}
#else
static void announce(fiber &, fiber &) {}
static void arrive(fiber *) {}
#endif

// Whoever arrives notes where the other side stopped.
static void suspend_other(context::transfer_t t)
{
	fiber *other = static_cast<fiber *>(t.data);

	other->sp = t.fctx;
#if !KTHREADSIM_ASAN
	if (stack_pool::live_bytes(*other) > other->low_water)
		other->low_water = stack_pool::live_bytes(*other);
#endif
}

static void begin(context::transfer_t t)
{
	fiber *self = static_cast<fiber *>(t.data)->to;

	arrive(nullptr);
	suspend_other(t);
	self->entry(self->argument);
	abort(); // an entry leaves its fiber for good instead of returning
}

stack_pool::stack_pool(size_t stacks_max, size_t stride_bytes)
	: stacks_(stacks_max * stride_bytes), stride_bytes_(stride_bytes)
{}

void stack_pool::prepare(fiber &f, size_t slot, fiber_entry entry, void *argument)
{
#if KTHREADSIM_ASAN
	__asan_unpoison_memory_region(bottom(slot), stride_bytes_);
	f.low_water = static_cast<size_t>(top(slot) - bottom(slot));
	f.fake_stack = nullptr;
#else
	if (f.low_water) {
		// What the last owner left below its deepest switch is bounded by one page.
		size_t used = f.low_water + PAGE_BYTES;

		if (used > stride_bytes_)
			used = static_cast<size_t>(top(slot) - bottom(slot));
		memset(top(slot) - used, 0, used);
	}
	f.low_water = 0;
#endif
	f.top = top(slot);
	f.entry = entry;
	f.argument = argument;
	f.sp = context::make_fcontext(f.top, static_cast<size_t>(f.top - bottom(slot)), begin);
}

void stack_pool::change(fiber &from, fiber &to)
{
	from.to = &to;
	announce(from, to);
	context::transfer_t t = context::jump_fcontext(to.sp, &from);

	arrive(&from);
	suspend_other(t);
}

} // namespace sim
