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

void *arena::reuse(size_t granules)
{
	auto &q = state_->freed[granules];

	if (quarantine == NEVER || q.count <= quarantine)
		return nullptr;
	auto *a = const_cast<allocation *>(static_cast<const allocation *>(at(q.first)));
	q.first = next_freed(a);
	q.count--;
	return a;
}

void *arena::allocate(context_id by, slice &s, const object_type *type, size_t bytes,
		      const char *where)
{
	const size_t granules = (sizeof(allocation) + bytes + GRANULE_BYTES - 1) / GRANULE_BYTES;
	const size_t total = granules * GRANULE_BYTES;

	if (bytes > OBJECT_BYTES_MAX)
		abort(); // the callers' sizes are compile-time constants or checked on input
	void *head = reuse(granules);
	if (!head) {
		if (!s.page && by < own_pages_) {
			s.page = by + 1;
			s.used = PAGE_HEADER_BYTES;
		} else if (!s.page || s.used + total > PAGE_BYTES) {
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
	memset(head, 0, total);
	new (head) allocation{ type, static_cast<uint32_t>(bytes), by, where, nullptr };
	mark(head, granules, granule::head, granule::body);
	state_->live++;
	return static_cast<allocation *>(head) + 1;
}

allocation *arena::freed_before(uint32_t index, const object_type *type, const char *where)
{
	std::byte *base = page(index);

	for (size_t g = PAGE_HEADER_BYTES / GRANULE_BYTES; g < GRANULES; g++) {
		auto *a = reinterpret_cast<allocation *>(base + g * GRANULE_BYTES);

		if (static_cast<granule>(base[g]) == granule::never)
			break;
		if (static_cast<granule>(base[g]) == granule::freed_head && a->type == type &&
		    a->where == where)
			return a;
	}
	return nullptr;
}

void *arena::allocate_again(context_id by, slice &s, const object_type *type, size_t bytes,
			    const char *where)
{
	allocation *a = nullptr;

	if (quarantine == NEVER && s.page)
		a = freed_before(s.page - 1, type, where);
	if (!a)
		return allocate(by, s, type, bytes, where);
	const size_t granules = (sizeof(allocation) + bytes + GRANULE_BYTES - 1) / GRANULE_BYTES;

	memset(static_cast<void *>(a + 1), 0, bytes);
	a->freed = nullptr;
	mark(a, granules, granule::head, granule::body);
	state_->live++;
	return a + 1;
}

bool arena::release(void *object, const char *where)
{
	allocation *a = static_cast<allocation *>(object) - 1;

	// Any address inside the first granule shares its state; only the start is an object.
	if (!contains(a) ||
	    static_cast<size_t>(reinterpret_cast<std::byte *>(a) - pages_) % GRANULE_BYTES ||
	    state_of(a) != granule::head)
		return false;
	const size_t granules = (sizeof(allocation) + a->bytes + GRANULE_BYTES - 1) / GRANULE_BYTES;
	auto &q = state_->freed[granules];

	memset(object, POISON, a->bytes);
	a->freed = where;
	mark(a, granules, granule::freed_head, granule::freed_body);
	state_->live--;
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
