// SPDX-License-Identifier: GPL-2.0-only
// What a sleeping or spinning task waits for, and who could give it.
// It must not know scenarios.
#include "model/deadlock.hpp"
#include <algorithm>
#include <vector>
#include "model/boot.hpp"
#include "model/completion.hpp"
#include "model/explain.hpp"
#include "model/kthread_worker.hpp"
#include "model/semaphore.hpp"

namespace kernel {

namespace {

struct wait {
	std::string what;		     // "" where it is not known
	const sim::context *giver = nullptr; // null: nobody in particular
};

} // namespace

static std::string name_at(const sim::machine &m, const void *object)
{
	char name[64];

	name_of_id(m, m.id(object), name, sizeof(name));
	return name;
}

static std::string name_of(const sim::context &c)
{
	char name[32];

	name_of_context(c, name, sizeof(name));
	return name;
}

// Who would complete it can be told of the completions of kthreads alone.
static wait wait_for(const sim::machine &m, const completion &x)
{
	const sim::allocation *a = machine().objects().find(&x);
	const void *object = a ? a + 1 : nullptr;

	if (a && is_struct_kthread(*a->type)) {
		const bool end = &x == &static_cast<const kthread *>(object)->exited;
		const task_struct *t = owner_of(object);

		if (!t)
			return { name_at(m, &x) + " of a thread that has exited", nullptr };
		return { name_of(*t->context) + (end ? " to exit" : " to park"), t->context };
	}
	if (a && a->type == &kthread_flush_work::type) {
		const auto *work = &static_cast<const kthread_flush_work *>(object)->work;
		const kthread_worker *worker = work->worker.peek();
		const bool there = worker && machine().objects().is_live(worker);
		const task_struct *t = there ? worker->task.peek() : nullptr;

		if (t && machine().objects().is_live(t))
			return { name_of(*t->context) + " to execute its flush work", t->context };
		return { "its flush work, which no thread executes", nullptr };
	}
	char name[64] = "?";
	if (a && a->type == &completion::type)
		name_whole(*a, name, sizeof(name));
	else
		name_of_id(m, m.id(&x), name, sizeof(name));
	return { std::string("completion ") + name, nullptr };
}

static wait wait_for(const sim::machine &m, const mutex &lock)
{
	const task_struct *owner = lock.owner.peek();
	const sim::allocation *a = machine().objects().find(&lock);
	char name[64];

	if (a)
		name_lock(*a, &lock, name, sizeof(name));
	else
		name_of_id(m, m.id(&lock), name, sizeof(name));
	return { std::string("mutex ") + name +
			 (owner ? ", which " + name_of(*owner->context) + " holds" : ""),
		 owner ? owner->context : nullptr };
}

static wait wait_for(const sim::machine &m, const semaphore &sem)
{
	const bool known = sem.holder && machine().objects().is_live(sem.holder);
	const sim::context *holder = known ? sem.holder->context : nullptr;

	return { "semaphore " + name_at(m, &sem) +
			 (holder ? ", with " + name_of(*holder) + " in it" : ""),
		 holder };
}

// timer_delete_sync() waits for a callback, which the interrupt of that base's CPU runs.
static wait wait_busily(const sim::machine &m, const void *object)
{
	const sim::allocation *a = machine().objects().find(object);

	if (!a || a->type != &timer_base::type)
		return {};
	const auto offset = static_cast<size_t>(static_cast<const char *>(object) -
						reinterpret_cast<const char *>(a + 1));
	const sim::context &irq = m.context_of(
		static_cast<sim::context_id>(offset / sizeof(timer_base) / sim::WHEELS));

	return { "the callback that " + name_of(irq) + " runs", &irq };
}

static wait wait_of(const sim::machine &m, const sim::context &c)
{
	if (c.next && sim::locks(c.next->kind) && c.next->enabled) {
		const auto &lock = *static_cast<const spinlock *>(c.next->object);
		const sim::context *owner = lock.owner ? &m.context_of(lock.owner - 1) : nullptr;

		return { "lock " + name_at(m, &lock) +
				 (owner ? ", which " + name_of(*owner) + " holds" : ""),
			 owner };
	}
	if (c.next && c.next->enabled && c.next->object)
		return wait_busily(m, c.next->object);
	if (c.is_interrupt || !c.user)
		return {};
	const auto &t = *static_cast<const task_struct *>(c.user);

	switch (t.waits_for_kind) {
	case wait_kind::completion:
		return wait_for(m, *static_cast<const completion *>(t.waits_for));
	case wait_kind::mutex: return wait_for(m, *static_cast<const mutex *>(t.waits_for));
	case wait_kind::semaphore: return wait_for(m, *static_cast<const semaphore *>(t.waits_for));
	case wait_kind::nothing: break;
	}
	return {};
}

// A wakeup that came while it was awake, after its last look.
static std::string missed_by(const sim::machine &m, const sim::context &c)
{
	if (!c.missed_in || !c.slept_blindly || c.state != sim::context_state::asleep)
		return "";
	return "\n        lost wakeup: " + name_of(m.context_of(c.missed_from)) + " in " +
	       c.missed_in + " found " + name_of(c) +
	       " awake; it set its state and slept without another look, and nobody wakes it again";
}

static std::string spinner(const sim::machine &m, const sim::context &c)
{
	const wait w = wait_of(m, c);

	return "\n    " + name_of(c) + " spins in " + c.next->where.function + " on " +
	       (w.what.empty() ? name_at(m, c.next->object) : w.what);
}

bool spins(const sim::context &c)
{
	return c.next && c.next->enabled && !c.next->enabled(c.next->guard);
}

bool somebody_spins(const sim::machine &m)
{
	for (uint32_t i = 0; i < m.state().contexts_used; i++)
		if (spins(m.context_of(i)))
			return true;
	return false;
}

static std::string cycle(const sim::machine &m, const sim::context &first)
{
	std::vector<const sim::context *> way;
	const sim::context *c = &first;

	while (c && std::find(way.begin(), way.end(), c) == way.end()) {
		way.push_back(c);
		c = wait_of(m, *c).giver;
	}
	if (c != &first)
		return "";
	std::string text = "\n    cycle:";
	for (const sim::context *each : way)
		text += (each == way.front() ? " " : "; ") + name_of(*each) + " waits for " +
			wait_of(m, *each).what;
	return text;
}

std::string what_it_waits_for(const sim::machine &m, const sim::context &c)
{
	const std::string what = wait_of(m, c).what;
	char line[400];

	describe_wait(c, line, sizeof(line));
	return std::string("\n    ") + line + (what.empty() ? "" : "\n        waits for " + what) +
	       missed_by(m, c);
}

std::string who_waits_for_what(const sim::machine &m)
{
	std::string text, round;

	for (const task_struct *t = the_kernel().first_task; t; t = t->next_task)
		// The kernel's own sleep for want of work, unless something keeps them from it.
		if (!is_system_thread(t) || t->waits_for_kind != wait_kind::nothing)
			text += what_it_waits_for(m, *t->context);
	for (uint32_t i = 0; i < m.state().contexts_used; i++) {
		const sim::context &c = m.context_of(i);

		if (spins(c))
			text += spinner(m, c);
		if (round.empty() && c.state != sim::context_state::finished)
			round = cycle(m, c);
	}
	return text + round;
}

} // namespace kernel
