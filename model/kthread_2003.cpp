// SPDX-License-Identifier: GPL-2.0-only
// kernel/kthread.c as it was first proposed: threads are made by keventd, and hear and answer
// through one message slot. It must not know JSON, scenarios or a strategy.
#include "model/kthread_2003.hpp"
#include <cstdio>
#include "model/boot.hpp"
#include "model/fork.hpp"
#include "model/sched.hpp"
#include "model/signal.hpp"

namespace kernel {

static const sim::object_field creation_fields[] = {
	{ "result", offsetof(kthread_creation, result) },
	{ "k", offsetof(kthread_creation, k) },
	{ "done", offsetof(kthread_creation, done) },
};
const sim::object_type kthread_creation::type = { "kc", creation_fields,
						  std::size(creation_fields) };
// Globals are known by their own names.
static const sim::object_field global_fields[] = {
	{ "kthread_control", offsetof(kthread_2003_globals, kthread_control) },
	{ "ktm_lock", offsetof(kthread_2003_globals, ktm_lock) },
	{ "ktm", offsetof(kthread_2003_globals, ktm) },
	{ "keventd_wq", offsetof(kthread_2003_globals, keventd_wq) },
};
const sim::object_type kthread_2003_globals::type = { "", global_fields, std::size(global_fields) };

void kthread_2003::boot(sim::machine &m, const boot_options &options)
{
	// Behind init, and migration and ksoftirqd of every CPU, which have nothing to do here.
	const int first_pid = 2 + 2 * static_cast<int>(m.config().cpus);

	globals_ = allocate<kthread_2003_globals>(kthread_2003_globals::type, "boot");
	sema_init(globals_->kthread_control, 1);
	if (!options.before_keventd)
		globals_->keventd_wq.poke(&boot_workqueue("events", first_pid));
}

// ---- the slot ----

void kthread_2003::ktm_send(task_struct *to, void *info)
{
	in_function here;
	spinlock_t &lock = globals_->ktm_lock;

	spin_lock(lock);
	globals_->ktm.under(lock) = { current, to, info };
	if (to)
		wake_up_process(to);
	spin_unlock(lock);
}

// Interruptible: one who has a signal does not sleep here, but looks again and again.
kt_message kthread_2003::ktm_receive()
{
	in_function here;
	spinlock_t &lock = globals_->ktm_lock;

	for (;;) {
		spin_lock(lock);
		if (globals_->ktm.under(lock).to == current)
			break;
		__set_current_state(TASK_INTERRUPTIBLE);
		spin_unlock(lock);
		schedule();
	}
	const kt_message m = globals_->ktm.under(lock);
	spin_unlock(lock);
	return m;
}

// ---- the thread ----

int kthread_2003::kthread_entry(void *functions)
{
	auto &self = *the_kernel().kthreads->before_2004();

	return self.kthread_main(static_cast<const kthread_functions *>(functions));
}

int kthread_2003::kthread_main(const kthread_functions *functions)
{
	in_function here("kthread");

	check_live(functions, "kthread");
	kthread_functions k = *functions;
	int ret = 0;

	set_task_comm(current, k.name);
	block_signals();
	flush_signals(current);
	// Whoever spawned us has put himself there, and nobody else talks now: no lock.
	ktm_send(static_cast<task_struct *>(globals_->ktm.read_unlocked("kthread").info), current);

	// To be started, or destroyed at once.
	kt_message m = ktm_receive();
	if (!m.info || (k.initfn && (ret = k.initfn(k.data)) < 0))
		goto stop;
	ktm_send(m.from, current);
	for (;;) {
		// One that failed is not called again, and so sets no state to sleep in any more.
		if (k.corefn && (ret = k.corefn(k.data)) < 0)
			k.corefn = nullptr;
		spin_lock(globals_->ktm_lock, "kthread");
		m = globals_->ktm.under(globals_->ktm_lock, "kthread");
		spin_unlock(globals_->ktm_lock, "kthread");
		if (m.to == current && !m.info)
			break;
		schedule();
	}
stop:
	// To who destroys it, or to who wanted to start it: he cannot tell an error from this.
	ktm_send(m.from, nullptr);
	return ret;
}

// ---- keventd makes it ----

void kthread_2003::spawn_entry(void *creation)
{
	auto &self = *the_kernel().kthreads->before_2004();

	self.spawn_kthread(static_cast<kthread_creation *>(creation));
}

void kthread_2003::spawn_kthread(kthread_creation *kc)
{
	in_function here;

	// So that the child finds out who its parent is.
	ktm_send(nullptr, current);
	const int pid = kernel_clone({ kthread_entry, &kc->k, nullptr, true, NUMA_NO_NODE });
	if (pid < 0) {
		plain_write(kc->result, ERR_PTR<task_struct>(pid));
	} else {
		// It tells us who it is.
		plain_write(kc->result, static_cast<task_struct *>(ktm_receive().info));
	}
	complete(kc->done);
}

task_struct *kthread_2003::kthread_create(threadfn_t initfn, threadfn_t corefn, void *data,
					  const char *name)
{
	in_function here;
	on_stack<kthread_creation> kc{};
	on_stack<work_struct> work{};

	INIT_WORK(*work, spawn_entry, &*kc);
	kc->k = { initfn, corefn, data, {} };
	snprintf(kc->k.name, sizeof(kc->k.name), "%s", name);
	init_completion(kc->done);
	down(globals_->kthread_control);
	if (!keventd_up()) {
		work->func(work->data);
	} else {
		// If this is keventd's thread itself, it waits for itself.
		schedule_work(*work);
		wait_for_completion(kc->done);
	}
	up(globals_->kthread_control);
	return plain_read(kc->result);
}

// ---- talking to it ----

void *kthread_2003::talk_to(task_struct *k, void *info)
{
	down(globals_->kthread_control);
	ktm_send(k, info);
	// Until it answers, also while its initfn runs.
	const kt_message m = ktm_receive();
	up(globals_->kthread_control);
	return m.info;
}

task_struct *kthread_2003::kthread_start(task_struct *k)
{
	in_function here;

	return static_cast<task_struct *>(talk_to(k, k));
}

task_struct *kthread_2003::kthread_run(threadfn_t initfn, threadfn_t corefn, void *data,
				       const char *name)
{
	in_function here;
	task_struct *k = kthread_create(initfn, corefn, data, name);

	return IS_ERR(k) ? k : kthread_start(k);
}

int kthread_2003::kthread_destroy(task_struct *k)
{
	in_function here;

	return static_cast<int>(PTR_ERR(talk_to(k, nullptr)));
}

// ---- keventd ----

bool kthread_2003::keventd_up()
{
	return plain_read(globals_->keventd_wq);
}

static workqueue_struct &must_be_up(workqueue_struct *wq, const char *function)
{
	if (!wq)
		bug(function, "there is no keventd yet");
	return *wq;
}

bool kthread_2003::current_is_keventd()
{
	return is_thread_of(must_be_up(plain_read(globals_->keventd_wq), "current_is_keventd"),
			    current);
}

int kthread_2003::schedule_work(work_struct &work)
{
	in_function here;

	return queue_work(must_be_up(plain_read(globals_->keventd_wq), "schedule_work"), work);
}

void kthread_2003::flush_scheduled_work()
{
	in_function here;

	flush_workqueue(must_be_up(plain_read(globals_->keventd_wq), "flush_scheduled_work"));
}

void kthread_2003::init_workqueues()
{
	in_function here;

	plain_write(globals_->keventd_wq, create_workqueue("events"));
	must_be_up(globals_->keventd_wq.peek(), "init_workqueues");
}

} // namespace kernel
