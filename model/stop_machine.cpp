// SPDX-License-Identifier: GPL-2.0-only
// Stoppers, and how all CPUs come to a stop in step.
// It must not know who needs that.
#include "model/stop_machine.hpp"
#include <cstdio>
#include "model/boot.hpp"
#include "model/cpu.hpp"
#include "model/sched.hpp"

namespace kernel {

static void name_stopper(const void *object, char *out, size_t bytes)
{
	snprintf(out, bytes, "cpu%u.stopper", static_cast<const cpu_stopper *>(object)->cpu);
}

static const sim::object_field stopper_fields[] = {
	{ "lock", offsetof(cpu_stopper, lock) },
	{ "enabled", offsetof(cpu_stopper, enabled) },
};
static const sim::object_field done_fields[] = {
	{ "nr_todo", offsetof(cpu_stop_done, nr_todo) },
	{ "done", offsetof(cpu_stop_done, done) },
};
const sim::object_type cpu_stopper::type = { "stopper", stopper_fields, 2, name_stopper };
const sim::object_type cpu_stop_done::type = { "cpu_stop_done", done_fields, 2 };
static const sim::object_field stop_machine_fields[] = {
	{ "stop_cpus_mutex", offsetof(stop_machine_state, stop_cpus_mutex) },
};
const sim::object_type stop_machine_state::type = { "stop_machine", stop_machine_fields, 1 };

static cpu_stopper &stopper_of(unsigned cpu)
{
	return *the_kernel().stoppers->stopper[cpu];
}

static task_struct *thread_of(unsigned cpu)
{
	return READ_ONCE(the_kernel().stoppers->threads.store[cpu], "cpu_stopper");
}

// ---- queueing ----

static void cpu_stop_signal_done(cpu_stop_done &done)
{
	if (atomic_add_return(-1, done.nr_todo) == 0)
		complete(done.done);
}

// A stopper that is parked runs nothing: who waits is told so at once.
static bool cpu_stop_queue_work(unsigned cpu, cpu_stop_work &work)
{
	cpu_stopper &stopper = stopper_of(cpu);

	preempt_disable();
	raw_spin_lock_irqsave(stopper.lock);
	const bool enabled = READ_ONCE(stopper.enabled);
	if (enabled)
		list_add_tail(work.list, stopper.works.under(stopper.lock));
	else if (work.done)
		cpu_stop_signal_done(*work.done);
	raw_spin_unlock_irqrestore(stopper.lock);
	if (enabled)
		wake_up_process(thread_of(cpu));
	preempt_enable();
	return enabled;
}

static bool cpu_stop_queue_move(unsigned cpu, cpu_stop_work &work)
{
	cpu_stopper &stopper = stopper_of(cpu);
	sim::cpu &there = machine().cpu_of(static_cast<sim::cpu_id>(cpu));

	raw_spin_lock_irqsave(stopper.lock);
	const bool enabled = READ_ONCE(stopper.enabled);
	if (enabled) {
		list_add_tail(work.list, stopper.moves.under(stopper.lock));
		machine().raise(there, sim::IRQ_SWITCH);
	}
	raw_spin_unlock_irqrestore(stopper.lock);
	return enabled;
}

bool stop_one_cpu_nowait(unsigned cpu, cpu_stop_fn_t fn, void *arg, cpu_stop_work &work)
{
	work.fn = fn;
	work.arg = arg;
	work.done = nullptr;
	return machine().free() ? cpu_stop_queue_move(cpu, work) : cpu_stop_queue_work(cpu, work);
}

// ---- the thread ----

static bool cpu_stop_should_run(smp_hotplug_thread &, unsigned cpu)
{
	cpu_stopper &stopper = stopper_of(cpu);

	raw_spin_lock_irqsave(stopper.lock);
	const bool run = !list_empty(stopper.works.under(stopper.lock));
	raw_spin_unlock_irqrestore(stopper.lock);
	return run;
}

static cpu_stop_work *next_work(cpu_stopper &stopper, guarded<list_head> &list)
{
	cpu_stop_work *work = nullptr;

	raw_spin_lock_irqsave(stopper.lock);
	list_head &works = list.under(stopper.lock);
	if (!list_empty(works)) {
		work = reinterpret_cast<cpu_stop_work *>(works.next);
		list_del_init(work->list);
	}
	raw_spin_unlock_irqrestore(stopper.lock);
	return work;
}

void cpu_stop_run_moves(unsigned cpu)
{
	cpu_stopper &stopper = stopper_of(cpu);

	while (const cpu_stop_work *work = next_work(stopper, stopper.moves))
		work->fn(work->arg);
}

static void cpu_stopper_thread(smp_hotplug_thread &, unsigned cpu)
{
	in_function here;

	cpu_stopper &stopper = stopper_of(cpu);

	while (const cpu_stop_work *work = next_work(stopper, stopper.works)) {
		// The work may be gone once it has run.
		cpu_stop_done *done = work->done;

		preempt_disable();
		const int ret = work->fn(work->arg);
		if (done) {
			if (ret)
				done->ret = ret;
			cpu_stop_signal_done(*done);
		}
		preempt_enable();
	}
}

static void cpu_stop_create(smp_hotplug_thread &ht, unsigned cpu)
{
	sched_set_stop_task(ht.store[cpu].peek());
}

static void cpu_stop_park(smp_hotplug_thread &, unsigned cpu)
{
	WARN_ON(!list_empty(stopper_of(cpu).works.peek()), 0, "works are left", "cpu_stop_park");
}

void sched_set_stop_task(task_struct *stop)
{
	stop->prio = 0; // so it looks; it goes before those that really have it
	stop->policy.poke(SCHED_FIFO);
	machine().set_priority(*stop->context, sim::PRIO_STOP);
}

stop_machine_state &init_stop_machine()
{
	auto *s = allocate<stop_machine_state>(stop_machine_state::type, "boot");

	mutex_init(s->stop_cpus_mutex);
	for (unsigned cpu = 0; cpu < machine().config().cpus; cpu++) {
		s->stopper[cpu] = allocate<cpu_stopper>(cpu_stopper::type, "boot");
		s->stopper[cpu]->cpu = cpu;
		s->stopper[cpu]->enabled.poke(true);
		INIT_LIST_HEAD(s->stopper[cpu]->works.under_construction());
		INIT_LIST_HEAD(s->stopper[cpu]->moves.under_construction());
	}
	s->threads.store = alloc_percpu_store();
	s->threads.thread_comm = "migration/%u";
	s->threads.thread_should_run = cpu_stop_should_run;
	s->threads.thread_fn = cpu_stopper_thread;
	s->threads.create = cpu_stop_create;
	s->threads.park = cpu_stop_park;
	s->threads.selfparking = true;
	return *s;
}

void stop_machine_park(unsigned cpu)
{
	// Without its lock: what is queued meanwhile is still run before the thread parks.
	WRITE_ONCE(stopper_of(cpu).enabled, false);
	the_kernel().api->kthread_park(thread_of(cpu));
}

void stop_machine_unpark(unsigned cpu)
{
	WRITE_ONCE(stopper_of(cpu).enabled, true);
	the_kernel().api->kthread_unpark(thread_of(cpu));
}

// ---- all CPUs in step ----

namespace {

enum multi_stop_phase : int {
	MULTI_STOP_NONE,
	MULTI_STOP_PREPARE, // all are there
	MULTI_STOP_DISABLE_IRQ,
	MULTI_STOP_RUN,
	MULTI_STOP_EXIT,
};

struct multi_stop_data {
	cpu_stop_fn_t fn;
	void *arg;
	unsigned active_cpu;
	int num_threads;
	shared<int> state;
	shared<int> thread_ack; // how many have yet to do what `state` says

