// SPDX-License-Identifier: GPL-2.0-only
// The states of a free machine on the way of a search, each kept as what tells it from the one it
// was come to from: what most steps leave as it was is neither copied nor hashed again.
// It must not know strategies, nor what the bytes mean.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>
#include "sim/arena.hpp"
#include "sim/choice.hpp"
#include "sim/state_hash.hpp"
#include "sim/state_part.hpp"

namespace sim {

class machine;

// Belongs to one machine and to its present start(). Not on a fiber, and not under
// AddressSanitizer, as state_image. What it keeps are whole lines of memory: what else is in a line
// that a part of the state begins or ends in means nothing, or is a part too.
class state_trail {
	using line = std::array<std::byte, LINE_BYTES>;

public:
	// A state to come back to. Once the trail has left it, and all that it led to, it can be
	// kept as another one.
	class place {
		friend class state_trail;

		place *from = nullptr; // null: the search began here
		uint32_t depth = 0;
		uint32_t contexts = 0;
		state_hash hash{}, rest{};
		std::vector<std::byte *> lines; // that differ from those there
		std::vector<line> bytes; // there; here, while the trail is there or elsewhere
	};

	explicit state_trail(machine &m);
	void begin(); // the machine was started
	// The hash of the machine's state, to which steps led from the trail's place.
	state_hash look();
	// The state that was looked at is the trail's place now.
	void keep(place &p);
	// Brings the machine there, and the trail.
	void go_to(place &p);

private:
	template <bool hashed> void find_changes();
	template <bool hashed> void compare(const state_part *before, const state_part *now);
	template <bool hashed>
	void compare_line(std::byte *at, const std::byte *kept, const state_part *before,
			  const state_part *now);
	void compare_engine();
	void hash_contexts();
	void note(std::byte *line)
	{
		if (changed_.empty() || changed_.back() != line) // by the part before
			changed_.push_back(line);
	}
	void find_parts(std::vector<state_part> &as) const;
	void change(std::byte *at, line &bytes);
	void walk_to(place &p);
	std::byte *kept(std::byte *at) const;

	machine &machine_;
	region memory_, stacks_;	      // as the machine's are at the trail's place
	place *at_ = nullptr;		      // null: nowhere
	std::vector<state_part> parts_, now_; // there, and where the machine is
	std::vector<std::byte *> changed_;    // lines in which the machine is elsewhere
	uint64_t looked_at_ = NEVER;	      // the machine's step when that was found out
	state_hash hash_{}, rest_{};	      // of where it was then
	std::vector<place *> forth_;	      // scratch
	std::vector<std::byte *> lowest_;     // scratch
};

} // namespace sim
