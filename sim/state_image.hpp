// SPDX-License-Identifier: GPL-2.0-only
// A state of a free machine between two steps: its bytes, to come back to, and their hash.
// It must not know strategies, nor what the bytes mean.
#pragma once
#include <cstddef>
#include <vector>
#include "sim/state_hash.hpp"

namespace sim {

class machine;

// Belongs to one machine and to its present start(). Holds addresses, so its hash is valid in one
// process only. Not under AddressSanitizer, which cannot see stacks copied. For many states of one
// search, each a step from another: see state_trail.hpp.
class state_image {
public:
	state_image() = default;
	state_image(state_image &&) = default;
	state_image &operator=(state_image &&) = default;

	// Not on a fiber.
	void save(const machine &m);
	// The same without a hash.
	void copy(const machine &m);
	void restore(machine &m) const;
	state_hash hash() const { return hash_; }
	// Of all but the stacks, which hold bytes too that nobody will read again.
	state_hash hash_without_stacks() const { return without_stacks_; }

private:
	std::vector<std::byte> data_;
	state_hash hash_{}, without_stacks_{};
};

} // namespace sim
