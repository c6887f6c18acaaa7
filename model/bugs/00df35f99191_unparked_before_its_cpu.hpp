// SPDX-License-Identifier: GPL-2.0-only
// Before 00df35f99191 (2015): a CPU's threads are unparked before the scheduler knows the CPU.
// It must not know other bugs, so that it can be combined with them.
#pragma once
#include "model/kthread.hpp"

namespace kernel {

// A thread that is woken for a CPU which is not there runs on another one. Here they are unparked
// by who brings the CPU up, as they were then, but in a state of the newer machinery.
template <class base> struct unparked_before_its_cpu : base {
	int smpboot_create_threads(unsigned cpu) override
	{
		const int ret = base::smpboot_create_threads(cpu);

		return ret ? ret : base::smpboot_unpark_threads(cpu);
	}

	int smpboot_unpark_threads(unsigned) override { return 0; }
};

} // namespace kernel
