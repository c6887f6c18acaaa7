// SPDX-License-Identifier: GPL-2.0-only
// Who could go on next on a free machine, or cannot, before anybody asks what it would touch.
// It must not know contexts, CPUs or strategies.
#pragma once
#include "sim/choice.hpp"

namespace sim {

// Its next step: of a context, or what nobody can see of it, or something that comes by itself.
enum class coming : uint8_t { step, hidden, raised, causes, alarm, quiet_alarm, timer };

struct candidate {
	uint32_t id; // of the context, or of the object that fires
	cpu_id cpu;
	obstacle why; // none: it can go on
	coming what;

	bool is_event() const { return what >= coming::raised; }
	context_id who() const { return is_event() ? EVENT | id : id; }
};

} // namespace sim
