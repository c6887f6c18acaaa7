// SPDX-License-Identifier: GPL-2.0-only
// The free machine: time stands still, and whatever a kernel of this preemption model could do next
// may be chosen. It must not know any strategy, nor what tasks and interrupts do.
//
// Each CPU has a token. Whoever cannot be preempted holds it, whoever has interrupts off holds off
// its interrupts too; all others of that CPU can go on only while it is free. It is taken together
// with the next operation (nobody can see the difference), by itself only where that operation has
// to wait, and given back with the last operation before. A switch between tasks that can be
// preempted is no event, and who occupies a CPU without its token is not part of the state.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include "sim/machine.hpp"

namespace sim {

// ---- what can be told from outside about a step ----

// A private step came before all others because nobody can see it. It ends before the first thing
// in it that somebody can, which is to be told before it is done.
void machine::end_unseen(access kind, const void *object)
{
	if (!state_->unseen)
		return;
	state_->unseen = false;
	const frame *calls = state_->current->frames;
	leave_no_trace();
	stop_at({ kind, false, {}, object, { calls ? calls->function : "", "go on to" } });
	take(kind, object);
	leave_no_trace();
}

void machine::tell_effect(access kind, const void *object)
{
	const touch t{ arena_.id(object), kind };

	if (!state_->current)
		return; // the program starts: nobody has gone on yet
	end_unseen(kind, object);
	if (counts_only_)
		return;
	add_effect(t);
}

void machine::add_effect(const touch &t)
{
	for (const touch &known : effects_)
		if (known.object == t.object && known.kind == t.kind)
			return;
	effects_.push_back(t);
}

void machine::effect_on_all(access kind, const void *object, size_t bytes)
{
	const object_id first = arena_.id(object);

	if (!config_.free || !state_->current)
		return;
	end_unseen(kind, object);
	for (uint32_t i = 0; i < bytes / sizeof(uint32_t) && !counts_only_; i++)
		effects_.push_back({ first + i, kind });
}

// What joins a step is no step, but touches and orders what it would.
bool machine::joins_step(const pending &p)
{
	if (!config_.free)
		return false;
	if (p.object)
		end_unseen(p.kind, p.object);
	const bool waits = p.enabled && !p.enabled(p.guard);
	op o{};
	if (p.object && !counts_only_)
		o.touches[o.count++] = { arena_.id(p.object), p.kind };
	if (p.describe && !counts_only_)
		p.describe(p.guard, o);
	for (unsigned i = 0; i < o.count; i++) {
		const touch t = o.touches[i];

		tell_effect(waits ? access::read : t.kind, arena_.at(t.object));
	}
	if (waits)
		return false;
	note_operation(p);
	// The step before needed no more than that they are free, and so they are.
	if (!state_->current->is_interrupt)
		acquire(*state_->current);
	return true;
}

// ---- tokens ----

void machine::acquire(context &c)
{
	cpu &k = cpus_[c.cpu];

	if (!is_private(c))
		k.current = &c;
	c.holds |= tokens_needed(c);
	c.state = context_state::on_cpu;
	c.on_cpu = true;
	if (!c.is_interrupt)
		show(k, &c);
}

void machine::release_tokens(context &c, uint8_t keep)
{
	cpu &k = cpus_[c.cpu];
	const uint8_t gone = c.holds & state_->held & static_cast<uint8_t>(~keep);

	tell_tokens(c, k, gone, access::unlock);
	c.holds &= keep;
}

void machine::tell_tokens(const context &c, const cpu &k, uint8_t which, access kind)
{
	if (counts_only_)
		return;
	// What an interrupt keeps others from is told by the other one. The first may be that of a
	// task below it, and stays locked.
	if ((which & TOKEN_CPU) && !c.is_interrupt) {
		add_effect({ arena_.id(&k.current), kind });
		add_effect({ arena_.id(&c.on_cpu), kind });
	}
	if (which & TOKEN_IRQS)
		add_effect({ arena_.id(&k.interrupted), kind });
}

// Somebody else may go on here, also if the next operation needs the tokens again.
void machine::release_unneeded()
{
	context &me = *state_->current;

	if (!me.is_interrupt)
		release_tokens(me, tokens_needed(me));
}

// ---- locks ----

void machine::tell_kept(const void *lock)
{
	state_->locks_kept++;
	add_effect({ arena_.id(lock), access::lock });
}

void machine::note_borrowed(const void *lock)
{
	machine_state &s = *state_;

	if (s.borrowed_count < BORROWED_MAX)
		s.borrowed[s.borrowed_count++] = lock;
	else
		tell_kept(lock);
}

// What the same step gives back was never locked, as far as others can tell.
void machine::give_back(const void *lock)
{
	machine_state &s = *state_;
	const void **const end = s.borrowed + s.borrowed_count;
	const void **const known = std::find(s.borrowed, end, lock);

	if (known == end) {
		s.locks_kept -= config_.free && !counts_only_;
		effect(access::unlock, lock);
		return;
	}
	std::copy(known + 1, end, known);
	s.borrowed[--s.borrowed_count] = nullptr; // equal states are equal bytes
	if (clocks_)
		note_order(access::unlock, lock, {}, false);
}

// After a step: a task that can be preempted again leaves its CPU to whoever is chosen next.
void machine::settle(context &c)
{
	machine_state &s = *state_;

	s.unseen = false;
	for (; s.borrowed_count; s.borrowed[--s.borrowed_count] = nullptr)
		tell_kept(s.borrowed[s.borrowed_count - 1]);
	if (c.state != context_state::on_cpu || c.is_interrupt)
		return;
	release_tokens(c, tokens_needed(c));
	tell_tokens(c, cpus_[c.cpu], c.holds & static_cast<uint8_t>(~state_->held), access::lock);
	step_aside(c);
}

// The current context leaves its CPU.
void machine::take_off(context_state to)
{
	context &me = *state_->current;

	if (to != context_state::queued) {
		note_effect(access::write, &me.state);
		note_priority(me);
	}
	cpu &k = *state_->running;
	release_tokens(me, 0);
	me.state = to;
	me.on_cpu = false;
	if (k.current == &me)
		k.current = nullptr;
	if (to != context_state::queued)
		show(k, nullptr);
}

// It sleeps, or lets others go on; returns when it is chosen again.
void machine::make_way(context_state to)
{
	take_off(to);
	dispatch();
	resumed();
	leave_no_trace();
}

// The trace shows one task on a CPU at a time, though it matters to nobody.
void machine::show(cpu &c, context *now)
{
	context *before = const_cast<context *>(c.seen);

	if (before == now)
		return;
	c.seen = now;
	if (!hooks_ || !state_->tracing)
		return;
	if (before)
		before->preempted = before->state == context_state::queued;
	hooks_->switched(c, before, now);
}

// As long as a real-time task is there, nobody else of its CPU can go on.
void machine::note_priority(const context &c)
{
	if (c.queue.prio < PRIO_RT_END)
		note_effect(access::write, &cpus_[c.cpu].current);
}

// A task that stands at an operation comes to a CPU, or goes from it, and to or from its token.
void machine::note_arrival(const context &c)
{
	if (c.next)
		note_effect(access::write, &cpus_[c.cpu].current);
	note_effect(access::write, &c.state);
	note_priority(c);
}

// How many contexts live where. Whoever comes or goes can change places with others who do; only
// who counts them cannot. So in terms of touches it is he who changes it.
void machine::note_load_changed()
{
	note_effect(access::read, &state_->contexts_live);
}

cpu_id machine::least_loaded(const context &who, cpu_mask among)
{
	unsigned best = UINT32_MAX;
	cpu_id where = NO_CPU;

	note_effect(access::write, &state_->contexts_live);
	for (unsigned i = 0; i < config_.cpus; i++) {
		unsigned live = 0;

		if (!(among >> i & 1) || !cpus_[i].online)
			continue;
		for (uint32_t n = config_.all_cpus(); n < state_->contexts_used; n++) {
			const context &c = contexts_[n];

			live += c.cpu == i && &c != &who && c.state != context_state::unused &&
				c.state != context_state::finished;
		}
		if (live < best) {
			best = live;
			where = static_cast<cpu_id>(i);
		}
	}
	return where;
}

// ---- carrying out what was chosen ----

void machine::answer(uint32_t answer)
{
	machine_state &s = *state_;

	if (s.value_for) {
		context &who = *s.value_for;

		s.value_answer = answer;
		s.value_for = nullptr;
		s.taken ^= answer;
		s.steps++;
		go(&who);
		if (!s.value_for)
			settle(who);
		if (comparable_)
			stacks_.scrub(who.fiber, who.id);
		return;
	}
	if (answer >= options_.size()) {
		fprintf(stderr, "kthreadsim: a strategy chose %u of %zu options\n", answer,
			options_.size());
		abort();
	}
	take_step(options_[answer].who);
}

void machine::take_step(context_id who)
{
	machine_state &s = *state_;
	context &c = who & EVENT ? enter_event(who) : contexts_[who];

	effects_.clear();
	progressed_ = false;
	s.running = &cpus_[c.cpu];
	s.last = c.id;
	s.horizon_ns = 0;
	ask_from(0); // every operation is a choice
	s.held = who & EVENT ? TOKEN_CPU | TOKEN_IRQS : c.holds;
	if (!(who & EVENT)) {
		const bool waits = !can_go(c);

		s.unseen = is_private(c);

		acquire(c);
		if (waits) {
			s.steps++;
			return;
		}
	}
	resume(c);
	if (!s.value_for)
		settle(c);
	if (comparable_)
		stacks_.scrub(c.fiber, c.id);
}

// An alarm may lie on a stack, where ids use all their bits; the lower ones tell them apart.
bool machine::is_event(const void *fires, object_id id) const
{
	return (arena_.id(fires) & ~EVENT) == id;
}

alarm *machine::find_alarm(const cpu &c, object_id id) const
{
	alarm *a = c.alarms;

	while (a && !is_event(a, id))
		a = a->next;
	return a;
}

bool machine::make_due(cpu_id where, object_id id) const
{
	for (unsigned w = 0; w < WHEELS; w++)
		for (wheel_timer *t = wheel(where, w).first(); t; t = t->next)
			if (is_event(t, id)) {
				wheel(where, w).make_due(*t);
				return true;
			}
	return false;
}

// The interrupt context of its CPU, about to handle this event and no other.
context &machine::enter_event(context_id event)
{
	const object_id id = event & ~EVENT;

	for (unsigned i = 0; i < config_.all_cpus(); i++) {
		cpu &k = cpus_[i];
		bool found = true;

		k.firing = 0;
		if (is_event(&k.causes, id)) {
			k.firing = k.causes;
			k.causes = 0;
		} else if (is_event(&k.raised, id)) {
			k.firing = k.raised;
			k.raised = 0;
		} else if (alarm *a = find_alarm(k, id)) {
			cancel_alarm(*a);
			k.firing = IRQ_ALARM;
			k.firing_alarm = a;
		} else if (make_due(k.id, id)) {
			k.firing = IRQ_TIMER_WHEEL;
		} else {
			found = false;
		}
		if (!found)
			continue;
		if (!k.current)
			show(k, nullptr);
		context &irq = *enter_interrupt(k);
		prepare_stack(irq);
		irq.frames = nullptr;
		irq.holds = TOKEN_CPU | TOKEN_IRQS;
		return irq;
	}
	abort(); // it was not offered
}

} // namespace sim
