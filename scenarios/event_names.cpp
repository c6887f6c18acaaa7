// SPDX-License-Identifier: GPL-2.0-only
// The rows of the table of trace events.
// Must not know JSON or how an event is written.
#include "scenarios/event_names.hpp"

namespace scenario {

const std::vector<event_row> &event_rows()
{
	static const name_list waking = {"comm", "pid", "prio", "target_cpu"};
	static const name_list process = {"comm", "pid", "prio"};
	static const std::vector<event_row> rows = {
		{ "sched_kthread_stop", { "comm", "pid" } },
		{ "sched_kthread_stop_ret", { "ret" } },
		{ "sched_kthread_work_queue_work", { "work", "function", "worker" } },
		{ "sched_kthread_work_execute_start", { "work", "function" } },
		{ "sched_kthread_work_execute_end", { "work", "function" } },
		{ "sched_waking", waking },
		{ "sched_wakeup", waking },
		{ "sched_wakeup_new", waking },
		{ "sched_switch",
		  { "prev_comm", "prev_pid", "prev_prio", "prev_state", "next_comm", "next_pid",
		    "next_prio" } },
		{ "sched_migrate_task", { "comm", "pid", "prio", "orig_cpu", "dest_cpu" } },
		{ "sched_process_fork",
		  { "parent_comm", "parent_pid", "child_comm", "child_pid" } },
		{ "sched_process_exit", process },
		{ "sched_process_free", process },
		{ "kmem_cache_alloc",
		  { "call_site", "ptr", "bytes_req", "bytes_alloc", "gfp_flags", "node",
		    "accounted" } },
		{ "timer_init", { "timer" } },
		{ "timer_start",
		  { "timer", "function", "expires", "timeout", "bucket_expiry", "flags" } },
		{ "timer_cancel", { "timer" } },
		{ "timer_expire_entry", { "timer", "function", "now", "baseclk" } },
		{ "timer_expire_exit", { "timer" } },
		{ "cpuhp_enter", { "target", "idx", "fun" } },
		{ "cpuhp_exit", { "state", "idx", "ret" } },
		{ "mark", { "text" } },
	};
	return rows;
}

const name_list &common_event_fields()
{
	static const name_list fields = {"cpu", "task"};
	return fields;
}

} // namespace scenario
