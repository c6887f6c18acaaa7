// SPDX-License-Identifier: GPL-2.0-only
// Where and when one is, as operations.
// Must not know JSON or expectations.
#include "model/boot.hpp"
#include "model/sched.hpp"
#include "scenarios/interpreter.hpp"
#include "scenarios/values.hpp"

namespace scenario {

namespace {

bool is_awake(const sim::context &c)
{
	return c.state == sim::context_state::queued || c.state == sim::context_state::on_cpu;
}

/* True: it was so at once. */
template <class F> bool wait_for(const void *object, F is_over)
{
	sim::machine &m = kernel::machine();
	static constexpr sim::label where = { "wait_until_idle", "wait for" };

	m.effect(sim::access::read, object);
	if (is_over())
		return true;
	if (!m.free())
		kernel::schedule_timeout_state(1, kernel::TASK_UNINTERRUPTIBLE);
	else if (m.config().preempt == sim::preemption::full)
		m.step_when(sim::access::read, object, where, is_over);
	else
		m.resched_point(true); // it may be waited for on this CPU
	return false;
}

/* Looks at all that may be under way, until a look finds nothing. */
void wait_until_idle()
{
	const sim::machine &m = kernel::machine();
	bool idle;

	do {
		idle = true;
		for (uint32_t i = 0; i < m.state().contexts_used; i++)
			if (const sim::context &c = m.context_of(i); &c != m.current())
				idle &= wait_for(&c.state, [&c] { return !is_awake(c); });
		for (unsigned i = 0; i < m.config().all_cpus(); i++) {
			const sim::cpu &c = m.cpu_of(static_cast<sim::cpu_id>(i));

			idle &= wait_for(&c.causes, [&c] { return !c.causes; });
			idle &= wait_for(&c.raised, [&c] { return !c.raised; });
		}
	} while (!idle);
}

} // namespace

bool interpreter::other_operation(const instruction &i, value &result)
{
	auto this_cpu = [&] { return read_cpu(kernel::current, { i.row->name, "read" }); };

	switch (i.row->code) {
	case opcode::smp_processor_id: result = value::of(this_cpu()); return true;
	case opcode::current_node: result = value::of(kernel::cpu_to_node(this_cpu())); return true;
	case opcode::jiffies:
		result = value::of(static_cast<int64_t>(kernel::jiffies()));
		return true;
	case opcode::wait_until_idle: wait_until_idle(); return true;
	default: return false;
	}
}

} // namespace scenario
