// SPDX-License-Identifier: GPL-2.0-only
// Interrupts, ticks, alarms and the wheel's next expiry.
// It must not know any strategy, nor what interrupts do.
#include <algorithm>
#include <cstdlib>
#include <utility>
#include "sim/machine.hpp"

namespace sim {

// ---- interrupts and time ----

// After any of them has changed.
void machine::note_interrupts(cpu &c)
{
	const uint64_t alarm_at = c.alarms ? c.alarms->at_ns : NEVER;

	c.interrupt_at_ns = std::min({ c.causes_at_ns, alarm_at, c.wheel_at_ns });
	if (&c == state_->running)
		state_->horizon_ns = std::min(state_->horizon_ns, c.interrupt_at_ns);
}

// Interrupts were enabled: what came in meanwhile is taken before the next operation.
void machine::look_at_interrupts()
{
	if (interrupt_due(*state_->running))
		state_->horizon_ns = 0;
}

context *machine::enter_interrupt(cpu &c)
{
	context &irq = contexts_[c.id];

	c.interrupted = c.current;
	c.current = &irq;
	irq.user = c.interrupted ? c.interrupted->user : c.idle_user;
	irq.state = context_state::on_cpu;
	irq.on_cpu = true;
	irq.irqs_off = 1;
	irq.preempt_count = 0;
	c.now_ns += config_.costs.interrupt_ns;
	state_->horizon_ns = 0;
	if (clocks_)
		clocks_->interrupted(irq.id);
	return &irq;
}

void machine::leave_interrupt()
{
	cpu &c = *state_->running;
	context &irq = *c.current;

	irq.on_cpu = false;
	irq.state = context_state::asleep;
	c.irqs_on_in_softirq = false;
	c.current = c.interrupted;
	c.interrupted = nullptr;
	if (config_.free) {
		effect(access::write, &irq.state); // whoever waits for quiet looks at it
		release_tokens(irq, 0);
		go(nullptr);
		abort(); // the next event begins on an empty stack
	}
	state_->horizon_ns = 0; // the task below may have to make way
	dispatch();
	resumed();
}

uint32_t machine::take_causes(cpu &c)
{
	uint32_t causes = c.causes;

	c.causes = 0;
	c.causes_at_ns = NEVER;
	if (c.alarms && c.alarms->at_ns <= c.now_ns)
		causes |= IRQ_ALARM;
	if (c.wheel_at_ns <= c.now_ns)
		causes |= IRQ_TIMER_WHEEL;
	return causes;
}

void machine::interrupt_loop(void *self)
{
	machine &m = *static_cast<machine *>(self);

	for (;;) {
		cpu &c = *m.state_->running;
		const uint32_t causes = m.config_.free ? c.firing : m.take_causes(c);

		if (m.hooks_)
			m.hooks_->interrupt(c, causes);
		if (!m.config_.free)
			m.wheel_changed(c.id);
		m.leave_interrupt();
	}
}

void machine::send_ipi(cpu_id to, interrupt_cause cause)
{
	machine_state &s = *state_;
	cpu &c = cpus_[to];
	const uint64_t at = s.running->now_ns + config_.costs.ipi_ns;

	eventful_ = true;
	effect(access::rmw, &c.causes);
	order_interrupt(c);
	c.causes |= cause;
	c.causes_at_ns = std::min(c.causes_at_ns, at);
	note_interrupts(c);
	s.horizon_ns = std::min(s.horizon_ns, at);
}

void machine::raise(cpu &c, interrupt_cause cause)
{
	if (config_.free) {
		if (!config_.raises)
			abort(); // then nobody tells that he keeps it from coming
		eventful_ = true;
		effect(access::rmw, &c.raised);
		c.raised |= cause;
		return;
	}
	c.causes |= cause;
	c.causes_at_ns = std::min(c.causes_at_ns, c.now_ns);
	note_interrupts(c);
	state_->horizon_ns = std::min(state_->horizon_ns, c.now_ns);
}

// The next tick of a CPU that is busy again after it slept.
void machine::program_tick(cpu &c)
{
	const uint64_t tick_ns = config_.clock.tick_ns();

	if (c.tick_at_ns <= c.now_ns)
		c.tick_at_ns = (c.now_ns / tick_ns + 1) * tick_ns;
}

// Ends the slice of a task that has had it, if somebody else waits.
void machine::tick(cpu &c)
{
	program_tick(c);
	if (c.deferred_at_ns <= c.now_ns) {
		c.wheel_at_ns = c.now_ns;
		note_interrupts(c);
	}
	if (c.current->is_interrupt)
		return;
	const context &on = *c.current;
	const uint64_t ran = c.now_ns - on.since_ns;

	c.queue.note_running(on.queue, ran);
	if (!c.queue.empty() && on.queue.prio >= PRIO_RT_END && ran >= run_queue::SLICE_NS)
		c.need_resched = true;
}

// A bucket that is already due is seen at the next tick.
uint64_t machine::wheel_time(const cpu &c, unsigned which) const
{
	const uint64_t tick_ns = config_.clock.tick_ns();
	uint64_t expiry;

	if (!wheel(c.id, which).next_expiry(expiry))
		return NEVER;
	const uint64_t at = config_.clock.ns_of(expiry);
	return at > c.now_ns ? at : (c.now_ns / tick_ns + 1) * tick_ns;
}

void machine::wheel_changed(cpu_id id)
{
	cpu &c = cpus_[id];

	if (config_.free) {
		eventful_ = true;
		note_effect(access::write, &wheel(id, 0));
		c.timers_pending = false;
		for (unsigned w = 0; w < WHEELS; w++)
			c.timers_pending |= wheel(id, w).first() != nullptr;
		return;
	}

	c.wheel_at_ns = NEVER;
	for (unsigned w = 0; w < DEFERRED_WHEEL; w++)
		c.wheel_at_ns = std::min(c.wheel_at_ns, wheel_time(c, w));
	c.deferred_at_ns = wheel_time(c, DEFERRED_WHEEL);
	state_->horizon_ns = std::min(state_->horizon_ns, c.wheel_at_ns);
	note_interrupts(c);
}

// Without time, equal times come in the order of ids, for in which order they were armed is no part
// of the state.
bool machine::comes_later(const alarm &a, const alarm &b) const
{
	if (a.at_ns != b.at_ns || !config_.free)
		return a.at_ns > b.at_ns;
	return arena_.id(&a) > arena_.id(&b);
}

void machine::arm_alarm(alarm &a, cpu_id where, uint64_t at_ns)
{
	cpu &c = cpus_[where];
	alarm **link = &c.alarms;

	eventful_ = true;
	effect(access::write, &a);
	order_interrupt(c);
	a.at_ns = at_ns;
	a.cpu = where;
	a.armed = true;
	a.next = nullptr;
	if (c.alarms_last && !comes_later(*c.alarms_last, a))
		link = &c.alarms_last->next;
	while (*link && !comes_later(**link, a))
		link = &(*link)->next;
	a.next = *link;
	*link = &a;
	if (!a.next)
		c.alarms_last = &a;
	note_interrupts(c);
	state_->horizon_ns = std::min(state_->horizon_ns, at_ns);
}

bool machine::cancel_alarm(alarm &a)
{
	effect(access::read, &a); // a step may begin here, and others come first
	if (!a.armed)
		return false;
	effect(access::write, &a);
	cpu &c = cpus_[a.cpu];
	alarm *previous = nullptr;

	for (alarm *i = c.alarms; i != &a; i = i->next)
		previous = i;
	(previous ? previous->next : c.alarms) = a.next;
	if (c.alarms_last == &a)
		c.alarms_last = previous;
	a.next = nullptr; // or what came behind it would still be seen there
	a.armed = false;
	note_interrupts(c);
	return true;
}

alarm *machine::due_alarm(cpu &c)
{
	alarm *a = config_.free ? std::exchange(c.firing_alarm, nullptr) : c.alarms;

	if (config_.free)
		return a;
	if (!a || a->at_ns > c.now_ns)
		return nullptr;
	c.alarms = a->next;
	if (c.alarms_last == a)
		c.alarms_last = nullptr;
	a->armed = false;
	note_interrupts(c);
	return a;
}

// In order of time; those of one time as they were armed, the moved ones last.
void machine::move_alarms(cpu_id from, cpu_id to)
{
	while (alarm *a = cpus_[from].alarms) {
		cancel_alarm(*a);
		arm_alarm(*a, to, a->at_ns);
	}
}

} // namespace sim
