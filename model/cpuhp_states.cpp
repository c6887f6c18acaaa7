// SPDX-License-Identifier: GPL-2.0-only
// The table of hotplug states: what each does on the way up and on the way down.
// It must not know how one gets from state to state. Left out is what no kthread can notice.
#include "model/boot.hpp"
#include "model/cpuhp.hpp"
#include "model/sched.hpp"
#include "model/timer.hpp"

namespace kernel {

template <int (*f)(unsigned)> static constexpr cpuhp_callback call(const char *symbol)
{
	return { [](unsigned cpu, void *) { return f(cpu); }, symbol, nullptr };
}

// The same of what bugs may override.
template <int (kthread_api::*f)(unsigned)>
static constexpr cpuhp_callback call_api(const char *symbol)
{
	return { [](unsigned cpu, void *) { return (the_kernel().api->*f)(cpu); }, symbol,
		 nullptr };
}

std::span<const cpuhp_step> cpuhp_steps()
{
	static constexpr cpuhp_callback nothing{};
	static constexpr cpuhp_step steps[] = {
		{ CPUHP_CREATE_THREADS,
		  call_api<&kthread_api::smpboot_create_threads>("smpboot_create_threads"),
		  nothing },
		{ CPUHP_TIMERS_PREPARE, call<timers_prepare_cpu>("timers_prepare_cpu"),
		  call<timers_dead_cpu>("timers_dead_cpu") },
		{ CPUHP_BP_KICK_AP, call<cpuhp_kick_ap_alive>("cpuhp_kick_ap_alive"), nothing },
		{ CPUHP_BRINGUP_CPU, call<cpuhp_bringup_ap>("cpuhp_bringup_ap"), nothing },
		{ CPUHP_AP_SCHED_STARTING, nothing, call<sched_cpu_dying>("sched_cpu_dying") },
		{ CPUHP_AP_SMPCFD_DYING, nothing, call<smpcfd_dying_cpu>("smpcfd_dying_cpu") },
		{ CPUHP_AP_HRTIMERS_DYING, nothing,
		  call<hrtimers_cpu_dying>("hrtimers_cpu_dying") },
		{ CPUHP_TEARDOWN_CPU, nothing, call<takedown_cpu>("takedown_cpu") },
		{ CPUHP_AP_SCHED_WAIT_EMPTY, nothing,
		  call<sched_cpu_wait_empty>("sched_cpu_wait_empty") },
		{ CPUHP_AP_SMPBOOT_THREADS,
		  call_api<&kthread_api::smpboot_unpark_threads>("smpboot_unpark_threads"),
		  call_api<&kthread_api::smpboot_park_threads>("smpboot_park_threads") },
		{ CPUHP_AP_ACTIVE, call<sched_cpu_activate>("sched_cpu_activate"),
		  call<sched_cpu_deactivate>("sched_cpu_deactivate") },
	};

	return steps;
}

} // namespace kernel
