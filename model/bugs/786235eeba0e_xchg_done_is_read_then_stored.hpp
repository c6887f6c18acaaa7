// SPDX-License-Identifier: GPL-2.0-only
// A mutant of 786235eeba0e (2013): creator and thread do not exchange `done`, they look and store.
// It must not know other bugs, so that it can be combined with them.
#pragma once
#include "model/kthread.hpp"

namespace kernel {

// The fix made the creation killable: whoever takes `done` away from the request first leaves it to
// the other one to free. Looked at and stored in two steps, it is found there by both: the request
// is freed twice, or a completion is completed that lies on a stack that was left.
template <class base> struct done_is_read_then_stored : base {
protected:
	completion *take_done(kthread_create_info *create, const char *function) override
	{
		completion *done = READ_ONCE(create->done, function);

		WRITE_ONCE(create->done, nullptr, function);
		return done;
	}
};

} // namespace kernel
