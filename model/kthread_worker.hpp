// SPDX-License-Identifier: GPL-2.0-only
// Kthread workers: threads that execute queued works, also after a delay. Linux 6.13's half of
// the API. It must not know JSON or a strategy.
#pragma once
#include "model/kthread.hpp"
#include "model/timer.hpp"

namespace kernel {

struct kthread_work;

// What a work calls, and the name that traces know it by. Outlives every work that uses it.
struct kthread_work_function {
	void (*call)(kthread_work *work, const kthread_work_function &function);
	const char *name;

	void operator()(kthread_work *work) const { call(work, *this); }
};
using kthread_work_func_t = const kthread_work_function *;

enum kthread_worker_flags : unsigned { KTW_FREEZABLE = 1 << 0 };

struct kthread_worker {
	plain<unsigned> flags; // KTW_*
	raw_spinlock_t lock;
	guarded<list_head> work_list;	      // lock; to be executed, first come first
	guarded<list_head> delayed_work_list; // lock; their timers run
	plain<task_struct *> task;	      // null: no thread yet, or not any more
	guarded<kthread_work *> current_work; // lock; until the thread takes the next
	char name[16];			      // for messages only

	static const sim::object_type type;
};

// In 2.6.36 a work counts how often it was queued and executed; unused since 3.6.
struct work_sequence {
	wait_queue_head done;
	shared<int> flushing;
	plain<int> queue_seq;
	plain<int> done_seq;
};

struct kthread_work {
	guarded<list_head> node; // worker->lock; linked: pending
	plain<kthread_work_func_t> func;
	plain<kthread_worker *> worker; // where it was queued last; null: never
	guarded<int> canceling;		// worker->lock; how many cancel it now
	const char
		*canceled_by; // who returned from canceling it, where somebody asks; since it was
		// queued last

	work_sequence sequence;

	static const sim::object_type type;
};

struct kthread_delayed_work {
	kthread_work work; // first: a work's address is its delayed work's
	timer_list timer;

	static const sim::object_type type;
};

// Completes its `done` when all that was queued before it has been executed.
struct kthread_flush_work {
	kthread_work work; // first
	completion done;
	task_struct *waiter; // for messages only

	static const sim::object_type type;
};

// Static initialisers: before anybody else can know the object, and no step of anybody. Their
// kinds with DEFINE_ are these too.
void KTHREAD_WORKER_INIT(kthread_worker &worker, const char *name);
void KTHREAD_WORK_INIT(kthread_work &work, kthread_work_func_t fn);
void KTHREAD_DELAYED_WORK_INIT(kthread_delayed_work &dwork, kthread_work_func_t fn);
// At run time; whoever still uses the object races with it.
void kthread_init_work(kthread_work *work, kthread_work_func_t fn);
void kthread_init_delayed_work(kthread_delayed_work *dwork, kthread_work_func_t fn);

// The next to be executed, off its list and current; null: there is none. By the worker's thread.
kthread_work *take_first_work(kthread_worker *worker, const char *function);

// Forgets who canceled it.
void note_queued(kthread_work *work);

// The thread function of workers, as kthread_create() takes it.
int kthread_worker_fn(void *worker_ptr);

// Virtual throughout, as kthread_api. Works and workers are pointers that must be valid, as the
// kernel's; errors come back as its errno values. Delays are jiffies.
class kthread_worker_api : public kthread_api {
public:
	bool has_source_lines() const override { return true; }
	kthread_worker_api *workers() override { return this; }

	virtual void __kthread_init_worker(kthread_worker *worker, const char *name);
	// 0, once the thread was told to stop. Works that are queued then stay queued.
	virtual int kthread_worker_fn(kthread_worker *worker);
	// Its thread has found no work.
	virtual void kthread_worker_idle();
	// A worker whose thread runs; or -ENOMEM, -EINTR as an error pointer.
	virtual kthread_worker *kthread_create_worker(unsigned flags, const char *name);
	virtual kthread_worker *kthread_create_worker_on_cpu(int cpu, unsigned flags,
							     const char *name);
	virtual void kthread_destroy_worker(kthread_worker *worker);
	// False: it was pending already, or is being canceled.
	virtual bool kthread_queue_work(kthread_worker *worker, kthread_work *work);
	virtual bool kthread_queue_delayed_work(kthread_worker *worker, kthread_delayed_work *dwork,
						unsigned long delay);
	// False: it was idle.
	virtual bool kthread_mod_delayed_work(kthread_worker *worker, kthread_delayed_work *dwork,
					      unsigned long delay);
	virtual void kthread_flush_work(kthread_work *work);
	virtual void kthread_flush_worker(kthread_worker *worker);
	// Whether it was pending.
	virtual bool kthread_cancel_work_sync(kthread_work *work);
	virtual bool kthread_cancel_delayed_work_sync(kthread_delayed_work *dwork);
	virtual void kthread_delayed_work_timer_fn(timer_list *t);

protected:
	virtual kthread_worker *__kthread_create_worker(int cpu, unsigned flags, const char *name);
	// The rest with worker->lock held.
	virtual bool queuing_blocked(kthread_worker *worker, kthread_work *work);
	virtual void kthread_insert_work_sanity_check(kthread_worker *worker, kthread_work *work);
	virtual void kthread_insert_work(kthread_worker *worker, kthread_work *work,
					 list_head &pos);
	virtual void __kthread_queue_delayed_work(kthread_worker *worker,
						  kthread_delayed_work *dwork, unsigned long delay);
	// Gives the lock up meanwhile, for the timer's callback needs it.
	virtual void kthread_cancel_delayed_work_timer(kthread_work *work);
	virtual bool __kthread_cancel_work(kthread_work *work);
	// Its timer has fired, and it is on no list any more.
	virtual void kthread_delayed_work_expired(kthread_worker *worker, kthread_work *work);

	// Without it.
	virtual bool __kthread_cancel_work_sync(kthread_work *work, bool is_dwork);
};

} // namespace kernel
