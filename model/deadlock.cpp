// SPDX-License-Identifier: GPL-2.0-only
// What a sleeping or spinning task waits for, and who could give it.
// It must not know scenarios.
#include "model/deadlock.hpp"
#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <vector>
#include "model/boot.hpp"
#include "model/completion.hpp"
#include "model/explain.hpp"
#include "model/kthread_worker.hpp"
#include "model/semaphore.hpp"

namespace kernel {

using namespace std::string_literals;

namespace {

constexpr char EXITED[] = "a task that has exited";

struct wait {
	char what[200] = "";		     // "" where it is not known
	const sim::context *giver = nullptr; // null: nobody in particular
};

struct name {
	char text[64] = "";
};

} // namespace

[[gnu::format(printf, 2, 3)]] static wait wait_for(const sim::context *giver, const char *format,
						   ...)
{
	wait w;
	va_list arguments;

	w.giver = giver;
	va_start(arguments, format);
	vsnprintf(w.what, sizeof(w.what), format, arguments);
	va_end(arguments);
	return w;
}

static name name_at(const sim::machine &m, const void *object)
{
	name n;

	name_of_id(m, m.id(object), n.text, sizeof(n.text));
	return n;
}

// Also of a task that has exited with a lock, and was freed.
static name name_of(const sim::context &c)
{
	name n;

	if (c.is_interrupt || machine().objects().is_live(c.user))
		name_of_context(c, n.text, sizeof(n.text));
	else
		snprintf(n.text, sizeof(n.text), "%s", EXITED);
	return n;
}

// Who would complete it can be told of the completions of kthreads alone.
static wait wait_of(const sim::machine &m, const completion &x)
{
	const sim::allocation *a = machine().objects().find(&x);
	const void *object = a ? a + 1 : nullptr;

	if (a && is_struct_kthread(*a->type)) {
		const bool end = &x == &static_cast<const kthread *>(object)->exited;
		const task_struct *t = owner_of(object);

		if (!t)
			return wait_for(nullptr, "%s of a thread that has exited",
					name_at(m, &x).text);
		return wait_for(t->context, "%s to %s", name_of(*t->context).text,
				end ? "exit" : "park");
	}
	if (a && a->type == &kthread_flush_work::type) {
		const auto *work = &static_cast<const kthread_flush_work *>(object)->work;
		const kthread_worker *worker = work->worker.peek();
		const bool there = worker && machine().objects().is_live(worker);
		const task_struct *t = there ? worker->task.peek() : nullptr;

		if (t && machine().objects().is_live(t))
			return wait_for(t->context, "%s to execute its flush work",
					name_of(*t->context).text);
		return wait_for(nullptr, "its flush work, which no thread executes");
	}
	name n = name_at(m, &x);
	if (a && a->type == &completion::type)
		name_whole(*a, n.text, sizeof(n.text));
	return wait_for(nullptr, "completion %s", n.text);
}

static wait wait_of(const sim::machine &m, const mutex &lock)
{
	const task_struct *owner = lock.owner.peek();
	const sim::allocation *a = machine().objects().find(&lock);
	name n = name_at(m, &lock);

	if (a)
		name_lock(*a, &lock, n.text, sizeof(n.text));
	if (!owner)
		return wait_for(nullptr, "mutex %s", n.text);
	if (!machine().objects().is_live(owner))
		return wait_for(nullptr, "mutex %s, which %s holds", n.text, EXITED);
	return wait_for(owner->context, "mutex %s, which %s holds", n.text,
			name_of(*owner->context).text);
}

static wait wait_of(const sim::machine &m, const semaphore &sem)
{
	const bool known = sem.holder && machine().objects().is_live(sem.holder);

	if (!known)
		return wait_for(nullptr, "semaphore %s", name_at(m, &sem).text);
	return wait_for(sem.holder->context, "semaphore %s, with %s in it", name_at(m, &sem).text,
			name_of(*sem.holder->context).text);
}

static wait wait_of(const sim::machine &m, const spinlock &lock)
{
	if (!lock.owner)
		return wait_for(nullptr, "lock %s", name_at(m, &lock).text);
	const sim::context &owner = m.context_of(lock.owner - 1);
	return wait_for(&owner, "lock %s, which %s holds", name_at(m, &lock).text,
			name_of(owner).text);
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

	return wait_for(&irq, "the callback that %s runs", name_of(irq).text);
}

bool spins(const sim::context &c)
{
	return c.next && c.next->enabled && !c.next->enabled(c.next->guard);
}

static wait wait_of(const sim::machine &m, const sim::context &c)
{
	if (spins(c) && sim::locks(c.next->kind))
		return wait_of(m, *static_cast<const spinlock *>(c.next->object));
	if (spins(c) && c.next->object)
		return wait_busily(m, c.next->object);
	if (c.is_interrupt || !c.user)
		return {};
	const auto &t = *static_cast<const task_struct *>(c.user);

	switch (t.waits_for_kind) {
	case wait_kind::completion:
		return wait_of(m, *static_cast<const completion *>(t.waits_for));
	case wait_kind::mutex: return wait_of(m, *static_cast<const mutex *>(t.waits_for));
	case wait_kind::semaphore: return wait_of(m, *static_cast<const semaphore *>(t.waits_for));
	case wait_kind::wait_queue:
		return wait_for(nullptr, "a wakeup through %s", name_at(m, t.waits_for).text);
	case wait_kind::nothing: break;
	}
	return {};
}

// A wakeup that came while it was awake, after its last look. Who waits for a completion, a
// lock or a condition looks at that once more after setting his state.
static std::string missed_by(const sim::machine &m, const sim::context &c)
{
	const auto *t = static_cast<const task_struct *>(c.user);

	if (!c.missed_in || !c.slept_blindly || c.state != sim::context_state::asleep ||
	    t->waits_for_kind != wait_kind::nothing)
		return "";
	return "\n        lost wakeup: "s + name_of(m.context_of(c.missed_from)).text + " in " +
	       c.missed_in + " found " + name_of(c).text +
	       " awake; it set its state and slept without another look, and nobody wakes it again";
}

static std::string spinner(const sim::machine &m, const sim::context &c)
{
	const wait w = wait_of(m, c);

	return "\n    "s + name_of(c).text + " spins in " + c.next->where.function + " on " +
	       (*w.what ? w.what : name_at(m, c.next->object).text);
}

bool somebody_spins(const sim::machine &m)
{
	for (uint32_t i = 0; i < m.state().contexts_used; i++)
		if (spins(m.context_of(i)))
			return true;
	return false;
}

// From the first back to it; empty: it waits in no cycle.
static std::vector<const sim::context *> cycle_of(const sim::machine &m, const sim::context &first)
{
	std::vector<const sim::context *> way;
	const sim::context *c = &first;

	while (c && std::find(way.begin(), way.end(), c) == way.end()) {
		way.push_back(c);
		c = wait_of(m, *c).giver;
	}
	if (c != &first)
		way.clear();
	return way;
}

static std::string cycle_text(const sim::machine &m, const sim::context &first)
{
	const std::vector<const sim::context *> way = cycle_of(m, first);
	std::string text;

	for (const sim::context *each : way)
		text += (text.empty() ? "\n    cycle: "s : "; "s) + name_of(*each).text +
			" waits for " + wait_of(m, *each).what;
	return text;
}

static void describe_wait_and_what_for(const sim::machine &m, const sim::context &c, char *out,
				       size_t bytes)
{
	const wait w = wait_of(m, c);

	describe_wait(c, out, bytes);
	const size_t used = strlen(out);
	if (*w.what)
		snprintf(out + used, bytes - used, "\n        waits for %s", w.what);
}

void describe_hung(const task_struct &t, char *out, size_t bytes)
{
	const auto used = static_cast<size_t>(
		snprintf(out, bytes, "INFO: task %s:%d blocked for more than 120 seconds.\n    ",
			 t.comm, t.pid));

	describe_wait_and_what_for(machine(), *t.context, out + used, bytes - used);
}

std::string what_it_waits_for(const sim::machine &m, const sim::context &c)
{
	char lines[600];

	describe_wait_and_what_for(m, c, lines, sizeof(lines));
	return "\n    "s + lines + missed_by(m, c);
}

bool wait_in_a_cycle(const sim::machine &m)
{
	for (uint32_t i = 0; i < m.state().contexts_used; i++)
		if (m.context_of(i).state != sim::context_state::finished &&
		    !cycle_of(m, m.context_of(i)).empty())
			return true;
	return false;
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
			round = cycle_text(m, c);
	}
	return text + round;
}

} // namespace kernel
