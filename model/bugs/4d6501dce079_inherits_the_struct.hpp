// SPDX-License-Identifier: GPL-2.0-only
// Before 4d6501dce079 (2017): a clone begins with its parent's pointer to struct kthread.
// It must not know other bugs, so that it can be combined with them.
#pragma once
#include "model/kthread.hpp"

namespace kernel {

// The pointer lay in a word that a clone copies. A clone that fails before it has a struct of its
// own is freed with its parent's.
template <class base> struct inherits_the_struct : base {
	void dup_kthread_struct(task_struct *p, const task_struct *parent) override
	{
		p->worker_private.poke(parent->worker_private.peek());
	}

	bool set_kthread_struct(task_struct *p) override
	{
		in_function here;
		auto *k = kzalloc<kthread>("set_kthread_struct");

		if (k)
			adopt_kthread_struct(p, k);
		return k;
	}
};

} // namespace kernel
