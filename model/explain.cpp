// SPDX-License-Identifier: GPL-2.0-only
// Names of objects, and what a stopped task waits for, in words.
// It must not know JSON, scenarios or how findings are printed.
#include "model/explain.hpp"
#include <cstdio>
#include <cstring>
#include "model/boot.hpp"
#include "model/kernel.hpp"
#include "model/source_lines.hpp"
#include "model/task.hpp"

namespace kernel {

static void task_name(const void *object, char *out, size_t bytes)
{
	snprintf(out, bytes, "%s", static_cast<const task_struct *>(object)->comm);
}

static const sim::object_field task_fields[] = {
	{ "__state", offsetof(task_struct, __state) },
	{ "saved_state", offsetof(task_struct, saved_state) },
	{ "on_rq", offsetof(task_struct, on_rq) },
	{ "pi_lock", offsetof(task_struct, pi_lock) },
	{ "flags", offsetof(task_struct, flags) },
	{ "thread_flags", offsetof(task_struct, thread_flags) },
	{ "usage", offsetof(task_struct, usage) },
	{ "rcu_users", offsetof(task_struct, rcu_users) },
	{ "alloc_lock", offsetof(task_struct, alloc_lock) },
	{ "worker_private", offsetof(task_struct, worker_private) },
	{ "siglock", offsetof(task_struct, siglock) },
	{ "cpus_mask", offsetof(task_struct, cpus_mask) },
	{ "pid", offsetof(task_struct, pid) },
	{ "prio", offsetof(task_struct, prio) },
	{ "policy", offsetof(task_struct, policy) },
	{ "node", offsetof(task_struct, node) },
	{ "stack_node", offsetof(task_struct, stack_node) },
	{ "comm", offsetof(task_struct, comm) },
	{ "mm", offsetof(task_struct, mm) },
	{ "alarm", offsetof(task_struct, rcu) },
};

const sim::object_type task_struct::type = { "task", task_fields, std::size(task_fields),
					     task_name };

char task_state_to_char(unsigned state)
{
	static constexpr struct {
		unsigned bit;
		char letter;
	} letters[] = {
		{ TASK_DEAD, 'X' },   { EXIT_ZOMBIE, 'Z' },	     { EXIT_DEAD, 'X' },
		{ TASK_PARKED, 'P' }, { __TASK_TRACED, 't' },	     { __TASK_STOPPED, 'T' },
		{ TASK_FROZEN, 'D' }, { TASK_UNINTERRUPTIBLE, 'D' }, { TASK_INTERRUPTIBLE, 'S' },
		{ TASK_NEW, 'D' },
	};

	if ((state & TASK_IDLE) == TASK_IDLE)
		return 'I';
	for (const auto &l : letters)
		if (state & l.bit)
			return l.letter;
	return 'R';
}

// It has no pointer to it, so look for it.
const task_struct *owner_of(const void *struct_kthread)
{
	for (const task_struct *t = the_kernel().first_task; t; t = t->next_task)
		if (t->worker_private.peek() == struct_kthread)
			return t;
	return nullptr;
}

const char *name_of_dead(const void *struct_kthread)
{
	const name_string *name = static_cast<const kthread *>(struct_kthread)->full_name;
	const bool live = machine().objects().is_live(struct_kthread) && name &&
			  machine().objects().is_live(name);

	return live ? name->text : nullptr;
}

static const sim::object_field *field_at(const sim::object_type &type, size_t offset)
{
	const sim::object_field *found = nullptr;

	for (uint32_t i = 0; i < type.field_count; i++)
		if (type.fields[i].offset <= offset &&
		    (!found || type.fields[i].offset > found->offset))
			found = &type.fields[i];
	return found;
}

// "cpu1.rq.lock": the kernel's data of a CPU. Others are globals, with names of their own.
static void name_kernel_data(size_t offset, char *out, size_t bytes)
{
	constexpr size_t rq = offsetof(kernel_state, rq);

	if (offset >= rq)
		snprintf(out, bytes, "cpu%zu.rq%s", (offset - rq) / sizeof(run_queue_lock),
			 (offset - rq) % sizeof(run_queue_lock) <
					 offsetof(run_queue_lock, wake_first)
				 ? ".lock"
				 : ".wake_list");
	else if (const sim::object_field *field = field_at(kernel_state::type, offset))
		snprintf(out, bytes, "%s", field->name);
	else
		snprintf(out, bytes, "kernel");
}

// Null while the kernel boots.
static const generation *generation_that_runs()
{
	const auto *k = static_cast<const kernel_state *>(machine().state().kernel);

	return k ? k->kthreads : nullptr;
}

const char *name_of_global(const void *address)
{
	const generation *g = generation_that_runs();

	return g ? g->name_of_global(address) : nullptr;
}

const char *field_name(const sim::allocation &a, const void *address)
{
	const auto offset = static_cast<size_t>(static_cast<const char *>(address) -
						reinterpret_cast<const char *>(&a + 1));
	const sim::object_field *field = field_at(*a.type, offset);

	return field ? field->name : "";
}

bool is_struct_kthread(const sim::object_type &type)
{
	return !strcmp(type.name, kthread::type.name);
}

void name_whole(const sim::allocation &a, char *out, size_t bytes)
{
	const void *object = &a + 1;
	const bool is_struct = is_struct_kthread(*a.type);

	if (is_struct && owner_of(object))
		snprintf(out, bytes, "%s", owner_of(object)->comm);
	else if (is_struct && name_of_dead(object))
		snprintf(out, bytes, "%s", name_of_dead(object));
	else if (the_kernel().name_in_program && !strcmp(a.where, "scenario") &&
		 the_kernel().name_in_program(object, out, bytes))
		;
	else if (a.type->name_of && machine().objects().is_live(object))
		a.type->name_of(object, out, bytes);
	else
		snprintf(out, bytes, "%s", a.type->name);
}

void name_object(const sim::allocation &a, const void *address, char *out, size_t bytes)
{
	const auto offset = static_cast<size_t>(static_cast<const char *>(address) -
						reinterpret_cast<const char *>(&a + 1));
	const sim::object_field *field = field_at(*a.type, offset);
	char base[48];

	if (a.type == &kernel_state::type) {
		name_kernel_data(offset, out, bytes);
		return;
	}
	if (a.type == &timer_base::type) {
		name_timer_base(offset, out, bytes);
		return;
	}
	if (const char *global = name_of_global(address)) {
		snprintf(out, bytes, "%s", global);
		return;
	}
	name_whole(a, base, sizeof(base));
	if (field && !*base)
		snprintf(out, bytes, "%s", field->name);
	else if (field)
		snprintf(out, bytes, "%s.%s", base, field->name);
	else
		snprintf(out, bytes, "%s", base);
}

void name_lock(const sim::allocation &a, const void *lock, char *out, size_t bytes)
{
	name_object(a, lock, out, bytes);
	if (char *owner = strstr(out, ".owner"))
		*owner = 0;
}

bool name_of_id(const sim::machine &m, sim::object_id id, char *out, size_t bytes)
{
	sim::arena &objects = const_cast<sim::machine &>(m).objects();
	const void *address = objects.at(id);
	const sim::allocation *a = objects.find(address);
	sim::token which;

	if (a) {
		name_object(*a, address, out, bytes);
	} else if (const sim::context *c = m.context_of_object(id)) {
		const auto *t = static_cast<const task_struct *>(c->user);

		snprintf(out, bytes, "%s.on_cpu", t ? t->comm : "irq");
	} else if (const sim::cpu *k = m.cpu_of_object(id, which)) {
		snprintf(out, bytes, which == sim::TOKEN_CPU ? "cpu%u" : "irqs of cpu%u", k->id);
	} else {
		snprintf(out, bytes, "?");
		return false;
	}
	return true;
}

void name_of_context(const sim::context &c, char *out, size_t bytes)
{
	if (c.is_interrupt) {
		if (c.cpu < machine().config().cpus)
			snprintf(out, bytes, "irq/%u", c.cpu);
		else
			snprintf(out, bytes, "RCU callback");
		return;
	}
	const auto *t = static_cast<const task_struct *>(c.user);
	snprintf(out, bytes, "%s/%d", t->comm, t->pid);
}

bool has_source_lines()
{
	const generation *g = generation_that_runs();

	return g && g->has_source_lines();
}

const char *lines_of(const char *function, const char *what, const char *object)
{
	return has_source_lines() ? source_lines(function, what, object) : nullptr;
}

void call_printer::add(const char *separator, const char *function)
{
	const char *lines = told_lines_ ? nullptr : lines_of(function, what_, object_);

	print(separator);
	print(function);
	if (lines) {
		print(" (kernel/kthread.c:");
		print(lines);
		print(")");
	}
	told_lines_ |= lines != nullptr;
	what_ = function;
	object_ = "";
}

void call_printer::print(const char *text)
{
	if (used_ + 1 < bytes_)
		used_ += static_cast<size_t>(snprintf(out_ + used_, bytes_ - used_, "%s", text));
}

void name_of_caller(char *out, size_t bytes)
{
	if (const sim::context *me = machine().current())
		name_of_context(*me, out, bytes);
	else
		snprintf(out, bytes, "the machine");
}

void describe_call(sim::label where, const char *object, char *out, size_t bytes)
{
	const sim::context *me = machine().current();
	char who[32];
	call_printer printer(where.verb, object, out, bytes);

	name_of_caller(who, sizeof(who));
	printer.print(who);
	printer.add(" in ", where.function);
	if (me)
		for (const sim::frame *f = sim::caller_of(me->frames, where.function); f;
		     f = f->outer)
			printer.add(" <- ", f->function);
}

void describe_wait(const sim::context &c, char *out, size_t bytes)
{
	const auto *t = static_cast<const task_struct *>(c.user);
	char who[64];
	call_printer printer("", "", out, bytes);

	snprintf(who, sizeof(who), "%s (pid %d, state %c)", t->comm, t->pid,
		 task_state_to_char(t->__state.peek()));
	printer.print(who);
	for (const sim::frame *f = c.frames; f; f = f->outer)
		printer.add(f == c.frames ? " in " : " <- ", f->function);
}

void describe_held(const sim::context &c, char *out, size_t bytes)
{
	const sim::arena &objects = machine().objects();
	call_printer printer("", "", out, bytes);

	for (unsigned i = 0; i < c.locks_held; i++) {
		const void *lock = objects.at(c.locks[i]);
		const sim::allocation *a = objects.find(lock);
		char name[64] = "a lock";

		if (a)
			name_lock(*a, lock, name, sizeof(name));
		printer.print(i ? ", " : "");
		printer.print(name);
	}
}

} // namespace kernel
