// SPDX-License-Identifier: GPL-2.0-only
// Mappings, and the allocator of object slices with its poison and quarantine.
// It must not know tasks, CPUs or the kernel.
#include "sim/arena.hpp"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#if KTHREADSIM_ASAN
#include <sanitizer/asan_interface.h>
#endif

namespace sim {

constexpr int POISON = 0x6b;

region::region(size_t bytes) : bytes_((bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1))
{
	void *p = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED) {
		fprintf(stderr, "kthreadsim: cannot reserve %zu bytes of address space\n", bytes_);
		abort();
	}
	madvise(p, bytes_, MADV_NOHUGEPAGE);
	base_ = static_cast<std::byte *>(p);
#if KTHREADSIM_ASAN
	// What lay here before may have left its poison behind.
	__asan_unpoison_memory_region(p, bytes_);
#endif
}

region::~region()
{
	munmap(base_, bytes_);
}

void region::forget()
{
	madvise(base_, bytes_, MADV_DONTNEED);
}

void arena::mark(void *head, size_t granules, granule first, granule rest)
{
	const size_t at = static_cast<size_t>(static_cast<std::byte *>(head) - pages_);
	std::byte *states =
		pages_ + (at & ~(PAGE_BYTES - 1)) + (at & (PAGE_BYTES - 1)) / GRANULE_BYTES;

	states[0] = static_cast<std::byte>(first);
	memset(states + 1, static_cast<int>(rest), granules - 1);
}

// The freed objects of one size are a queue through their first words.
static uint32_t &next_freed(const void *head)
{
	return *reinterpret_cast<uint32_t *>(static_cast<allocation *>(const_cast<void *>(head)) +
					     1);
}

bool arena::has_reusable(size_t granules) const
{
	return quarantine != NEVER && state_->freed[granules].count > quarantine;
}

void *arena::reuse(size_t granules)
{
	auto &q = state_->freed[granules];
	auto *a = const_cast<allocation *>(static_cast<const allocation *>(at(q.first)));
	q.first = next_freed(a);
	q.count--;
	return a;
}

static size_t granules_of(size_t bytes)
{
	return (sizeof(allocation) + bytes + GRANULE_BYTES - 1) / GRANULE_BYTES;
}

void *arena::begin(void *head, context_id by, const object_type *type, size_t bytes,
		   const char *where)
{
	const size_t granules = granules_of(bytes);

	memset(head, 0, granules * GRANULE_BYTES);
	new (head) allocation{ type, static_cast<uint32_t>(bytes), by, where, nullptr };
	mark(head, granules, granule::head, granule::body);
	state_->live++;
	if (log_)
		log_->allocated(*static_cast<const allocation *>(head));
	return static_cast<allocation *>(head) + 1;
}

void arena::begin_slice(context_id by, slice &s)
{
	if (s.page || by >= own_pages_)
		return;
	s.page = by + 1;
	s.used = PAGE_HEADER_BYTES;
}

bool arena::needs_page(context_id by, const slice &s, size_t bytes) const
{
	const size_t granules = granules_of(bytes);
	const bool is_own = s.page ? s.page == by + 1 : by < own_pages_;
	const size_t used = s.page ? s.used : PAGE_HEADER_BYTES;

	if (has_reusable(granules))
		return false;
	if (!s.page && !is_own)
		return true;
	return used + granules * GRANULE_BYTES > PAGE_BYTES - (is_own ? s.stack_most : 0);
}

