// SPDX-License-Identifier: GPL-2.0-only
// Where executions are saved on their way, and from which one the next goes on.
// It must not know any strategy, nor what programs do.
#include "sim/kept_prefixes.hpp"
#include <algorithm>
#include "sim/machine.hpp"
#include "sim/snapshot.hpp"

namespace sim {

// Saving costs as much as a few steps, and there may be many choices to go back to: not more than
// some, whose number grows with the logarithm of an execution's length.
constexpr uint64_t APART_LEAST = 8, APART_PART = 32;

// The clocks that find races are no part of an execution's state.
bool kept_prefixes::can_keep() const
{
	return snapshot::supported && machine_.free() &&
	       machine_.config().check != checking::execution;
}

void kept_prefixes::start()
{
	const uint64_t same = used_ ? strategy_.repeats() : 0;

	while (used_ && kept_[used_ - 1].number > same)
		used_--;
	if (used_) {
		kept_[used_ - 1].at.restore(machine_);
		strategy_.goes_on_at(kept_[used_ - 1].number);
	} else if (!start_.restore(machine_)) {
		machine_.start(program_);
		if (!can_keep() || machine_.tracing())
			return;
		machine_.run_to_choice();
		if (!machine_.state().ended)
			start_.keep(machine_);
	}
}

uint64_t kept_prefixes::next_to_keep() const
{
	uint64_t from = machine_.state().steps;

	if (!can_keep())
		return NEVER;
	if (used_) {
		const uint64_t last = kept_[used_ - 1].number;

		from = std::max(from, last + APART_LEAST + last / APART_PART);
	}
	return strategy_.goes_back_to(from);
}

void kept_prefixes::keep()
{
	if (used_ == kept_.size())
		kept_.emplace_back();
	kept_[used_].number = machine_.state().steps;
	kept_[used_++].at.copy(machine_);
}

bool kept_prefixes::run(uint64_t until_step)
{
	for (;;) {
		const uint64_t next = next_to_keep();

		if (next >= until_step)
			return machine_.run(until_step);
		if (machine_.run(next))
			return true;
		keep();
	}
}

} // namespace sim
