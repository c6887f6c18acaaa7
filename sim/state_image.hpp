// SPDX-License-Identifier: GPL-2.0-only
// A state of a free machine between two steps: its bytes, to come back to, and their hash.
// It must not know strategies, nor what the bytes mean beyond which of them make a state.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>
#include "sim/context.hpp"
#include "sim/state_hash.hpp"

namespace sim {

class machine;

// Belongs to one machine and to its present start(). Holds addresses, so its hash is valid in one
// process only. Not under AddressSanitizer, which cannot see stacks copied.
class state_image {
public:
	state_image() = default;
	state_image(state_image &&) = default;
	state_image &operator=(state_image &&) = default;

	// Not on a fiber. What is the same as in `before` (null: nothing) is neither copied nor
	// hashed again: that one must stay as it is for as long as this one is used.
	void save(const machine &m, const state_image *before);
	// The same without a hash.
	void copy(const machine &m);
	void restore(machine &m) const;
	state_hash hash() const { return hash_; }
	// Of all but the stacks, which hold bytes too that nobody will read again.
	state_hash hash_without_stacks() const { return without_stacks_; }

private:
	enum class section : uint32_t { common_page, page, stack };
	enum class counts : bool { no, yes };

	// A range of memory in use, cut into blocks wherever an address is a multiple of their
	// size: what grows at one end has the same blocks as before, but for those there.
	struct piece {
		std::byte *address;
		uint32_t bytes;
		uint32_t key;	      // what it is; rises
		uint32_t first;	      // of its blocks
		bool whole;	      // their copies lie one after the other
		state_hash hash = {}; // of its bytes and their addresses; zero if only saved
	};
	struct block {
		const std::byte *copy; // in data_, or in that of an image before
		state_hash hash;
	};

	template <class F> static void for_each_engine_range(const machine &m, F f);
	void gather(const machine &m, const state_image *before);
	void add(section s, uint32_t index, const void *address, size_t bytes, counts in_hash);
	void add_blocks(piece &p, const piece *known, counts in_hash);
	void add_page(const std::byte *page, uint32_t index, const slice &s);
	void note_contexts(const machine &m);
	const piece *find_before(uint32_t key);
	const std::byte *copy_of(const std::byte *from, size_t bytes);

	std::vector<std::byte> engine_; // what is not compared
	std::vector<piece> pieces_;
	std::vector<block> blocks_;
	std::vector<std::byte> data_;
	state_hash hash_{}, without_stacks_{};
	bool hashes_ = true;
	const state_image *before_ = nullptr; // while it is saved
	size_t next_before_ = 0;
};

} // namespace sim
