// SPDX-License-Identifier: GPL-2.0-only
// A range of a machine's memory in use: of objects, or of a stack.
// It must not know machines.
#pragma once
#include <cstddef>
#include <cstdint>

namespace sim {

// What a cache keeps together. Two parts may share one.
constexpr size_t LINE_BYTES = 64;

struct state_part {
	enum class section : uint32_t { common_page, page, stack };
	enum class counts : bool { no, yes };

	std::byte *address;
	uint32_t bytes; // not 0
	uint32_t key;	// what it is

	static uint32_t key_of(section what, uint32_t index, counts in_hash)
	{
		return static_cast<uint32_t>(what) << 28 | index << 1 | (in_hash == counts::yes);
	}
	bool operator==(const state_part &) const = default;
	bool is_hashed() const { return key & 1; } // else it is only saved
	section what() const { return static_cast<section>(key >> 28); }
	std::byte *end() const { return address + bytes; }
};

} // namespace sim
