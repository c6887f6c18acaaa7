// SPDX-License-Identifier: GPL-2.0-only
// Where the steps of 6.13 stand in kernel/kthread.c, as a table.
// It must not know who asks, nor what the steps do.
#include "model/source_lines.hpp"

namespace kernel {

namespace {

// `what` is the beginning of an operation's words, or the whole name of a function that is called;
// `object` is the last part of the object's name, "" for any.
struct row {
	std::string_view function, what, object;
	const char *lines;
};

constexpr row rows[] = {
	{ "set_kthread_struct", "fault", "", "118" },
	{ "set_kthread_struct", "kzalloc", "", "118" },
	{ "free_kthread_struct", "kfree", "string", "145" },
	{ "free_kthread_struct", "kfree", "flags", "146" },
	{ "kthread_should_stop", "test_bit", "", "158" },
	{ "kthread_should_park", "test_bit", "", "164" },
	{ "kthread_should_stop_or_park", "read", "", "191" },
	{ "kthread_freezable_should_stop", "read", "", "209" },
	{ "kthread_freezable_should_stop", "__refrigerator", "", "210" },
	{ "kthread_freezable_should_stop", "kthread_should_stop", "", "215" },
	{ "__kthread_parkme", "lock", "pi_lock", "279" },
	{ "__kthread_parkme", "set_special_state", "", "279" },
	{ "__kthread_parkme", "unlock", "pi_lock", "279" },
	{ "__kthread_parkme", "test_bit", "", "280" },
	{ "__kthread_parkme", "complete", "", "289" },
	{ "__kthread_parkme", "schedule", "", "290" },
	{ "__kthread_parkme", "__set_current_state", "", "293" },
	{ "kthread_parkme", "__kthread_parkme", "", "298" },
	{ "kthread_exit", "write", "result", "315" },
	{ "kthread_exit", "do_exit", "", "316" },
	{ "kthread_complete_and_exit", "complete", "", "335" },
	{ "kthread_complete_and_exit", "kthread_exit", "", "337" },
	{ "kthread", "xchg", "done", "355" },
	{ "kthread", "kfree", "string", "357" },
	{ "kthread", "kthread_exit", "", "359, 391" },
	{ "kthread", "sched_setscheduler_nocheck", "", "370" },
	{ "kthread", "set_cpus_allowed_ptr", "", "371" },
	{ "kthread", "__set_current_state", "", "374" },
	{ "kthread", "write", "result", "375" },
	{ "kthread", "complete", "", "381" },
	{ "kthread", "schedule", "", "382" },
	{ "kthread", "test_bit", "", "386" },
	{ "kthread", "__kthread_parkme", "", "388" },
	{ "create_kthread", "kernel_clone", "", "412" },
	{ "create_kthread", "xchg", "done", "416" },
	{ "create_kthread", "kfree", "string", "418" },
	{ "create_kthread", "write", "result", "423" },
	{ "create_kthread", "complete", "", "424" },
	{ "__kthread_create_on_node", "kmalloc", "", "436" },
	{ "__kthread_create_on_node", "kvasprintf", "", "445" },
	{ "__kthread_create_on_node", "lock", "kthread_create_lock", "451" },
	{ "__kthread_create_on_node", "unlock", "kthread_create_lock", "453" },
	{ "__kthread_create_on_node", "try_to_wake_up", "", "455" },
	{ "__kthread_create_on_node", "wait_for_completion_killable", "", "461" },
	{ "__kthread_create_on_node", "xchg", "done", "467" },
	{ "__kthread_create_on_node", "wait_for_completion", "", "473" },
	{ "__kthread_create_on_node", "read", "result", "475" },
	{ "kthread_create_on_node", "__kthread_create_on_node", "", "513" },
	{ "__kthread_bind_mask", "wait_task_inactive", "", "524" },
	{ "__kthread_bind_mask", "lock", "pi_lock", "530" },
	{ "__kthread_bind_mask", "do_set_cpus_allowed", "", "531" },
	{ "__kthread_bind_mask", "set", "flags", "532" },
	{ "__kthread_bind_mask", "unlock", "pi_lock", "533" },
	{ "kthread_bind_mask", "__kthread_bind_mask", "", "543" },
	{ "kthread_bind", "__kthread_bind_mask", "", "557" },
	{ "kthread_create_on_cpu", "kthread_create_on_node", "", "577" },
	{ "kthread_create_on_cpu", "kthread_bind", "", "581" },
	{ "kthread_create_on_cpu", "write", "cpu", "583" },
	{ "kthread_set_per_cpu", "read", "flags", "594" },
	{ "kthread_set_per_cpu", "clear_bit", "", "597" },
	{ "kthread_set_per_cpu", "write", "cpu", "601" },
	{ "kthread_set_per_cpu", "set_bit", "", "602" },
	{ "kthread_is_per_cpu", "read", "", "607" },
	{ "kthread_is_per_cpu", "test_bit", "", "611" },
	{ "kthread_unpark", "test_bit", "", "626, 632" },
	{ "kthread_unpark", "read", "cpu", "633" },
	{ "kthread_unpark", "__kthread_bind_mask", "", "633" },
	{ "kthread_unpark", "clear_bit", "", "635" },
	{ "kthread_unpark", "try_to_wake_up", "", "639" },
	{ "kthread_park", "read", "flags", "659" },
	{ "kthread_park", "test_bit", "", "662" },
	{ "kthread_park", "set_bit", "", "665" },
	{ "kthread_park", "try_to_wake_up", "", "667" },
	{ "kthread_park", "wait_for_completion", "", "672" },
	{ "kthread_park", "wait_task_inactive", "", "677" },
	{ "kthread_stop", "atomic_add_return", "usage", "706, 714" },
	{ "kthread_stop", "set_bit", "flags", "708" },
	{ "kthread_stop", "kthread_unpark", "", "709" },
	{ "kthread_stop", "set_bit", "thread_flags", "710" },
	{ "kthread_stop", "try_to_wake_up", "", "711" },
	{ "kthread_stop", "wait_for_completion", "", "712" },
	{ "kthread_stop", "read", "result", "713" },
	{ "kthread_stop_put", "kthread_stop", "", "733" },
	{ "kthread_stop_put", "atomic_add_return", "usage", "734" },
	{ "kthreadd", "ignore_signals", "", "745" },
	{ "kthreadd", "set_current_state", "", "753" },
	{ "kthreadd", "look", "kthread_create_list", "754" },
	{ "kthreadd", "schedule", "", "755" },
	{ "kthreadd", "__set_current_state", "", "756" },
	{ "kthreadd", "lock", "kthread_create_lock", "758, 769" },
	{ "kthreadd", "unlock", "kthread_create_lock", "765, 771" },
	{ "kthreadd", "create_kthread", "", "767" },
	{ "__kthread_init_worker", "init", "lock", "782" },
	{ "kthread_worker_fn", "write", "task", "814, 825" },
	{ "kthread_worker_fn", "read", "task", "813" },
	{ "kthread_worker_fn", "read", "flags", "816" },
	{ "kthread_worker_fn", "set_freezable", "", "817" },
	{ "kthread_worker_fn", "set_current_state", "", "820" },
	{ "kthread_worker_fn", "kthread_should_stop", "", "822" },
	{ "kthread_worker_fn", "__set_current_state", "", "823, 842, 858" },
	{ "kthread_worker_fn", "lock", "lock", "824, 831" },
	{ "kthread_worker_fn", "unlock", "lock", "826, 838" },
	{ "kthread_worker_fn", "read", "func", "841" },
	{ "kthread_worker_fn", "read", "freezer_active", "850" },
	{ "kthread_worker_fn", "schedule", "", "851" },
	{ "kthread_worker_fn", "try_to_freeze", "", "861" },
	{ "__kthread_create_worker", "kzalloc", "", "875" },
	{ "__kthread_create_worker", "__kthread_init_worker", "", "879" },
	{ "__kthread_create_worker", "__kthread_create_on_node", "", "884" },
	{ "__kthread_create_worker", "kthread_bind", "", "890" },
	{ "__kthread_create_worker", "write", "flags", "892" },
	{ "__kthread_create_worker", "write", "task", "893" },
	{ "__kthread_create_worker", "try_to_wake_up", "", "894" },
	{ "kthread_create_worker", "__kthread_create_worker", "", "918" },
	{ "kthread_create_worker_on_cpu", "__kthread_create_worker", "", "968" },
	{ "kthread_insert_work_sanity_check", "read", "worker", "994" },
	{ "kthread_insert_work", "kthread_insert_work_sanity_check", "", "1002" },
	{ "kthread_insert_work", "write", "worker", "1007" },
	{ "kthread_insert_work", "read", "task", "1008" },
	{ "kthread_insert_work", "try_to_wake_up", "", "1009" },
	{ "kthread_queue_work", "lock", "lock", "1030" },
	{ "kthread_queue_work", "kthread_insert_work", "", "1032" },
	{ "kthread_queue_work", "unlock", "lock", "1035" },
	{ "kthread_delayed_work_timer_fn", "read", "worker", "1052, 1064" },
	{ "kthread_delayed_work_timer_fn", "lock", "lock", "1062" },
	{ "kthread_delayed_work_timer_fn", "kthread_insert_work", "", "1070" },
	{ "kthread_delayed_work_timer_fn", "unlock", "lock", "1072" },
	{ "__kthread_queue_delayed_work", "kthread_insert_work", "", "1092" },
	{ "__kthread_queue_delayed_work", "kthread_insert_work_sanity_check", "", "1097" },
	{ "__kthread_queue_delayed_work", "write", "worker", "1100" },
	{ "__kthread_queue_delayed_work", "timer_pending", "", "1102" },
	{ "__kthread_queue_delayed_work", "lock_timer_base", "", "1102" },
	{ "__kthread_queue_delayed_work", "mod_timer", "", "1102" },
	{ "kthread_queue_delayed_work", "lock", "lock", "1128" },
	{ "kthread_queue_delayed_work", "__kthread_queue_delayed_work", "", "1131" },
	{ "kthread_queue_delayed_work", "unlock", "lock", "1135" },
	{ "kthread_flush_work_fn", "complete", "", "1149" },
	{ "kthread_flush_work", "read", "worker", "1167, 1173" },
	{ "kthread_flush_work", "lock", "lock", "1171" },
	{ "kthread_flush_work", "kthread_insert_work", "", "1176, 1178" },
	{ "kthread_flush_work", "unlock", "lock", "1183" },
	{ "kthread_flush_work", "wait_for_completion", "", "1186" },
	{ "kthread_cancel_delayed_work_timer", "read", "worker", "1202" },
	{ "kthread_cancel_delayed_work_timer", "unlock", "lock", "1211" },
	{ "kthread_cancel_delayed_work_timer", "timer_delete_sync", "", "1212" },
	{ "kthread_cancel_delayed_work_timer", "lock", "lock", "1213" },
	{ "kthread_mod_delayed_work", "lock", "lock", "1275" },
	{ "kthread_mod_delayed_work", "read", "worker", "1278, 1284" },
	{ "kthread_mod_delayed_work", "kthread_cancel_delayed_work_timer", "", "1298" },
	{ "kthread_mod_delayed_work", "__kthread_cancel_work", "", "1304" },
	{ "kthread_mod_delayed_work", "__kthread_queue_delayed_work", "", "1307" },
	{ "kthread_mod_delayed_work", "unlock", "lock", "1309" },
	{ "__kthread_cancel_work_sync", "read", "worker", "1316, 1325" },
	{ "__kthread_cancel_work_sync", "lock", "lock", "1323, 1342" },
	{ "__kthread_cancel_work_sync", "kthread_cancel_delayed_work_timer", "", "1328" },
	{ "__kthread_cancel_work_sync", "__kthread_cancel_work", "", "1330" },
	{ "__kthread_cancel_work_sync", "unlock", "lock", "1340, 1346" },
	{ "__kthread_cancel_work_sync", "kthread_flush_work", "", "1341" },
	{ "kthread_cancel_work_sync", "__kthread_cancel_work_sync", "", "1369" },
	{ "kthread_cancel_delayed_work_sync", "__kthread_cancel_work_sync", "", "1384" },
	{ "kthread_flush_worker", "kthread_queue_work", "", "1402" },
	{ "kthread_flush_worker", "wait_for_completion", "", "1403" },
	{ "kthread_destroy_worker", "read", "task", "1423" },
	{ "kthread_destroy_worker", "kthread_flush_worker", "", "1427" },
	{ "kthread_destroy_worker", "kthread_stop", "", "1428" },
	{ "kthread_destroy_worker", "look", "delayed_work_list", "1429" },
	{ "kthread_destroy_worker", "look", "work_list", "1430" },
	{ "kthread_destroy_worker", "kfree", "", "1431" },
};

std::string_view last_part(std::string_view object)
{
	return object.substr(object.rfind('.') + 1);
}

std::string_view first_word(std::string_view text)
{
	return text.substr(0, text.find(' '));
}

} // namespace

const char *source_lines(std::string_view function, std::string_view what, std::string_view object)
{
	for (const row &r : rows)
		if (r.function == function && r.what == first_word(what) &&
		    (r.object.empty() || r.object == last_part(object)))
			return r.lines;
	return nullptr;
}

} // namespace kernel
