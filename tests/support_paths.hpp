// SPDX-License-Identifier: GPL-2.0-only
// Where the project's files lie, for tests that read them.
// Must not know what is in them.
#pragma once

namespace support {

// The root of the source tree, without a slash at its end.
const char *source_dir();

} // namespace support
