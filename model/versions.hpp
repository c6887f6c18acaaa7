// SPDX-License-Identifier: GPL-2.0-only
// The versions of the kernel that can be booted, and the fixes that can be taken out of them.
// It must not know scenarios.
#pragma once
#include <span>
#include "model/kthread.hpp"

namespace kernel {

struct version_row {
	const char *name; // "6.13", or the base and what is reverted: "6.13-a7c01fa93aeb"
	const char *what;
	size_t bytes;				 // of an object of its class
	kthread_api *(*construct)(void *zeroed); // in the arena
};

std::span<const version_row> version_table();

// Null if the table has none of that name.
const version_row *find_version(const char *name);

// A newly booted kernel of the version; null if the table has none of that name.
kthread_api *make_api(sim::machine &m, const char *version);

} // namespace kernel
