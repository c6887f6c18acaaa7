// SPDX-License-Identifier: GPL-2.0-only
// The rows of the tables of kernels and of reverted fixes.
// Must not know JSON or the model's classes.
#include "scenarios/kernels.hpp"

#include <algorithm>

namespace scenario {

/* A row's number is its bit in a kernel_set: append only. */
const std::vector<kernel_row> &kernels()
{
	static const std::vector<kernel_row> rows = {
		{"6.13", "the reference version"},
	};
	return rows;
}

const std::vector<revert_row> &reverts()
{
	static const std::vector<revert_row> rows = {
		{"a7c01fa93aeb", "signal: break out of wait loops on kthread_stop()", every_kernel},
		{"5fa54346caf6", "kthread: prevent deadlock when kthread_mod_delayed_work() "
		 "races with kthread_cancel_delayed_work_sync()", every_kernel},
		{"4bee96860a65", "smpboot: Add missing get_online_cpus() in "
		 "smpboot_register_percpu_thread()", every_kernel},
	};
	return rows;
}

std::string version_name(uint32_t kernel, std::vector<uint32_t> reverted)
{
	std::string name = kernels()[kernel].name;

	std::sort(reverted.begin(), reverted.end());
	for (uint32_t row : reverted)
		name += std::string("-") + reverts()[row].commit;
	return name;
}

} // namespace scenario
