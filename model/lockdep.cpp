// SPDX-License-Identifier: GPL-2.0-only
// Noting how locks are taken, while an execution runs.
// It must not know who drives a search, nor JSON.
#include "model/lockdep.hpp"
#include <algorithm>
#include <cstdio>
#include <cstring>
#include "model/boot.hpp"
#include "model/explain.hpp"

namespace kernel {

lock_graph::lock_graph()
{
	classes_.reserve(CLASSES_MAX);
	edges_.reserve(EDGES_MAX);
}

void lock_graph::clear()
{
	classes_.clear();
	edges_.clear();
	off_ = nullptr;
}

// The kernel's arrays by CPU, and its globals, have names of their own.
lock_graph::lock_class lock_graph::class_of(const void *lock)
{
	const sim::allocation *a = machine().objects().find(lock);
	lock_class c{};

	if (!a)
		return c;
	const char *field = field_name(*a, lock);

	c.type = a->type;
	if (!strcmp(a->where, "scenario")) {
		c.object = machine().id(lock);
		name_lock(*a, lock, c.name, sizeof(c.name));
		return c;
	}
	c.offset = static_cast<size_t>(static_cast<const char *>(lock) -
				       reinterpret_cast<const char *>(a + 1));
	if (a->type == &timer_base::type) {
		c.offset = 0;
		snprintf(c.name, sizeof(c.name), "timer_base.lock");
	} else if (a->type == &kernel_state::type && c.offset >= offsetof(kernel_state, rq)) {
		c.offset = offsetof(kernel_state, rq);
		snprintf(c.name, sizeof(c.name), "rq.lock");
	} else if (a->type == &kernel_state::type) {
		snprintf(c.name, sizeof(c.name), "%s", field);
	} else if (const char *global = name_of_global(lock)) {
		snprintf(c.name, sizeof(c.name), "%s", global);
	} else {
		snprintf(c.name, sizeof(c.name), *field ? "%s.%s" : "%s", a->type->name, field);
	}
	return c;
}

int lock_graph::class_number(const lock_class &c)
{
	for (size_t i = 0; i < classes_.size(); i++)
		if (classes_[i].is(c))
			return static_cast<int>(i);
	if (classes_.size() == CLASSES_MAX) {
		off_ = "more than 128 classes of locks";
		return -1;
	}
	classes_.push_back(c);
	return static_cast<int>(classes_.size() - 1);
}

lock_graph::edge *lock_graph::find_edge(uint16_t from, uint16_t to)
{
	for (edge &e : edges_)
		if (e.from == from && e.to == to)
			return &e;
	return nullptr;
}

void lock_graph::add_edge(const edge &e)
{
	if (find_edge(e.from, e.to))
		return;
	if (edges_.size() == EDGES_MAX)
		off_ = "more than 1024 orders of locks";
	else
		edges_.push_back(e);
}

void lock_graph::note(const void *lock, taken_by how, const char *function, bool irqs_on)
{
	const sim::context &me = *machine().current();
	const sim::cpu &cpu = machine().this_cpu();
	const int number = class_number(class_of(lock));
	edge e{};

	if (number < 0)
		return;
	name_of_context(me, e.where.who, sizeof(e.where.who));
	e.where.function = function;
	const sim::frame *f = sim::caller_of(me.frames, function);
	for (const char *&caller : e.where.callers) {
		caller = f ? f->function : nullptr;
		f = f ? f->outer : nullptr;
	}
	auto use = [&](usage u) {
		if (!classes_[static_cast<size_t>(number)].used[u].function)
			classes_[static_cast<size_t>(number)].used[u] = e.where;
	};
	// Without time a task may come as far as to its lock while its CPU handles an interrupt.
	if (me.is_interrupt && cpu.hardirq_depth)
		use(IN_HARDIRQ);
	else if (me.is_interrupt && cpu.softirq_depth)
		use(IN_SOFTIRQ);
	if (irqs_on) {
		use(HARDIRQ_ON);
		if (!me.is_interrupt)
			use(SOFTIRQ_ON);
	}
	e.to = static_cast<uint16_t>(number);
	for (unsigned i = 0; how != taken_by::trying && i < me.locks_held; i++) {
		const int from = class_number(class_of(machine().objects().at(me.locks[i])));

		e.from = static_cast<uint16_t>(from);
		if (from >= 0 && (from != number || how != taken_by::nested))
			add_edge(e);
	}
}

void lockdep_acquire(const void *lock, taken_by how, const char *function)
{
	lock_graph *graph = the_kernel().lock_orders;
	sim::context &me = *machine().current();

	if (graph)
		graph->note(lock, how, function, !machine().irqs_disabled());
	if (me.locks_held < std::size(me.locks))
		me.locks[me.locks_held++] = machine().id(lock);
}

void lockdep_wait(const void *map, const char *function)
{
	if (lock_graph *graph = the_kernel().lock_orders)
		graph->note(map, taken_by::waiting, function, false);
}

void lockdep_release(const void *lock)
{
	sim::context &me = *machine().current();
	const sim::object_id id = machine().id(lock);
	const auto end = me.locks + me.locks_held;
	const auto at = std::find(me.locks, end, id);

	if (at == end)
		return;
	std::copy(at + 1, end, at);
	me.locks[--me.locks_held] = 0;
}

} // namespace kernel
