// SPDX-License-Identifier: GPL-2.0-only
// Trace events made by hand, with the kernel's descriptors, for the tests of the writers.
// Must not know the model: the descriptors here are this file's own.
#pragma once
#include "traces/format_event.hpp"
#include "traces/formats.hpp"

#include <cstring>
#include <string>

namespace hand_made {

using sim::event;
using sim::event_field;
using sim::event_type;
using enum sim::field_type;

constexpr event_field WAKING_FIELDS[] = {
	{ "comm", text }, { "pid", i32 }, { "prio", i32 }, { "target_cpu", i32 }
};
constexpr event_type WAKING = { "sched", "sched_waking", "comm=%s pid=%d prio=%d target_cpu=%03d",
				WAKING_FIELDS };

constexpr event_field SWITCH_FIELDS[] = { { "prev_comm", text }, { "prev_pid", i32 },
					  { "prev_prio", i32 },	 { "prev_state", text },
					  { "next_comm", text }, { "next_pid", i32 },
					  { "next_prio", i32 } };
constexpr event_type SWITCH = { "sched", "sched_switch",
				"prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%s ==> "
				"next_comm=%s next_pid=%d next_prio=%d",
				SWITCH_FIELDS };

constexpr event_field STOP_FIELDS[] = { { "comm", text }, { "pid", i32 } };
constexpr event_type STOP = { "sched", "sched_kthread_stop", "comm=%s pid=%d", STOP_FIELDS };

constexpr event_field STOP_RET_FIELDS[] = { { "ret", i32 } };
constexpr event_type STOP_RET = { "sched", "sched_kthread_stop_ret", "ret=%d", STOP_RET_FIELDS };

constexpr event_field QUEUE_FIELDS[] = { { "work", object },
					 { "function", symbol },
					 { "worker", object } };
constexpr event_type QUEUE = { "sched", "sched_kthread_work_queue_work",
			       "work struct=%p function=%ps worker=%p", QUEUE_FIELDS };

constexpr event_field EXECUTE_FIELDS[] = { { "work", object }, { "function", symbol } };
constexpr event_type EXECUTE = { "sched", "sched_kthread_work_execute_start",
				 "work struct %p: function %ps", EXECUTE_FIELDS };

constexpr event_field FORK_FIELDS[] = {
	{ "comm", text }, { "pid", i32 }, { "child_comm", text }, { "child_pid", i32 }
};
constexpr event_type FORK = { "sched", "sched_process_fork",
			      "comm=%s pid=%d child_comm=%s child_pid=%d", FORK_FIELDS };

constexpr event_field EXIT_FIELDS[] = {
	{ "comm", text }, { "pid", i32 }, { "prio", i32 }, { "group_dead", symbol }
};
constexpr event_type EXIT = { "sched", "sched_process_exit", "comm=%s pid=%d prio=%d group_dead=%s",
			      EXIT_FIELDS };

constexpr event_field MIGRATE_FIELDS[] = {
	{ "comm", text }, { "pid", i32 }, { "prio", i32 }, { "orig_cpu", i32 }, { "dest_cpu", i32 }
};
constexpr event_type MIGRATE = { "sched", "sched_migrate_task",
				 "comm=%s pid=%d prio=%d orig_cpu=%d dest_cpu=%d", MIGRATE_FIELDS };

constexpr event_field TIMER_FIELDS[] = { { "timer", object } };
constexpr event_type TIMER_CANCEL = { "timer", "timer_cancel", "timer=%p", TIMER_FIELDS };

constexpr event_field START_FIELDS[] = { { "timer", object },	   { "function", symbol },
					 { "expires", u64 },	   { "timeout", i64 },
					 { "bucket_expiry", u64 }, { "cpu", u32 },
					 { "idx", u32 },	   { "flags", text } };
constexpr event_type START = { "timer", "timer_start",
			       "timer=%p function=%ps expires=%lu [timeout=%ld] "
			       "bucket_expiry=%lu cpu=%u idx=%u flags=%s",
			       START_FIELDS };

constexpr event_field EXPIRE_FIELDS[] = {
	{ "timer", object }, { "function", symbol }, { "now", u64 }, { "baseclk", u64 }
};
constexpr event_type EXPIRE = { "timer", "timer_expire_entry",
				"timer=%p function=%ps now=%lu baseclk=%lu", EXPIRE_FIELDS };

constexpr event_field ENTER_FIELDS[] = {
	{ "cpu", u32 }, { "target", i32 }, { "step", i32 }, { "fun", symbol }
};
constexpr event_type ENTER = { "cpuhp", "cpuhp_enter", "cpu: %04u target: %3d step: %3d (%ps)",
			       ENTER_FIELDS };

constexpr event_field LEAVE_FIELDS[] = {
	{ "cpu", u32 }, { "state", i32 }, { "step", i32 }, { "ret", i32 }
};
constexpr event_type LEAVE = { "cpuhp", "cpuhp_exit", " cpu: %04u  state: %3d step: %3d ret: %d",
			       LEAVE_FIELDS };

inline event make(const event_type &type, const char *comm, int pid, unsigned cpu, uint64_t time_us)
{
	event e = {};

	e.type = &type;
	memcpy(e.comm, comm, strnlen(comm, sizeof(e.comm)));
	e.pid = pid;
	e.cpu = static_cast<uint16_t>(cpu);
	e.time_ns = time_us * 1000;
	return e;
}

inline event with_flags(event e, unsigned flags, unsigned preempt_depth)
{
	e.flags = static_cast<uint8_t>(flags);
	e.preempt_depth = static_cast<uint8_t>(preempt_depth);
	return e;
}

inline event stop_ret(int ret)
{
	event e = make(STOP_RET, "kts_drv", 100, 0, 5968380);

	sim::event_writer(e).number(ret);
	return e;
}

inline event queue_work()
{
	event e = make(QUEUE, "kts_drv", 136, 0, 51844764);

	sim::event_writer(e).object(7).symbol("kthread_flush_work_fn").object(0);
	return e;
}

inline std::string address(sim::object_id object)
{
	std::string out;

	traces::append_address(out, object);
	return out;
}

inline std::string written(const char *format, const traces::run_info &run,
			   std::span<const event> events)
{
	traces::string_sink out;
	auto writer = traces::find_format(format)->make(out, run);

	for (const event &e : events)
		writer->write({ &e, 1 });
	writer->finish();
	return out.text();
}

} // namespace hand_made
