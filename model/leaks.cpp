// SPDX-License-Identifier: GPL-2.0-only
// Leak detection by type: each kind of object has a rule for who should have freed it.
// It must not know scenarios.
#include "model/leaks.hpp"
#include <cstring>
#include "model/boot.hpp"
#include "model/explain.hpp"
#include "model/kthread_worker.hpp"
#include "model/memory_log.hpp"

namespace kernel {

static const kthread *struct_of(const task_struct *t)
{
	return (t->flags.peek() & PF_KTHREAD) ? t->worker_private.peek() : nullptr;
}

// A struct kthread and what hangs on it belong to a task that still lives.
static bool belongs_to_a_task(const void *object)
{
	for (const task_struct *t = the_kernel().first_task; t; t = t->next_task)
		if (the_kernel().kthreads->keeps(t, object))
			return true;
	return false;
}

static bool belongs_to_a_thread(const smpboot_thread_data *td)
{
	const task_struct *t = td->ht->store[td->cpu].peek();

	return t && struct_of(t) && struct_of(t)->data == td;
}

// A dead kthread that still has references; user tasks are held by the scenario itself.
static bool is_dead(const task_struct *t)
{
	return t->__state.peek() == TASK_DEAD && (t->flags.peek() & PF_KTHREAD);
}

// The request of somebody who still waits for it, or that kthreadd has not seen yet.
static bool is_in_use(const kthread_create_info *request)
{
	return !list_empty(request->list);
}

// Only its thread, as long as it lives, knows a worker that kthread_create_worker() made.
static bool has_a_thread(const kthread_worker *worker)
{
	const task_struct *t = worker->task.peek();

	return t && machine().objects().is_live(t) && !is_dead(t);
}

static bool is_from_heap(const sim::allocation &a)
{
	for (const char *where : { "kmalloc", "kzalloc", "kvasprintf", "set_kthread_struct" })
		if (!strcmp(a.where, where))
			return true;
	return false;
}

static bool is_leaked(const sim::allocation &a, const void *object)
{
	if (a.type == &kthread_create_info::type)
		return !is_in_use(static_cast<const kthread_create_info *>(object));
	if (a.type == &task_struct::type)
		return is_dead(static_cast<const task_struct *>(object));
	if (a.type == &smpboot_thread_data::type)
		return !belongs_to_a_thread(static_cast<const smpboot_thread_data *>(object));
	if (a.type == &kthread_worker::type)
		return is_from_heap(a) &&
		       !has_a_thread(static_cast<const kthread_worker *>(object));
	return is_from_heap(a) && !belongs_to_a_task(object);
}

// What hangs on a dead task that is leaked is named by that task alone.
static bool hangs_on_dead_task(sim::machine &m, const sim::allocation &a, const void *object)
{
	bool found = false;

	if (a.type == &task_struct::type)
		return false;
	m.for_each_object([&](const sim::allocation &other, const void *o) {
		if (other.type != &task_struct::type)
			return;
		const auto *t = static_cast<const task_struct *>(o);

		found |= is_dead(t) && the_kernel().kthreads->keeps(t, object);
	});
	return found;
}

std::vector<leak> leaks(sim::machine &m)
{
	constexpr size_t NAMED_MAX = 20;
	std::vector<leak> found;
	size_t unnamed = 0;

	m.for_each_object([&](const sim::allocation &a, const void *object) {
		char name[64], life[440];

		if (!is_leaked(a, object) || hangs_on_dead_task(m, a, object))
			return;
		if (found.size() == NAMED_MAX) {
			unnamed++;
			return;
		}
		name_whole(a, name, sizeof(name));
		describe_life(a, life, sizeof(life));
		const std::string text = std::string("unreferenced object: ") + name;
		found.push_back({ text + ", allocated in " + a.where, text + life });
	});
	if (unnamed) {
		const std::string more =
			"and " + std::to_string(unnamed) + " unreferenced objects more";
		found.push_back({ more, more });
	}
	return found;
}

} // namespace kernel
