// SPDX-License-Identifier: GPL-2.0-only
// The kthreads of Rusty Russell's patch of November 2003 (Linux 2.6.0-test9): a thread has two
// functions, and one message slot serves all. It must not know what later kernels made of it.
#pragma once
#include "model/generation.hpp"
#include "model/semaphore.hpp"
#include "model/workqueue.hpp"

namespace kernel {

using threadfn_t = int (*)(void *data);

// What a thread is made of. It lies with its creator, who waits until the thread has a copy.
struct kthread_functions {
	threadfn_t initfn; // null: none
	threadfn_t corefn;
	void *data;
	char name[16];
};

// From a creator to keventd.
struct kthread_creation {
	plain<task_struct *> result;
	kthread_functions k;
	completion done;

	static const sim::object_type type;
};

// The one slot by which threads and those who control them talk.
struct kt_message {
	task_struct *from, *to;
	void *info; // to a thread: itself for "start", null for "stop"; back: itself, or null
};

struct kthread_2003_globals {
	semaphore kthread_control; // held by who talks to a thread, until he has the answer
	spinlock_t ktm_lock;
	guarded<kt_message> ktm; // ktm_lock
	plain<workqueue_struct *> keventd_wq;

	static const sim::object_type type;
};

// Every function is virtual. Errors come back as the kernel's errno values.
class kthread_2003 : public generation {
public:
	void boot(sim::machine &m, const boot_options &options) override;
	kthread_2003 *before_2004() override { return this; }
	bool bugs_on_pending_timer() const override { return true; }

	// A thread that waits to be started; or what the clone failed with, as an error pointer.
	virtual task_struct *kthread_create(threadfn_t initfn, threadfn_t corefn, void *data,
					    const char *name);
	// `k` if its initfn went well, else null.
	virtual task_struct *kthread_start(task_struct *k);
	// Both.
	virtual task_struct *kthread_run(threadfn_t initfn, threadfn_t corefn, void *data,
					 const char *name);
	// Always 0. Once for every thread, started or not.
	virtual int kthread_destroy(task_struct *k);

	// The kernel's own work queue.
	virtual bool keventd_up();
	virtual bool current_is_keventd();
	virtual int schedule_work(work_struct &work);
	virtual void flush_scheduled_work();
	virtual void init_workqueues();

protected:
	virtual void ktm_send(task_struct *to, void *info);
	virtual kt_message ktm_receive();
	virtual void *talk_to(task_struct *k, void *info); // the answer's info
	virtual void spawn_kthread(kthread_creation *kc);
	virtual int kthread_main(const kthread_functions *functions); // the kernel's kthread()

	kthread_2003_globals *globals_;

private:
	static int kthread_entry(void *functions);
	static void spawn_entry(void *creation);
};

} // namespace kernel
