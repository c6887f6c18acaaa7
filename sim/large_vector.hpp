// SPDX-License-Identifier: GPL-2.0-only
// Vectors that grow large, on large pages where the system has them: to touch memory for the first
// time, a page of 4 KiB after the other, would take longer than what is done with it.
// It must not know what is in them.
#pragma once
#include <algorithm>
#include <cstddef>
#include <new>
#include <sys/mman.h>
#include <vector>

namespace sim {

template <class T> struct large_pages {
	using value_type = T;

	large_pages() = default;
	template <class U> large_pages(const large_pages<U> &) {}

	T *allocate(size_t n)
	{
		const size_t bytes = n * sizeof(T);

		if (bytes < LARGE_BYTES)
			return static_cast<T *>(::operator new(bytes));
		void *p = ::operator new (bytes, std::align_val_t{ LARGE_BYTES });
		madvise(p, bytes, MADV_HUGEPAGE); // a wish
		return static_cast<T *>(p);
	}
	void deallocate(T *p, size_t n)
	{
		if (n * sizeof(T) < LARGE_BYTES)
			::operator delete(p);
		else
			::operator delete (p, std::align_val_t{ LARGE_BYTES });
	}
	bool operator==(const large_pages &) const { return true; }

private:
	static constexpr size_t LARGE_BYTES = 2 << 20;
};

template <class T> using large_vector = std::vector<T, large_pages<T>>;

// Before so many are added. What is not used yet costs nothing but addresses, while to copy what is
// there to new memory costs that memory: so room is made for many, until that would be very much.
template <class T> void make_room(large_vector<T> &v, size_t more)
{
	constexpr size_t MUCH_BYTES = 64 << 20;

	if (v.capacity() - v.size() >= more)
		return;
	const size_t factor = v.capacity() * sizeof(T) < MUCH_BYTES / 8 ? 8 : 2;
	v.reserve(std::max(factor * v.capacity(), v.size() + more));
}

} // namespace sim
