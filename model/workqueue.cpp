// SPDX-License-Identifier: GPL-2.0-only
// Queueing, executing and flushing works, step by step as in kernel/workqueue.c of Linux 2.6.0.
// It must not know kthreads.
#include "model/workqueue.hpp"
#include <cstdio>
#include "model/boot.hpp"
#include "model/fork.hpp"
#include "model/sched.hpp"
#include "model/signal.hpp"

namespace kernel {

static void name_queue(const void *object, char *out, size_t bytes)
{
	snprintf(out, bytes, "%s", static_cast<const cpu_workqueue_struct *>(object)->name);
}

static const sim::object_field work_fields[] = { { "entry", offsetof(work_struct, entry) },
						 { "pending", offsetof(work_struct, pending) } };
const sim::object_type work_struct::type = { "work", work_fields, std::size(work_fields) };
static const sim::object_field queue_fields[] = {
	{ "lock", offsetof(cpu_workqueue_struct, lock) },
	{ "worklist", offsetof(cpu_workqueue_struct, worklist) },
	{ "insert_sequence", offsetof(cpu_workqueue_struct, insert_sequence) },
	{ "remove_sequence", offsetof(cpu_workqueue_struct, remove_sequence) },
	{ "more_work", offsetof(cpu_workqueue_struct, more_work) },
	{ "work_done", offsetof(cpu_workqueue_struct, work_done) },
};
const sim::object_type cpu_workqueue_struct::type = { "work queue", queue_fields,
						      std::size(queue_fields), name_queue };
const sim::object_type workqueue_struct::type = { "workqueue" };

void INIT_WORK(work_struct &work, void (*func)(void *data), void *data)
{
	work.pending.poke(0);
	INIT_LIST_HEAD(work.entry);
	work.func = func;
	work.data = data;
}

// ---- queueing ----

static void __queue_work(cpu_workqueue_struct &cwq, work_struct &work)
{
	raw_spin_lock_irqsave(cwq.lock);
	list_add_tail(work.entry, cwq.worklist.under(cwq.lock));
	cwq.insert_sequence.under(cwq.lock)++;
	wake_up(cwq.more_work, TASK_NORMAL, 0);
	raw_spin_unlock_irqrestore(cwq.lock);
}

static bool test_and_set_pending(work_struct &work)
{
	return work.pending.update(
		[](unsigned long &bits) {
			const bool was_set = bits & 1;

			bits |= 1;
			return was_set;
		},
		{ "queue_work", "test_and_set_bit" });
}

int queue_work(workqueue_struct &wq, work_struct &work)
{
	in_function here;
	int ret = 0;

	preempt_disable();
	if (!test_and_set_pending(work)) {
		__queue_work(*wq.cpu_wq[smp_processor_id()], work);
		ret = 1;
	}
	preempt_enable();
	return ret;
}

static void flush_cpu(cpu_workqueue_struct &cwq)
{
	on_stack<wait_entry> w{ "flush_workqueue" };

	INIT_LIST_HEAD(w->node);
	raw_spin_lock_irq(cwq.lock);
	const unsigned long needed = cwq.insert_sequence.seen_under(cwq.lock);
	while (needed > cwq.remove_sequence.seen_under(cwq.lock)) {
		prepare_to_wait(cwq.work_done, *w, TASK_UNINTERRUPTIBLE);
		raw_spin_unlock_irq(cwq.lock);
		schedule();
		raw_spin_lock_irq(cwq.lock);
	}
	finish_wait(cwq.work_done, *w);
	raw_spin_unlock_irq(cwq.lock);
}

void flush_workqueue(workqueue_struct &wq)
{
	in_function here;

	might_sleep();
	for (unsigned cpu = 0; cpu < machine().config().cpus; cpu++)
		flush_cpu(*wq.cpu_wq[cpu]);
}

// ---- executing ----

static void run_workqueue(cpu_workqueue_struct &cwq)
{
	in_function here;

	raw_spin_lock_irqsave(cwq.lock);
	while (!list_empty(cwq.worklist.under(cwq.lock))) {
		auto &work = *reinterpret_cast<work_struct *>(cwq.worklist.peek().next);
		void (*const func)(void *) = work.func;
		void *const data = work.data;

		list_del_init(work.entry);
		raw_spin_unlock_irqrestore(cwq.lock);
		clear_bit(0, work.pending);
		// From here on the work may be queued again, or be gone.
		func(data);
		raw_spin_lock_irqsave(cwq.lock);
		cwq.remove_sequence.under(cwq.lock)++;
		wake_up(cwq.work_done, TASK_NORMAL, 0);
	}
	raw_spin_unlock_irqrestore(cwq.lock);
}

static int execute_works(void *queue)
{
	in_function here("worker_thread");
	auto &cwq = *static_cast<cpu_workqueue_struct *>(queue);

	for (;;) {
		on_stack<wait_entry> w{ "worker_thread" };

		set_current_state(TASK_INTERRUPTIBLE);
		add_wait_queue(cwq.more_work, *w);
		// Unlocked, as the look below. Its other side queues first and wakes afterwards.
		if (list_empty(cwq.worklist.read_unlocked()))
			schedule();
		else
			set_current_state(TASK_RUNNING);
		remove_wait_queue(cwq.more_work, *w);
		if (!list_empty(cwq.worklist.read_unlocked()))
			run_workqueue(cwq);
	}
}

// ---- its threads ----

namespace {

struct startup_t {
	cpu_workqueue_struct *cwq;
	completion done;

