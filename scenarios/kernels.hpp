// SPDX-License-Identifier: GPL-2.0-only
// The kernels a scenario may name: versions, and fixes that can be reverted from them.
// Must not know JSON or the model's classes.
#pragma once

#include "scenarios/ops.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scenario {

struct kernel_row {
	const char *name;	/* as a scenario writes it */
	const char *doc;
};

struct revert_row {
	const char *commit;	/* twelve hexadecimal digits of the fix that is taken out */
	const char *title;
	kernel_set kernels;	/* those that have the fix */
};

const std::vector<kernel_row> &kernels();
const std::vector<revert_row> &reverts();

/* As the model's table of versions has it: the base, and what is taken out in the order above.
 * Not every combination is there. */
std::string version_name(uint32_t kernel, std::vector<uint32_t> reverted);

constexpr bool has_kernel(kernel_set set, uint32_t kernel)
{
	return (set >> kernel & 1) != 0;
}

} // namespace scenario
