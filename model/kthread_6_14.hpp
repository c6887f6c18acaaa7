// SPDX-License-Identifier: GPL-2.0-only
// What Linux 6.14 changed: threads prefer the CPUs of a node or of a mask, and a worker is created
// without being started. It must not know what later kernels made of it.
#pragma once
#include "model/kthread_worker.hpp"

namespace kernel {

struct affinity_mask {
	cpumask mask;

	static const sim::object_type type;
};

struct affine_kthread {
	kthread common; // first
	plain<int> started; // it was woken for the first time
	int node;	    // whose CPUs it prefers if nobody names others
	task_struct *task;
	list_head affinity_node;	   // (kthread_affinity_lock)
	affinity_mask *preferred_affinity; // null: none was named. Before it starts

	static const sim::object_type type;
};

class kthread_6_14 : public kthread_worker_api {
public:
	bool has_source_lines() const override { return false; }
	kthread_6_14 *since_6_14() override { return this; }

	bool set_kthread_struct(task_struct *p) override;
	void kthread_bind(task_struct *p, unsigned cpu) override;
	void kthread_bind_mask(task_struct *p, cpumask mask) override;
	[[noreturn]] void kthread_exit(long result) override;
	const cpuhp_step *kthreads_online_step() override;
	bool keeps(const task_struct *t, const void *object) override;
	const char *name_of_global(const void *p) const override;

	// The CPUs it shall run on where it can, before it is woken for the first time. 0,
	// -EINVAL: it was woken, -ENOMEM.
	virtual int kthread_affine_preferred(task_struct *p, cpumask mask);
	// Gives all threads what they prefer, now that a CPU has come. 0, -EINVAL.
	virtual int kthreads_online_cpu(unsigned cpu);

	// The thread of a created worker sleeps until wake_up_process(worker->task).
	kthread_worker *kthread_create_worker(unsigned flags, const char *name) override;
	// "%u" in `format` becomes the CPU's number.
	kthread_worker *kthread_create_worker_on_cpu(int cpu, unsigned flags,
						     const char *format) override;
	virtual kthread_worker *kthread_create_worker_on_node(unsigned flags, int node,
							      const char *name);
	virtual kthread_worker *kthread_run_worker(unsigned flags, const char *name);
	virtual kthread_worker *kthread_run_worker_on_cpu(int cpu, unsigned flags,
							  const char *format);

protected:
	void boot_lists() override;
	kthread *kzalloc_kthread() override;
	void reset_inherited() override;
	void woken_first(kthread *self) override;
	virtual void kthread_affine_node(affine_kthread &self);
	virtual cpumask kthread_fetch_affinity(const affine_kthread &k);
	// The end of what kthread_affine_node() and kthread_affine_preferred() began.
	void leave_affinity_list(affine_kthread &self, const char *function);
	void enter_affinity_list(affine_kthread &k, const char *function);

	mutex kthread_affinity_lock;	 // 6.14 calls it kthreads_hotplug_lock
	list_head kthread_affinity_list; // of affine_kthread (kthread_affinity_lock)
};

} // namespace kernel
