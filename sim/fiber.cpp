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

namespace boost_context = boost::context::detail;

// Lies on the stack that is left, for whoever arrives.
struct change_record {
	fiber *from, *to;
};

#if KTHREADSIM_ASAN
static void announce(const change_record &r)
{
	__sanitizer_start_switch_fiber(&r.from->fake_stack, r.to->bottom, r.to->bytes);
}
static void arrive(fiber *self)
{
	__sanitizer_finish_switch_fiber(self ? self->fake_stack : nullptr, nullptr, nullptr);
}
#else
static void announce(const change_record &) {}
static void arrive(fiber *) {}
#endif

// Whoever arrives notes where the other side stopped.
static void suspend_other(boost_context::transfer_t t)
{
	fiber &other = *static_cast<change_record *>(t.data)->from;

	other.sp = t.fctx;
	if (static_cast<std::byte *>(t.fctx) < other.lowest)
		other.lowest = static_cast<std::byte *>(t.fctx);
}

// Lies at the top of a new stack, where `lowest` points until the first switch away.
struct start_record {
	fiber_entry entry;
	void *argument;
};

static void begin(boost_context::transfer_t t)
{
	fiber *self = static_cast<change_record *>(t.data)->to;

	arrive(nullptr);
	suspend_other(t);
	const auto &start = *reinterpret_cast<const start_record *>(self->lowest);
	start.entry(start.argument);
	abort(); // an entry leaves its fiber for good instead of returning
}

stack_pool::stack_pool(size_t stacks_max, size_t stride_bytes)
	: stacks_(stacks_max * stride_bytes), stride_bytes_(stride_bytes)
{}

void stack_pool::prepare(fiber &f, size_t slot, fiber_entry entry, void *argument)
{
	std::byte *const floor = bottom(slot);

#if KTHREADSIM_ASAN
	__asan_unpoison_memory_region(floor, stride_bytes_);
	f.fake_stack = nullptr;
	f.bottom = floor;
	f.bytes = static_cast<size_t>(top(slot) - floor);
#else
	if (f.lowest) {
		// What the last owner left below its deepest switch is bounded by one page.
		std::byte *from = f.lowest - PAGE_BYTES < floor ? floor : f.lowest - PAGE_BYTES;

		memset(from, 0, static_cast<size_t>(top(slot) - from));
	}
#endif
	f.lowest = top(slot) - sizeof(start_record);
	new (f.lowest) start_record{ entry, argument };
	f.sp = boost_context::make_fcontext(f.lowest, static_cast<size_t>(f.lowest - floor), begin);
}

void stack_pool::change(fiber &from, fiber &to)
{
	change_record record{ &from, &to };

	announce(record);
	boost_context::transfer_t t = boost_context::jump_fcontext(to.sp, &record);

	arrive(&from);
	suspend_other(t);
}

} // namespace sim
