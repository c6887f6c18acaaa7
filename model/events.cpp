// SPDX-License-Identifier: GPL-2.0-only
// Descriptors and emitters of the trace events, with the kernel's names, fields and texts.
// It must not know any output format.
#include "model/events.hpp"
#include <cstdio>
#include <cstring>
#include "model/kthread_worker.hpp"
#include "model/sched.hpp"
#include "model/timer.hpp"

namespace kernel {

using sim::event;
using sim::event_field;
using sim::event_type;
using sim::event_writer;
using enum sim::field_type;

static constexpr event_field stop_fields[] = { { "comm", text }, { "pid", i32 } };
const event_type sched_kthread_stop = { "sched", "sched_kthread_stop", "comm=%s pid=%d",
					stop_fields };

static constexpr event_field stop_ret_fields[] = { { "ret", i32 } };
const event_type sched_kthread_stop_ret = { "sched", "sched_kthread_stop_ret", "ret=%d",
					    stop_ret_fields };

static constexpr event_field queue_work_fields[] = { { "work", object },
						     { "function", symbol },
						     { "worker", object } };
const event_type sched_kthread_work_queue_work = { "sched", "sched_kthread_work_queue_work",
						   "work struct=%p function=%ps worker=%p",
						   queue_work_fields };

static constexpr event_field execute_fields[] = { { "work", object }, { "function", symbol } };
static constexpr const char *execute_format = "work struct %p: function %ps";
const event_type sched_kthread_work_execute_start = { "sched", "sched_kthread_work_execute_start",
						      execute_format, execute_fields };
const event_type sched_kthread_work_execute_end = { "sched", "sched_kthread_work_execute_end",
						    execute_format, execute_fields };

static constexpr event_field switch_fields[] = {
	{ "prev_comm", text }, { "prev_pid", i32 }, { "prev_prio", i32 }, { "prev_state", text },
	{ "next_comm", text }, { "next_pid", i32 }, { "next_prio", i32 },
};
const event_type sched_switch = { "sched", "sched_switch",
				  "prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%s ==> "
				  "next_comm=%s next_pid=%d next_prio=%d",
				  switch_fields };

static constexpr event_field wakeup_fields[] = {
	{ "comm", text }, { "pid", i32 }, { "prio", i32 }, { "target_cpu", i32 }
};
static constexpr const char *wakeup_format = "comm=%s pid=%d prio=%d target_cpu=%03d";
const event_type sched_waking = { "sched", "sched_waking", wakeup_format, wakeup_fields };
const event_type sched_wakeup = { "sched", "sched_wakeup", wakeup_format, wakeup_fields };
const event_type sched_wakeup_new = { "sched", "sched_wakeup_new", wakeup_format, wakeup_fields };

static constexpr event_field migrate_fields[] = {
	{ "comm", text }, { "pid", i32 }, { "prio", i32 }, { "orig_cpu", i32 }, { "dest_cpu", i32 }
};
const event_type sched_migrate_task = { "sched", "sched_migrate_task",
					"comm=%s pid=%d prio=%d orig_cpu=%d dest_cpu=%d",
					migrate_fields };

static constexpr event_field fork_fields[] = {
	{ "parent_comm", text }, { "parent_pid", i32 }, { "child_comm", text }, { "child_pid", i32 }
};
const event_type sched_process_fork = { "sched", "sched_process_fork",
					"comm=%s pid=%d child_comm=%s child_pid=%d", fork_fields };

static constexpr event_field exit_fields[] = { { "comm", text }, { "pid", i32 }, { "prio", i32 } };
const event_type sched_process_exit = { "sched", "sched_process_exit", "comm=%s pid=%d prio=%d",
					exit_fields };

static constexpr event_field cache_fields[] = {
	{ "call_site", symbol }, { "ptr", object }, { "bytes_req", u64 },  { "bytes_alloc", u64 },
	{ "gfp_flags", text },	 { "node", i32 },   { "accounted", text },
};
const event_type kmem_cache_alloc = { "kmem", "kmem_cache_alloc",
				      "call_site=%ps ptr=%p bytes_req=%lu bytes_alloc=%lu "
				      "gfp_flags=%s node=%d accounted=%s",
				      cache_fields };

static constexpr event_field timer_fields[] = { { "timer", object } };
const event_type timer_init = { "timer", "timer_init", "timer=%p", timer_fields };
const event_type timer_cancel = { "timer", "timer_cancel", "timer=%p", timer_fields };
const event_type timer_expire_exit = { "timer", "timer_expire_exit", "timer=%p", timer_fields };

static constexpr event_field timer_start_fields[] = {
	{ "timer", object },	  { "function", symbol }, { "expires", u64 }, { "timeout", i64 },
	{ "bucket_expiry", u64 }, { "cpu", u32 },	  { "idx", u32 },     { "flags", text },
};
const event_type timer_start = { "timer", "timer_start",
				 "timer=%p function=%ps expires=%lu [timeout=%ld] "
				 "bucket_expiry=%lu cpu=%u idx=%u flags=%s",
				 timer_start_fields };

static constexpr event_field timer_entry_fields[] = {
	{ "timer", object }, { "function", symbol }, { "now", u64 }, { "baseclk", u64 }
};
const event_type timer_expire_entry = { "timer", "timer_expire_entry",
					"timer=%p function=%ps now=%lu baseclk=%lu",
					timer_entry_fields };

static constexpr event_field cpuhp_enter_fields[] = {
	{ "cpu", u32 }, { "target", i32 }, { "idx", i32 }, { "fun", symbol }
};
const event_type cpuhp_enter = { "cpuhp", "cpuhp_enter", "cpu: %04u target: %3d step: %3d (%ps)",
				 cpuhp_enter_fields };

static constexpr event_field cpuhp_exit_fields[] = {
	{ "cpu", u32 }, { "state", i32 }, { "idx", i32 }, { "ret", i32 }
};
const event_type cpuhp_exit = { "cpuhp", "cpuhp_exit", " cpu: %04u  state: %3d step: %3d ret: %d",
				cpuhp_exit_fields };

static constexpr event_field print_fields[] = { { "text", text } };
const event_type print_marker = { "ftrace", "tracing_mark_write", "%s", print_fields };

std::span<const event_type *const> event_table()
{
	static constexpr const event_type *table[] = {
		&sched_kthread_stop,
		&sched_kthread_stop_ret,
		&sched_kthread_work_queue_work,
		&sched_kthread_work_execute_start,
		&sched_kthread_work_execute_end,
		&sched_switch,
		&sched_waking,
		&sched_wakeup,
		&sched_wakeup_new,
		&sched_migrate_task,
		&sched_process_fork,
		&sched_process_exit,
		&kmem_cache_alloc,
		&timer_init,
		&timer_start,
		&timer_cancel,
		&timer_expire_entry,
		&timer_expire_exit,
		&cpuhp_enter,
		&cpuhp_exit,
		&print_marker,
	};

	return table;
}

// Who is on the CPU; in an interrupt, whom it interrupted.
static const task_struct *task_on(const sim::cpu &c)
{
	const sim::context *on = c.current;

	if (on && on->is_interrupt)
		on = c.interrupted;
	return on ? static_cast<const task_struct *>(on->user) : nullptr;
}

static void sign(event &e, const task_struct *t)
{
	e.pid = t ? t->pid : 0;
	if (t)
		memcpy(e.comm, t->comm, sizeof(e.comm));
}

static event &begin(const event_type &type)
{
	sim::machine &m = machine();
	event &e = m.record(type);

	sign(e, task_on(m.this_cpu()));
	return e;
}

void trace_sched_kthread_stop(const task_struct *t)
{
	if (machine().tracing())
		event_writer(begin(sched_kthread_stop)).text(t->comm).number(t->pid);
}

void trace_sched_kthread_stop_ret(int ret)
{
	if (machine().tracing())
		event_writer(begin(sched_kthread_stop_ret)).number(ret);
}

void trace_sched_kthread_work_queue_work(const kthread_worker *worker, const kthread_work *work)
{
	if (machine().tracing())
		event_writer(begin(sched_kthread_work_queue_work))
			.object(machine().id(work))
			.symbol(work->func.peek()->name)
			.object(machine().id(worker));
}

static void trace_execute(const event_type &which, const kthread_work *work,
			  kthread_work_func_t func)
{
	if (machine().tracing())
		event_writer(begin(which)).object(machine().id(work)).symbol(func->name);
}

void trace_sched_kthread_work_execute_start(const kthread_work *work, kthread_work_func_t func)
{
	trace_execute(sched_kthread_work_execute_start, work, func);
}

void trace_sched_kthread_work_execute_end(const kthread_work *work, kthread_work_func_t func)
{
	trace_execute(sched_kthread_work_execute_end, work, func);
}

// Interrupts and preemption are off in the middle of a switch.
void trace_sched_switch(sim::cpu &c, const task_struct *prev, const task_struct *next)
{
	event &e = machine().record(sched_switch, c);
	char idle[16], state[3] = "R";

	if (prev && prev->context->preempted)
		state[1] = '+';
	else if (prev)
		state[0] = static_cast<char>(prev->sleeping_as);
	snprintf(idle, sizeof(idle), "swapper/%u", c.id);
	e.flags |= sim::EVENT_IRQS_OFF;
	e.preempt_depth = 2;
	sign(e, prev);
	event_writer(e)
		.text(prev ? prev->comm : idle)
		.number(prev ? prev->pid : 0)
		.number(prev ? prev->prio : sim::PRIO_DEFAULT)
		.text(state)
		.text(next ? next->comm : idle)
		.number(next ? next->pid : 0)
		.number(next ? next->prio : sim::PRIO_DEFAULT);
}

void trace_wakeup(const event_type &which, const task_struct *p, unsigned target_cpu)
{
	if (machine().tracing())
		event_writer(begin(which))
			.text(p->comm)
			.number(p->pid)
			.number(p->prio)
			.number(target_cpu);
}

void trace_sched_migrate_task(const task_struct *p, unsigned dest_cpu)
{
	if (machine().tracing())
		event_writer(begin(sched_migrate_task))
			.text(p->comm)
			.number(p->pid)
			.number(p->prio)
			.number(task_cpu(p))
			.number(dest_cpu);
}

void trace_sched_process_fork(const task_struct *parent, const task_struct *child)
{
	if (machine().tracing())
		event_writer(begin(sched_process_fork))
			.text(parent->comm)
			.number(parent->pid)
			.text(child->comm)
			.number(child->pid);
}

void trace_sched_process_exit(const task_struct *p)
{
	if (machine().tracing())
		event_writer(begin(sched_process_exit))
			.text(p->comm)
			.number(p->pid)
			.number(p->prio);
}

void trace_kmem_cache_alloc(const char *call_site, const void *object, size_t bytes, int node)
{
	sim::machine &m = machine();

	if (m.tracing() && m.config().nodes > 1)
		event_writer(begin(kmem_cache_alloc))
			.symbol(call_site)
			.object(m.id(object))
			.number(static_cast<int64_t>(bytes))
			.number(static_cast<int64_t>(bytes))
			.text("GFP_KERNEL")
			.number(node)
			.text("true");
}

void trace_timer(const event_type &which, const timer_list &t)
{
	if (machine().tracing())
		event_writer(begin(which)).object(machine().id(&t));
}

static void print_timer_flags(unsigned flags, char out[8])
{
	static constexpr struct {
		unsigned bit;
		char letter;
	} letters[] = { { TIMER_MIGRATING, 'M' },
			{ TIMER_DEFERRABLE, 'D' },
			{ TIMER_PINNED, 'P' },
			{ TIMER_IRQSAFE, 'I' } };
	char *p = out;

	for (const auto &l : letters) {
		if (!(flags & l.bit))
			continue;
		if (p != out)
			*p++ = '|';
		*p++ = l.letter;
	}
	*p = 0;
}

void trace_timer_start(const timer_list &t, unsigned long now, unsigned cpu)
{
	char flags[8];

	if (!machine().tracing())
		return;
	print_timer_flags(t.flags.peek(), flags);
	event_writer(begin(timer_start))
		.object(machine().id(&t))
		.symbol(t.name)
		.number(static_cast<int64_t>(t.entry.expires))
		.number(static_cast<int64_t>(t.entry.expires - now))
		.number(static_cast<int64_t>(t.entry.bucket_expiry))
		.number(cpu)
		.number(t.entry.idx())
		.text(flags);
}

void trace_timer_expire_entry(const timer_list &t, unsigned long now, unsigned long baseclk)
{
	if (machine().tracing())
		event_writer(begin(timer_expire_entry))
			.object(machine().id(&t))
			.symbol(t.name)
			.number(static_cast<int64_t>(now))
			.number(static_cast<int64_t>(baseclk));
}

void trace_cpuhp_enter(unsigned cpu, int target, int state, const char *function)
{
	if (machine().tracing())
		event_writer(begin(cpuhp_enter))
			.number(cpu)
			.number(target)
			.number(state)
			.symbol(function);
}

void trace_cpuhp_exit(unsigned cpu, int reached, int state, int ret)
{
	if (machine().tracing())
		event_writer(begin(cpuhp_exit))
			.number(cpu)
			.number(reached)
			.number(state)
			.number(ret);
}

void trace_marker(const char *text)
{
	if (machine().tracing())
		event_writer(begin(print_marker)).text(text);
}

} // namespace kernel
