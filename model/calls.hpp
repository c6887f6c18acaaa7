// SPDX-License-Identifier: GPL-2.0-only
// Calls of the model's functions: who is told of them, and what they find on their stack.
// It must not know what they do.
#pragma once
#include "sim/machine.hpp"

namespace kernel {

inline sim::machine &machine()
{
	return *sim::this_machine;
}

// A model function that shall appear in call stacks: first line `in_function here;`.
class in_function {
public:
	explicit in_function(const char *name = __builtin_FUNCTION())
		: frame_{ name, machine().current()->frames,
			  machine().is_comparable() ? 0 : machine().state().steps }
	{
		machine().current()->frames = &frame_;
		machine().leave_no_trace();
	}
	~in_function() { machine().current()->frames = frame_.outer; }
	in_function(const in_function &) = delete;
	in_function &operator=(const in_function &) = delete;

private:
	sim::frame frame_;
};

// Calls f() where nothing of earlier calls shines through. In a loop that goes on for ever, or for
// what waits after another call, equal states of a search are equal bytes only so.
template <class F> [[gnu::noinline]] auto call_apart(F &f)
{
	return f();
}
template <class F> auto on_clean_stack(F f)
{
	machine().leave_nothing();
	return call_apart(f);
}

} // namespace kernel
