// SPDX-License-Identifier: GPL-2.0-only
// Grace periods, as alarms.
// It must not know who waits for one.
#include "model/rcu.hpp"
#include "model/completion.hpp"

namespace kernel {

void call_rcu(timed_call &head, void (*function)(timed_call &), void *user)
{
	sim::machine &m = machine();

	head.function = function;
	head.alarm.user = user;
	m.arm_alarm(head.alarm, m.this_cpu().id, m.now_ns() + 3 * m.config().clock.tick_ns());
}

static void wakeme_after_rcu(timed_call &head)
{
	complete(*static_cast<completion *>(head.alarm.user));
}

void synchronize_rcu()
{
	in_function here;
	onstack_completion done;
	timed_call head{};

	call_rcu(head, wakeme_after_rcu, &*done);
	wait_for_completion(*done);
}

} // namespace kernel
