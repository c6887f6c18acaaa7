// SPDX-License-Identifier: GPL-2.0-only
// CPUs that are switched on and off.
// It must not know any strategy, nor what tasks and interrupts do.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include "sim/machine.hpp"

namespace sim {

void machine::power_on(cpu_id id)
{
	cpu &c = cpus_[id];

	effect(access::write, &c.interrupted);
	c.online = true;
	c.now_ns = std::max(c.now_ns, state_->running->now_ns + config_.costs.idle_exit_ns);
	raise(c, IRQ_SWITCH);
}

void machine::power_off()
{
	cpu &c = *state_->running;

	if (!c.current->is_interrupt || c.interrupted || !c.queue.empty()) {
		fprintf(stderr, "kthreadsim: CPU %u was switched off while it was in use\n", c.id);
		abort();
	}
	effect(access::write, &c.interrupted);
	c.online = false;
	c.need_resched = false;
	c.causes = 0;
	c.causes_at_ns = NEVER;
	note_interrupts(c);
}

} // namespace sim
