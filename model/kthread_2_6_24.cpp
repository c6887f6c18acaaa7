// SPDX-License-Identifier: GPL-2.0-only
// kernel/kthread.c of Linux 2.6.24, where it differed from 2.6.36.
// It must not know other generations.
#include "model/kthread_2_6_24.hpp"
#include "model/boot.hpp"
#include "model/fork.hpp"

namespace kernel {

const char *kthread_2_6_24::name_of_global(const void *p) const
{
	return lies_in(kthread_stop_lock, p) ? "kthread_stop_lock"
	       : lies_in(stop_info, p)	     ? "kthread_stop_info"
					     : kthread_2_6_36::name_of_global(p);
}

void kthread_2_6_24::boot_lists()
{
	kthread_2_6_36::boot_lists();
	mutex_init(kthread_stop_lock);
	init_completion(stop_info.done);
}

// ---- creating ----

task_struct *kthread_2_6_24::__kthread_create_on_node(threadfn_t fn, void *data, int,
						      const char *name)
{
	in_function here("kthread_create");
	onstack_completion done;
	onstack_completion started;
	on_stack<kthread_create_info> create;

	create->threadfn = fn;
	create->data = data;
	create->done.poke(&*done);
	create->started = &*started;
	spin_lock(kthread_create_lock);
	list_add_tail(create->list, kthread_create_list.under(kthread_create_lock));
	wake_up_process(kthreadd_task);
	spin_unlock(kthread_create_lock);
	wait_for_completion(*done);
	task_struct *task = plain_read(create->result);
	if (!IS_ERR(task))
		name_thread(task, name);
	return task;
}

// kthreadd waits until the thread is there, and looks it up by its number.
void kthread_2_6_24::create_kthread(kthread_create_info *create)
{
	in_function here;
	const int pid = clone_kthread(create, nullptr);

	if (pid < 0) {
		plain_write(create->result, ERR_PTR<task_struct>(pid));
	} else {
		wait_for_completion(*create->started);
		plain_write(create->result, find_task_by_pid(pid));
	}
	complete(*create->done.peek());
}

int kthread_2_6_24::kthread_main(kthread_create_info *create)
{
	in_function here("kthread");
	const threadfn_t threadfn = create->threadfn;
	void *data = create->data;
	int ret = -EINTR;

	current->function = threadfn;
	current->argument = data;
	__set_current_state(TASK_UNINTERRUPTIBLE, "kthread");
	complete(*create->started);
	schedule();
	if (!kthread_should_stop())
		ret = threadfn(data);
	// It may have ended by itself: then nobody waits, yet.
	if (kthread_should_stop()) {
		plain_write(stop_info.err, ret, "kthread");
		complete(stop_info.done);
	}
	return 0;
}

void kthread_2_6_24::kthread_bind(task_struct *k, unsigned cpu)
{
	in_function here;

	check_live(k, "kthread_bind");
	if (WARN_ON(READ_ONCE(k->__state) != TASK_UNINTERRUPTIBLE, 0,
		    { "the thread is not where it can be bound", k }))
		return;
	wait_task_inactive(k, TASK_UNINTERRUPTIBLE);
	do_set_cpus_allowed(k, cpumask_of(cpu));
}

// ---- stopping ----

bool kthread_2_6_24::kthread_should_stop()
{
	return plain_read(stop_info.k) == current;
}

// The lock is held until the thread has ended: so nobody stops another meanwhile, not even the
// thread itself on its way there, and a thread that has left before is waited for in vain.
int kthread_2_6_24::kthread_stop(task_struct *k)
{
	in_function here;

	mutex_lock(kthread_stop_lock);
	// It may exit as soon as it is named.
	get_task_struct(k);
	init_completion(stop_info.done);
	plain_write(stop_info.k, k);
	wake_up_process(k);
	put_task_struct(k);
	wait_for_completion(stop_info.done);
	plain_write(stop_info.k, nullptr);
	const int ret = plain_read(stop_info.err);
	mutex_unlock(kthread_stop_lock);
	return ret;
}

void kthread_2_6_24::kthread_exit(long result)
{
	do_exit(static_cast<int>(result));
}

} // namespace kernel
