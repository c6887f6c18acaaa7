// SPDX-License-Identifier: GPL-2.0-only
// The memory of one execution: mappings at fixed addresses, and objects in per-context slices.
// It must not know tasks, CPUs or the kernel; it is the only file that turns pointers to integers.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>
#include "sim/choice.hpp"
#include "sim/memory_log.hpp"

#if !defined(__has_feature)
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define KTHREADSIM_ASAN 1
#else
#define KTHREADSIM_ASAN 0
#endif

namespace sim {

// One reservation of address space that is never moved, without huge pages and swap accounting:
// a million stacks are one mapping, and only the pages that are touched cost memory.
class region {
public:
	explicit region(size_t bytes); // aborts with a message if the address space cannot be had
	~region();
	region(const region &) = delete;
	region &operator=(const region &) = delete;
	std::byte *base() const { return base_; }
	size_t bytes() const { return bytes_; }
	void forget(); // all pages read as zero again

private:
	std::byte *base_;
	size_t bytes_;
};

struct object_field {
	const char *name;
	uint32_t offset;
};

// Pointers that carry an error number, as the kernel's do.
inline void *pointer_of_number(intptr_t number)
{
	return reinterpret_cast<void *>(number);
}
inline intptr_t number_of_pointer(const void *p)
{
	return reinterpret_cast<intptr_t>(p);
}

// What an allocation is. Static; the name of one object comes from name_of where given.
struct object_type {
	const char *name;
	const object_field *fields = nullptr;
	uint32_t field_count = 0;
	void (*name_of)(const void *object, char *out, size_t bytes) = nullptr;
};

constexpr size_t PAGE_BYTES = 4096;
constexpr size_t GRANULE_BYTES = 32;
constexpr size_t GRANULES = PAGE_BYTES / GRANULE_BYTES;
constexpr size_t PAGE_HEADER_BYTES = GRANULES; // one state byte a granule

enum class granule : uint8_t { never, head, body, freed_head, freed_body };

// Stands before every object.
struct allocation {
	const object_type *type;
	uint32_t bytes;	   // of the object, without this header
	context_id by;	   // who allocated it
	const char *where; // function that allocated it
	const char *freed; // function that freed it; null: it is live
};
static_assert(sizeof(allocation) == GRANULE_BYTES);
constexpr size_t OBJECT_BYTES_MAX = PAGE_BYTES - PAGE_HEADER_BYTES - sizeof(allocation);

// Where a context takes its next object from. The first page of a context is its own, so that an
// address is a function of (context, n-th allocation); more pages come from a common pool.
// What ends with a block lies at the end of its own page and grows towards the beginning.
struct slice {
	uint32_t page;	     // index + 1; 0: none yet
	uint32_t used;	     // bytes of that page, from its beginning
	uint32_t stack_used; // bytes of its own page, from its end
	uint32_t stack_most; // so many they ever were
};

// The allocator's own changing data. It lies in the state, so saving the state saves it.
struct arena_state {
	uint32_t pages_extra; // taken from the common pool
	uint32_t live;	      // objects
	struct {
		uint32_t first, last, count; // freed objects, by their size in granules
	} freed[GRANULES];
};

class arena {
public:
	// `pages` of slices lie at `pages_base`; the first `own_pages` belong to the contexts.
	arena(std::byte *base, size_t pages_offset, uint32_t own_pages, uint32_t pages_max,
	      arena_state *state)
		: base_(base), pages_(base + pages_offset), own_pages_(own_pages),
		  pages_max_(pages_max), state_(state)
	{}

	// Object ids are quarters of the offset, so that 32 bits reach 16 GiB and no two words of
	// four bytes share one.
	object_id id(const void *p) const
	{
		return static_cast<object_id>((static_cast<const std::byte *>(p) - base_) >> 2);
	}
	const void *at(object_id id) const { return base_ + (static_cast<size_t>(id) << 2); }

	// False also for an address outside all pages.
	bool is_live(const void *p) const
	{
		return contains(p) && static_cast<uint8_t>(state_of(p)) - 1u < 2u;
	}

