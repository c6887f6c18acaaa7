// SPDX-License-Identifier: GPL-2.0-only
// What Linux 6.1 did otherwise than 6.13: a thread gets its name when it is there.
// It must not know other generations.
#pragma once
#include "model/kthread_worker.hpp"

namespace kernel {

// Without 214e01ad4ed7 (unparks what was not parked), e16c7b07784f (a worker freezes in its
// sleeping state) and eb79fa7ea744 (a worker is destroyed without a look at its delayed works).
class kthread_6_1 : public kthread_worker_api {
public:
	bool has_source_lines() const override { return false; }
	void kthread_unpark(task_struct *k) override;
	void kthread_destroy_worker(kthread_worker *worker) override;
	unsigned msleep_jiffies(unsigned msecs) override;
	bool bugs_on_pending_timer() const override { return true; }
	void kthread_worker_idle() override;

protected:
	task_struct *__kthread_create_on_node(threadfn_t fn, void *data, int node,
					      const char *name) override;
	bool name_request(kthread_create_info *, const char *) override { return true; }
	// By its creator: the thread has kthreadd's name until then.
	virtual void name_thread(task_struct *task, const char *name);
};

} // namespace kernel
