// SPDX-License-Identifier: GPL-2.0-only
// The one file of the tests whose object depends on where the source tree lies, so that a compiler
// cache serves all others to every checkout. Must not know what is in the tree.
#include "tests/support_paths.hpp"

namespace support {

const char *source_dir()
{
	return KTHREADSIM_SOURCE_DIR;
}

} // namespace support
