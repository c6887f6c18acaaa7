// SPDX-License-Identifier: GPL-2.0-only
// From a scenario's machine to the engine's.
// Must not know what runs on it.
#include "scenarios/machine_config.hpp"
#include "scenarios/program.hpp"

namespace scenario {

static sim::preemption preemption_of(preemption_model p, bool free)
{
	switch (p) {
	case preemption_model::none: return sim::preemption::none;
	case preemption_model::voluntary: return sim::preemption::voluntary;
	case preemption_model::full: return sim::preemption::full;
	case preemption_model::automatic: break;
	}
	return free ? sim::preemption::full : sim::preemption::voluntary;
}

sim::machine_config machine_config_of(const scenario &s, bool free)
{
	sim::machine_config c;
	const machine &m = s.machine;

	c.cpus = m.cpu_count;
	c.nodes = static_cast<unsigned>(m.nodes.size());
	for (size_t n = 0; n < m.nodes.size(); n++) {
		for (uint32_t cpu : m.nodes[n].cpus)
			c.node_of_cpu[cpu] = static_cast<uint8_t>(n);
		if (!m.nodes[n].memory)
			c.nodes_with_memory &= ~(uint64_t{ 1 } << n);
		for (size_t to = 0; to < m.distance[n].size(); to++)
			c.distance[n][to] = static_cast<uint8_t>(m.distance[n][to]);
	}
	c.free = free;
	c.raises = moves_tasks(s);
	c.spare_cpus = free && 2 * c.cpus <= sim::CPUS_MAX ? c.cpus : 0; // for RCU callbacks
	c.preempt = preemption_of(m.preemption, free);
	c.clock.hz = m.hz;
	c.clock.start_jiffies = m.initial_jiffies;
	c.steps_max = m.limit_steps;
	c.time_max_ns = m.limit_jiffies * c.clock.tick_ns();
	return c;
}

} // namespace scenario
