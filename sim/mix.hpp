// SPDX-License-Identifier: GPL-2.0-only
// How words and bytes are mixed into numbers that tell them apart in tables.
// It must not know what they mean. Such numbers are no part of any output.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sim {

inline uint64_t mix(uint64_t a)
{
	a ^= a >> 32;
	a *= UINT64_C(0x9e3779b97f4a7c15);
	return a ^ a >> 29;
}

constexpr uint64_t ODD_LOW = UINT64_C(0x9e3779b97f4a7c15), ODD_HIGH = UINT64_C(0xc2b2ae3d27d4eb4f);

// A product of 64 by 64 bits, of which no bit is lost.
inline uint64_t fold_product(uint64_t a, uint64_t b)
{
	const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;

	return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

// For tables that compare what they find.
inline uint64_t mix_bytes(const void *from, size_t n)
{
	const auto *at = static_cast<const char *>(from);
	uint64_t h = n * ODD_LOW, g = ODD_HIGH, w[4];

	for (; n >= 32; n -= 32, at += 32) {
		memcpy(w, at, 32);
		h = fold_product(h ^ w[0], w[1] ^ ODD_HIGH);
		g = fold_product(g ^ w[2], w[3] ^ ODD_LOW);
	}
	for (; n >= 8; n -= 8, at += 8) {
		memcpy(w, at, 8);
		h = fold_product(h ^ w[0], ODD_HIGH);
	}
	w[0] = 0;
	if (n) // of nothing there may be no address
		memcpy(w, at, n);
	return mix(fold_product(h ^ w[0], ODD_LOW) + g);
}

} // namespace sim
