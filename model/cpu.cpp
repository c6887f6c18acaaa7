// SPDX-License-Identifier: GPL-2.0-only
// Bringing a CPU up and taking it down, seen from who asks for it.
// It must not know smpboot's users or scenarios. 6.13 does the work of cpu_down() in a kworker
// on another CPU; here, as up to 6.5, its caller does, and is pushed away like anybody else.
#include "model/cpu.hpp"
#include <bit>
#include <cstdio>
#include "model/boot.hpp"
#include "model/cpuhp.hpp"
#include "model/sched.hpp"

namespace kernel {

static void name_cpu_state(const void *object, char *out, size_t bytes)
{
	snprintf(out, bytes, "cpu%u.hotplug", static_cast<const cpuhp_cpu_state *>(object)->cpu);
}

static const sim::object_field state_fields[] = {
	{ "should_run", offsetof(cpuhp_cpu_state, should_run) },
	{ "sync", offsetof(cpuhp_cpu_state, sync) },
	{ "done_up", offsetof(cpuhp_cpu_state, done_up) },
	{ "done_down", offsetof(cpuhp_cpu_state, done_down) },
	{ "call_queue", offsetof(cpuhp_cpu_state, call_queue) },
	{ "balance_push", offsetof(cpuhp_cpu_state, balance_push) },
	{ "hotplug_wait", offsetof(cpuhp_cpu_state, hotplug_wait) },
};
static const sim::object_field hotplug_fields[] = {
	{ "cpu_online_mask", offsetof(hotplug_state, cpu_online) },
	{ "cpu_active_mask", offsetof(hotplug_state, cpu_active) },
	{ "cpu_dying_mask", offsetof(hotplug_state, cpu_dying) },
	{ "cpu_add_remove_lock", offsetof(hotplug_state, cpu_add_remove_lock) },
	{ "cpuhp_state_mutex", offsetof(hotplug_state, cpuhp_state_mutex) },
	{ "device_hotplug_lock", offsetof(hotplug_state, device_hotplug_lock) },
	{ "cpu_hotplug_lock", offsetof(hotplug_state, cpu_hotplug_lock) },
};
const sim::object_type cpuhp_cpu_state::type = { "hotplug", state_fields, std::size(state_fields),
						 name_cpu_state };
const sim::object_type hotplug_state::type = { "hotplug", hotplug_fields,
					       std::size(hotplug_fields) };

hotplug_state &init_hotplug()
{
	auto *h = allocate<hotplug_state>(hotplug_state::type, "boot");

	h->cpu_online.poke(cpu_possible_mask());
	h->cpu_active.poke(cpu_possible_mask());
	mutex_init(h->cpu_add_remove_lock);
	mutex_init(h->cpuhp_state_mutex);
	mutex_init(h->device_hotplug_lock);
	percpu_init_rwsem(h->cpu_hotplug_lock);
	for (unsigned cpu = 0; cpu < machine().config().cpus; cpu++) {
		auto *st = allocate<cpuhp_cpu_state>(cpuhp_cpu_state::type, "boot");

		h->cpu[cpu] = st;
		st->cpu = cpu;
		st->state = st->target = CPUHP_ONLINE;
		st->sync.poke(SYNC_STATE_SHOULD_ONLINE);
		init_completion(st->done_up);
		init_completion(st->done_down);
	}
	h->threads.store = alloc_percpu_store();
	h->threads.thread_comm = "cpuhp/%u";
	h->threads.thread_should_run = cpuhp_should_run;
	h->threads.thread_fn = cpuhp_thread_fun;
	h->threads.selfparking = true;
	return *h;
}

static hotplug_state &hotplug()
{
	return *the_kernel().hotplug;
}

// ---- which CPUs ----

cpumask cpu_online_mask(const char *function)
{
	return the_kernel().hotplug ? READ_ONCE(hotplug().cpu_online, function)
				    : cpu_possible_mask();
}

cpumask cpu_active_mask(const char *function)
{
	return the_kernel().hotplug ? READ_ONCE(hotplug().cpu_active, function)
				    : cpu_possible_mask();
}

bool cpu_online(unsigned cpu, const char *function)
{
	return cpu_online_mask(function) >> cpu & 1;
}

bool cpu_active(unsigned cpu, const char *function)
{
	return cpu_active_mask(function) >> cpu & 1;
}

bool cpu_dying(unsigned cpu, const char *function)
{
	return the_kernel().hotplug && (READ_ONCE(hotplug().cpu_dying, function) >> cpu & 1);
}

unsigned num_online_cpus(const char *function)
{
	return static_cast<unsigned>(std::popcount(cpu_online_mask(function)));
}

static void set_cpu(shared<cpumask> &mask, unsigned cpu, bool there, const char *function)
{
	const cpumask one = cpumask_of(cpu);

	mask.change([one, there](cpumask m) { return there ? m | one : m & ~one; },
		    { function, there ? "set in" : "clear in" });
}

void set_cpu_online(unsigned cpu, bool online)
{
	set_cpu(hotplug().cpu_online, cpu, online, "set_cpu_online");
}

void set_cpu_active(unsigned cpu, bool active)
{
	set_cpu(hotplug().cpu_active, cpu, active, "set_cpu_active");
}

void set_cpu_dying(unsigned cpu, bool dying)
{
	set_cpu(hotplug().cpu_dying, cpu, dying, "set_cpu_dying");
}

void cpus_read_lock()
{
	if (the_kernel().hotplug)
		percpu_down_read(hotplug().cpu_hotplug_lock, "cpus_read_lock");
}

void cpus_read_unlock()
{
	if (the_kernel().hotplug)
		percpu_up_read(hotplug().cpu_hotplug_lock, "cpus_read_unlock");
}

// ---- down ----

int takedown_cpu(unsigned cpu)
{
	in_function here;
	cpuhp_cpu_state &st = cpuhp_state_of(cpu);

	the_kernel().api->kthread_park(cpuhp_thread_of(st));
	const int err = stop_machine_cpuslocked(take_cpu_down, nullptr, cpu);
	if (err) {
		// It refused to die: the way back is the thread's.
		the_kernel().api->kthread_unpark(cpuhp_thread_of(st));
		return err;
	}
	// The stopper was the last one there; the idle task says when it has gone too.
	wait_for_completion(st.done_down);
	st.sync.wait_until([](int sync) { return sync == SYNC_STATE_DEAD; },
			   { "cpuhp_bp_sync_dead", "wait for" });
	return 0;
}

static int cpuhp_down_callbacks(cpuhp_cpu_state &st, int target)
{
	const int prev_state = st.state;
	const int ret = cpuhp_invoke_callback_range(false, st, target, false);

	if (ret) {
		cpuhp_reset_state(st, prev_state);
		if (st.state < prev_state)
			WARN_ON(cpuhp_invoke_callback_range(true, st, prev_state, false), 0,
				"a callback failed on the way back", "cpuhp_down_callbacks");
	}
	return ret;
}

static int down_to(cpuhp_cpu_state &st, int target)
{
	const int prev_state = cpuhp_set_state(st, target);

	if (st.state > CPUHP_TEARDOWN_CPU) {
		st.target = std::max<int>(target, CPUHP_TEARDOWN_CPU);
		const int ret = cpuhp_kick_ap_work(st);
		if (ret || st.state > CPUHP_TEARDOWN_CPU)
			return ret;
		st.target = target;
	}
	const int ret = cpuhp_down_callbacks(st, target);
	if (ret && st.state < prev_state) {
		if (st.state == CPUHP_TEARDOWN_CPU) {
			cpuhp_reset_state(st, prev_state);
			__cpuhp_kick_ap(st);
		} else {
			WARN_ON(true, 0, "a callback of a dead CPU failed", "_cpu_down");
		}
	}
	return ret;
}

static int _cpu_down(unsigned cpu)
{
	in_function here;

	if (num_online_cpus() == 1)
		return -EBUSY;
	percpu_down_write(hotplug().cpu_hotplug_lock, "cpus_write_lock");
	const int ret = down_to(cpuhp_state_of(cpu), CPUHP_OFFLINE);
	percpu_up_write(hotplug().cpu_hotplug_lock);
	return ret;
}

int cpu_down(unsigned cpu)
{
	in_function here;

	mutex_lock(hotplug().cpu_add_remove_lock);
	const int ret = _cpu_down(cpu);
	mutex_unlock(hotplug().cpu_add_remove_lock);
	return ret;
}

// ---- up ----

int cpuhp_kick_ap_alive(unsigned cpu)
{
	WRITE_ONCE(cpuhp_state_of(cpu).sync, SYNC_STATE_KICKED);
	machine().power_on(static_cast<sim::cpu_id>(cpu));
	return 0;
}

int cpuhp_bringup_ap(unsigned cpu)
{
	in_function here;
	cpuhp_cpu_state &st = cpuhp_state_of(cpu);

	st.sync.wait_until([](int sync) { return sync == SYNC_STATE_ALIVE; },
			   { "cpuhp_bp_sync_alive", "wait for" });
	WRITE_ONCE(st.sync, SYNC_STATE_SHOULD_ONLINE);
	wait_for_completion(st.done_up);
	if (WARN_ON_ONCE(!cpu_online(cpu), 0, "the CPU is not online"))
		return -ECANCELED;
	the_kernel().api->bringup_wait_for_ap(cpu);
	the_kernel().api->kthread_unpark(cpuhp_thread_of(st));
	if (st.target <= CPUHP_AP_ONLINE_IDLE)
		return 0;
	return cpuhp_kick_ap(st, st.target);
}

static int cpuhp_up_callbacks(cpuhp_cpu_state &st, int target)
{
	const int prev_state = st.state;
	const int ret = cpuhp_invoke_callback_range(true, st, target, false);

	if (ret) {
		cpuhp_reset_state(st, prev_state);
		WARN_ON(cpuhp_invoke_callback_range(false, st, prev_state, false), 0,
			"a callback failed on the way back", "cpuhp_up_callbacks");
	}
	return ret;
}

static int up_to(cpuhp_cpu_state &st, int target)
{
	if (st.state >= target)
		return 0; // somebody was faster
	cpuhp_set_state(st, target);
	if (st.state > CPUHP_BRINGUP_CPU) {
		const int ret = cpuhp_kick_ap_work(st);
		if (ret)
			return ret;
	}
	return cpuhp_up_callbacks(st, std::min<int>(target, CPUHP_BRINGUP_CPU));
}

int cpu_up(unsigned cpu)
{
	in_function here;

	mutex_lock(hotplug().cpu_add_remove_lock);
	percpu_down_write(hotplug().cpu_hotplug_lock, "cpus_write_lock");
	const int ret = up_to(cpuhp_state_of(cpu), CPUHP_ONLINE);
	percpu_up_write(hotplug().cpu_hotplug_lock);
	mutex_unlock(hotplug().cpu_add_remove_lock);
	return ret;
}

// ---- the device ----

int remove_cpu(unsigned cpu)
{
	in_function here;
	int ret = 1;

	mutex_lock(hotplug().device_hotplug_lock);
	if (cpu == 0)
		ret = -EPERM;
	else if (cpu_online(cpu))
		ret = cpu_down(cpu);
	mutex_unlock(hotplug().device_hotplug_lock);
	return ret;
}

int add_cpu(unsigned cpu)
{
	in_function here;
	int ret = 1;

	mutex_lock(hotplug().device_hotplug_lock);
	if (!cpu_online(cpu))
		ret = cpu_up(cpu);
	mutex_unlock(hotplug().device_hotplug_lock);
	return ret;
}

} // namespace kernel
