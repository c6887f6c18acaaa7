// SPDX-License-Identifier: GPL-2.0-only
// A lock for many readers that costs them little, and one writer that waits for all of them.
// It must not know what it protects.
#pragma once
#include "model/completion.hpp"

namespace kernel {

struct percpu_rw_semaphore {
	shared<int> read_count;	      // readers inside, those that are about to turn back too
	shared<int> block;	      // a writer is inside or waits: nobody else enters
	shared<task_struct *> writer; // who waits for the readers to leave
	wait_queue_head waiters;      // until `block` is gone

	static const sim::object_type type;
};

void percpu_init_rwsem(percpu_rw_semaphore &sem);
// May be taken again by who has it, but not once a writer waits: he waits for us, and we for him.
void percpu_down_read(percpu_rw_semaphore &sem, const char *function = __builtin_FUNCTION());
void percpu_up_read(percpu_rw_semaphore &sem, const char *function = __builtin_FUNCTION());
void percpu_down_write(percpu_rw_semaphore &sem, const char *function = __builtin_FUNCTION());
void percpu_up_write(percpu_rw_semaphore &sem);

} // namespace kernel
