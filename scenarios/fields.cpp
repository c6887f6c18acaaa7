// SPDX-License-Identifier: GPL-2.0-only
// The rows of the table of fields.
// Must not know JSON or how a field is read.
#include "scenarios/fields.hpp"

namespace scenario {

const std::vector<field_row> &fields()
{
	using t = value_type;
	static const std::vector<field_row> rows = {
		{ "state", field_id::state, t::task, t::state_letter,
		  "report letter: R S D T t X Z P I" },
		{ "on_cpu", field_id::on_cpu, t::task, t::boolean, "true while it occupies a CPU" },
		{ "on_rq", field_id::on_rq, t::task, t::boolean, "true while it is queued" },
		{ "cpu", field_id::cpu, t::task, t::cpu, "the CPU it runs or last ran on" },
		{ "node", field_id::node, t::task, t::node, "the memory node of its task_struct" },
		{ "stack_node", field_id::stack_node, t::task, t::node,
		  "the memory node of its stack" },
		{ "cpus_mask", field_id::cpus_mask, t::task, t::cpu_mask,
		  "the CPUs it may run on" },
		{ "prio", field_id::prio, t::task, t::integer,
		  "kernel priority, 120 for a normal task" },
		{ "pid", field_id::pid, t::task, t::integer, "process id" },
		{ "comm", field_id::comm, t::task, t::text, "name, at most 15 characters" },
		{ "usage", field_id::usage, t::task, t::integer, "reference count" },
		{ "exited", field_id::exited, t::task, t::boolean, "true once it has exited" },
		{ "slept_a_tick", field_id::slept_a_tick, t::task, t::boolean,
		  "true once wait_task_inactive() had to sleep in it" },
		{ "done", field_id::done, t::completion, t::integer,
		  "completions not yet consumed" },
		{ "owner", field_id::owner, t::mutex, t::task, "the task that holds it, or null" },
		{ "locked", field_id::locked, t::mutex, t::boolean, "true while it is held" },
		{ "count", field_id::count, t::semaphore, t::integer,
		  "how many may still enter; -1: none, and somebody waits" },
		{ "locked", field_id::locked, t::spinlock, t::boolean, "true while it is held" },
		{ "locked", field_id::locked, t::raw_spinlock, t::boolean,
		  "true while it is held" },
		{ "pending", field_id::pending, t::timer, t::boolean, "true while it is armed" },
		{ "expires", field_id::expires, t::timer, t::integer,
		  "jiffies at which it is to fire" },
		{ "cpu", field_id::cpu, t::timer, t::cpu, "the CPU it waits on, or last did" },
		{ "runs", field_id::runs, t::timer, t::integer, "how often its function has run" },
		{ "runs", field_id::runs, t::work, t::integer,
		  "how often its `do` was executed, also for other works" },
		{ "pending", field_id::pending, t::work, t::boolean, "true while it is queued" },
		{ "delayed", field_id::delayed_pending, t::work, t::boolean,
		  "true while its timer is armed" },
		{ "running", field_id::running, t::work, t::boolean,
		  "true while its `do` is executed" },
		{ "canceling", field_id::canceling, t::work, t::integer,
		  "how many cancel it, or change its delay, right now" },
		{ "task", field_id::task, t::worker, t::task, "its thread, or null" },
		{ "busy", field_id::busy, t::worker, t::boolean,
		  "true from taking a work until it looks for the next" },
		{ "pending", field_id::pending, t::worker, t::integer,
		  "how many works are queued" },
		{ "delayed", field_id::delayed_pending, t::worker, t::integer,
		  "how many works wait for their timers" },
	};
	return rows;
}

const field_row *find_field(value_type of, std::string_view name)
{
	for (const field_row &row : fields()) {
		if (row.of == of && name == row.name)
			return &row;
	}
	return nullptr;
}

} // namespace scenario
