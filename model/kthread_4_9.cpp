// SPDX-License-Identifier: GPL-2.0-only
// kernel/kthread.c of Linux 4.9, where it differed from 6.1: threads.
// It must not know other generations.
#include "model/kthread_4_9.hpp"
#include "model/boot.hpp"
#include "model/events.hpp"
#include "model/fork.hpp"

namespace kernel {

// ---- creating ----

// As vsnprintf() into the comm: cut.
void kthread_4_9::name_thread(task_struct *task, const char *name)
{
	set_task_comm(task, name);
}

// kthreadd's policy and CPUs are not for its children: their creator resets them.
task_struct *kthread_4_9::__kthread_create_on_node(threadfn_t fn, void *data, int node,
						   const char *name)
{
	task_struct *task = kthread_6_1::__kthread_create_on_node(fn, data, node, name);

	if (!IS_ERR(task)) {
		sched_setscheduler_nocheck(task, SCHED_NORMAL, 0);
		set_cpus_allowed_ptr(task, cpu_possible_mask());
	}
	return task;
}

// On the stack of the thread: it is there until the task is freed.
kthread *kthread_4_9::begin_kthread(threadfn_t fn, void *data)
{
	auto *self = allocate<kthread>(kthread::type, "kthread");

	self->threadfn = fn;
	self->data = data;
	init_completion(self->exited);
	init_completion(self->parked);
	current->worker_private.poke(self);
	current->vfork_done.write_unlocked(&self->exited, "kthread");
	return self;
}

void kthread_4_9::finish_kthread(kthread *self)
{
	int ret = -EINTR;

	if (!test_bit(KTHREAD_SHOULD_STOP, self->flags, "kthread")) {
		__kthread_parkme(self);
		ret = self->threadfn(self->data);
	}
	do_exit(ret);
}

int kthread_4_9::kthread_main(kthread_create_info *create)
{
	in_function here("kthread");
	kthread *self = begin_kthread(create->threadfn, create->data);
	completion *done = take_done(create, "kthread");

	if (!done) {
		kfree(create, "kthread");
		do_exit(-EINTR);
	}
	__set_current_state(TASK_UNINTERRUPTIBLE, "kthread");
	plain_write(create->result, current, "kthread");
	complete(*done);
	schedule();
	finish_kthread(self);
}

task_struct *kthread_4_9::kthread_create_on_cpu(threadfn_t fn, void *data, unsigned cpu,
						const char *format)
{
	in_function here;
	task_struct *p = kthread_6_1::kthread_create_on_cpu(fn, data, cpu, format);

	if (!IS_ERR(p))
		set_bit(KTHREAD_IS_PER_CPU, to_kthread(p)->flags);
	return p;
}

void kthread_4_9::smpboot_park_new_thread(task_struct *tsk, unsigned)
{
	kthread_park(tsk);
}

// ---- parking, stopping, ending ----

// Without a lock: it may exit right afterwards.
kthread *kthread_4_9::to_live_kthread(task_struct *k)
{
	check_live(k, "to_live_kthread");
	return k->vfork_done.read_unlocked("to_live_kthread") ? k->worker_private.look() : nullptr;
}

// A plain store of the state, which a waker that has seen the one before overwrites.
void kthread_4_9::park_in(kthread *self, unsigned state)
{
	constexpr const char *function = "__kthread_parkme";
	in_function here(function);

	__set_current_state(state, function);
	while (test_bit(KTHREAD_SHOULD_PARK, self->flags, function)) {
		if (!test_and_set_bit(KTHREAD_IS_PARKED, self->flags, function))
			complete(self->parked);
		schedule();
		__set_current_state(state, function);
	}
	clear_bit(KTHREAD_IS_PARKED, self->flags, function);
	__set_current_state(TASK_RUNNING, function);
}

void kthread_4_9::__kthread_parkme(kthread *self)
{
	park_in(self, TASK_PARKED);
}

int kthread_4_9::kthread_park(task_struct *k)
{
	in_function here;
	kthread *self = to_live_kthread(k);

	if (!self)
		return -ENOSYS;
	if (!test_bit(KTHREAD_IS_PARKED, self->flags)) {
		set_bit(KTHREAD_SHOULD_PARK, self->flags);
		if (k != current) {
			wake_up_process(k);
			wait_for_completion(self->parked);
			check_is_parked(k);
		}
	}
	return 0;
}

void kthread_4_9::__kthread_unpark(task_struct *k, kthread *self)
{
	clear_bit(KTHREAD_SHOULD_PARK, self->flags, "__kthread_unpark");
	// Taken back here, for nobody waits until the thread has left its park.
	if (!test_and_clear_bit(KTHREAD_IS_PARKED, self->flags, "__kthread_unpark"))
		return;
	if (test_bit(KTHREAD_IS_PER_CPU, self->flags, "__kthread_unpark"))
		__kthread_bind(k, plain_read(self->cpu), TASK_PARKED);
	wake_up_state(k, TASK_PARKED);
}

void kthread_4_9::kthread_unpark(task_struct *k)
{
	in_function here;

	if (kthread *self = to_live_kthread(k))
		__kthread_unpark(k, self);
}

int kthread_4_9::kthread_stop(task_struct *k)
{
	in_function here;

	check_live(k, "kthread_stop");
	trace_sched_kthread_stop(k);
	get_task_struct(k);
	if (kthread *self = to_live_kthread(k)) {
		set_bit(KTHREAD_SHOULD_STOP, self->flags);
		__kthread_unpark(k, self);
		wake_up_process(k);
		wait_for_completion(self->exited);
	}
	const int ret = k->exit_code;
	put_task_struct(k);
	trace_sched_kthread_stop_ret(ret);
	return ret;
}

void kthread_4_9::kthread_exit(long result)
{
	do_exit(static_cast<int>(result));
}

// ---- workers ----

// Whether somebody cancels the work is asked once, before the lock is given up for the timer.
bool kthread_4_9::kthread_mod_delayed_work(kthread_worker *worker, kthread_delayed_work *dwork,
					   unsigned long delay)
{
	in_function here;
	kthread_work *work = &dwork->work;
	bool ret = false;

	raw_spin_lock_irqsave(worker->lock);
	kthread_worker *const earlier = plain_read(work->worker);
	if (earlier) {
		WARN_ON_ONCE(earlier != worker, 0, { "the work belongs to another worker", work });
		if (work->canceling.seen_under(worker->lock))
			goto out;
		kthread_cancel_delayed_work_timer(work);
		ret = __kthread_cancel_work(work);
	}
	__kthread_queue_delayed_work(worker, dwork, delay);
out:
	raw_spin_unlock_irqrestore(worker->lock);
	return ret;
}

void kthread_4_9::kthread_delayed_work_expired(kthread_worker *worker, kthread_work *work)
{
	kthread_insert_work(worker, work, worker->work_list.under(worker->lock));
}

kthread_worker *kthread_4_9::__kthread_create_worker(int cpu, unsigned flags, const char *name)
{
	in_function here;
	auto *worker = kzalloc<kthread_worker>("kzalloc");

	if (!worker)
		return ERR_PTR<kthread_worker>(-ENOMEM);
	__kthread_init_worker(worker, name);
	task_struct *task =
		cpu >= 0 ? kthread_create_on_cpu(kernel::kthread_worker_fn, worker,
						 static_cast<unsigned>(cpu), name)
			 : __kthread_create_on_node(kernel::kthread_worker_fn, worker, NUMA_NO_NODE,
						    name);
	if (IS_ERR(task)) {
		kfree(worker);
		return ERR_PTR<kthread_worker>(PTR_ERR(task));
	}
	plain_write(worker->flags, flags);
	plain_write(worker->task, task);
	wake_up_process(task);
	return worker;
}

} // namespace kernel
