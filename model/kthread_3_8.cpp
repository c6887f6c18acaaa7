// SPDX-License-Identifier: GPL-2.0-only
// kernel/kthread.c of Linux 3.8, where it differed from 4.9.
// It must not know other generations.
#include "model/kthread_3_8.hpp"
#include "model/boot.hpp"
#include "model/events.hpp"
#include "model/fork.hpp"

namespace kernel {

// ---- creating ----

// The request lies on the creator's stack, so he cannot leave before it is answered, not even if
// kthreadd waits for the memory that only his death would free.
task_struct *kthread_3_8::__kthread_create_on_node(threadfn_t fn, void *data, int node,
						   const char *name)
{
	in_function here;
	onstack_completion done;
	on_stack<kthread_create_info> create;

	create->threadfn = fn;
	create->data = data;
	create->node = node;
	create->done.poke(&*done);
	spin_lock(kthread_create_lock);
	list_add_tail(create->list, kthread_create_list.under(kthread_create_lock));
	spin_unlock(kthread_create_lock);
	wake_up_process(kthreadd_task);
	wait_for_completion(*done);
	task_struct *task = plain_read(create->result);
	if (!IS_ERR(task)) {
		name_thread(task, name);
		sched_setscheduler_nocheck(task, SCHED_NORMAL, 0);
		set_cpus_allowed_ptr(task, cpu_possible_mask());
	}
	return task;
}

void kthread_3_8::create_kthread(kthread_create_info *create)
{
	in_function here;

	current->pref_node_fork = create->node;
	const int pid = clone_kthread(create, nullptr);
	if (pid >= 0)
		return;
	plain_write(create->result, ERR_PTR<task_struct>(pid));
	complete(*create->done.peek());
}

int kthread_3_8::kthread_main(kthread_create_info *create)
{
	in_function here("kthread");
	kthread *self = begin_kthread(create->threadfn, create->data);

	__set_current_state(TASK_UNINTERRUPTIBLE, "kthread");
	plain_write(create->result, current, "kthread");
	complete(*create->done.peek());
	schedule();
	finish_kthread(self);
}

// Nothing keeps the thread where it is meanwhile.
void kthread_3_8::__kthread_bind(task_struct *p, unsigned cpu, unsigned)
{
	do_set_cpus_allowed(p, cpumask_of(cpu));
	p->flags.update([](unsigned &f) { f |= PF_NO_SETAFFINITY; }, // PF_THREAD_BOUND then
			{ "__kthread_bind", "set PF_THREAD_BOUND in" });
}

void kthread_3_8::kthread_bind(task_struct *p, unsigned cpu)
{
	in_function here;

	if (WARN_ON(!wait_task_inactive(p, TASK_UNINTERRUPTIBLE), 0,
		    { "the thread is not where it can be bound", p }))
		return;
	__kthread_bind(p, cpu, TASK_UNINTERRUPTIBLE);
}

// Bound when it is unparked.
task_struct *kthread_3_8::kthread_create_on_cpu(threadfn_t fn, void *data, unsigned cpu,
						const char *format)
{
	in_function here;
	char name[sizeof(name_string::text)];

	name_with_cpu(name, sizeof(name), format, cpu);
	task_struct *p = kthread_create_on_node(fn, data, cpu_to_node(cpu), name);
	if (IS_ERR(p))
		return p;
	set_bit(KTHREAD_IS_PER_CPU, to_kthread(p)->flags);
	plain_write(to_kthread(p)->cpu, cpu);
	kthread_park(p);
	return p;
}

// That the thread has parked is not yet that it is off its CPU.
void kthread_3_8::smpboot_call_create(smp_hotplug_thread *ht, unsigned cpu, task_struct *)
{
	if (ht->create)
		ht->create(*ht, cpu);
}

// ---- parking and stopping ----

kthread *kthread_3_8::task_get_live_kthread(task_struct *k)
{
	get_task_struct(k, "task_get_live_kthread");
	return to_live_kthread(k);
}

void kthread_3_8::__kthread_parkme(kthread *self)
{
	park_in(self, TASK_INTERRUPTIBLE);
}

// Whoever wakes the thread after the bit is cleared, and before it is bound, lets it run anywhere.
void kthread_3_8::kthread_unpark(task_struct *k)
{
	in_function here;

	if (kthread *self = task_get_live_kthread(k)) {
		clear_bit(KTHREAD_SHOULD_PARK, self->flags);
		if (test_and_clear_bit(KTHREAD_IS_PARKED, self->flags)) {
			if (test_bit(KTHREAD_IS_PER_CPU, self->flags))
				__kthread_bind(k, plain_read(self->cpu), TASK_INTERRUPTIBLE);
			wake_up_process(k);
		}
	}
	put_task_struct(k);
}

int kthread_3_8::kthread_park(task_struct *k)
{
	in_function here;
	int ret = -ENOSYS;

	if (kthread *self = task_get_live_kthread(k)) {
		if (!test_bit(KTHREAD_IS_PARKED, self->flags)) {
			set_bit(KTHREAD_SHOULD_PARK, self->flags);
			if (k != current) {
				wake_up_process(k);
				wait_for_completion(self->parked);
				check_is_parked(k);
			}
		}
		ret = 0;
	}
	put_task_struct(k);
	return ret;
}

int kthread_3_8::kthread_stop(task_struct *k)
{
	in_function here;

	check_live(k, "kthread_stop");
	trace_sched_kthread_stop(k);
	if (kthread *self = task_get_live_kthread(k)) {
		set_bit(KTHREAD_SHOULD_STOP, self->flags);
		clear_bit(KTHREAD_SHOULD_PARK, self->flags);
		wake_up_process(k);
		wait_for_completion(self->exited);
	}
	const int ret = k->exit_code;
	put_task_struct(k);
	trace_sched_kthread_stop_ret(ret);
	return ret;
}

// ---- workers ----

// Also a busy thread is woken.
void kthread_3_8::kthread_insert_work(kthread_worker *worker, kthread_work *work, list_head &pos)
{
	in_function here("insert_kthread_work");

	list_add_tail(work->node.under(worker->lock), pos);
	plain_write(work->worker, worker);
	if (task_struct *task = plain_read(worker->task))
		wake_up_process(task);
}

} // namespace kernel
