// SPDX-License-Identifier: GPL-2.0-only
// An execution at rest between two operations, copied byte for byte, to be continued from again.
// It must not know what the bytes mean beyond which of them are in use.
#pragma once
#include <cstddef>
#include <vector>
#include "sim/fiber.hpp"

namespace sim {

class machine;

// Belongs to the machine it was taken from, and to its present start(): addresses are kept. Under
// AddressSanitizer raw copies of stacks are not possible; there, re-execute the schedule instead.
class snapshot {
public:
	static constexpr bool supported = !KTHREADSIM_ASAN;

	// Not on a fiber; buffered trace records are handed to the sink first.
	void save(machine &m);
	void restore(machine &m) const;
	size_t bytes() const { return data_.size(); }

private:
	struct extent {
		std::byte *address;
		size_t bytes;
	};
	void add(std::byte *address, size_t bytes);
	static std::vector<std::byte *> forget_present(machine &m);

	std::vector<extent> extents_;
	std::vector<std::byte> data_;
};

} // namespace sim
