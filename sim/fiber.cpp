// SPDX-License-Identifier: GPL-2.0-only
// Stacks and the switch between them, on Boost.Context's fcontext.
// It must not know CPUs, time or what runs on a stack.
#include "sim/fiber.hpp"
#include <boost/context/detail/fcontext.hpp>
#include <cstdlib>
#include <cstring>
#if KTHREADSIM_ASAN
#include <pthread.h>
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
static watched_stack &watched(const fiber &f)
{
	return *reinterpret_cast<watched_stack *>(f.lowest);
}
static void announce(const change_record &r)
{
	const watched_stack &to = watched(*r.to);

	__sanitizer_start_switch_fiber(&watched(*r.from).fake_stack, to.bottom, to.bytes);
}
static void arrive(fiber *self)
{
	void *const fake_stack = self ? watched(*self).fake_stack : nullptr;

	__sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
}
void stack_pool::watch(fiber &engine)
{
	pthread_attr_t attributes;
	void *bottom;

	pthread_getattr_np(pthread_self(), &attributes);
	pthread_attr_getstack(&attributes, &bottom, &engine_.bytes);
	engine_.bottom = bottom;
	pthread_attr_destroy(&attributes);
	engine.lowest = reinterpret_cast<std::byte *>(&engine_);
}
#else
static void announce(const change_record &) {}
static void arrive(fiber *) {}
void stack_pool::watch(fiber &) {}
#endif

// Whoever arrives notes where the other side stopped.
static void suspend_other(boost_context::transfer_t t)
{
	fiber &other = *static_cast<change_record *>(t.data)->from;

	other.sp = t.fctx;
	if (!KTHREADSIM_ASAN && static_cast<std::byte *>(t.fctx) < other.lowest)
		other.lowest = static_cast<std::byte *>(t.fctx);
}

// Lies at the top of a new stack, where `lowest` points until the first switch away.
struct start_record {
#if KTHREADSIM_ASAN
	watched_stack watched;
#endif
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

void stack_pool::prepare(fiber &f, size_t slot, fiber_entry entry, void *argument, bool clean)
{
	std::byte *const floor = bottom(slot);

#if KTHREADSIM_ASAN
	__asan_unpoison_memory_region(floor, stride_bytes_);
	(void)clean; // nothing is compared there
#else
	if (clean && f.lowest) {
		// What the last owner left below its deepest switch is bounded by one page.
		std::byte *from = f.lowest - PAGE_BYTES < floor ? floor : f.lowest - PAGE_BYTES;

		memset(from, 0, static_cast<size_t>(top(slot) - from));
	}
#endif
	f.lowest = top(slot) - sizeof(start_record);
#if KTHREADSIM_ASAN
	const auto bytes = static_cast<size_t>(top(slot) - floor);
	new (f.lowest) start_record{ { nullptr, floor, bytes }, entry, argument };
#else
	new (f.lowest) start_record{ entry, argument };
#endif
	f.sp = boost_context::make_fcontext(f.lowest, static_cast<size_t>(f.lowest - floor), begin);
}

#if KTHREADSIM_HOPS
// Lies at the top of a new stack: what a hop takes off it, and then what begins there.
struct first_frame {
	void (*at)(void *, void *sp); // called with what the hop has in registers
	void *returns_to;	      // nowhere
	start_record start;
};

static void begin_hopping(void *, void *sp)
{
	const start_record start = static_cast<const first_frame *>(sp)->start;

	start.entry(start.argument);
	abort(); // as above
}

void stack_pool::prepare_to_hop(fiber &f, size_t slot, fiber_entry entry, void *argument)
{
	static_assert(sizeof(first_frame) % 16 == 0); // as a call would leave it
	f.sp = new (top(slot) - sizeof(first_frame))
		first_frame{ begin_hopping, nullptr, { entry, argument } };
	f.lowest = bottom(slot); // nobody knows how much of it will be used
}
#endif

constexpr ptrdiff_t SCRUBBED_BYTES = 2048;

void stack_pool::scrub(const fiber &f, size_t slot) const
{
#if KTHREADSIM_ASAN
	(void)f, (void)slot; // it watches those bytes
#else
	auto *const sp = static_cast<std::byte *>(f.sp);
	const ptrdiff_t room = sp - bottom(slot);
	const ptrdiff_t n = room < SCRUBBED_BYTES ? room : SCRUBBED_BYTES;

	memset(sp - n, 0, static_cast<size_t>(n));
#endif
}

// It has no frame of its own below its return address, so nothing there is in use. What the engine
// left in registers that a call may change would come up too, where a compiler keeps one that it
// need not have kept.
void stack_pool::clear_below()
{
#if defined(__x86_64__) && !KTHREADSIM_ASAN
	void *from;
	size_t words = SCRUBBED_BYTES / 8;

	asm volatile("leaq %c2(%%rsp), %0\n\t"
		     "xorl %%eax, %%eax\n\t"
		     "rep stosq\n\t"
		     "xorl %%edx, %%edx\n\t"
		     "xorl %%esi, %%esi\n\t"
		     "xorl %%edi, %%edi\n\t"
		     "xorl %%r8d, %%r8d\n\t"
		     "xorl %%r9d, %%r9d\n\t"
		     "xorl %%r10d, %%r10d\n\t"
		     "xorl %%r11d, %%r11d"
		     : "=&D"(from), "+c"(words)
		     : "i"(-SCRUBBED_BYTES)
		     : "rax", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc");
#endif
}

// jump_fcontext() ends in a jump, not in a return, so that a call to it leaves the processor's
// stack of predicted returns one entry too high, and then every return of the fiber that goes on
// is mispredicted. Entered by a jump too, it keeps them level: fibers sleep in the same functions.
[[gnu::always_inline]] static inline boost_context::transfer_t jump(void *to, void *data)
{
#if defined(__x86_64__) && defined(__linux__)
	boost_context::transfer_t arrived;

	asm volatile("leaq -128(%%rsp), %%rsp\n\t" // what a leaf function keeps below its sp
		     "leaq 1f(%%rip), %%rax\n\t"
		     "pushq %%rax\n\t"
		     "jmp *%[jump]\n"
		     "1:\n\t"
		     "leaq 128(%%rsp), %%rsp"
		     : "=&a"(arrived.fctx), "=&d"(arrived.data), "+D"(to), "+S"(data)
		     : [jump] "r"(boost_context::jump_fcontext)
		     : "rcx", "r8", "r9", "r10", "r11", "cc", "memory", "xmm0", "xmm1", "xmm2",
		       "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
		       "xmm12", "xmm13", "xmm14", "xmm15", "st", "st(1)", "st(2)", "st(3)", "st(4)",
		       "st(5)", "st(6)", "st(7)");
	return arrived;
#else
	return boost_context::jump_fcontext(to, data);
#endif
}

void stack_pool::change(fiber &from, fiber &to)
{
	change_record record{ &from, &to };

	announce(record);
	boost_context::transfer_t t = jump(to.sp, &record);

	arrive(&from);
	suspend_other(t);
}

} // namespace sim