	// An object that will soon be used, and what is_live() looks at.
	void prefetch(const void *p) const
	{
		__builtin_prefetch(p);
		__builtin_prefetch(static_cast<const std::byte *>(p) + 64);
		__builtin_prefetch(static_cast<const std::byte *>(p) + 128);
	}

	// Zeroed memory that is live until release(). A freed object comes back only after
	// `quarantine` others of its size, and never if that is NEVER.
	// Whether that would take a page from the common pool.
	bool needs_page(context_id by, const slice &s, size_t bytes) const;
	void *allocate(context_id by, slice &s, const object_type *type, size_t bytes,
		       const char *where);
	// For what ends with a block. Where nothing freed is used again, its place tells which
	// blocks there are, not which there were: loops would have no end of states otherwise.
	void *allocate_on_stack(context_id by, slice &s, const object_type *type, size_t bytes,
				const char *where);
	bool release_on_stack(slice &s, void *object, const char *where);
	// The memory is poisoned. False: it was not the start of a live object.
	bool release(void *object, const char *where);

	// A program made something else of the memory that begins there. It must be live.
	void retype(void *object, const object_type *type)
	{
		(static_cast<allocation *>(object) - 1)->type = type;
	}

	// The allocation that an address lies in, live or freed; null if it never was in one.
	const allocation *find(const void *p) const;
	const void *object_of(const allocation *a) const { return a + 1; }

	// Calls f(const allocation &, const void *object) for each live object, in address order.
	template <class F> void for_each_live(uint32_t own_pages_used, F f) const
	{
		for (uint32_t i = 0; i < own_pages_used; i++)
			live_in_page(i, f);
		for (uint32_t i = 0; i < state_->pages_extra; i++)
			live_in_page(own_pages_ + i, f);
	}

	// So little is left that only what cannot fail should still be allocated.
	bool nearly_full() const { return own_pages_ + state_->pages_extra + 64 >= pages_max_; }

	// Whether anything was ever allocated in that page.
	bool is_begun(uint32_t index) const
	{
		const std::byte *const states = page(index);

		return static_cast<granule>(states[PAGE_HEADER_BYTES / GRANULE_BYTES]) !=
			       granule::never ||
		       static_cast<granule>(states[GRANULES - 1]) != granule::never;
	}
	std::byte *page(uint32_t index) const { return pages_ + index * PAGE_BYTES; }
	uint32_t own_pages() const { return own_pages_; }
	void set_log(memory_log *log) { log_ = log; }
	memory_log *log() const { return log_; } // null: none is kept
	uint64_t quarantine = NEVER;

private:
	bool contains(const void *p) const
	{
		return static_cast<size_t>(static_cast<const std::byte *>(p) - pages_) <
		       static_cast<size_t>(pages_max_) * PAGE_BYTES;
	}
	granule state_of(const void *p) const
	{
		const size_t at = static_cast<size_t>(static_cast<const std::byte *>(p) - pages_);

		return static_cast<granule>(pages_[(at & ~(PAGE_BYTES - 1)) +
						   ((at & (PAGE_BYTES - 1)) / GRANULE_BYTES)]);
	}
	template <class F> void live_in_page(uint32_t index, F f) const
	{
		std::byte *const base = page(index);
		const std::byte *at = base + PAGE_HEADER_BYTES / GRANULE_BYTES;
		const auto to_next_head = [&] {
			const auto left = static_cast<size_t>(base + GRANULES - at);

			at = static_cast<const std::byte *>(
				memchr(at, static_cast<int>(granule::head), left));
			return at != nullptr;
		};

		for (; to_next_head(); at++) {
			std::byte *const head = base + (at - base) * GRANULE_BYTES;
			auto *a = reinterpret_cast<allocation *>(head);

			f(static_cast<const allocation &>(*a), object_of(a));
		}
	}
	void mark(void *head, size_t granules, granule first, granule rest);
	bool has_reusable(size_t granules) const;
	void *reuse(size_t granules);
	void *begin(void *head, context_id by, const object_type *type, size_t bytes,
		    const char *where);
	void begin_slice(context_id by, slice &s);
	void take_back(slice &s, const allocation *a);

	std::byte *base_, *pages_;
	uint32_t own_pages_, pages_max_;
	arena_state *state_;
	memory_log *log_ = nullptr;
};

} // namespace sim
