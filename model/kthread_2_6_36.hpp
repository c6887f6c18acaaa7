// SPDX-License-Identifier: GPL-2.0-only
// What Linux 2.6.36 did otherwise than 3.8: threads do not park, and who flushes a work counts how
// often it was queued and executed. It must not know other generations.
#pragma once
#include "model/kthread_3_8.hpp"

namespace kernel {

class kthread_2_6_36 : public kthread_3_8 {
public:
	task_struct *kthread_create(threadfn_t fn, void *data, const char *name) override;
	bool kthread_should_stop() override;
	int kthread_stop(task_struct *k) override;

	// Who flushes a work, and who executes it: the sequences, and the state of the thread.
	bool looks_into_sections() const override { return true; }
	int kthread_worker_fn(kthread_worker *worker) override;
	bool kthread_queue_work(kthread_worker *worker, kthread_work *work) override;
	void kthread_flush_work(kthread_work *work) override;

protected:
	int kthread_main(kthread_create_info *create) override;
	// After it was executed: the work must still be there.
	virtual void work_was_executed(kthread_work *work);
};

} // namespace kernel
