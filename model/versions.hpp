// SPDX-License-Identifier: GPL-2.0-only
// The kernels that can be booted: versions, and versions with fixes taken out of them or added.
// It must not know scenarios.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include "sim/machine.hpp"

namespace kernel {

class generation;

// Rows of version_table(), oldest first.
enum version_id : uint8_t {
	V2003,
	V2_6_24,
	V2_6_36,
	V3_8,
	V4_7_V7,
	V4_9,
	V6_1,
	V6_13,
	V6_14,
	V_RFC_2026,
	VERSIONS
};

struct version_row {
	const char *name; // "6.13"
	const char *what;
	const char *creator = "kthreadd"; // who makes its kthreads; with %u: one for each CPU
};
std::span<const version_row> version_table();

// A fix that a version can be booted without, or that an older version lacks, and may be given.
struct fix_row {
	const char *commit; // twelve hexadecimal digits; a mutant of a fix has a suffix
	const char *title;
	version_id since; // the first version here that has it
};
std::span<const fix_row> fix_table();

using fix_set = uint64_t; // bit n: row n of fix_table()

// One kernel: a version as it was, without some of its fixes, or with some that came later.
struct kernel_row {
	version_id version;
	fix_set without, with;
	size_t bytes;				 // of an object of its class
	generation *(*construct)(void *zeroed); // in the arena
};
std::span<const kernel_row> kernel_table();

// Null where the table has no such kernel.
const kernel_row *find_kernel(version_id version, fix_set without = 0, fix_set with = 0);

// A newly booted kernel.
generation *make_api(sim::machine &m, const kernel_row &kernel);
generation *make_api(sim::machine &m, version_id version);

} // namespace kernel
