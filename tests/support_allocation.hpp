// SPDX-License-Identifier: GPL-2.0-only
// A watch over the heap: whoever allocates while a fiber runs is caught.
// It must not know who allocates.
#pragma once
#include <cstdint>
#include "sim/fiber.hpp"

namespace support {

// Sanitizers bring their own malloc; there, nothing is watched.
#if KTHREADSIM_ASAN || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
constexpr bool allocation_is_watched = false;
#else
constexpr bool allocation_is_watched = true;
#endif

// So many were made since the program began; 0 where nothing is watched.
uint64_t allocations();

} // namespace support
