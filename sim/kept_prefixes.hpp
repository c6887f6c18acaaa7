// SPDX-License-Identifier: GPL-2.0-only
// Runs the executions of a strategy; what one has in common with the one before is restored in
// place of being run again. It must not know any strategy, nor what programs do.
#pragma once
#include <vector>
#include "sim/choice.hpp"
#include "sim/start_image.hpp"
#include "sim/state_image.hpp"

namespace sim {

struct program;

// A strategy that says which choices it will repeat and go back to is taken at its word; any other
// has all its executions run from the start. So has a machine whose executions cannot be saved.
class kept_prefixes {
public:
	// The strategy that the machine asks.
	kept_prefixes(machine &m, program &p, strategy &asked)
		: machine_(m), program_(p), strategy_(asked)
	{}
	void forget() // it has begun something else
	{
		used_ = 0;
		start_.forget();
	}
	void start();
	// As machine::run().
	bool run(uint64_t until_step = NEVER);

private:
	struct kept {
		uint64_t number = 0; // of the choice that comes next
		state_image at;
	};
	bool can_keep() const;
	uint64_t next_to_keep() const;
	void keep();

	machine &machine_;
	program &program_;
	strategy &strategy_;
	start_image start_;
	std::vector<kept> kept_; // the first used_, from the beginning of an execution on
	size_t used_ = 0;
};

} // namespace sim
