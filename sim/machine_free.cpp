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

// Not in a frame of the program's, where it would stay.
void machine::note_effect(access kind, const void *object)
{
	const touch t{ arena_.id(object), kind };

	if (!told_ || !state_->current)
		return; // nobody listens, or the program starts: nobody has gone on yet
	for (const touch &known : effects_)
		if (known.object == t.object && known.kind == t.kind)
			return;
	effects_.push_back(t);
}

void machine::effect_on_all(access kind, const void *object, size_t bytes)
{
	const object_id first = arena_.id(object);

	if (told_ && state_->current)
		for (uint32_t i = 0; i < bytes / sizeof(uint32_t); i++)
			effects_.push_back({ first + i, kind });
}

// ---- tokens ----

uint8_t machine::tokens_needed(const context &c) const
{
	if (c.is_interrupt || c.irqs_off)
		return TOKEN_CPU | TOKEN_IRQS;
	return c.preempt_count || config_.preempt != preemption::full ? TOKEN_CPU : 0;
}

void machine::release_tokens(context &c, uint8_t keep)
{
	if (c.holds & static_cast<uint8_t>(~keep))
		give_back(c, keep);
}

void machine::give_back(context &c, uint8_t keep)
{
	cpu &k = cpus_[c.cpu];
	const uint8_t gone = c.holds & static_cast<uint8_t>(~keep);

	if (gone & TOKEN_CPU) {
		note_effect(access::unlock, &k.current);
		note_effect(access::unlock, &c.on_cpu);
	}
	if (gone & TOKEN_IRQS)
		note_effect(access::unlock, &k.interrupted);
	c.holds &= keep;
}

// Somebody else may go on here, also if the next operation needs the tokens again.
void machine::release_unneeded()
{
	context &me = *state_->current;

	if (!me.is_interrupt)
		release_tokens(me, tokens_needed(me));
}

// After a step: a task that can be preempted again leaves its CPU to whoever is chosen next.
void machine::settle(context &c)
{
	if (c.state != context_state::on_cpu || c.is_interrupt)
		return;
	release_tokens(c, tokens_needed(c));
	if (c.holds & TOKEN_CPU)
		return;
	if (cpus_[c.cpu].current == &c)
		cpus_[c.cpu].current = nullptr;
	c.state = context_state::queued;
	c.on_cpu = false;
}

// The current context leaves its CPU.
void machine::take_off(context_state to)
{
	context &me = *state_->current;
	cpu &k = *state_->running;

	release_tokens(me, 0);
	me.state = to;
	me.on_cpu = false;
	if (k.current == &me)
		k.current = nullptr;
	if (to == context_state::queued)
		return;
	note_effect(access::write, &me.state);
	note_priority(me);
	show(k, nullptr);
}

// It sleeps, or lets others go on; returns when it is chosen again.
void machine::make_way(context_state to)
{
	take_off(to);
	hand_over();
	resumed();
	leave_no_trace();
}

// The trace shows one task on a CPU at a time, though it matters to nobody.
void machine::show(cpu &c, context *now)
{
	if (hooks_ && state_->tracing && c.seen != now)
		tell_switch(c, now);
	c.seen = now;
}

void machine::tell_switch(cpu &c, context *now) const
{
	context *before = const_cast<context *>(c.seen);

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

// Who was chosen takes the tokens it needs. Null: that was all it could do.
context *machine::enter(const candidate &a)
{
	machine_state &s = *state_;
	context &c = a.is_event() ? enter_event(a.who()) : contexts_[a.id];
	cpu &k = cpus_[c.cpu];

	if (told_)
		effects_.clear();
	s.running = &k;
	s.last = c.id;
	s.horizon_ns = 0;
	if (a.is_event())
		return &c;
	if (a.how != going::hidden)
		k.current = &c;
	c.holds |= tokens_needed(c);
	c.state = context_state::on_cpu;
	c.on_cpu = true;
	if (!c.is_interrupt)
		show(k, &c);
	s.steps += a.how == going::wait;
	return a.how == going::wait ? nullptr : &c;
}

// By its name. One that was not offered waits.
context *machine::enter(context_id who)
{
	candidate a{ who, NO_CPU, obstacle::none, going::raised };

	if (!(who & EVENT)) {
		look_at(contexts_[who], a);
		a.how = can_go(contexts_[who]) ? a.how : going::wait;
	}
	return enter(a);
}

// Who asked for a value gets it.
context *machine::give_value(uint32_t answer)
{
	machine_state &s = *state_;
	context *const who = s.value_for;

	s.value_answer = answer;
	s.value_for = nullptr;
	s.taken ^= answer;
	s.steps++;
	return who;
}

// On the engine's stack: until some fiber comes back to it.
void machine::resume(context &c)
{
	if (!config_.free)
		plan_attention();
	go(&c);
	if (full_stack_ != NO_CONTEXT) {
		fprintf(stderr, "kthreadsim: the stack of context %u is full\n", full_stack_);
		abort();
	}
	if (config_.free && !inline_ && !state_->value_for)
		settle(c);
	if (comparable_)
		stacks_.scrub(c.fiber, c.id);
}

// Who goes on next. Null: nobody is ready, or who was chosen had to wait, or the engine must ask.
// In a frame of its own, none of which stands on a stack that is compared.
[[gnu::noinline, gnu::flatten]] context *machine::pick()
{
	const machine_state &s = *state_;
	uint32_t answer = 0;

	if (s.current)
		settle(*s.current);
	if ((s.current && s.steps >= until_step_) || !find_ready())
		return nullptr;
	if (told_)
		describe_all();
	if (!ready_.size())
		return nullptr;
	if ((told_ || ready_.size() > 1) && is_asked(s.steps))
		answer = ask(step_choice());
	return enter(ready_.at(answer));
}

// On a fiber that has come to its next operation, or cannot go on: continues whoever is next.
void machine::hand_over()
{
	context *const next = inline_ ? pick() : nullptr;

	leave_no_trace();
	if (next != state_->current)
		go(next);
}

void machine::answer(uint32_t answer)
{
	if (state_->value_for)
		resume(*give_value(answer));
	else
		go_on(ready_.at(answer).who());
}

void machine::go_on(context_id who)
{
	if (context *c = enter(who))
		resume(*c);
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
