// SPDX-License-Identifier: GPL-2.0-only
// What Linux 2.6.24 did otherwise than 2.6.36: one thread at a time can be stopped, by a global
// that names it, and there are no workers. It must not know other generations.
#pragma once
#include "model/kthread_2_6_36.hpp"

namespace kernel {

struct kthread_stop_info {
	shared<task_struct *> k;
	plain<int> err;
	completion done;
};

// Without 63706172f332: a thread has no struct of its own.
class kthread_2_6_24 : public kthread_2_6_36 {
public:
	kthread_worker_api *workers() override { return nullptr; }
	void kthread_bind(task_struct *k, unsigned cpu) override;
	bool kthread_should_stop() override;
	int kthread_stop(task_struct *k) override;
	[[noreturn]] void kthread_exit(long result) override;
	threadfn_t kthread_func(task_struct *task) override { return task->function; }
	void *kthread_data(task_struct *task) override { return task->argument; }
	void *kthread_probe_data(task_struct *task) override { return task->argument; }

	const char *name_of_global(const void *p) const override;

protected:
	void boot_lists() override;
	task_struct *__kthread_create_on_node(threadfn_t fn, void *data, int node,
					      const char *name) override;
	void create_kthread(kthread_create_info *create) override;
	int kthread_main(kthread_create_info *create) override;

	mutex kthread_stop_lock;
	kthread_stop_info stop_info; // the kernel's kthread_stop_info
};

} // namespace kernel
