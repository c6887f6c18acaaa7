// SPDX-License-Identifier: GPL-2.0-only
// What Linux 4.9 did otherwise than 6.1: the struct of a thread lies on its stack, a thread parks
// without a special state, tasks freeze with a flag. It must not know other generations.
#pragma once
#include "model/kthread_6_1.hpp"

namespace kernel {

// Without a7c01fa93aeb, 26c7295be0c5, 1a7243ca4074, 6993d0fdbee0, 5fa54346caf6 and d71ba1649fa3,
// and with the park of 3.9. Its stack, and the struct there, goes with the task, as without
// CONFIG_THREAD_INFO_IN_TASK.
class kthread_4_9 : public kthread_6_1 {
public:
	task_struct *kthread_create_on_cpu(threadfn_t fn, void *data, unsigned cpu,
					   const char *format) override;
	int kthread_park(task_struct *k) override; // 0, -ENOSYS
	void kthread_unpark(task_struct *k) override;
	int kthread_stop(task_struct *k) override;
	[[noreturn]] void kthread_exit(long result) override;
	bool set_kthread_struct(task_struct *) override { return true; }

	bool frozen(task_struct *p, const char *function) override;
	bool freeze_task(task_struct *p) override;
	void __thaw_task(task_struct *p) override;
	bool __refrigerator(bool check_kthr_stop) override;

	bool kthread_mod_delayed_work(kthread_worker *worker, kthread_delayed_work *dwork,
				      unsigned long delay) override;

protected:
	task_struct *__kthread_create_on_node(threadfn_t fn, void *data, int node,
					      const char *name) override;
	void name_thread(task_struct *task, const char *name) override;
	int kthread_main(kthread_create_info *create) override;
	void __kthread_parkme(kthread *self) override;
	// The loop of a thread that parks, in the sleeping state of its time.
	void park_in(kthread *self, unsigned state);
	void smpboot_park_new_thread(task_struct *tsk, unsigned cpu) override;
	// Null: it has exited.
	virtual kthread *to_live_kthread(task_struct *k);
	virtual void __kthread_unpark(task_struct *k, kthread *self);
	// What the new thread does first, and last.
	kthread *begin_kthread(threadfn_t fn, void *data);
	[[noreturn]] void finish_kthread(kthread *self);

	kthread_worker *__kthread_create_worker(int cpu, unsigned flags, const char *name) override;
	void kthread_delayed_work_expired(kthread_worker *worker, kthread_work *work) override;
};

} // namespace kernel
