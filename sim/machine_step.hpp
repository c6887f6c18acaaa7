// SPDX-License-Identifier: GPL-2.0-only
// The way of every visible operation through the machine, inline: most are taken without a stop.
// It must not know any strategy. Included by machine.hpp only.
#pragma once
#include "sim/machine.hpp"

namespace sim {

inline void machine::leave_no_trace() const
{
	if (comparable_)
		stack_pool::clear_below();
}

[[gnu::always_inline]] inline void machine::leave_nothing() const
{
	stack_pool::clear_kept_registers();
	leave_no_trace();
}

inline void machine::take(access kind, const void *object)
{
	machine_state &s = *state_;
	const uint64_t what = static_cast<uint64_t>(fold_id(arena_, object)) << 3 |
			      static_cast<uint64_t>(kind) |
			      static_cast<uint64_t>(s.current->id) << 40;

	s.steps++;
	s.now_ns = s.running->now_ns;
	s.taken = (s.taken ^ what) * UINT64_C(0x9e3779b97f4a7c15);
	s.taken ^= s.taken >> 29;
}

inline void machine::effect(access kind, const void *object)
{
	if (config_.free)
		note_effect(kind, object);
	if (clocks_ && kind == access::unlock)
		note_order(kind, object, {}, false);
}

inline void machine::note_effect(access kind, const void *object)
{
	if (!counts_only_ || state_->unseen)
		tell_effect(kind, object);
}

inline uint8_t machine::tokens_needed(const context &c) const
{
	if (c.is_interrupt || c.irqs_off)
		return TOKEN_CPU | TOKEN_IRQS;
	return c.preempt_count || config_.preempt != preemption::full ? TOKEN_CPU : 0;
}

// Whoever keeps no token leaves his CPU to others.
inline void machine::step_aside(context &c)
{
	if (c.holds & TOKEN_CPU)
		return;
	if (cpus_[c.cpu].current == &c)
		cpus_[c.cpu].current = nullptr;
	c.state = context_state::queued;
	c.on_cpu = false;
}

inline void machine::discard(context &who)
{
	machine_state &s = *state_;

	who.state = context_state::finished;
	who.next = nullptr;
	s.contexts_live--;
	who.spend_ns = 0; // from here on: the link of the list of free slots
	if (s.free_last)
		contexts_[s.free_last - 1].spend_ns = who.id + 1;
	else
		s.free_first = who.id + 1;
	s.free_last = who.id + 1;
}

// Somebody there goes on with preemption off: the end of a switch has to wait for him.
inline void machine::note_uninterrupted(const cpu &c)
{
	if (config_.raises)
		effect(access::read, &c.raised);
}

inline void machine::preempt_disable()
{
	if (!in_atomic())
		note_uninterrupted(*state_->running);
	state_->current->preempt_count++;
}

inline void machine::irq_disable()
{
	if (state_->current->is_interrupt) {
		state_->running->irqs_on_in_softirq = false;
		return;
	}
	if (!in_atomic())
		note_uninterrupted(*state_->running);
	state_->current->irqs_off = 1;
}

inline void machine::irq_enable()
{
	if (state_->current->is_interrupt) {
		state_->running->irqs_on_in_softirq = true;
		return;
	}
	state_->current->irqs_off = 0;
	look_at_interrupts();
	check_preemption();
}

inline bool machine::irqs_disabled() const
{
	const context &me = *state_->current;

	return me.irqs_off && !(me.is_interrupt && state_->running->irqs_on_in_softirq);
}

[[gnu::always_inline]] inline void machine::go(context *to)
{
	context *from = state_->current;

	state_->current = to;
	if (counts_only_)
		stack_pool::hop(from ? from->fiber : engine_, to ? to->fiber : engine_);
	else
		stack_pool::change(from ? from->fiber : engine_, to ? to->fiber : engine_);
}

// A fiber that leaves by go().
inline void machine::prepare_stack(context &c)
{
	if (counts_only_)
		stacks_.prepare_to_hop(c.fiber, c.id, begin_context, &c);
	else
		stacks_.prepare(c.fiber, c.id, begin_context, &c, comparable_);
}

// On the engine's stack: until some fiber comes back to it.
[[gnu::always_inline]] inline void machine::resume(context &c)
{
	go(&c);
	if (full_stack_ != NO_CONTEXT)
		say_full_stack();
}

// As numbers: what a compiler knows of pointers to different objects does not count here.
[[gnu::always_inline]] inline void machine::check_stack(const context &me)
{
	constexpr size_t MARGIN_BYTES = 1024;

	if (number_of_pointer(__builtin_frame_address(0)) >=
	    number_of_pointer(stacks_.bottom(me.id) + MARGIN_BYTES))
		return;
	// Said on the engine's stack: there is no room for printing here.
	full_stack_ = me.id;
	go(nullptr);
}

inline bool machine::passes(access kind)
{
	machine_state &s = *state_;
	cpu &c = *s.running;

	c.now_ns += config_.costs.access_ns[static_cast<unsigned>(kind)];
	return s.steps < s.attention && c.now_ns < s.horizon_ns;
}

[[gnu::always_inline]] inline bool
machine::stopped_before(access kind, const void *object, label where,
			bool (*enabled)(const void *), const void *guard,
			void (*describe)(const void *, op &), bool plain)
{
	if (state_->current->joins &&
	    joins_step(pending{ kind, plain, {}, object, where, enabled, describe, guard }))
		return true;
	if (counts_only_) {
		stop_counted(kind, object, where, enabled, guard, describe, plain);
		return true;
	}
	stop_before(kind, object, where, enabled, guard, describe, plain);
	leave_no_trace();
	return config_.free;
}

inline void machine::step(access kind, const void *object, label where, bool plain)
{
	if ((counts_only_ || !passes(kind)) &&
	    stopped_before(kind, object, where, nullptr, nullptr, nullptr, plain))
		return;
	take(kind, object);
}

template <class D>
void machine::step_as(access kind, const void *object, label where, const D &as)
{
	if ((counts_only_ || !passes(kind)) &&
	    stopped_before(kind, object, where, nullptr, &as, describe_of<D>(), false))
		return;
	take(kind, object);
}

template <class R>
void machine::step_when(access kind, const void *object, label where, const R &ready)
{
	constexpr auto holds = [](const void *g) { return (*static_cast<const R *>(g))(); };

	if ((counts_only_ || !passes(kind) || !ready()) &&
	    stopped_before(kind, object, where, holds, &ready, describe_of<R>(), false))
		return;
	take(kind, object);
}

template <class R> void machine::borrow_when(const void *lock, label where, const R &ready)
{
	step_when(access::borrow, lock, where, ready);
	if (config_.free && !counts_only_)
		note_borrowed(lock);
}

} // namespace sim
