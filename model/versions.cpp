// SPDX-License-Identifier: GPL-2.0-only
// The tables of versions, of fixes, and of the kernels that are made of both.
// It must not know scenarios.
#include "model/versions.hpp"
#include <iterator>
#include <new>
#include <string_view>
#include "model/bugs/4bee96860a65_register_without_hotplug_lock.hpp"
#include "model/bugs/5fa54346caf6_mod_before_the_timer.hpp"
#include "model/bugs/a7c01fa93aeb_stop_without_notify_signal.hpp"
#include "model/kthread_2003.hpp"
#include "model/kthread_worker.hpp"

namespace kernel {

static constexpr version_row versions[] = {
	{ "2003", "Rusty Russell's proposal for Linux 2.6.0-test9", "events/%u" },
	{ "6.13", "Linux 6.13, the reference" },
};
static_assert(std::size(versions) == VERSIONS);

static constexpr fix_row fixes[] = {
	{ "a7c01fa93aeb", "signal: break out of wait loops on kthread_stop()", V6_13 },
	{ "5fa54346caf6",
	  "kthread: prevent deadlock when kthread_mod_delayed_work() races with "
	  "kthread_cancel_delayed_work_sync()",
	  V6_13 },
	{ "4bee96860a65",
	  "smpboot: Add missing get_online_cpus() in smpboot_register_percpu_thread()", V6_13 },
};
static_assert(std::size(fixes) <= 64);

template <class api> static generation *construct(void *zeroed)
{
	static_assert(std::is_trivially_destructible_v<api>);
	return new (zeroed) api(); // the globals begin as zeros
}

static constexpr fix_set bit_of(std::string_view commit)
{
	size_t row = 0;

	while (fixes[row].commit != commit) // past the end: does not compile
		row++;
	return fix_set{ 1 } << row;
}

// What is written here is what there is: a class for every set of fixes would be 2^n of them.
// Fixes of different functions can be taken out together by one more row.
template <class api, class... text>
static constexpr kernel_row row(version_id version, text... commits)
{
	return { version, (fix_set{ 0 } | ... | bit_of(commits)), sizeof(api), construct<api> };
}

using v6_13 = kthread_worker_api;

static constexpr kernel_row kernels[] = {
	row<kthread_2003>(V2003),
	row<v6_13>(V6_13),
	row<stop_without_notify_signal<v6_13>>(V6_13, "a7c01fa93aeb"),
	row<mod_before_the_timer<v6_13>>(V6_13, "5fa54346caf6"),
	row<register_without_hotplug_lock<v6_13>>(V6_13, "4bee96860a65"),
	row<mod_before_the_timer<stop_without_notify_signal<v6_13>>>(
		V6_13, "a7c01fa93aeb", "5fa54346caf6"),
};

std::span<const version_row> version_table()
{
	return versions;
}

std::span<const fix_row> fix_table()
{
	return fixes;
}

std::span<const kernel_row> kernel_table()
{
	return kernels;
}

const kernel_row *find_kernel(version_id version, fix_set without)
{
	for (const kernel_row &k : kernels)
		if (k.version == version && k.without == without)
			return &k;
	return nullptr;
}

generation *make_api(sim::machine &m, const kernel_row &kernel)
{
	static constexpr sim::object_type type = { "kthread globals" };

	return kernel.construct(m.allocate(&type, kernel.bytes, "boot"));
}

generation *make_api(sim::machine &m, version_id version)
{
	return make_api(m, *find_kernel(version));
}

} // namespace kernel