	static const sim::object_type type;
};

} // namespace

static const sim::object_field startup_fields[] = { { "done", offsetof(startup_t, done) } };
const sim::object_type startup_t::type = { "startup", startup_fields, 1 };

static int worker_thread(void *data)
{
	auto &startup = *static_cast<startup_t *>(data);
	cpu_workqueue_struct &cwq = *startup.cwq;

	set_task_comm(current, cwq.name);
	block_signals();
	flush_signals(current);
	cwq.thread = current;
	complete(startup.done);
	return execute_works(&cwq);
}

static cpu_workqueue_struct &make_queue(const char *name, unsigned cpu, const char *function)
{
	auto &cwq = *allocate<cpu_workqueue_struct>(cpu_workqueue_struct::type, function);

	snprintf(cwq.name, sizeof(cwq.name), "%.10s/%u", name, cpu);
	INIT_LIST_HEAD(cwq.worklist.under_construction());
	init_waitqueue_head(cwq.more_work);
	init_waitqueue_head(cwq.work_done);
	return cwq;
}

// The kernel's thread moves itself to its CPU, for which every CPU has another thread; here it is
// cloned to where it belongs.
static int create_workqueue_thread(cpu_workqueue_struct &cwq, unsigned cpu)
{
	in_function here;
	on_stack<startup_t> startup{};

	startup->cwq = &cwq;
	init_completion(startup->done);
	const int pid = kernel_clone(
		{ worker_thread, &*startup, nullptr, true, NUMA_NO_NODE, cpumask_of(cpu) });
	if (pid >= 0)
		wait_for_completion(startup->done);
	return pid;
}

workqueue_struct *create_workqueue(const char *name)
{
	in_function here;
	auto *wq = allocate<workqueue_struct>(workqueue_struct::type, "create_workqueue");

	for (unsigned cpu = 0; cpu < machine().config().cpus; cpu++) {
		wq->cpu_wq[cpu] = &make_queue(name, cpu, "create_workqueue");
		// Its only caller does not survive that, so that nothing is taken back.
		if (create_workqueue_thread(*wq->cpu_wq[cpu], cpu) < 0)
			return nullptr;
	}
	return wq;
}

workqueue_struct &boot_workqueue(const char *name, int first_pid)
{
	auto &wq = *allocate<workqueue_struct>(workqueue_struct::type, "boot");

	for (unsigned cpu = 0; cpu < machine().config().cpus; cpu++) {
		cpu_workqueue_struct &cwq = make_queue(name, cpu, "boot");
		auto *w = allocate<wait_entry>(wait_entry::type, "boot");
		const kernel_clone_args args = { execute_works, &cwq, cwq.name,
						 true,		cpu_to_node(cpu) };
		task_struct *t = make_system_thread(args, first_pid + static_cast<int>(cpu));

		t->cpus_mask.poke(cpumask_of(cpu));
		t->context->cpu = static_cast<sim::cpu_id>(cpu);
		t->ignored.under_construction() = 0;
		t->blocked.under_construction() = ~uint64_t{ 0 };
		w->task = t; // taken off by the first wakeup
		list_add(w->node, cwq.more_work.waiters);
		cwq.thread = t;
		wq.cpu_wq[cpu] = &cwq;
	}
	return wq;
}

bool is_thread_of(const workqueue_struct &wq, const task_struct *p)
{
	for (unsigned cpu = 0; cpu < machine().config().cpus; cpu++)
		if (wq.cpu_wq[cpu]->thread == p)
			return true;
	return false;
}

} // namespace kernel
