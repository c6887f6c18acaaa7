// SPDX-License-Identifier: GPL-2.0-only
// The natural order: which CPU is the earliest, who runs on it, interrupts, ticks and alarms.
// It must not know any strategy, nor what tasks and interrupts do.
#include <algorithm>
#include <cstdlib>
#include "sim/machine.hpp"

namespace sim {

// ---- who is next ----

// An interrupt context always has them off, so none nests.
bool machine::takes_interrupts(const cpu &c) const
{
	return !c.current || !c.current->irqs_off;
}

bool machine::interrupt_due(const cpu &c) const
{
	return c.interrupt_at_ns <= c.now_ns && takes_interrupts(c);
}

bool machine::preemptible(const cpu &c) const
{
	return config_.preempt == preemption::full && c.current && !c.current->is_interrupt &&
	       !c.current->preempt_count && !c.current->irqs_off;
}

// When this CPU can do something next; NEVER if it waits for others, or for ever.
uint64_t machine::next_time(const cpu &c, bool &spinning) const
{
	const context *on = c.current;
	uint64_t at = takes_interrupts(c) ? c.interrupt_at_ns : NEVER;

	if (!on) {
		if (!c.queue.empty())
			at = c.now_ns;
	} else if (can_go(*on)) {
		const uint64_t done_ns = c.now_ns + on->spend_ns;

		at = std::min(at, on->spend_ns ? std::min(done_ns, c.tick_at_ns) : done_ns);
	} else {
		// Its ticks matter where they may take it away, or expire something.
		spinning = true;
		if ((preemptible(c) && !c.queue.empty()) ||
		    (takes_interrupts(c) && c.deferred_at_ns <= c.tick_at_ns))
			at = std::min(at, c.tick_at_ns);
	}
	// A task that has to make way does so at once, also in the middle of computing.
	if (c.need_resched && preemptible(c) && !c.queue.empty())
		at = std::min(at, c.now_ns);
	if (at == NEVER || !c.online)
		return NEVER;
	return std::max(std::max(at, c.now_ns), state_->now_ns);
}

// Ties go to the lower CPU number. While some CPU waits busily, everything must be looked at
// again after each operation; otherwise nothing can come before `horizon_ns`.
cpu *machine::earliest(uint64_t &horizon_ns)
{
	cpu *best = nullptr;
	uint64_t best_ns = NEVER, others_ns = NEVER;
	bool spinning = false;

	for (cpu *c = cpus_, *end = cpus_ + config_.cpus; c != end; c++) {
		const uint64_t at = next_time(*c, spinning);

		if (at < best_ns) {
			others_ns = best_ns; // of a lower-numbered CPU: it wins the tie
			best_ns = at;
			best = c;
		} else if (at != NEVER) {
			others_ns = std::min(others_ns, at + 1);
		}
	}
	horizon_ns = 0;
	if (!best)
		return nullptr;
	if (!spinning)
		horizon_ns = std::min(others_ns, std::min(best->interrupt_at_ns, best->tick_at_ns));
	if (best->current && best->current->spend_ns)
		best->current->spend_ns -=
			std::min(best->current->spend_ns, best_ns - best->now_ns);
	best->now_ns = best_ns;
	return best;
}

context *machine::natural()
{
	machine_state &s = *state_;

	for (;;) {
		cpu *c = earliest(s.horizon_ns);

		if (!c)
			return nullptr;
		if (c->now_ns > config_.time_max_ns) {
			end(ending::bound);
			return nullptr;
		}
		s.running = c;
		s.now_ns = c->now_ns;
		if (interrupt_due(*c))
			return enter_interrupt(*c);
		if (!c->current) {
			occupy(*c, nullptr, &context_of_entry(c->queue.pop()));
			continue;
		}
		const bool ticked = c->now_ns >= c->tick_at_ns;

		if (ticked)
			tick(*c);
		if (c->need_resched && preemptible(*c) && !c->queue.empty())
			release(*c, context_state::queued, true);
		else if (!ticked && !c->current->spend_ns)
			return c->current;
	}
}

// ---- who is on a CPU ----

void machine::occupy(cpu &c, context *previous, context *next)
{
	c.current = next;
	c.need_resched = false;
	if (previous == next) {
		next->state = context_state::on_cpu;
		next->on_cpu = true;
		return;
	}
	if (next) {
		next->state = context_state::on_cpu;
		next->on_cpu = true;
		next->cpu = c.id;
	}
	if (hooks_)
		hooks_->switched(c, previous, next);
	c.now_ns += config_.costs.switch_ns;
	if (next) {
		next->since_ns = c.now_ns;
		c.queue.note_running(next->queue, 0);
		program_tick(c);
	}
}

// Takes the current context off its CPU, which is then nobody's until occupy().
context *machine::retire(cpu &c, context_state to)
{
	context &me = *c.current;

	run_queue::charge(me.queue, c.now_ns - me.since_ns);
	me.since_ns = c.now_ns;
	me.on_cpu = false;
	me.state = to;
	if (to == context_state::queued)
		c.queue.push(me.queue, false);
	return &me;
}

void machine::release(cpu &c, context_state to, bool preempted)
{
	context *me = retire(c, to);
	queue_entry *next = c.queue.pop();

	me->preempted = preempted;
	occupy(c, me, next ? &context_of_entry(next) : nullptr);
}

// The hot path of every switch: flattened, so that it is one function without calls. What
// dispatch() would find in the common case is looked at here: the CPU's next context was at rest
// as well, and nothing else comes first.
[[gnu::flatten]] void machine::sleep()
{
	machine_state &s = *state_;
	cpu &c = *s.running;
	context &me = *s.current;

	if (config_.free) [[unlikely]]
		return make_way(context_state::asleep);
	release(c, context_state::asleep, false);
	context *next = c.current;
	if (next && !next->next && !next->spend_ns && s.steps < s.asked_at &&
	    c.now_ns < s.horizon_ns) [[likely]] {
		s.now_ns = c.now_ns;
		s.current = next;
		stack_pool::change(me.fiber, next->fiber);
	} else {
		dispatch();
	}
	resumed();
}

void machine::yield(bool preempted)
{
	if (config_.free) {
		// Under full preemption somebody else may have gone on at any time.
		if (config_.preempt != preemption::full)
			make_way(context_state::queued);
		return;
	}
	release(*state_->running, context_state::queued, preempted);
	dispatch();
	resumed();
}

void machine::finish(bool keep_slot)
{
	machine_state &s = *state_;
	context &me = *s.current;

	me.next = nullptr;
	if (config_.free) {
		note_load_changed();
		if (counts_only_)
			finish_counted(keep_slot);
		take_off(context_state::finished);
	} else {
		release(*s.running, context_state::finished, false);
	}
	if (!keep_slot)
		discard(me);
	dispatch();
	abort();
}

void machine::move(context &who, cpu_id to)
{
	if (who.cpu == to)
		return;
	if (config_.free) {
		note_effect(access::write, &who.state);
		note_load_changed();
	}
	who.cpu = to;
	if (config_.free && who.next)
		note_effect(access::write, &cpus_[to].current);
}

void machine::enqueue(context &who, cpu_id where)
{
	machine_state &s = *state_;
	cpu &c = cpus_[where];

	if (config_.free) {
		move(who, where);
		note_arrival(who);
		if (is_atomic_next(who))
			note_uninterrupted(cpus_[where]);
		who.state = context_state::queued;
		return;
	}
	who.state = context_state::queued;
	who.cpu = where;
	// Most contexts run soon after they are woken, and their stacks are cold.
	for (int i = 0; i < 3; i++)
		__builtin_prefetch(static_cast<std::byte *>(who.fiber.sp) + i * 64);
	c.queue.push(who.queue, true);
	if (!c.current) {
		c.now_ns = std::max(c.now_ns, s.running->now_ns + config_.costs.idle_exit_ns);
		c.need_resched = true;
		s.horizon_ns = std::min(s.horizon_ns, c.now_ns);
		return;
	}
	const context *below = c.current->is_interrupt ? c.interrupted : c.current;
	if (!below || c.queue.preempts(who.queue, below->queue, c.now_ns - below->since_ns))
		c.need_resched = true;
	if (c.need_resched && config_.preempt == preemption::full)
		s.horizon_ns = 0;
}

void machine::dequeue(context &who)
{
	if (config_.free)
		note_arrival(who);
	else
		cpus_[who.cpu].queue.remove(who.queue);
	who.state = context_state::asleep;
}

// Preemption is off for what it does next, though it does not hold its CPU's token yet.
bool machine::is_atomic_next(const context &c)
{
	return c.preempt_count || c.irqs_off;
}

bool machine::has_atomic_next(const cpu &k) const
{
	for (uint32_t i = config_.all_cpus(); i < state_->contexts_used; i++) {
		const context &c = contexts_[i];

		if (c.cpu == k.id && c.state == context_state::queued && is_atomic_next(c))
			return true;
	}
	return false;
}

bool machine::can_move(const context &who)
{
	if (!config_.free)
		return who.state == context_state::queued;
	// Its steps there come before or after this look.
	note_effect(access::write, &cpus_[who.cpu].current);
	return who.state == context_state::queued && !is_atomic_next(who);
}

void machine::set_priority(context &who, int prio)
{
	cpu &c = cpus_[who.cpu];

	if (config_.free) {
		note_priority(who);
		who.queue.prio = prio;
		note_priority(who);
	} else if (who.state != context_state::queued) {
		who.queue.prio = prio;
	} else {
		c.queue.remove(who.queue);
		who.queue.prio = prio;
		c.queue.push(who.queue, false);
	}
	// The CPU may now be somebody else's.
	if (c.current && c.queue.first() && c.queue.preempts(*c.queue.first(), c.current->queue, 0))
		c.need_resched = true;
	if (c.need_resched && config_.preempt == preemption::full)
		state_->horizon_ns = 0;
}

cpu_id machine::select_cpu(const context &who, cpu_mask among)
{
	auto idle = [](const cpu &c) {
		const bool nobody = !c.current || (c.current->is_interrupt && !c.interrupted);

		return nobody && c.queue.empty() && !c.causes;
	};
	const cpu &last = cpus_[who.cpu];
	const cpu *best = nullptr;
	unsigned best_key = UINT32_MAX;

	if ((among >> last.id & 1) && last.online && (config_.free || idle(last)))
		return last.id;
	for (unsigned i = 0; i < config_.cpus; i++) {
		const cpu &c = cpus_[i];

		if (!(among >> i & 1) || !c.online)
			continue;
		// There idleness is no part of the state.
		if (config_.free)
			return c.id;
		// idle before busy, near before far, less loaded, then the one it ran on
		const unsigned busy = !idle(c);
		const unsigned far = config_.distance[last.node][c.node];
		const unsigned load = c.queue.size() + (c.current ? 1 : 0);
		const unsigned key = busy << 30 |
				     (busy ? std::min(load, 1023u) << 10 | far : far << 10) |
				     (&c == &last ? 0 : 1);

		if (key < best_key) {
			best_key = key;
			best = &c;
		}
	}
	return best ? best->id : NO_CPU;
}

cpu_id machine::place(const context &who, cpu_mask among)
{
	return config_.free ? least_loaded(who, among) : select_cpu(who, among);
}

bool machine::wakes_remotely(const context &who, cpu_id where) const
{
	const cpu &there = cpus_[where], &here = *state_->running;

	if (&there == &here)
		return false;
	if (there.node != here.node)
		return true;
	// Its present task, if it is the one being woken, is on its way out.
	const bool leaving = there.current == &who || there.interrupted == &who;

	return config_.free ? leaving : there.queue.empty() && (!there.current || leaving);
}

// Who gets the CPU back may at once be asked for it again.
bool machine::resched_point(bool asked_for)
{
	if (config_.free) {
		if (config_.preempt == preemption::full || in_atomic() ||
		    state_->current->is_interrupt ||
		    (config_.preempt == preemption::none && !asked_for))
			return false;
		make_way(context_state::queued);
		return true;
	}
	for (bool yielded = false;; yielded = true) {
		const cpu &c = *state_->running;

		if (!c.need_resched || in_atomic() || c.current->is_interrupt ||
		    (config_.preempt == preemption::none && !asked_for) || c.queue.empty())
			return yielded;
		yield(true);
	}
}

void machine::check_preemption()
{
	const cpu &c = *state_->running;

	// It may well take them back at once: others can come in between all the same.
	if (config_.free)
		return release_unneeded();
	if (c.need_resched && preemptible(c) && !c.queue.empty())
		yield(true);
}

} // namespace sim
