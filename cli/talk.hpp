// SPDX-License-Identifier: GPL-2.0-only
// Talk: what goes to stderr, beside the data on stdout.
// It must not know what is said.
#pragma once

namespace cli {

// As printf() does. Where both go to one file, what was printed before stands before it.
[[gnu::format(printf, 1, 2)]] void talk(const char *format, ...);

} // namespace cli
