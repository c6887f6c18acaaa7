// SPDX-License-Identifier: GPL-2.0-only
// Before ac687e6e8c26 (2021): a kthread whose mask is one CPU counts as one of that CPU's own.
// It must not know other bugs, so that it can be combined with them.
#pragma once
#include "model/boot.hpp"
#include "model/kthread.hpp"

namespace kernel {

// Those are not pushed away when their CPU goes, for smpboot parks them in time. Nobody parks the
// others: they stay there, or are woken there until the last moment, and are stranded.
template <class base> struct one_cpu_is_per_cpu : base {
	bool kthread_is_per_cpu(task_struct *p) override
	{
		return (p->flags.peek() & PF_KTHREAD) && is_one(READ_ONCE(p->cpus_mask));
	}

	bool is_per_cpu_kthread(const task_struct *p) override
	{
		machine().effect(sim::access::read, &p->cpus_mask);
		return (p->flags.peek() & PF_KTHREAD) && is_one(p->cpus_mask.peek());
	}

private:
	static bool is_one(cpumask mask) { return mask && !(mask & (mask - 1)); }
};

} // namespace kernel