	static const sim::object_type type;
};

const sim::object_field multi_stop_fields[] = {
	{ "state", offsetof(multi_stop_data, state) },
	{ "thread_ack", offsetof(multi_stop_data, thread_ack) },
};
const sim::object_type multi_stop_data::type = { "multi_stop_data", multi_stop_fields, 2 };

void set_state(multi_stop_data &msdata, int state)
{
	WRITE_ONCE(msdata.thread_ack, msdata.num_threads);
	WRITE_ONCE(msdata.state, state);
}

// The last one to have done it leads on.
int multi_cpu_stop(void *data)
{
	in_function here;
	auto &msdata = *static_cast<multi_stop_data *>(data);
	int err = 0;

	for (int state = MULTI_STOP_NONE; state != MULTI_STOP_EXIT;) {
		msdata.state.wait_until([state](int now) { return now != state; },
					{ "multi_cpu_stop", "wait for" });
		state = msdata.state.peek();
		if (state == MULTI_STOP_DISABLE_IRQ)
			local_irq_disable();
		if (state == MULTI_STOP_RUN && smp_processor_id() == msdata.active_cpu)
			err = msdata.fn(msdata.arg);
		if (atomic_add_return(-1, msdata.thread_ack) == 0 && state != MULTI_STOP_EXIT)
			set_state(msdata, state + 1);
	}
	local_irq_enable();
	return err;
}

} // namespace

int stop_machine_cpuslocked(cpu_stop_fn_t fn, void *arg, unsigned cpu)
{
	in_function here;
	stop_machine_state &s = *the_kernel().stoppers;
	on_stack<multi_stop_data> msdata;
	on_stack<cpu_stop_done> done;
	const cpumask online = cpu_online_mask();

	msdata->fn = fn;
	msdata->arg = arg;
	msdata->active_cpu = cpu;
	for (unsigned i = 0; i < machine().config().cpus; i++)
		msdata->num_threads += online >> i & 1;
	set_state(*msdata, MULTI_STOP_PREPARE);

	mutex_lock(s.stop_cpus_mutex);
	init_completion(done->done);
	done->nr_todo.poke(msdata->num_threads);
	// Not preempted by a stopper that waits for one that has not been woken yet.
	preempt_disable();
	for (unsigned i = 0; i < machine().config().cpus; i++) {
		if (!(online >> i & 1))
			continue;
		cpu_stop_work &work = stopper_of(i).stop_work;

		work.fn = multi_cpu_stop;
		work.arg = &*msdata;
		work.done = &*done;
		cpu_stop_queue_work(i, work);
	}
	preempt_enable();
	wait_for_completion(done->done);
	mutex_unlock(s.stop_cpus_mutex);
	return done->ret;
}

} // namespace kernel
