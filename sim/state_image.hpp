// SPDX-License-Identifier: GPL-2.0-only
// A state of a free machine between two steps: its bytes, to come back to, and their hash.
// It must not know strategies, nor what the bytes mean beyond which of them make a state.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>
#include "sim/context.hpp"

namespace sim {

class machine;

struct state_hash {
	uint64_t low, high;

	bool operator==(const state_hash &) const = default;
};

// Belongs to one machine and to its present start(). Holds addresses, so its hash is valid in one
// process only. Not under AddressSanitizer, which cannot see stacks copied.
class state_image {
public:
	// Not on a fiber. What is the same as in `before` (null: nothing) is not hashed again.
	void save(const machine &m, const state_image *before);
	// The same without a hash.
	void copy(const machine &m);
	void restore(machine &m) const;
	state_hash hash() const { return hash_; }
	// Of all but the stacks, which hold bytes too that nobody will read again.
	state_hash hash_without_stacks() const { return without_stacks_; }
	size_t bytes() const { return data_.size(); }

private:
	struct extent {
		std::byte *address;
		uint32_t bytes;
		uint32_t offset; // in data_
		state_hash hash; // of its bytes and its address; zero for what is saved only
	};
	enum class counts : bool { no, yes };

	void gather(const machine &m, const state_image *before);
	void add(const void *address, size_t bytes, counts in_hash, const state_image *before);
	void add_page(const std::byte *page, uint32_t index, const slice &s,
		      const state_image *before);
	void add_hash(state_hash h);
	void note_contexts(const machine &m);

	std::vector<extent> extents_;
	std::vector<std::byte> data_;
	state_hash hash_{}, without_stacks_{};
	bool hashes_ = true;
};

} // namespace sim
