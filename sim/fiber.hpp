// SPDX-License-Identifier: GPL-2.0-only
// Stacks and the switch between them: the only user of Boost.Context.
// It must not know CPUs, time or what runs on a stack.
#pragma once
#include <cstddef>
#include <cstdint>
#include "sim/arena.hpp"

namespace sim {

using fiber_entry = void (*)(void *argument); // must not return

// A suspended stack is one pointer, so that copying it and the live bytes above it saves a fiber.
struct fiber {
	void *sp;	   // where it is suspended; meaningless while it runs
	std::byte *lowest; // the lowest sp so far: what was above it is cleared before reuse
#if KTHREADSIM_ASAN
	void *fake_stack;
	const void *bottom;
	size_t bytes;
#endif
};

// All stacks of a machine: one mapping, equal strides, no guard pages (a mapping or a guard page
// per stack would run into the kernel's limit on mappings near 32,000).
class stack_pool {
public:
	// stride_bytes: a multiple of 4096, at least 8192; what one fiber may use, less 1 KiB.
	stack_pool(size_t stacks_max, size_t stride_bytes);

	// A stack that was used reads as zero again, where its last fiber was live at a switch.
	void clear(const fiber &f, size_t slot) const;
	void forget() { stacks_.forget(); } // so do all
	// Makes fiber `f` ready to start on stack `slot`.
	void prepare(fiber &f, size_t slot, fiber_entry entry, void *argument);
	// Leaves `from` (or the engine's own stack) and continues `to`; returns when somebody
	// comes back to `from`.
	static void change(fiber &from, fiber &to);

	// What a suspended fiber left below its frames would come up in later ones, as bytes that
	// mean nothing but make two equal states look different.
	void scrub(const fiber &f, size_t slot) const;
	// The same, for the fiber that runs: what earlier calls left below its caller's frame.
	[[gnu::noinline]] static void clear_below();

	size_t stride_bytes() const { return stride_bytes_; }
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
};

} // namespace sim
