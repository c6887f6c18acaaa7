// SPDX-License-Identifier: GPL-2.0-only
// Threads of smpboot: created parked, unparked and parked with their CPU, stopped at the end.
// It must not know JSON, scenarios or a strategy, nor how CPUs come and go.
#include "model/smpboot.hpp"
#include <cstdio>
#include "model/boot.hpp"
#include "model/cpu.hpp"
#include "model/kthread.hpp"
#include "model/sched.hpp"
#include "model/stop_machine.hpp"

namespace kernel {

const sim::object_type smp_hotplug_thread::type = { "smp_hotplug_thread" };
const sim::object_type smpboot_thread_data::type = { "smpboot_thread_data" };

shared<task_struct *> *alloc_percpu_store()
{
	static constexpr sim::object_type type = { "store" };

	return static_cast<shared<task_struct *> *>(machine().allocate(
		&type, machine().config().cpus * sizeof(shared<task_struct *>), "percpu"));
}

// ---- the thread ----

int kthread_api::smpboot_entry(void *td)
{
	return the_kernel().api->smpboot_thread_fn(static_cast<smpboot_thread_data *>(td));
}

static void bug_on_wrong_cpu(const smpboot_thread_data &td)
{
	char text[200];

	if (td.cpu == smp_processor_id())
		return;
	snprintf(text, sizeof(text), "kernel BUG in smpboot_thread_fn: %s of CPU %u runs on CPU %u",
		 current->comm, td.cpu, smp_processor_id());
	machine().fail(sim::finding_kind::wrong_cpu, "smpboot_thread_fn", text);
}

int kthread_api::smpboot_thread_fn(smpboot_thread_data *td)
{
	in_function here;
	smp_hotplug_thread &ht = *td->ht;

	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		// Until it is certain that this is the right CPU, and that it stays so.
		preempt_disable();
		if (kthread_should_stop()) {
			__set_current_state(TASK_RUNNING);
			preempt_enable();
			// Only who was set up is cleaned up.
			if (ht.cleanup && td->status != HP_THREAD_NONE)
				ht.cleanup(ht, td->cpu, cpu_online(td->cpu));
			kfree(td);
			return 0;
		}
		if (kthread_should_park()) {
			__set_current_state(TASK_RUNNING);
			preempt_enable();
			if (ht.park && td->status == HP_THREAD_ACTIVE) {
				bug_on_wrong_cpu(*td);
				ht.park(ht, td->cpu);
				td->status = HP_THREAD_PARKED;
			}
			kthread_parkme();
			continue; // woken to run, or to stop
		}
		bug_on_wrong_cpu(*td);
		if (td->status != HP_THREAD_ACTIVE) {
			const auto callback = td->status == HP_THREAD_NONE ? ht.setup : ht.unpark;

			__set_current_state(TASK_RUNNING);
			preempt_enable();
			if (callback)
				callback(ht, td->cpu);
			td->status = HP_THREAD_ACTIVE;
			continue;
		}
		if (ht.thread_should_run(ht, td->cpu)) {
			__set_current_state(TASK_RUNNING);
			preempt_enable();
			ht.thread_fn(ht, td->cpu);
		} else {
			preempt_enable_no_resched();
			schedule();
		}
	}
}

// ---- one CPU ----

void kthread_api::cpuhp_online_idle(unsigned cpu)
{
	stop_machine_unpark(cpu);
}

// Before its function begins, so that it can start on its CPU once that is there.
void kthread_api::smpboot_park_new_thread(task_struct *tsk, unsigned cpu)
{
	kthread_set_per_cpu(tsk, static_cast<int>(cpu));
	kthread_park(tsk);
}

// Who changes its scheduling class in create() wants it off the CPU.
void kthread_api::smpboot_call_create(smp_hotplug_thread *ht, unsigned cpu, task_struct *tsk)
{
	if (!ht->create)
		return;
	if (!WARN_ON(!wait_task_inactive(tsk, TASK_PARKED), 0,
		     { "the new thread is not parked", tsk }, "__smpboot_create_thread"))
		ht->create(*ht, cpu);
}

int kthread_api::__smpboot_create_thread(smp_hotplug_thread *ht, unsigned cpu)
{
	in_function here;

	// It may be here from an earlier time of this CPU, parked.
	if (READ_ONCE(ht->store[cpu]))
		return 0;
	auto *td = kzalloc<smpboot_thread_data>("kzalloc_node");
	if (!td)
		return -ENOMEM;
	td->cpu = cpu;
	td->ht = ht;
	task_struct *tsk = kthread_create_on_cpu(smpboot_entry, td, cpu, ht->thread_comm);
	if (IS_ERR(tsk)) {
		kfree(td);
		return static_cast<int>(PTR_ERR(tsk));
	}
	smpboot_park_new_thread(tsk, cpu);
	get_task_struct(tsk);
	WRITE_ONCE(ht->store[cpu], tsk);
	smpboot_call_create(ht, cpu, tsk);
	return 0;
}

