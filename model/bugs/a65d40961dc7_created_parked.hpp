// SPDX-License-Identifier: GPL-2.0-only
// Before a65d40961dc7 (2016): kthread_create_on_cpu() parks the thread, for smpboot's sake.
// It must not know other bugs, so that it can be combined with them.
#pragma once
#include "model/kthread.hpp"

namespace kernel {

// Nobody but smpboot expects that: a caller who wakes the thread, as after kthread_create(), wakes
// one that is parked, and it never begins. Nor was it bound, which unparking did.
template <class base> struct created_parked : base {
	task_struct *kthread_create_on_cpu(threadfn_t fn, void *data, unsigned cpu,
					   const char *format) override
	{
		in_function here;
		char name[sizeof(name_string{}.text)];

		name_with_cpu(name, sizeof(name), format, cpu);
		task_struct *p =
			this->kthread_create_on_node(fn, data, cpu_to_node(cpu), name);
		if (IS_ERR(p))
			return p;
		kthread *self = this->to_kthread(p);
		set_bit(KTHREAD_IS_PER_CPU, self->flags);
		plain_write(self->cpu, cpu);
		this->kthread_park(p);
		return p;
	}

protected:
	void smpboot_park_new_thread(task_struct *, unsigned) override {}
};

} // namespace kernel
