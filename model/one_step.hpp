// SPDX-License-Identifier: GPL-2.0-only
// Where the model takes several operations as one step of a search. It must not know kthreads, nor
// who could see the difference: the scenario's reader finds out.
//
// The other such place are sections: all that is done under a spin lock that is one, from taking it
// (lock_use::section). Two of them conflict by the data that they use, not by the lock, so all of
// that has to be told. Others see what has come of a section so far only by looking without
// the lock. If whoever does that can only go on to take the lock, or sees one thing in the section
// that changes and nothing else that does, it makes no difference when he looks
// (boot_options::sees_sections).
#pragma once
#include "model/boot.hpp"

namespace kernel {

// From here to its end, or the block's, operations belong to the step that comes before them, as
// long as none has to wait. Only where nobody could tell what came in between from what came before
// or after, and nothing where somebody sees (boot_options::sees_scheduling).
class one_step {
public:
	one_step() : is_inner_(machine().current()->joins) { begin(); }
	~one_step()
	{
		is_inner_ ? begin() : end();
	}
	one_step(const one_step &) = delete;
	one_step &operator=(const one_step &) = delete;
	void begin()
	{
		machine().current()->joins = !the_kernel().sees_scheduling;
	}
	void end() { machine().current()->joins = false; }

private:
	const bool is_inner_; // the block around it goes on
};

} // namespace kernel
