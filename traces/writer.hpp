// SPDX-License-Identifier: GPL-2.0-only
// What every trace format is: a sink of events with an end, and what it is told of the run.
// It must not know any trace format.
#pragma once
#include "sim/choice.hpp"
#include "sim/trace.hpp"
#include <string>

namespace traces {

// Tells the names of a run's objects.
struct object_names {
	virtual ~object_names() = default;
	virtual std::string name_of(sim::object_id object) const = 0; // "": it has none
};

struct run_info {
	std::string scenario;
	std::string kernel; // the version as the scenario names it, with its reverts
	unsigned cpus = 1;  // 1..65535
	const object_names *names = nullptr; // may be null; lives until finish() has returned
};

// Events go in by write(), any number of times; the trace is whole only after finish(), which is
// called once. A writer that is destroyed unfinished has written an incomplete trace.
struct writer : sim::sink {
	virtual void finish() = 0;
};

} // namespace traces
