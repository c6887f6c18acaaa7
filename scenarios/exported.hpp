// SPDX-License-Identifier: GPL-2.0-only
// What kernel/kthread.c of 6.13 exports to modules, and which operation each is.
// Must not know JSON or how an operation is carried out.
#pragma once

#include <span>

namespace scenario {

struct exported_row {
	const char *name;
	unsigned line;	     /* of its EXPORT_SYMBOL in kernel/kthread.c */
	bool gpl_only;
	const char *instead; /* why there is no operation of this name; null: there is */
};

/* In the order of the file. */
std::span<const exported_row> exported_functions();

} // namespace scenario
