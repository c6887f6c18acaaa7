// SPDX-License-Identifier: GPL-2.0-only
// Stacks and the switch between them: the only user of Boost.Context.
// It must not know CPUs, time or what runs on a stack.
#pragma once
#include <cstddef>
#include <cstdint>
#include "sim/arena.hpp"

#if defined(__x86_64__) && defined(__linux__) && !KTHREADSIM_ASAN
#define KTHREADSIM_HOPS 1
#else
#define KTHREADSIM_HOPS 0
#endif

namespace sim {

using fiber_entry = void (*)(void *argument); // must not return

// A suspended stack is one pointer, so that copying it and the live bytes above it saves a fiber.
// As large in every build, so that ids mean the same.
struct fiber {
	void *sp; // where it is suspended; meaningless while it runs
	// The lowest sp so far: what was above it is cleared before reuse. Under AddressSanitizer,
	// which does not see that: what the sanitizer is told of its stack.
	std::byte *lowest;
};

// A stack as AddressSanitizer knows it.
struct watched_stack {
	void *fake_stack;
	const void *bottom;
	size_t bytes;
};

// All stacks of a machine: one mapping, equal strides, no guard pages (a mapping or a guard page
// per stack would run into the kernel's limit on mappings near 32,000).
class stack_pool {
public:
	// stride_bytes: a multiple of 4096, at least 8192; what one fiber may use, less 1 KiB.
	stack_pool(size_t stacks_max, size_t stride_bytes);

	// Makes fiber `f` ready to start on stack `slot`; clean: a used one reads as zero again.
	void prepare(fiber &f, size_t slot, fiber_entry entry, void *argument, bool clean = true);
	void forget() { stacks_.forget(); } // all read as zero again
	// `engine` is the stack that the caller runs on.
	void watch(fiber &engine);
	// Leaves `from` (or the engine's own stack) and continues `to`; returns when somebody
	// comes back to `from`.
	static void change(fiber &from, fiber &to);

	// The same two for fibers that leave by hop() only, and whose stacks nobody compares: what
	// is live there depends on the compiler.
	void prepare_to_hop(fiber &f, size_t slot, fiber_entry entry, void *argument);
	static void hop(fiber &from, fiber &to);

	// What a suspended fiber left below its frames would come up in later ones, as bytes that
	// mean nothing but make two equal states look different.
	void scrub(const fiber &f, size_t slot) const;
	// The same, for the fiber that runs: what earlier calls left below its caller's frame.
	[[gnu::noinline]] static void clear_below();
	// What the caller has left in registers that calls keep, and does not need any more: they
	// would lie in the frames of those that it calls next.
	[[gnu::always_inline]] static void clear_kept_registers()
	{
#if defined(__x86_64__) && !KTHREADSIM_ASAN
		asm volatile("xorl %%ebx, %%ebx\n\t"
			     "xorl %%r12d, %%r12d\n\t"
			     "xorl %%r13d, %%r13d\n\t"
			     "xorl %%r14d, %%r14d\n\t"
			     "xorl %%r15d, %%r15d"
			     :
			     :
			     : "rbx", "r12", "r13", "r14", "r15", "cc");
#endif
	}

	size_t stride_bytes() const { return stride_bytes_; }
	size_t bytes() const { return stacks_.bytes(); }
	std::byte *bottom(size_t slot) const { return stacks_.base() + slot * stride_bytes_; }
	// The highest usable address of a slot. It is shifted by some cache lines from slot to
	// slot, or all stacks would compete for the same few sets of every cache.
	std::byte *top(size_t slot) const
	{
		return bottom(slot) + stride_bytes_ - colour_bytes(slot);
	}
	static size_t colour_bytes(size_t slot) { return slot % 16 * 64; }
	size_t live_bytes(const fiber &f, size_t slot) const
	{
		return static_cast<size_t>(top(slot) - static_cast<std::byte *>(f.sp));
	}

private:
	region stacks_;
	size_t stride_bytes_;
	watched_stack engine_{};
};

#if KTHREADSIM_HOPS
// Of the registers, whoever calls keeps only those it needs: in a frame that this is part of. Who
// arrives is told where the stack is on which it does. It begins and ends in jumps: a return would
// be predicted to go where the last call of the other fiber came from.
[[gnu::always_inline]] inline void stack_pool::hop(fiber &from, fiber &to)
{
	static_assert(offsetof(fiber, sp) == 0);
	fiber *left = &from;
	void *sp = to.sp;

	asm volatile("leaq -128(%%rsp), %%rsp\n\t" // what a leaf function keeps below its sp
		     "pushq %%rbp\n\t"
		     "leaq 1f(%%rip), %%rax\n\t"
		     "pushq %%rax\n\t"
		     "movq %%rsp, (%%rdx)\n\t"
		     "movq %%rsi, %%rsp\n\t"
		     "popq %%rax\n\t"
		     "jmp *%%rax\n"
		     "1:\n\t"
		     "popq %%rbp\n\t"
		     "leaq 128(%%rsp), %%rsp"
		     : "+d"(left), "+S"(sp)
		     :
		     : "rax", "rbx", "rcx", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
		       "r15", "cc", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
		       "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
		       "xmm15", "st", "st(1)", "st(2)", "st(3)", "st(4)", "st(5)", "st(6)",
		       "st(7)");
}
#else
inline void stack_pool::prepare_to_hop(fiber &f, size_t slot, fiber_entry entry, void *argument)
{
	prepare(f, slot, entry, argument, false);
}
inline void stack_pool::hop(fiber &from, fiber &to)
{
	change(from, to);
}
#endif

} // namespace sim
