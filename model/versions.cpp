// SPDX-License-Identifier: GPL-2.0-only
// The tables of versions, of fixes, and of the kernels that are made of both.
// It must not know scenarios.
#include "model/versions.hpp"
#include <iterator>
#include <new>
#include <string_view>
#include "model/bugs/00df35f99191_unparked_before_its_cpu.hpp"
#include "model/bugs/1a7243ca4074_reset_by_the_creator.hpp"
#include "model/bugs/1cef1150ef40_parked_by_the_scheduler.hpp"
#include "model/bugs/214e01ad4ed7_unpark_what_is_not_parked.hpp"
#include "model/bugs/25834c73f936_bound_without_pi_lock.hpp"
#include "model/bugs/26c7295be0c5_preempted_before_its_sleep.hpp"
#include "model/bugs/343f4c49f243_exec_frees_the_struct.hpp"
#include "model/bugs/3a7956e25e1d_kthread_looked_for_twice.hpp"
#include "model/bugs/45178ac0cea8_online_without_stopper.hpp"
#include "model/bugs/4bee96860a65_register_without_hotplug_lock.hpp"
#include "model/bugs/4d6501dce079_inherits_the_struct.hpp"
#include "model/bugs/5fa54346caf6_mod_before_the_timer.hpp"
#include "model/bugs/6993d0fdbee0_timer_queues_what_is_canceled.hpp"
#include "model/bugs/741a76b35060_state_set_outside_the_loop.hpp"
#include "model/bugs/85f1abe0019f_parked_before_it_sleeps.hpp"
#include "model/bugs/a65d40961dc7_created_parked.hpp"
#include "model/bugs/a7c01fa93aeb_stop_without_notify_signal.hpp"
#include "model/kthread_2003.hpp"
#include "model/bugs/28aaa9c39945_do_exit_tells_the_struct.hpp"
#include "model/bugs/28aaa9c39945_oops_leaves_the_list.hpp"
#include "model/bugs/786235eeba0e_xchg_done_is_read_then_stored.hpp"
#include "model/bugs/8a32c441c160_frozen_until_it_is_thawed.hpp"
#include "model/kthread_2_6_24.hpp"
#include "model/kthread_4_7_v7.hpp"
#include "model/kthread_6_14.hpp"
#include "model/kthread_rfc_2026.hpp"
#include "model/bugs/ac687e6e8c26_one_cpu_is_per_cpu.hpp"
#include "model/bugs/d71ba1649fa3_mod_denies_what_it_lost.hpp"
#include "model/bugs/e16c7b07784f_freezes_in_its_sleeping_state.hpp"
#include "model/kthread_worker.hpp"

