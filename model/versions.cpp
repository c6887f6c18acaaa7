// SPDX-License-Identifier: GPL-2.0-only
// The table of versions: the reference, and each historical bug on its base.
// It must not know scenarios.
#include "model/versions.hpp"
#include <cstring>
#include <new>
#include "model/bugs/a7c01fa93aeb_stop_without_notify_signal.hpp"

namespace kernel {

template <class api> static kthread_api *construct(void *zeroed)
{
	static_assert(std::is_trivially_destructible_v<api>);
	return new (zeroed) api(); // the globals begin as zeros
}

std::span<const version_row> version_table()
{
	static constexpr version_row rows[] = {
		{ "6.13", "Linux 6.13, the reference", sizeof(kthread_api),
		  construct<kthread_api> },
		{ "6.13-a7c01fa93aeb",
		  "kthread_stop() does not make signal_pending() true in the thread",
		  sizeof(stop_without_notify_signal<kthread_api>),
		  construct<stop_without_notify_signal<kthread_api>> },
	};

	return rows;
}

kthread_api *make_api(sim::machine &m, const char *version)
{
	static constexpr sim::object_type type = { "kthread globals" };

	for (const version_row &v : version_table())
		if (!strcmp(v.name, version))
			return v.construct(m.allocate(&type, v.bytes, "boot"));
	return nullptr;
}

} // namespace kernel
