// SPDX-License-Identifier: GPL-2.0-only
// The kernels a scenario may name, from the model's tables, and sets of their versions.
// Must not know JSON or the model's classes.
#pragma once

#include "model/versions.hpp"
#include "scenarios/ops.hpp"

#include <cstdint>
#include <string>

namespace scenario {

struct kernel_choice;

constexpr kernel_set only(kernel::version_id version)
{
	return kernel_set{1} << version;
}

/* That version and all later ones. */
constexpr kernel_set since(kernel::version_id version)
{
	return every_kernel << version;
}

constexpr kernel_set before(kernel::version_id version)
{
	return ~since(version);
}

/* The first of both, the last of both, and all between. */
constexpr kernel_set between(kernel::version_id first, kernel::version_id last)
{
	return since(first) & ~(since(last) << 1);
}

constexpr bool has_kernel(kernel_set set, uint32_t version)
{
	return (set >> version & 1) != 0;
}

/* "6.1, 6.13" */
std::string names_of(kernel_set set);

/* "a7c01fa93aeb, 5fa54346caf6" */
std::string names_of_fixes(kernel::fix_set fixes);

/* All that a version can be booted without, or with, alone or with others. */
struct fix_sets {
	kernel::fix_set without = 0, with = 0;
};
fix_sets fixes_of(kernel::version_id version);

/* What there is in place of a kernel that there is not:
 * "a7c01fa93aeb alone, or a7c01fa93aeb and 5fa54346caf6". */
std::string kernels_near(const kernel_choice &k);

} // namespace scenario
