// SPDX-License-Identifier: GPL-2.0-only
// The machine of hotplug states: from one to the next, there and back, here and in cpuhp/N.
// It must not know what the states do, nor who asks for a CPU to come or go.
#include "model/cpuhp.hpp"
#include "model/boot.hpp"
#include "model/events.hpp"
#include "model/sched.hpp"

namespace kernel {

static hotplug_state &hotplug()
{
	return *the_kernel().hotplug;
}

cpuhp_cpu_state &cpuhp_state_of(unsigned cpu)
{
	return *hotplug().cpu[cpu];
}

task_struct *cpuhp_thread_of(const cpuhp_cpu_state &st)
{
	return READ_ONCE(hotplug().threads.store[st.cpu], "cpuhp_cpu_state");
}

// ---- the steps ----

static const cpuhp_step *cpuhp_get_step(int state)
{
	for (const cpuhp_step &s : cpuhp_steps())
		if (s.state == state)
			return &s;
	for (const cpuhp_step &s : hotplug().steps)
		if (s.state == state)
			return &s;
	const cpuhp_step *own = the_kernel().api->kthreads_online_step();
	return own && own->state == state ? own : nullptr;
}

static const cpuhp_callback *callback_of(int state, bool bringup)
{
	const cpuhp_step *step = cpuhp_get_step(state);
	const cpuhp_callback *cb = step ? (bringup ? &step->startup : &step->teardown) : nullptr;

	return cb && cb->function ? cb : nullptr;
}

// `state` is that of the last startup that ran: on the way down it is left before its teardown.
bool cpuhp_next_state(bool bringup, int &state_to_run, cpuhp_cpu_state &st, int target)
{
	do {
		if (bringup ? st.state >= target : st.state <= target)
			return false;
		state_to_run = bringup ? ++st.state : st.state--;
	} while (!callback_of(state_to_run, bringup));
	return true;
}

int cpuhp_invoke_callback(cpuhp_cpu_state &st, int state, bool bringup)
{
	const cpuhp_callback *cb = callback_of(state, bringup);

	trace_cpuhp_enter(st.cpu, st.target, state, cb->symbol);
	const int ret = cb->function(st.cpu, cb->user);
	trace_cpuhp_exit(st.cpu, st.state, state, ret);
	return ret;
}

int cpuhp_invoke_callback_range(bool bringup, cpuhp_cpu_state &st, int target, bool nofail)
{
	int state = 0, ret = 0;

	while (cpuhp_next_state(bringup, state, st, target)) {
		const int err = cpuhp_invoke_callback(st, state, bringup);

		if (err && !nofail)
			return err;
		ret = err ? -1 : ret;
	}
	return ret;
}

int cpuhp_set_state(cpuhp_cpu_state &st, int target)
{
	const int prev_state = st.state;

	st.bringup = st.state < target;
	st.rollback = false;
	st.target = target;
	if (cpu_dying(st.cpu, "cpuhp_set_state") != !st.bringup)
		set_cpu_dying(st.cpu, !st.bringup);
	return prev_state;
}

void cpuhp_reset_state(cpuhp_cpu_state &st, int prev_state)
{
	st.target = prev_state;
	if (st.rollback)
		return;
	st.rollback = true;
	st.state += st.bringup ? -1 : 1;
	st.bringup = !st.bringup;
	if (cpu_dying(st.cpu, "cpuhp_reset_state") != !st.bringup)
		set_cpu_dying(st.cpu, !st.bringup);
}

static completion &done_of(cpuhp_cpu_state &st, bool bringup)
{
	return bringup ? st.done_up : st.done_down;
}

void complete_ap_thread(cpuhp_cpu_state &st, bool bringup)
{
	complete(done_of(st, bringup));
}

void __cpuhp_kick_ap(cpuhp_cpu_state &st)
{
	in_function here;

	if (st.state == st.target)
		return;
	st.result = 0;
	WRITE_ONCE(st.should_run, true);
	wake_up_process(cpuhp_thread_of(st));
	wait_for_completion(done_of(st, st.bringup));
}

int cpuhp_kick_ap(cpuhp_cpu_state &st, int target)
{
	in_function here;
	const int prev_state = cpuhp_set_state(st, target);

	__cpuhp_kick_ap(st);
	const int ret = st.result;
	if (ret) {
		cpuhp_reset_state(st, prev_state);
		__cpuhp_kick_ap(st);
	}
	return ret;
}

int cpuhp_kick_ap_work(cpuhp_cpu_state &st)
{
	in_function here;
	const int prev_state = st.state;

	trace_cpuhp_enter(st.cpu, st.target, prev_state, "cpuhp_kick_ap_work");
	const int ret = cpuhp_kick_ap(st, st.target);
	trace_cpuhp_exit(st.cpu, st.state, prev_state, ret);
	return ret;
}

// ---- callbacks of others ----

int cpuhp_setup_state_nocalls(int state, const cpuhp_callback &startup,
			      const cpuhp_callback &teardown)
{
	int ret = -ENOSPC;

	if (state != CPUHP_BP_PREPARE_DYN && state != CPUHP_AP_ONLINE_DYN)
		return -EINVAL;
	cpus_read_lock();
	mutex_lock(hotplug().cpuhp_state_mutex);
	for (int i = state; ret < 0 && i < state + CPUHP_DYN_STEPS; i++) {
		if (cpuhp_get_step(i))
			continue;
		for (cpuhp_step &free : hotplug().steps)
			if (!free.state) {
				free = { i, startup, teardown };
				ret = i;
				break;
			}
	}
	mutex_unlock(hotplug().cpuhp_state_mutex);
	cpus_read_unlock();
	return ret;
}

void cpuhp_remove_state_nocalls(int state)
{
	cpus_read_lock();
	mutex_lock(hotplug().cpuhp_state_mutex);
	for (cpuhp_step &s : hotplug().steps)
		if (s.state == state)
			s = {};
	mutex_unlock(hotplug().cpuhp_state_mutex);
	cpus_read_unlock();
}

} // namespace kernel