namespace kernel {

static constexpr version_row versions[] = {
	{ "2003", "Rusty Russell's proposal for Linux 2.6.0-test9", "events/%u" },
	{ "2.6.24", "Linux 2.6.24: kthreadd, and one thread at a time is stopped" },
	{ "2.6.36", "Linux 2.6.36: the first workers; works count how often they are executed" },
	{ "3.8", "Linux 3.8: threads park, asleep as any other" },
	{ "4.7-v7", "the worker patches of 2016 as posted, with drain_kthread_worker()" },
	{ "4.9", "Linux 4.9: workers as today, TASK_PARKED without a special state" },
	{ "6.1", "Linux 6.1: threads are named by their creators, unparked unasked" },
	{ "6.13", "Linux 6.13, the reference" },
	{ "6.14", "Linux 6.14: preferred CPUs, workers that are created without being started" },
	{ "rfc-2026", "the RFC of March 2026: threads and workers from a struct of arguments" },
};
static_assert(std::size(versions) == VERSIONS);

static constexpr fix_row fixes[] = {
	{ "a7c01fa93aeb", "signal: break out of wait loops on kthread_stop()", V6_13 },
	{ "5fa54346caf6",
	  "kthread: prevent deadlock when kthread_mod_delayed_work() races with "
	  "kthread_cancel_delayed_work_sync()",
	  V6_13 },
	{ "4bee96860a65",
	  "smpboot: Add missing get_online_cpus() in smpboot_register_percpu_thread()", V6_13 },
	{ "63706172f332", "kthreads: rework kthread_stop()", V2_6_36 },
	{ "46f3d9762134",
	  "kthread_worker: reimplement flush_kthread_work() to allow freeing the work item being "
	  "executed",
	  V3_8 },
	{ "f2530dc71cf0",
	  "kthread: Prevent unpark race which puts threads on the wrong cpu", V4_7_V7 },
	{ "786235eeba0e", "kthread: make kthread_create() killable", V4_7_V7 },
	{ "786235eeba0e-xchg", "a mutant: its hand-over without the exchange of `done`", V4_7_V7 },
	{ "8a32c441c160", "freezer: implement and use kthread_freezable_should_stop()", V3_8 },
	{ "28aaa9c39945",
	  "kthread: consolidate kthread exit paths to prevent use-after-free", V_RFC_2026 },
	{ "00df35f99191", "cpu: Defer smpboot kthread unparking until CPU known to scheduler",
	  V6_13 },
	{ "25834c73f936", "sched: Fix a race between __kthread_bind() and sched_setaffinity()",
	  V6_13 },
	{ "a65d40961dc7", "kthread/smpboot: do not park in kthread_create_on_cpu()", V6_13 },
	{ "4d6501dce079", "kthread: Fix use-after-free if kthread fork fails", V6_13 },
	{ "741a76b35060", "kthread, sched/wait: Fix kthread_parkme() wait-loop", V6_13 },
	{ "85f1abe0019f", "kthread, sched/wait: Fix kthread_parkme() completion issue", V6_13 },
	{ "1cef1150ef40", "kthread, sched/core: Fix kthread_parkme() (again...)", V6_13 },
	{ "26c7295be0c5",
	  "kthread: Do not preempt current task if it is going to call schedule()", V6_13 },
	{ "45178ac0cea8", "cpu/hotplug, stop_machine: Fix stop_machine vs hotplug order", V6_13 },
	{ "6993d0fdbee0",
	  "kthread_worker: prevent queuing delayed work from timer_fn when it is being canceled",
	  V6_13 },
	{ "ac687e6e8c26", "kthread: Extract KTHREAD_IS_PER_CPU", V6_13 },
	{ "3a7956e25e1d", "kthread: Fix PF_KTHREAD vs to_kthread() race", V6_13 },
	{ "d71ba1649fa3",
	  "kthread_worker: fix return value when kthread_mod_delayed_work() races with "
	  "kthread_cancel_delayed_work_sync()",
	  V6_13 },
	{ "1a7243ca4074",
	  "kthread: Move prio/affinite change into the newly created thread", V6_13 },
	{ "343f4c49f243", "kthread: Don't allocate kthread_struct for init and umh", V6_13 },
	{ "e16c7b07784f", "kthread: fix task state in kthread worker if being frozen", V6_13 },
	{ "214e01ad4ed7", "kthread: unpark only parked kthread", V6_13 },
};
static_assert(std::size(fixes) <= 64);

template <class api> static generation *construct(void *zeroed)
{
	static_assert(std::is_trivially_destructible_v<api>);
	return new (zeroed) api(); // the globals begin as zeros
}

static constexpr fix_set bit_of(std::string_view commit)
{
	size_t row = 0;

	while (fixes[row].commit != commit) // past the end: does not compile
		row++;
	return fix_set{ 1 } << row;
}

// What is written here is what there is: a class for every set of fixes would be 2^n of them.
// Fixes of different functions can be taken out together by one more row.
template <class api, class... text>
static constexpr kernel_row row(version_id version, text... commits)
{
	return { version, (fix_set{ 0 } | ... | bit_of(commits)), 0, sizeof(api), construct<api> };
}

// With fixes that came later.
template <class api, class... text>
static constexpr kernel_row mended(version_id version, text... commits)
{
	return { version, 0, (fix_set{ 0 } | ... | bit_of(commits)), sizeof(api), construct<api> };
}

using v6_13 = kthread_worker_api;

static constexpr kernel_row kernels[] = {
	row<kthread_2003>(V2003),
	row<v6_13>(V6_13),
	row<stop_without_notify_signal<v6_13>>(V6_13, "a7c01fa93aeb"),
	row<mod_before_the_timer<v6_13>>(V6_13, "5fa54346caf6"),
	row<register_without_hotplug_lock<v6_13>>(V6_13, "4bee96860a65"),
	row<created_parked<v6_13>>(V6_13, "a65d40961dc7"),
	row<preempted_before_its_sleep<v6_13>>(V6_13, "26c7295be0c5"),
	row<timer_queues_what_is_canceled<v6_13>>(V6_13, "6993d0fdbee0"),
	row<mod_denies_what_it_lost<v6_13>>(V6_13, "d71ba1649fa3"),
	row<freezes_in_its_sleeping_state<v6_13>>(V6_13, "e16c7b07784f"),
	row<unpark_what_is_not_parked<v6_13>>(V6_13, "214e01ad4ed7"),
	row<unparked_before_its_cpu<v6_13>>(V6_13, "00df35f99191"),
	row<bound_without_pi_lock<v6_13>>(V6_13, "25834c73f936"),
	row<inherits_the_struct<v6_13>>(V6_13, "4d6501dce079"),
	row<online_without_stopper<v6_13>>(V6_13, "45178ac0cea8"),
	row<one_cpu_is_per_cpu<v6_13>>(V6_13, "ac687e6e8c26"),
	row<reset_by_the_creator<v6_13>>(V6_13, "1a7243ca4074"),
	row<exec_frees_the_struct<v6_13>>(V6_13, "343f4c49f243"),
	row<kthread_looked_for_twice<v6_13>>(V6_13, "3a7956e25e1d", "343f4c49f243"),
	// One chain: each of the three alone would be masked by those that came after it.
	row<parked_by_the_scheduler<v6_13>>(V6_13, "1cef1150ef40"),
	row<parked_before_it_sleeps<v6_13>>(V6_13, "85f1abe0019f", "1cef1150ef40"),
	row<state_set_outside_the_loop<v6_13>>(V6_13, "741a76b35060", "85f1abe0019f",
					       "1cef1150ef40"),
	row<mod_before_the_timer<stop_without_notify_signal<v6_13>>>(
		V6_13, "a7c01fa93aeb", "5fa54346caf6"),
	row<kthread_2_6_24>(V2_6_24),
	row<kthread_2_6_36>(V2_6_36),
	row<kthread_3_8>(V3_8),
	row<frozen_until_it_is_thawed<kthread_3_8>>(V3_8, "8a32c441c160"),
	row<kthread_4_7_v7>(V4_7_V7),
	row<kthread_4_9>(V4_9),
	row<done_is_read_then_stored<kthread_4_9>>(V4_9, "786235eeba0e-xchg"),
	row<kthread_6_1>(V6_1),
	row<kthread_6_14>(V6_14),
	mended<do_exit_tells_the_struct<kthread_6_14>>(V6_14, "28aaa9c39945"),
	row<kthread_rfc_2026>(V_RFC_2026),
	row<oops_leaves_the_list<kthread_rfc_2026>>(V_RFC_2026, "28aaa9c39945"),
};

std::span<const version_row> version_table()
{
	return versions;
}

std::span<const fix_row> fix_table()
{
	return fixes;
}

std::span<const kernel_row> kernel_table()
{
	return kernels;
}

const kernel_row *find_kernel(version_id version, fix_set without, fix_set with)
{
	for (const kernel_row &k : kernels)
		if (k.version == version && k.without == without && k.with == with)
			return &k;
	return nullptr;
}

generation *make_api(sim::machine &m, const kernel_row &kernel)
{
	static constexpr sim::object_type type = { "kthread globals" };

	return kernel.construct(m.allocate(&type, kernel.bytes, "boot"));
}

generation *make_api(sim::machine &m, version_id version)
{
	return make_api(m, *find_kernel(version));
}

} // namespace kernel
