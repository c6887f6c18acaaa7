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

void machine::note_effect(access kind, const void *object)
{
	const touch t{ arena_.id(object), kind };

	if (!state_->current)
		return; // the program starts: nobody has gone on yet
	for (const touch &known : effects_)
		if (known.object == t.object && known.kind == t.kind)
			return;
	effects_.push_back(t);
}

// ---- tokens ----

uint8_t machine::tokens_needed(const context &c) const
{
	if (c.is_interrupt || c.irqs_off)
		return TOKEN_CPU | TOKEN_IRQS;
	return c.preempt_count || config_.preempt != preemption::full ? TOKEN_CPU : 0;
}

void machine::acquire(context &c)
{
	cpu &k = cpus_[c.cpu];

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
	const uint8_t gone = c.holds & static_cast<uint8_t>(~keep);

	if (gone & TOKEN_CPU) {
		note_effect(access::unlock, &k.current);
		note_effect(access::write, &c.on_cpu);
	}
	if (gone & TOKEN_IRQS)
		note_effect(access::unlock, &k.interrupted);
	c.holds &= keep;
}

// After a step: a task that can be preempted again leaves its CPU to whoever is chosen next.
void machine::settle(context &c)
{
	if (c.state != context_state::on_cpu || c.is_interrupt)
		return;
	release_tokens(c, tokens_needed(c));
	if (c.holds & TOKEN_CPU)
		return;
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
	k.current = nullptr;
	if (to != context_state::queued)
		show(k, nullptr);
}

