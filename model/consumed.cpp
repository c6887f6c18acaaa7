// SPDX-License-Identifier: GPL-2.0-only
// Completions with fewer counts than waiters.
// It must not know scenarios.
#include "model/consumed.hpp"
#include <cstring>
#include "model/boot.hpp"
#include "model/completion.hpp"
#include "model/explain.hpp"

namespace kernel {

static bool is_end_of_thread(const completion &x)
{
	const sim::allocation *a = machine().objects().find(&x);

	return a && is_struct_kthread(*a->type) &&
	       &x == &static_cast<const kthread *>(machine().objects().object_of(a))->exited;
}

static const char *waiting_function(const task_struct &t)
{
	const sim::frame *f = t.context->frames;

	while (f->outer && strncmp(f->function, "wait_for_completion", 19))
		f = f->outer;
	return f->function;
}

// User tasks can be named also when they have ended.
static std::string name_of_pid(const sim::machine &m, int pid)
{
	for (uint32_t i = 0; i < m.state().contexts_used; i++) {
		const sim::context &c = m.context_of(i);
		const auto *t = static_cast<const task_struct *>(c.user);

		if (!c.is_interrupt && machine().objects().is_live(t) && t->pid == pid)
			return t->comm + ("/" + std::to_string(pid));
	}
	return "task " + std::to_string(pid);
}

static std::string words_of(const sim::machine &m, const task_struct &waiter)
{
	const completion &x = *completion_waited_for(waiter);
	const sim::allocation *a = machine().objects().find(&x);
	char name[64], wait[300];

	if (a->type == &completion::type)
		name_whole(*a, name, sizeof(name));
	else
		name_object(*a, &x, name, sizeof(name));
	describe_wait(*waiter.context, wait, sizeof(wait));
	return std::string("completion ") + name + " is consumed twice\n    " +
	       name_of_pid(m, x.consumed_by) + " took its last count\n    " + wait +
	       "\n        waits for another, and nobody completes it again";
}

std::vector<second_consumer> consumed_twice(const sim::machine &m)
{
	const bool asked = the_kernel().asks_for(sim::finding_kind::consumed_twice);
	std::vector<second_consumer> found;

	for (const task_struct *t = the_kernel().first_task; t; t = t->next_task) {
		const completion *x = completion_waited_for(*t);

		if (!x || !machine().objects().is_live(x) || !x->consumed_by)
			continue;
		const bool end = is_end_of_thread(*x);
		if (end || asked)
			found.push_back(
				{ end ? "kthread_stop" : waiting_function(*t), words_of(m, *t) });
	}
	return found;
}

} // namespace kernel
