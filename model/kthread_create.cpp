// SPDX-License-Identifier: GPL-2.0-only
// Asking kthreadd for a kthread, and binding it: kernel/kthread.c of Linux 6.13.
// It must not know JSON, scenarios or a strategy; preemption points are in the types it uses.
#include <cstdio>
#include <cstring>
#include "model/boot.hpp"
#include "model/fork.hpp"
#include "model/kthread.hpp"

namespace kernel {

// ---- clones of others ----

int kthread_api::kernel_thread(threadfn_t fn, void *arg)
{
	return kernel_clone({ fn, arg, nullptr, true, NUMA_NO_NODE });
}

int kthread_api::user_mode_thread(threadfn_t fn, void *arg)
{
	return kernel_clone({ fn, arg, nullptr, false, NUMA_NO_NODE });
}

int kthread_api::kernel_execve()
{
	in_function here;

	if (WARN_ON_ONCE(plain_read(current->flags) & PF_KTHREAD, 0,
			 { "a kthread executes a program", current }))
		return -EINVAL;
	current->flags.update([](unsigned &f) { f &= ~(PF_NOFREEZE | PF_NO_SETAFFINITY); },
			      { "begin_new_exec", "clear flags in" });
	return 0;
}

// ---- creating ----

task_struct *kthread_api::__kthread_create_on_node(threadfn_t fn, void *data, int node,
						   const char *name)
{
	in_function here;
	auto *create = kzalloc<kthread_create_info>("kmalloc");
	task_struct *task;

	if (!create)
		return ERR_PTR<task_struct>(-ENOMEM);
	create->threadfn = fn;
	create->data = data;
	create->node = node;
	if (!hand_to_kthreadd(create, name, task))
		return ERR_PTR<task_struct>(-EINTR);
	kfree(create);
	return task;
}

bool kthread_api::name_request(kthread_create_info *create, const char *name)
{
	create->full_name = kzalloc<name_string>("kvasprintf");
	if (!create->full_name)
		return false;
	snprintf(create->full_name->text, sizeof(create->full_name->text), "%s", name);
	return true;
}

completion *kthread_api::take_done(kthread_create_info *create, const char *function)
{
	return xchg(create->done, nullptr, function);
}

bool kthread_api::hand_to_kthreadd(kthread_create_info *create, const char *name,
				   task_struct *&task)
{
	constexpr const char *function = "__kthread_create_on_node";
	onstack_completion done;

	create->done.poke(&*done);
	if (!name_request(create, name)) {
		task = ERR_PTR<task_struct>(-ENOMEM);
		return true;
	}

	spin_lock(kthread_create_lock, function);
	list_add_tail(create->list, kthread_create_list.under(kthread_create_lock, function),
		      function);
	spin_unlock(kthread_create_lock, function);

	wake_up_process(kthreadd_task);
	// Killable, for we may be the victim whose memory kthreadd waits for.
	if (wait_for_completion_killable(*done)) {
		// Killed before anybody completed: who comes later cleans up.
		if (take_done(create, function))
			return false;
		// Somebody is about to complete.
		wait_for_completion(*done);
	}
	task = plain_read(create->result, function);
	return true;
}

task_struct *kthread_api::kthread_create_on_node(threadfn_t fn, void *data, int node,
						 const char *name)
{
	in_function here;

	return __kthread_create_on_node(fn, data, node, name);
}

task_struct *kthread_api::kthread_create(threadfn_t fn, void *data, const char *name)
{
	return kthread_create_on_node(fn, data, NUMA_NO_NODE, name);
}

void kthread_api::__kthread_bind_mask(task_struct *p, cpumask mask, unsigned state)
{
	in_function here;

	if (!wait_task_inactive(p, state)) {
		WARN_ON(true, 525, { "the thread is not where it can be bound", p });
		return;
	}
	raw_spin_lock_irqsave(p->pi_lock);
	do_set_cpus_allowed(p, mask);
	p->flags.change([](unsigned f) { return f | PF_NO_SETAFFINITY; },
			{ "__kthread_bind_mask", "set PF_NO_SETAFFINITY in" });
	raw_spin_unlock_irqrestore(p->pi_lock);
}

void kthread_api::__kthread_bind(task_struct *p, unsigned cpu, unsigned state)
{
	__kthread_bind_mask(p, cpumask_of(cpu), state);
}

void kthread_api::kthread_bind_mask(task_struct *p, cpumask mask)
{
	in_function here;

	__kthread_bind_mask(p, mask, TASK_UNINTERRUPTIBLE);
}

void kthread_api::kthread_bind(task_struct *p, unsigned cpu)
{
	in_function here;

	__kthread_bind(p, cpu, TASK_UNINTERRUPTIBLE);
}

int kthread_api::sched_setaffinity(task_struct *p, cpumask mask)
{
	in_function here;

	if (plain_read(p->flags) & PF_NO_SETAFFINITY)
		return -EINVAL;
	return set_cpus_allowed_ptr(p, mask, true);
}

void name_with_cpu(char *out, size_t bytes, const char *format, unsigned cpu)
{
	const char *number = strstr(format, "%u");

	if (number)
		snprintf(out, bytes, "%.*s%u%s", static_cast<int>(number - format), format, cpu,
			 number + 2);
	else
		snprintf(out, bytes, "%s", format);
}

task_struct *kthread_api::kthread_create_on_cpu(threadfn_t fn, void *data, unsigned cpu,
						const char *format)
{
	in_function here;
	char name[sizeof(name_string::text)];

	name_with_cpu(name, sizeof(name), format, cpu);
	task_struct *p = kthread_create_on_node(fn, data, cpu_to_node(cpu), name);
	if (IS_ERR(p))
		return p;
	kthread_bind(p, cpu);
	// For kthread_unpark(), which binds once more.
	plain_write(to_kthread(p)->cpu, cpu);
	return p;
}

task_struct *kthread_api::kthread_run(threadfn_t fn, void *data, const char *name)
{
	in_function here;
	task_struct *k = kthread_create(fn, data, name);

	if (!IS_ERR(k))
		wake_up_process(k);
	return k;
}

task_struct *kthread_api::kthread_run_on_cpu(threadfn_t fn, void *data, unsigned cpu,
					     const char *name)
{
	in_function here;
	task_struct *k = kthread_create_on_cpu(fn, data, cpu, name);

	if (!IS_ERR(k))
		wake_up_process(k);
	return k;
}

void kthread_api::kthread_set_per_cpu(task_struct *k, int cpu)
{
	in_function here;
	kthread *self = to_kthread(k);

	if (!self)
		return;
	WARN_ON_ONCE(!(plain_read(k->flags) & PF_NO_SETAFFINITY), 594,
		     { "the thread is not bound", k });
	if (cpu < 0) {
		clear_bit(KTHREAD_IS_PER_CPU, self->flags);
		return;
	}
	plain_write(self->cpu, static_cast<unsigned>(cpu));
	set_bit(KTHREAD_IS_PER_CPU, self->flags);
}

bool kthread_api::kthread_is_per_cpu(task_struct *p)
{
	const kthread *k = __to_kthread(p);

	return k && test_bit(KTHREAD_IS_PER_CPU, k->flags);
}

bool kthread_api::is_per_cpu_kthread(const task_struct *p)
{
	const kthread *k = p->flags.peek() & PF_KTHREAD ? p->worker_private.peek() : nullptr;

	if (k)
		machine().effect(sim::access::read, &k->flags);
	return k && (k->flags.peek() >> KTHREAD_IS_PER_CPU & 1);
}

} // namespace kernel