// It sleeps, or lets others go on; returns when it is chosen again.
void machine::make_way(context_state to)
{
	take_off(to);
	go(nullptr);
	resumed();
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

cpu_id machine::least_loaded(const context &who) const
{
	unsigned best = UINT32_MAX;
	cpu_id where = NO_CPU;

	for (unsigned i = 0; i < config_.cpus; i++) {
		unsigned live = 0;

		if (!(who.allowed >> i & 1) || !cpus_[i].online)
			continue;
		for (uint32_t n = config_.cpus; n < state_->contexts_used; n++) {
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

// ---- what may be chosen ----

op machine::describe_free(const context &c) const
{
	const cpu &k = cpus_[c.cpu];
	const uint8_t needed = tokens_needed(c);
	op o = describe(c);

	if (c.is_interrupt)
		return o;
	if (!can_go(c))
		o.count = 0; // only the token, to wait with it
	auto token = [&](uint8_t which, const void *object) {
		if (!(c.holds & which) && o.count < TOUCHES_MAX)
			o.touches[o.count++] = { arena_.id(object),
						 needed & which ? access::lock : access::pass };
	};
	token(TOKEN_CPU, &k.current);
	token(TOKEN_IRQS, &k.interrupted);
	return o;
}

obstacle machine::free_obstacle(const context &c) const
{
	const cpu &k = cpus_[c.cpu];

	if (c.state == context_state::asleep)
		return obstacle::asleep;
	if (k.current && k.current != &c)
		return obstacle::no_cpu;
	if (!can_go(c) && !(tokens_needed(c) & ~c.holds))
		return obstacle::guard;
	return obstacle::none;
}

// A timer may fire unless one that was armed before it on its base expires strictly earlier.
void machine::gather_events(cpu &k)
{
	const bool taken = k.current && (k.current->holds & TOKEN_IRQS);
	const obstacle why = taken ? obstacle::no_cpu : obstacle::none;
	auto add = [&](const void *fires, const void *changes, label where) {
		option o{ EVENT | arena_.id(fires), k.id, why, nullptr, {} };

		o.next.where = where;
		o.next.touches[o.next.count++] = { arena_.id(&k.interrupted), access::lock };
		o.next.touches[o.next.count++] = { arena_.id(changes), access::rmw };
		(taken ? blocked_ : options_).push_back(o);
	};

	if (k.causes)
		add(&k.causes, &k.causes, { "interrupt", "take" });
	for (const alarm *a = k.alarms; a; a = a->next)
		add(a, a, { "alarm", "fire" });
	for (unsigned w = 0; w < WHEELS; w++) {
		uint64_t least = NEVER;

		for (const wheel_timer *t = wheel(k.id, w).first(); t; t = t->next) {
			if (t->expires <= least)
				add(t, &wheel(k.id, 0), { "timer", "fire" });
			least = std::min(least, t->expires);
		}
	}
}

// Real-time tasks first: as long as one of them can go on, lower ones of its CPU cannot.
bool machine::must_wait_for(const context &c, const context &other) const
{
	return other.cpu == c.cpu && other.queue.prio < PRIO_RT_END &&
	       other.queue.prio < c.queue.prio && !c.is_interrupt && !c.holds &&
	       (other.state == context_state::queued || other.state == context_state::on_cpu);
}

// Going on after a sleep, or a step that touches nothing, without a token.
bool machine::is_private(const context &c) const
{
	const bool touches = c.next && (c.next->object || c.next->describe || c.next->enabled);

	return !touches && !c.is_interrupt && !c.holds && !tokens_needed(c);
}

void machine::gather_free()
{
	const machine_state &s = *state_;
	bool real_time = false;

	options_.clear();
	blocked_.clear();
	for (uint32_t i = 0; i < s.contexts_used; i++) {
		const context &c = contexts_[i];
		const bool idle = c.is_interrupt && c.state == context_state::asleep;

		if (c.state == context_state::unused || c.state == context_state::finished || idle)
			continue;
		const obstacle why = free_obstacle(c);
		(why == obstacle::none ? options_ : blocked_)
			.push_back({ i, c.cpu, why, c.frames, describe_free(c) });
		real_time |= !c.is_interrupt && c.queue.prio < PRIO_RT_END;
	}
	if (real_time)
		std::erase_if(options_, [this](const option &o) {
			for (uint32_t i = 0; i < state_->contexts_used; i++)
				if (must_wait_for(contexts_[o.who], contexts_[i])) {
					blocked_.push_back(o);
					blocked_.back().why = obstacle::no_cpu;
					return true;
				}
			return false;
		});
	// What nobody can see need not be tried later.
	if (config_.preempt == preemption::full)
		for (const option &o : options_)
			if (is_private(contexts_[o.who])) {
				options_ = { option{ o } };
				return;
			}
	for (unsigned i = 0; i < config_.cpus; i++)
		gather_events(cpus_[i]);
	order_options();
}

// Natural is: who went last goes on; else by CPU, and events last. Which options there are, and
// what they do, does not depend on this order.
void machine::order_options()
{
	const auto last = std::find_if(options_.begin(), options_.end(),
				       [this](const option &o) { return o.who == state_->last; });

	if (last != options_.end()) {
		std::rotate(options_.begin(), last, last + 1);
		return;
	}
	std::stable_sort(options_.begin(), options_.end(), [](const option &a, const option &b) {
		const bool a_event = a.who & EVENT, b_event = b.who & EVENT;

		return a_event != b_event ? b_event : !a_event && a.cpu < b.cpu;
	});
}

bool machine::offer(choice &out)
{
	machine_state &s = *state_;

	this_machine = this;
	if (events_used_ >= EVENTS_FULL)
		flush_trace();
	if (!s.ended && s.steps >= config_.steps_max)
		end(ending::bound);
	if (s.ended)
		return false;
	if (s.value_for) {
		out = { choice_kind::value,
			s.value_for->id,
			s.value_count,
			s.steps,
			s.taken,
			s.value_where,
			effects_,
			{},
			{} };
		return true;
	}
	gather_free();
	if (config_.check == checking::states)
		look_for_races();
	if (options_.empty()) {
		strategy_.stuck(blocked_);
		end(program_->unfinished(*this) ? ending::deadlock : ending::finished);
		return false;
	}
	out = { choice_kind::step, NO_CONTEXT, static_cast<uint32_t>(options_.size()),
		s.steps,	   s.taken,    {},
		effects_,	   options_,   blocked_ };
	return true;
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
	s.running = &cpus_[c.cpu];
	s.last = c.id;
	s.horizon_ns = 0;
	ask_from(0); // every operation is a choice
	if (!(who & EVENT)) {
		const bool waits = !can_go(c);

		acquire(c);
		if (waits) {
			s.steps++;
			return;
		}
	}
	go(&c);
	if (full_stack_ != NO_CONTEXT) {
		fprintf(stderr, "kthreadsim: the stack of context %u is full\n", full_stack_);
		abort();
	}
	if (!s.value_for)
		settle(c);
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

	for (unsigned i = 0; i < config_.cpus; i++) {
		cpu &k = cpus_[i];
		bool found = true;

		k.firing = 0;
		if (is_event(&k.causes, id)) {
			k.firing = k.causes;
			k.causes = 0;
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
		stacks_.prepare(irq.fiber, irq.id, begin_context, &irq);
		irq.frames = nullptr;
		irq.holds = TOKEN_CPU | TOKEN_IRQS;
		return irq;
	}
	abort(); // it was not offered
}

} // namespace sim
