// SPDX-License-Identifier: GPL-2.0-only
// Before 8a32c441c160 (2011): a thread that is frozen does not look whether it shall stop.
// It must not know other bugs, so that it can be combined with them.
#pragma once
#include "model/freezer.hpp"
#include "model/kthread.hpp"

namespace kernel {

// There was no kthread_freezable_should_stop(): threads called try_to_freeze() and then
// kthread_should_stop(). Who stops one that is frozen waits until it is thawed; if that is up to
// him, for ever.
template <class base> struct frozen_until_it_is_thawed : base {
	bool kthread_freezable_should_stop(bool *was_frozen) override
	{
		in_function here;
		const bool slept = try_to_freeze();

		if (was_frozen)
			*was_frozen = slept;
		return this->kthread_should_stop();
	}
};

} // namespace kernel
