// SPDX-License-Identifier: GPL-2.0-only
// What Linux 3.8 did otherwise than 4.9: a creator waits for its thread whatever happens, and a
// parked thread sleeps as any other. It must not know other generations.
#pragma once
#include "model/kthread_4_9.hpp"

namespace kernel {

// Without f2530dc71cf0 (TASK_PARKED), 786235eeba0e (killable creation) and a65d40961dc7. Workers
// have neither delayed works nor functions that make or cancel anything.
class kthread_3_8 : public kthread_4_9 {
public:
	void kthread_bind(task_struct *p, unsigned cpu) override;
	task_struct *kthread_create_on_cpu(threadfn_t fn, void *data, unsigned cpu,
					   const char *format) override;
	int kthread_park(task_struct *k) override;
	void kthread_unpark(task_struct *k) override;
	int kthread_stop(task_struct *k) override;

protected:
	task_struct *__kthread_create_on_node(threadfn_t fn, void *data, int node,
					      const char *name) override;
	void create_kthread(kthread_create_info *create) override;
	int kthread_main(kthread_create_info *create) override;
	void __kthread_parkme(kthread *self) override;
	void __kthread_bind(task_struct *p, unsigned cpu, unsigned) override;
	void smpboot_park_new_thread(task_struct *, unsigned) override {}
	void smpboot_call_create(smp_hotplug_thread *ht, unsigned cpu, task_struct *tsk) override;
	// Takes a reference; null: it has exited.
	kthread *task_get_live_kthread(task_struct *k);

	void kthread_insert_work_sanity_check(kthread_worker *, kthread_work *) override {}
	void kthread_insert_work(kthread_worker *worker, kthread_work *work,
				 list_head &pos) override;
};

} // namespace kernel
