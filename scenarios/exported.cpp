// SPDX-License-Identifier: GPL-2.0-only
// The rows of the table of exported functions.
// Must not know JSON or how an operation is carried out.
#include "scenarios/exported.hpp"

namespace scenario {

std::span<const exported_row> exported_functions()
{
	static constexpr exported_row rows[] = {
		{ "kthread_should_stop", 160, false, nullptr },
		{ "kthread_should_park", 182, true, nullptr },
		{ "kthread_freezable_should_stop", 217, true, nullptr },
		{ "kthread_func", 232, true, nullptr },
		{ "kthread_data", 246, true, nullptr },
		{ "kthread_parkme", 300, true, nullptr },
		{ "kthread_exit", 318, false, nullptr },
		{ "kthread_complete_and_exit", 339, false, nullptr },
		{ "kthread_create_on_node", 518, false, nullptr },
		{ "kthread_bind", 559, false, nullptr },
		{ "kthread_create_on_cpu", 586, false, nullptr },
		{ "kthread_unpark", 641, true, nullptr },
		{ "kthread_park", 682, true, nullptr },
		{ "kthread_stop", 719, false, nullptr },
		{ "kthread_stop_put", 737, false, nullptr },
		{ "__kthread_init_worker", 787, true,
		  "not called by name: kthread_init_worker passes it a key for lockdep" },
		{ "kthread_worker_fn", 865, true, nullptr },
		{ "kthread_create_worker", 923, false, nullptr },
		{ "kthread_create_worker_on_cpu", 973, false, nullptr },
		{ "kthread_queue_work", 1038, true, nullptr },
		{ "kthread_delayed_work_timer_fn", 1074, false,
		  "not called by name: the timer of a delayed work calls it" },
		{ "kthread_queue_delayed_work", 1138, true, nullptr },
		{ "kthread_flush_work", 1188, true, nullptr },
		{ "kthread_mod_delayed_work", 1312, true, nullptr },
		{ "kthread_cancel_work_sync", 1371, true, nullptr },
		{ "kthread_cancel_delayed_work_sync", 1386, true, nullptr },
		{ "kthread_flush_worker", 1405, true, nullptr },
		{ "kthread_destroy_worker", 1433, false, nullptr },
		{ "kthread_use_mm", 1479, true, nullptr },
		{ "kthread_unuse_mm", 1512, true, nullptr },
		{ "kthread_associate_blkcg", 1544, false, nullptr },
	};

	return rows;
}

} // namespace scenario