void *arena::allocate(context_id by, slice &s, const object_type *type, size_t bytes,
		      const char *where)
{
	const size_t granules = granules_of(bytes), total = granules * GRANULE_BYTES;

	if (bytes > OBJECT_BYTES_MAX)
		abort(); // the callers' sizes are compile-time constants or checked on input
	void *head = nullptr;
	if (has_reusable(granules)) {
		head = reuse(granules);
	} else {
		const bool is_full = needs_page(by, s, bytes);
		begin_slice(by, s);
		if (is_full) {
			if (own_pages_ + state_->pages_extra == pages_max_) {
				fprintf(stderr, "kthreadsim: out of model memory\n");
				abort();
			}
			s.page = own_pages_ + state_->pages_extra++ + 1;
			s.used = PAGE_HEADER_BYTES;
		}
		head = page(s.page - 1) + s.used;
		s.used += static_cast<uint32_t>(total);
	}
	return begin(head, by, type, bytes, where);
}

void *arena::allocate_on_stack(context_id by, slice &s, const object_type *type, size_t bytes,
			       const char *where)
{
	const auto top = static_cast<uint32_t>(s.stack_used + granules_of(bytes) * GRANULE_BYTES);

	if (quarantine != NEVER || by >= own_pages_)
		return allocate(by, s, type, bytes, where);
	begin_slice(by, s);
	if (top > s.stack_most) {
		if (s.page != by + 1 || s.used + top > PAGE_BYTES)
			return allocate(by, s, type, bytes, where);
		s.stack_most = top;
	}
	s.stack_used = top;
	return begin(page(by) + PAGE_BYTES - top, by, type, bytes, where);
}

// Where its own page was full it lies among what does not end with a block. If it came last there,
// the next one takes its place all the same.
void arena::take_back(slice &s, const allocation *a)
{
	const auto total = static_cast<uint32_t>(granules_of(a->bytes) * GRANULE_BYTES);

	if (quarantine == NEVER && s.page && s.used > total &&
	    page(s.page - 1) + s.used - total == reinterpret_cast<const std::byte *>(a))
		s.used -= total;
}

// What was freed stays there to be recognised, until something else takes its place.
bool arena::release_on_stack(slice &s, void *object, const char *where)
{
	const auto *a = static_cast<const allocation *>(object) - 1;

	if (!release(object, where))
		return false;
	take_back(s, a);
	while (s.stack_used) {
		a = reinterpret_cast<const allocation *>(page(a->by) + PAGE_BYTES - s.stack_used);
		if (state_of(a) != granule::freed_head)
			break;
		s.stack_used -= static_cast<uint32_t>(granules_of(a->bytes) * GRANULE_BYTES);
	}
	return true;
}

bool arena::release(void *object, const char *where)
{
	allocation *a = static_cast<allocation *>(object) - 1;

	// Any address inside the first granule shares its state; only the start is an object.
	if (!contains(a) ||
	    static_cast<size_t>(reinterpret_cast<std::byte *>(a) - pages_) % GRANULE_BYTES ||
	    state_of(a) != granule::head)
		return false;
	const size_t granules = granules_of(a->bytes);
	auto &q = state_->freed[granules];

	memset(object, POISON, a->bytes);
	a->freed = where;
	mark(a, granules, granule::freed_head, granule::freed_body);
	state_->live--;
	if (log_)
		log_->freed(*a);
	// In what order things were freed matters only to those who use them again.
	if (quarantine == NEVER)
		return true;
	if (q.count++)
		next_freed(at(q.last)) = id(a);
	else
		q.first = id(a);
	q.last = id(a);
	return true;
}

const allocation *arena::find(const void *p) const
{
	const auto *b = static_cast<const std::byte *>(p);

	if (!contains(p))
		return nullptr;
	const size_t at = static_cast<size_t>(b - pages_);
	const std::byte *base = pages_ + (at & ~(PAGE_BYTES - 1));

	for (size_t g = (at & (PAGE_BYTES - 1)) / GRANULE_BYTES;
	     g >= PAGE_HEADER_BYTES / GRANULE_BYTES; g--) {
		const granule s = static_cast<granule>(base[g]);

		if (s == granule::never)
			return nullptr;
		if (s == granule::head || s == granule::freed_head)
			return reinterpret_cast<const allocation *>(base + g * GRANULE_BYTES);
	}
	return nullptr;
}

} // namespace sim
