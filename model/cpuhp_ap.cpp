// SPDX-License-Identifier: GPL-2.0-only
// What a CPU that comes or goes does itself: cpuhp/N, its first steps, its last ones.
// It must not know who asked for it.
#include "model/boot.hpp"
#include "model/cpuhp.hpp"
#include "model/sched.hpp"

namespace kernel {

// ---- the hotplug thread ----

bool cpuhp_should_run(smp_hotplug_thread &, unsigned cpu)
{
	return READ_ONCE(cpuhp_state_of(cpu).should_run);
}

// One state a call: in between the thread may be parked.
void cpuhp_thread_fun(smp_hotplug_thread &, unsigned cpu)
{
	in_function here;
	cpuhp_cpu_state &st = cpuhp_state_of(cpu);
	const bool bringup = st.bringup;
	int state = 0;

	if (WARN_ON_ONCE(!READ_ONCE(st.should_run), 0, "nothing to run"))
		return;
	bool more = cpuhp_next_state(bringup, state, st, st.target);
	WRITE_ONCE(st.should_run, more);
	if (more) {
		st.result = cpuhp_invoke_callback(st, state, bringup);
		// Who asked will send us back the way we came, which must not fail.
		if (st.result) {
			WARN_ON_ONCE(st.rollback, 0, "a callback failed on the way back");
			more = false;
			WRITE_ONCE(st.should_run, more);
		}
	}
	if (!more)
		complete_ap_thread(st, bringup);
}

// ---- starting: as the idle task, interrupts off ----

static void start_secondary(cpuhp_cpu_state &st)
{
	in_function here;

	WRITE_ONCE(st.sync, SYNC_STATE_ALIVE);
	st.sync.wait_until([](int sync) { return sync == SYNC_STATE_SHOULD_ONLINE; },
			   { "cpuhp_ap_sync_alive", "wait for" });
	cpuhp_invoke_callback_range(true, st, std::min<int>(st.target, CPUHP_AP_ONLINE), true);
	set_cpu_online(st.cpu, true);
	// Before anything can be scheduled here, or somebody finds an online CPU whose stopper
	// runs nothing (45178ac0cea8).
	the_kernel().api->cpuhp_online_idle(st.cpu);
	st.state = CPUHP_AP_ONLINE_IDLE;
	complete_ap_thread(st, true);
}

// ---- dying: in the stopper, interrupts off on all CPUs ----

int take_cpu_down(void *)
{
	in_function here;
	const unsigned cpu = smp_processor_id();
	cpuhp_cpu_state &st = cpuhp_state_of(cpu);

	set_cpu_online(cpu, false);
	WARN_ON(st.state != CPUHP_TEARDOWN_CPU - 1, 0, "not in the state before this one");
	cpuhp_invoke_callback_range(false, st, std::max<int>(st.target, CPUHP_AP_OFFLINE), true);
	stop_machine_park(cpu);
	return 0;
}

int smpcfd_dying_cpu(unsigned cpu)
{
	flush_smp_call_function_queue(cpu);
	return 0;
}

int hrtimers_cpu_dying(unsigned cpu)
{
	const cpumask active = cpu_active_mask();

	machine().move_alarms(static_cast<sim::cpu_id>(cpu),
			      static_cast<sim::cpu_id>(__builtin_ctzll(active)));
	return 0;
}

// ---- dead: as the idle task again ----

static void cpuhp_complete_idle_dead(void *info)
{
	complete_ap_thread(*static_cast<cpuhp_cpu_state *>(info), false);
}

static void smp_call_function_single(unsigned cpu, call_single_data &csd)
{
	cpuhp_state_of(cpu).call_queue.update(
		[&csd](call_single_data *&first) {
			csd.next = first;
			first = &csd;
		},
		{ "smp_call_function_single", "add to" });
	machine().send_ipi(static_cast<sim::cpu_id>(cpu), sim::IRQ_CALL);
}

// RCU does not watch this CPU any more, so somebody else has to wake who waits for its death.
static void cpuhp_report_idle_dead(cpuhp_cpu_state &st)
{
	in_function here;

	if (st.state != CPUHP_AP_OFFLINE)
		bug("cpuhp_report_idle_dead", "the CPU is idle in a state it cannot die in");
	st.state = CPUHP_AP_IDLE_DEAD;
	st.idle_dead = { nullptr, cpuhp_complete_idle_dead, &st };
	smp_call_function_single(static_cast<unsigned>(__builtin_ctzll(cpu_online_mask())),
				 st.idle_dead);
	WRITE_ONCE(st.sync, SYNC_STATE_DEAD);
	machine().power_off();
}

// ---- hooks ----

void flush_smp_call_function_queue(unsigned cpu)
{
	if (the_kernel().hotplug)
		for (call_single_data *i = xchg(cpuhp_state_of(cpu).call_queue, nullptr), *next; i;
		     i = next) {
			next = i->next;
			i->func(i->info);
		}
	sched_ttwu_pending(machine().this_cpu());
}

void finish_cpu_switch(sim::cpu &c)
{
	if (machine().free()) {
		cpu_stop_run_moves(c.id);
		if (!the_kernel().hotplug)
			return;
	}
	cpuhp_cpu_state &st = cpuhp_state_of(c.id);

	if (c.interrupted)
		balance_push(c.id, static_cast<task_struct *>(c.interrupted->user));
	else if (cpu_online(c.id))
		machine().free() ? balance_push_all(c.id) : balance_push_idle(c.id);
	else if (READ_ONCE(st.sync) == SYNC_STATE_KICKED)
		start_secondary(st);
	else if (!nr_running(c.id))
		cpuhp_report_idle_dead(st);
}

} // namespace kernel
