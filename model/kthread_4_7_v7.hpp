// SPDX-License-Identifier: GPL-2.0-only
// The worker patch set as it was posted in May 2016 (Mladek, v7, for 4.7-rc1). What became of it is
// 4.9: other names, and a worker is flushed once in place of drained. It must not know others.
#pragma once
#include "model/kthread_4_9.hpp"

namespace kernel {

class kthread_4_7_v7 : public kthread_4_9 {
public:
	kthread_4_7_v7 *v7() override { return this; }

	// Flushes it until nothing is queued; what its works queue is waited for too. Who runs
	// when it looks is not.
	virtual void drain_kthread_worker(kthread_worker *worker);
	void kthread_destroy_worker(kthread_worker *worker) override;
};

} // namespace kernel