int kthread_api::smpboot_create_threads(unsigned cpu)
{
	in_function here;
	int ret = 0;

	mutex_lock(smpboot_threads_lock);
	for (list_head *i = hotplug_threads.next; i != &hotplug_threads && !ret; i = i->next)
		ret = __smpboot_create_thread(reinterpret_cast<smp_hotplug_thread *>(i), cpu);
	mutex_unlock(smpboot_threads_lock);
	return ret;
}

void kthread_api::smpboot_unpark_thread(smp_hotplug_thread *ht, unsigned cpu)
{
	task_struct *tsk = READ_ONCE(ht->store[cpu]);

	if (!ht->selfparking)
		kthread_unpark(tsk);
}

int kthread_api::smpboot_unpark_threads(unsigned cpu)
{
	in_function here;

	mutex_lock(smpboot_threads_lock);
	for (list_head *i = hotplug_threads.next; i != &hotplug_threads; i = i->next)
		smpboot_unpark_thread(reinterpret_cast<smp_hotplug_thread *>(i), cpu);
	mutex_unlock(smpboot_threads_lock);
	return 0;
}

void kthread_api::smpboot_park_thread(smp_hotplug_thread *ht, unsigned cpu)
{
	task_struct *tsk = READ_ONCE(ht->store[cpu]);

	if (tsk && !ht->selfparking)
		kthread_park(tsk);
}

// The other way round than they are unparked, and each has parked before the next is asked.
int kthread_api::smpboot_park_threads(unsigned cpu)
{
	in_function here;

	mutex_lock(smpboot_threads_lock);
	for (list_head *i = hotplug_threads.prev; i != &hotplug_threads; i = i->prev)
		smpboot_park_thread(reinterpret_cast<smp_hotplug_thread *>(i), cpu);
	mutex_unlock(smpboot_threads_lock);
	return 0;
}

// ---- all CPUs ----

// Those of CPUs that are away too: a stop takes the parking back.
void kthread_api::smpboot_destroy_threads(smp_hotplug_thread *ht)
{
	in_function here;

	for (unsigned cpu = 0; cpu < machine().config().cpus; cpu++) {
		task_struct *tsk = READ_ONCE(ht->store[cpu]);

		if (tsk) {
			kthread_stop_put(tsk);
			WRITE_ONCE(ht->store[cpu], nullptr);
		}
	}
}

// With the locks held that keep CPUs and the list as they are.
int kthread_api::__smpboot_register_percpu_thread(smp_hotplug_thread *plug_thread)
{
	for (unsigned cpu = 0; cpu < machine().config().cpus; cpu++) {
		if (!cpu_online(cpu))
			continue;
		const int ret = __smpboot_create_thread(plug_thread, cpu);
		if (ret) {
			smpboot_destroy_threads(plug_thread);
			return ret;
		}
		smpboot_unpark_thread(plug_thread, cpu);
	}
	// At the head: who registers last is unparked first.
	if (!WARN_ON(!list_empty(plug_thread->list), 0,
		     { "the descriptor is registered already", plug_thread }))
		list_add(plug_thread->list, hotplug_threads);
	return 0;
}

int kthread_api::smpboot_register_percpu_thread(smp_hotplug_thread *plug_thread)
{
	in_function here;

	// No CPU may come between the look at it and the list, or it is forgotten (4bee96860a65).
	cpus_read_lock();
	mutex_lock(smpboot_threads_lock);
	const int ret = __smpboot_register_percpu_thread(plug_thread);
	mutex_unlock(smpboot_threads_lock);
	cpus_read_unlock();
	return ret;
}

void kthread_api::smpboot_unregister_percpu_thread(smp_hotplug_thread *plug_thread)
{
	in_function here;

	cpus_read_lock();
	mutex_lock(smpboot_threads_lock);
	WARN_ON(list_empty(plug_thread->list), 0,
		{ "the descriptor is not registered", plug_thread });
	list_del_init(plug_thread->list);
	smpboot_destroy_threads(plug_thread);
	mutex_unlock(smpboot_threads_lock);
	cpus_read_unlock();
}

} // namespace kernel
