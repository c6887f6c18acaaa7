// SPDX-License-Identifier: GPL-2.0-only
// Who hears of each object that comes and goes, for messages. It must not know what they are.
#pragma once
#include <cstddef>

namespace sim {

struct allocation;

// Told on a fiber, right after it was done: it must not take memory. Not for machines that are
// saved and restored.
struct memory_log {
	virtual void allocated(const allocation &a) = 0;
	virtual void freed(const allocation &a) = 0;
	// Somebody uses what was freed, or frees it again, which ends the execution.
	virtual void misused(const allocation &a) = 0;
	// Who did, in which calls. False: it is not known.
	virtual bool print_who(const allocation &a, bool freed, char *out, size_t bytes) const = 0;

protected:
	~memory_log() = default;
};

} // namespace sim
