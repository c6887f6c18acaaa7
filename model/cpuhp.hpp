// SPDX-License-Identifier: GPL-2.0-only
// The state machine of CPU hotplug, between the files that carry it out.
// It must not know who asks for a CPU to come or go.
#pragma once
#include <span>
#include "model/cpu.hpp"

namespace kernel {

// The steps that are always there, in order of their states.
std::span<const cpuhp_step> cpuhp_steps();

cpuhp_cpu_state &cpuhp_state_of(unsigned cpu);

// The next state on the way to `target` that has something to do; state is moved past the others.
bool cpuhp_next_state(bool bringup, int &state_to_run, cpuhp_cpu_state &st, int target);
int cpuhp_invoke_callback(cpuhp_cpu_state &st, int state, bool bringup);
// Runs all up to `target`; the first error ends it, but for nofail.
int cpuhp_invoke_callback_range(bool bringup, cpuhp_cpu_state &st, int target, bool nofail);

// A new direction; the state before it.
int cpuhp_set_state(cpuhp_cpu_state &st, int target);
// Turns round after a failure, once: the state whose callback failed counts as not reached, or as
// not left.
void cpuhp_reset_state(cpuhp_cpu_state &st, int prev_state);

// Lets the CPU's thread go to st.target and waits for it.
void __cpuhp_kick_ap(cpuhp_cpu_state &st);
// The same to `target`; on failure it goes back, and this is the error.
int cpuhp_kick_ap(cpuhp_cpu_state &st, int target);
int cpuhp_kick_ap_work(cpuhp_cpu_state &st);
void complete_ap_thread(cpuhp_cpu_state &st, bool bringup);

task_struct *cpuhp_thread_of(const cpuhp_cpu_state &st);
void set_cpu_online(unsigned cpu, bool online);
void set_cpu_active(unsigned cpu, bool active);
void set_cpu_dying(unsigned cpu, bool dying);

// ---- callbacks, each a row of the table ----

int cpuhp_kick_ap_alive(unsigned cpu);
int cpuhp_bringup_ap(unsigned cpu);
int takedown_cpu(unsigned cpu);
int smpcfd_dying_cpu(unsigned cpu);
int hrtimers_cpu_dying(unsigned cpu);

// ---- on the CPU itself ----

bool cpuhp_should_run(smp_hotplug_thread &, unsigned cpu);
void cpuhp_thread_fun(smp_hotplug_thread &, unsigned cpu);
// In the stopper, while all other CPUs stand still.
int take_cpu_down(void *);

} // namespace kernel
