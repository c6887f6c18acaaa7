// SPDX-License-Identifier: GPL-2.0-only
// Fields of tasks and variables, comparison and printing of values.
// Must not know JSON or what is expected.
#include "scenarios/values.hpp"
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include "model/boot.hpp"
#include "model/fork.hpp"
#include "scenarios/words.hpp"

namespace scenario {

using kernel::machine;
using kernel::task_struct;

// A name with a conversion stands for all names it can print: only digits and letters vary.
static bool comm_matches(const char *comm, const std::string &name)
{
	const size_t percent = name.find('%');
	const size_t length = percent == std::string::npos ? 15 : std::min<size_t>(percent, 15);

	if (percent == std::string::npos)
		return name.compare(0, length, comm) == 0;
	return !strncmp(comm, name.c_str(), length);
}

task_struct *find_thread(const scenario_state &s, uint32_t thread, int64_t nth)
{
	const thread_name &t = s.program->threads[thread];

	if (t.kind == thread_kind::task)
		return s.tasks[t.index];
	kernel::note_walk();
	for (task_struct *p = kernel::the_kernel().first_task; p; p = p->next_task) {
		const bool is_user = !(p->flags.peek() & kernel::PF_KTHREAD);

		if (is_user != (t.kind == thread_kind::phase) || !comm_matches(p->comm, t.name))
			continue;
		if (--nth <= 0)
			return p;
	}
	return nullptr;
}

value look_for_thread(const scenario_state &s, uint32_t thread, int64_t nth)
{
	if (s.program->threads[thread].kind != thread_kind::task)
		machine().step(sim::access::write, &kernel::the_kernel().first_task,
			       { "read", "look for a thread" }); // as note_walk() has it
	return value::of(value_kind::task, find_thread(s, thread, nth));
}

task_struct *find_subject(const scenario_state &s, const operand &thread)
{
	if (thread.index != no_index)
		return find_thread(s, thread.index, thread.number);
	for (task_struct *p = kernel::the_kernel().first_task; p; p = p->next_task)
		if (p->pid == thread.number)
			return p;
	return nullptr;
}

static bool is_gone(const void *object)
{
	machine().effect(sim::access::read, object);
	return !machine().objects().is_live(object);
}

static unsigned read_state(const task_struct *t, bool visible)
{
	return visible ? t->__state.read({ "read", "state" }) : t->__state.peek();
}

// At a word of the machine's, which stays when the task is freed.
static void look_at_context(const task_struct *t, const void *word, sim::label where)
{
	machine().step(sim::access::read, word, where);
	kernel::check_live(t, where.function, where.verb);
}

unsigned read_cpu(const task_struct *t, sim::label where)
{
	const bool stays =
		t == kernel::current &&
		(machine().in_atomic() || machine().config().preempt != sim::preemption::full);

	if (!stays)
		look_at_context(t, &t->context->state, where);
	return t->context->cpu;
}

void look_at_task(const task_struct *t, const void *word, sim::label where)
{
	if (t != kernel::current)
		kernel::visible(sim::access::read, word, where);
}

// What a task has for life.
template <class T> static value fixed(const task_struct *t, const T &word, bool visible)
{
	if (visible)
		look_at_task(t, &word, { "read", "read" });
	return value::of(word);
}

value task_field(task_struct *t, field_id field, bool visible)
{
	if (is_gone(t)) {
		if (visible)
			kernel::check_live(t, "read", "read");
		if (field == field_id::state)
			return value::of('X');
		return value::of(field == field_id::exited);
	}
	switch (field) {
	case field_id::state: return value::of(kernel::task_state_to_char(read_state(t, visible)));
	case field_id::on_cpu:
		if (visible)
			look_at_context(t, &t->context->on_cpu, { "read", "on_cpu" });
		return value::of(t->context->on_cpu);
	case field_id::on_rq:
		return value::of(visible ? t->on_rq.read({ "read", "on_rq" }) : t->on_rq.peek());
	case field_id::cpu:
		return value::of(visible ? read_cpu(t, { "read", "cpu" }) : t->context->cpu);
	case field_id::node: return fixed(t, t->node, visible);
	case field_id::stack_node: return fixed(t, t->stack_node, visible);
	case field_id::cpus_mask:
		return value::of(static_cast<int64_t>(
			visible ? t->cpus_mask.read({ "read", "read" }) : t->cpus_mask.peek()));
	case field_id::prio:
		if (visible)
			kernel::visible(sim::access::read, &t->prio, { "read", "prio" });
		return value::of(t->prio);
	case field_id::pid: return fixed(t, t->pid, visible);
	case field_id::comm:
		if (visible)
			look_at_task(t, t->comm, { "read", "comm" });
		return value::of(value_kind::text, t->comm);
	case field_id::usage:
		return value::of(visible ? t->usage.read({ "read", "usage" }) : t->usage.peek());
	case field_id::exited: return value::of(read_state(t, visible) == kernel::TASK_DEAD);
	case field_id::slept_a_tick: return value::of(t->slept_a_tick);
	default: return value::of(0);
	}
}

static value timer_field(const scenario_state &s, uint32_t variable, field_id field)
{
	const auto &t = *static_cast<kernel::timer_list *>(s.variables[variable]);

	machine().effect(sim::access::read, &s.timer_runs[variable]);
	machine().effect(sim::access::read, &t.flags);
	if (field == field_id::pending)
		return value::of(t.entry.pending());
	if (field == field_id::cpu)
		return value::of(kernel::timer_cpu(t));
	if (field == field_id::expires)
		return value::of(static_cast<int64_t>(t.entry.expires));
	return value::of(static_cast<int64_t>(s.timer_runs[variable]));
}

// Looks at the lists without their lock.
static int64_t length_of(const kernel::guarded<kernel::list_head> &list, bool visible)
{
	const kernel::list_head &head = visible ? list.read_unlocked("read") : list.peek();
	int64_t count = 0;

	for (const kernel::list_head *at = head.next; at != &head; at = at->next) {
		machine().effect(sim::access::read, at);
		if (!machine().objects().is_live(at))
			break;
		count++;
	}
	return count;
}

static value worker_field(const kernel::kthread_worker *w, field_id field, bool visible)
{
	if (!machine().objects().is_live(w)) {
		if (visible)
			kernel::check_live(w, "read", "read");
		return {};
	}
	switch (field) {
	case field_id::task:
		return value::of(value_kind::task,
				 visible ? w->task.read({ "read", "read" }) : w->task.peek());
	case field_id::busy:
		return value::of((visible ? w->current_work.read_unlocked("read")
					  : w->current_work.peek()) != nullptr);
	case field_id::pending: return value::of(length_of(w->work_list, visible));
	case field_id::delayed_pending: return value::of(length_of(w->delayed_work_list, visible));
	default: return value::of(0);
	}
}

value work_field(const scenario_state &s, uint32_t n, void *object, field_id field, bool visible)
{
	const void *first = field == field_id::runs ? &s.work_runs[n] : object;

	if (visible)
		kernel::visible(sim::access::read, first, { "read", "read" });
	machine().effect(sim::access::read, &s.work_runs[n]);
	machine().effect(sim::access::read, &s.work_ends[n]);
	if (field == field_id::runs)
		return value::of(static_cast<int64_t>(s.work_runs[n]));
	if (field == field_id::running)
		return value::of(s.work_runs[n] != s.work_ends[n]);
	if (machine().objects().find(object)->type == &kernel::work_struct::type)
		return value::of(field == field_id::pending &&
				 static_cast<kernel::work_struct *>(object)->pending.look());
	auto *work = static_cast<kernel::kthread_work *>(object);
	switch (field) {
	case field_id::canceling: return value::of(work->canceling.look());
	case field_id::pending: return value::of(!list_empty(work->node.look()));
	case field_id::delayed_pending: {
		if (machine().objects().find(work)->type != &kernel::kthread_delayed_work::type)
			return value::of(false);
		auto &timer = reinterpret_cast<kernel::kthread_delayed_work *>(work)->timer;
		machine().effect(sim::access::read, &timer.entry);
		return value::of(timer.entry.pending());
	}
	default: return value::of(0);
	}
}

value value_field(const value &object, field_id field, bool visible)
{
	if (object.kind == value_kind::task)
		return task_field(static_cast<task_struct *>(object.pointer), field, visible);
	if (object.kind == value_kind::worker)
		return worker_field(static_cast<kernel::kthread_worker *>(object.pointer), field,
				    visible);
	return value::of(0);
}

value variable_value(const scenario_state &s, uint32_t variable)
{
	const bool worker = s.program->variables[variable].kind == variable_kind::worker;

	return value::of(worker ? value_kind::worker : value_kind::memory, s.variables[variable]);
}

value object_field(const scenario_state &s, uint32_t variable, field_id field, bool visible)
{
	void *object = s.variables[variable];

	if (visible && s.program->variables[variable].kind != variable_kind::worker)
		kernel::visible(sim::access::read, object, { "read", "read" });
	switch (s.program->variables[variable].kind) {
	case variable_kind::completion:
		return value::of(static_cast<kernel::completion *>(object)->done.look());
	case variable_kind::mutex: {
		task_struct *owner = static_cast<kernel::mutex *>(object)->owner.peek();

		return field == field_id::locked ? value::of(owner != nullptr)
						 : value::of(value_kind::task, owner);
	}
	case variable_kind::semaphore:
		return value::of(static_cast<kernel::semaphore *>(object)->count.look());
	case variable_kind::spinlock:
	case variable_kind::raw_spinlock:
		return value::of(static_cast<spin_word *>(object)->lock.owner != 0);
	case variable_kind::timer: return timer_field(s, variable, field);
	case variable_kind::worker:
		return worker_field(static_cast<kernel::kthread_worker *>(object), field, visible);
	default: return value::of(0);
	}
}

bool same_value(const value &a, const value &b)
{
	if (a.kind == value_kind::text && b.kind == value_kind::text)
		return !strcmp(static_cast<char *>(a.pointer), static_cast<char *>(b.pointer));
	return a.kind != value_kind::unset && a.kind == b.kind && a.number == b.number &&
	       a.pointer == b.pointer;
}

static const char *errno_name(int64_t number)
{
	for (const word &w : errno_words())
		if (w.value == number)
			return w.name;
	return nullptr;
}

// "0,2", as a scenario lists them.
static void print_mask(uint64_t mask, char *out, size_t bytes)
{
	size_t used = 0;

	snprintf(out, bytes, "none");
	for (unsigned cpu = 0; cpu < 64 && used < bytes; cpu++)
		if (mask >> cpu & 1)
			used += static_cast<size_t>(snprintf(out + used, bytes - used, "%s%u",
							     used ? "," : "", cpu));
}

void print_value(const value &v, value_type type, char *out, size_t bytes)
{
	switch (v.kind) {
	case value_kind::unset: snprintf(out, bytes, "nothing"); return;
	case value_kind::task:
		snprintf(out, bytes, "task %s",
			 is_gone(static_cast<task_struct *>(v.pointer))
				 ? "(freed)"
				 : static_cast<task_struct *>(v.pointer)->comm);
		return;
	case value_kind::worker:
		snprintf(out, bytes, "worker %s",
			 is_gone(v.pointer)
				 ? "(freed)"
				 : static_cast<kernel::kthread_worker *>(v.pointer)->name);
		return;
	case value_kind::text:
		snprintf(out, bytes, "\"%s\"", static_cast<const char *>(v.pointer));
		return;
	case value_kind::function: snprintf(out, bytes, "function %" PRId64, v.number); return;
	case value_kind::memory:
		snprintf(out, bytes, "%s",
			 is_gone(v.pointer) ? "freed memory"
					    : machine().objects().find(v.pointer)->type->name);
		return;
	case value_kind::number: break;
	default: snprintf(out, bytes, "an object"); return;
	}
	if (type == value_type::state_letter && v.number > ' ' && v.number < 127)
		snprintf(out, bytes, "%c", static_cast<char>(v.number));
	else if (type == value_type::boolean && (v.number == 0 || v.number == 1))
		snprintf(out, bytes, "%s", v.number ? "true" : "false");
	else if (type == value_type::cpu_mask)
		print_mask(static_cast<uint64_t>(v.number), out, bytes);
	else if (type != value_type::variable && v.number < 0 && errno_name(-v.number))
		snprintf(out, bytes, "-%s", errno_name(-v.number));
	else
		snprintf(out, bytes, "%" PRId64, v.number);
}

} // namespace scenario
