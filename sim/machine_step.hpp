// SPDX-License-Identifier: GPL-2.0-only
// The way of every visible operation through the machine, inline: most are taken without a stop.
// It must not know any strategy. Included by machine.hpp only.
#pragma once
#include "sim/machine.hpp"

namespace sim {

inline void machine::take(access kind, const void *object)
{
	machine_state &s = *state_;
	const uint64_t what = static_cast<uint64_t>(fold_id(arena_, object)) << 3 |
			      static_cast<uint64_t>(kind) |
			      static_cast<uint64_t>(s.current->id) << 40;

	s.steps++;
	s.now_ns = s.running->now_ns;
	s.taken = (s.taken ^ what) * UINT64_C(0x9e3779b97f4a7c15);
	s.taken ^= s.taken >> 29;
}

inline bool machine::passes(access kind)
{
	machine_state &s = *state_;
	cpu &c = *s.running;

	c.now_ns += config_.costs.access_ns[static_cast<unsigned>(kind)];
	return s.steps < s.attention && c.now_ns < s.horizon_ns;
}

[[gnu::always_inline]] inline bool
machine::stopped_before(access kind, const void *object, label where,
			bool (*enabled)(const void *), const void *guard,
			void (*describe)(const void *, op &), bool plain)
{
	stop_before(kind, object, where, enabled, guard, describe, plain);
	leave_no_trace();
	return config_.free;
}

inline void machine::step(access kind, const void *object, label where, bool plain)
{
	if (!passes(kind) && stopped_before(kind, object, where, nullptr, nullptr, nullptr, plain))
		return;
	take(kind, object);
}

template <class D>
void machine::step_as(access kind, const void *object, label where, const D &as)
{
	if (!passes(kind) &&
	    stopped_before(kind, object, where, nullptr, &as, describe_of<D>(), false))
		return;
	take(kind, object);
}

template <class R>
void machine::step_when(access kind, const void *object, label where, const R &ready)
{
	constexpr auto holds = [](const void *g) { return (*static_cast<const R *>(g))(); };

	if ((!passes(kind) || !ready()) &&
	    stopped_before(kind, object, where, holds, &ready, describe_of<R>(), false))
		return;
	take(kind, object);
}

} // namespace sim
