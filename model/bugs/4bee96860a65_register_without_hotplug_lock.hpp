// SPDX-License-Identifier: GPL-2.0-only
// Before 4bee96860a65 (2014): per-CPU threads are registered while CPUs come and go.
// It must not know other bugs, so that it can be combined with them.
#pragma once
#include "model/kthread.hpp"

namespace kernel {

// Its loop over the CPUs that are there held smpboot_threads_lock alone. A CPU on its way down has
// parked the threads of the list by then, and is still online: the new thread is made and unparked
// there, and stays so when the CPU has gone. Woken, it runs on another one. A CPU on its way up may
// be passed by in the same way, and find no thread to unpark.
template <class base> struct register_without_hotplug_lock : base {
	int smpboot_register_percpu_thread(smp_hotplug_thread *plug_thread) override
	{
		in_function here;

		mutex_lock(this->smpboot_threads_lock);
		const int ret = this->__smpboot_register_percpu_thread(plug_thread);
		mutex_unlock(this->smpboot_threads_lock);
		return ret;
	}
};

} // namespace kernel
