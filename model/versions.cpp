// SPDX-License-Identifier: GPL-2.0-only
// The table of versions: the reference, and each historical bug on its base.
// It must not know scenarios.
#include "model/versions.hpp"
#include <cstring>
#include <new>
#include "model/bugs/4bee96860a65_register_without_hotplug_lock.hpp"
#include "model/bugs/5fa54346caf6_mod_before_the_timer.hpp"
#include "model/bugs/a7c01fa93aeb_stop_without_notify_signal.hpp"
#include "model/kthread_worker.hpp"

namespace kernel {

template <class api> static kthread_api *construct(void *zeroed)
{
	static_assert(std::is_trivially_destructible_v<api>);
	return new (zeroed) api(); // the globals begin as zeros
}

template <class api> static constexpr version_row row(const char *name, const char *what)
{
	return { name, what, sizeof(api), construct<api> };
}

std::span<const version_row> version_table()
{
	using reference = kthread_worker_api;
	static constexpr version_row rows[] = {
		row<reference>("6.13", "Linux 6.13, the reference"),
		row<stop_without_notify_signal<reference>>(
			"6.13-a7c01fa93aeb",
			"kthread_stop() does not make signal_pending() true in the thread"),
		row<mod_before_the_timer<reference>>(
			"6.13-5fa54346caf6",
			"kthread_mod_delayed_work() decides before it gives the lock up"),
		row<register_without_hotplug_lock<reference>>(
			"6.13-4bee96860a65",
			"smpboot_register_percpu_thread() does not keep CPUs where they are"),
		row<mod_before_the_timer<stop_without_notify_signal<reference>>>(
			"6.13-a7c01fa93aeb-5fa54346caf6", "both"),
	};

	return rows;
}

const version_row *find_version(const char *name)
{
	for (const version_row &v : version_table())
		if (!strcmp(v.name, name))
			return &v;
	return nullptr;
}

kthread_api *make_api(sim::machine &m, const char *version)
{
	static constexpr sim::object_type type = { "kthread globals" };
	const version_row *v = find_version(version);

	return v ? v->construct(m.allocate(&type, v->bytes, "boot")) : nullptr;
}

} // namespace kernel
