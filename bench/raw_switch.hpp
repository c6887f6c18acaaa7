// SPDX-License-Identifier: GPL-2.0-only
// The floor under every fiber figure: bare context switches, between two stacks and round a ring.
// Must not know the simulator: a layout to be compared comes in as an argument.
#pragma once

#include "bench/measure.hpp"

#include <boost/context/detail/fcontext.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include <sys/mman.h>

namespace bench {

// The least a slot needs below its top: the saved registers and a few small frames.
inline constexpr size_t MIN_STACK_BYTES = 2048;

// Address space for n stacks in one mapping; only touched pages cost memory. Huge pages are
// refused: one touched stack top would make 2 MiB resident.
class stack_region {
public:
	// Throws std::system_error where the address space is not to be had.
	explicit stack_region(size_t bytes) : bytes(bytes)
	{
		void *got = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

		if (got == MAP_FAILED)
			throw std::system_error(errno, std::generic_category(), "mmap of stacks");
		base = static_cast<char *>(got);
		// A kernel built without huge pages answers EINVAL and needs no advice.
		madvise(base, bytes, MADV_NOHUGEPAGE);
	}
	~stack_region() { munmap(base, bytes); }
	stack_region(const stack_region &) = delete;
	stack_region &operator=(const stack_region &) = delete;

	char *at(size_t offset) const { return base + offset; }

private:
	char *base;
	size_t bytes;
};

// Every top at the end of its slot: with a stride that is a power of two, all tops fall into the
// same few cache sets.
struct plain_tops {
	size_t stride_bytes;

	size_t operator()(uint32_t) const { return stride_bytes; }
};

// Tops moved down by step_bytes (a multiple of 16) more in each slot, starting again after
// range_bytes (a multiple of step_bytes, not 0, that leaves MIN_STACK_BYTES of the slot). A range
// of more than a page also spreads the slots over the sets of the TLB.
struct coloured_tops {
	size_t stride_bytes;
	size_t step_bytes;
	size_t range_bytes;

	size_t operator()(uint32_t slot) const
	{
		return stride_bytes - size_t(slot) * step_bytes % range_bytes;
	}
};

namespace detail {

using boost::context::detail::fcontext_t;
using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;

struct ring {
	std::vector<fcontext_t> handles;
	fcontext_t home = nullptr;
	// Where the handle of the context just left belongs. It is known only on the other side of
	// the jump, so the one who arrives stores it.
	fcontext_t *leaver = nullptr;
	uint32_t arriving = 0;
	uint64_t hops_left = 0;
	uint64_t hash = 0;

	void jump(fcontext_t &from, fcontext_t to)
	{
		leaver = &from;
		const transfer_t back = jump_fcontext(to, this);

		// Not &from any more: it is the place of the one who jumped back here.
		*leaver = back.fctx;
	}
};

inline void ring_body(transfer_t arrival)
{
	ring &r = *static_cast<ring *>(arrival.data);
	const uint32_t self = r.arriving;
	const uint32_t next = self + 1 == r.handles.size() ? 0 : self + 1;

	*r.leaver = arrival.fctx;
	for (;;) {
		if (!r.hops_left) {
			r.arriving = self;
			r.jump(r.handles[self], r.home);
			continue;
		}
		r.hops_left--;
		r.hash = hash_mix(r.hash, next);
		r.arriving = next;
		r.jump(r.handles[self], r.handles[next]);
	}
}

// Lets the token make `hops` hops, from where it rests.
inline void run_ring(ring &r, uint64_t hops)
{
	r.hops_left = hops;
	r.jump(r.home, r.handles[r.arriving]);
}

inline void bounce_body(transfer_t arrival)
{
	for (;;)
		arrival = jump_fcontext(arrival.fctx, arrival.data);
}

} // namespace detail

// The slot of each place in the ring. In slot order the stacks lie at a constant distance, which
// a processor's prefetcher can follow or not, depending on how the compiler laid out the loop: two
// spellings of it differed sixfold. Shuffled (always the same way), hops really wait for memory.
enum class ring_order { slots, shuffled };

namespace detail {

inline std::vector<uint32_t> lay_out(uint32_t n, ring_order order)
{
	std::vector<uint32_t> slots(n);
	uint64_t state = 0;

	for (uint32_t i = 0; i < n; i++)
		slots[i] = i;
	for (uint32_t i = n - 1; order == ring_order::shuffled && i; i--) {
		state = hash_mix(state, i);
		std::swap(slots[i], slots[(state >> 32) % (i + 1)]);
	}
	return slots;
}

} // namespace detail

// Nanoseconds for one switch between the caller and one other stack. `switches` is rounded down
// to whole pairs, at least one. The contexts here own nothing and are forgotten, not unwound.
inline reading raw_switch(uint64_t switches)
{
	using namespace detail;
	constexpr size_t stack_bytes = 16384;
	const stack_region stack(stack_bytes);
	const uint64_t pairs = switches / 2 ? switches / 2 : 1;
	transfer_t other{ make_fcontext(stack.at(stack_bytes), stack_bytes, bounce_body), nullptr };
	uint64_t done = 0;

	other = jump_fcontext(other.fctx, &done);
	const uint64_t start_ns = now_ns();
	for (uint64_t i = 0; i < pairs; i++) {
		other = jump_fcontext(other.fctx, other.data);
		++*static_cast<uint64_t *>(other.data);
	}
	const uint64_t end_ns = now_ns();
	return { double(end_ns - start_ns) / double(2 * pairs), hash_mix(0, done) };
}

// Nanoseconds for one hop round a ring of n contexts, each jumping straight to the next: no queue,
// no choice. One untimed lap touches every stack first, so creation and page faults are not in it.
// Slot i lies at i * stride_bytes; top_offset(i) says how far above that its stack begins (a
// multiple of 16 from MIN_STACK_BYTES to stride_bytes). The hash depends on n and hops, not on the
// layout. Throws std::invalid_argument for n < 2 (a context cannot jump to itself), hops == 0 or a
// top out of range, std::system_error where n * stride_bytes of address space are not to be had.
template <class tops>
reading raw_ring(uint32_t n, size_t stride_bytes, uint64_t hops, tops &&top_offset,
		 ring_order order = ring_order::slots)
{
	using namespace detail;

	if (n < 2 || !hops)
		throw std::invalid_argument("a ring needs two contexts and a hop");
	const stack_region region(size_t(n) * stride_bytes);
	ring r;

	r.handles.reserve(n);
	for (const uint32_t slot : lay_out(n, order)) {
		const size_t top = top_offset(slot);

		if (top % 16 || top < MIN_STACK_BYTES || top > stride_bytes)
			throw std::invalid_argument("a stack top lies outside its slot");
		r.handles.push_back(
			make_fcontext(region.at(slot * stride_bytes + top), top, ring_body));
	}
	run_ring(r, n);
	const uint64_t start_ns = now_ns();
	run_ring(r, hops);
	const uint64_t end_ns = now_ns();
	return { double(end_ns - start_ns) / double(hops), r.hash };
}

inline reading raw_ring(uint32_t n, size_t stride_bytes, uint64_t hops)
{
	return raw_ring(n, stride_bytes, hops, plain_tops{ stride_bytes });
}

} // namespace bench
