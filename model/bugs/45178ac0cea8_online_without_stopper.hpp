// SPDX-License-Identifier: GPL-2.0-only
// Before 45178ac0cea8 (2019): a CPU that comes runs threads before its stopper is there.
// It must not know other bugs, so that it can be combined with them.
#pragma once
#include "model/kthread.hpp"
#include "model/stop_machine.hpp"

namespace kernel {

// Who brought the CPU up unparked its stopper, some time after it was marked online. What was
// given to the stopper meanwhile was dropped; a task that wanted to be moved away was not.
template <class base> struct online_without_stopper : base {
	void cpuhp_online_idle(unsigned) override {}
	void bringup_wait_for_ap(unsigned cpu) override { stop_machine_unpark(cpu); }
};

} // namespace kernel
