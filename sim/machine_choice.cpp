// SPDX-License-Identifier: GPL-2.0-only
// The choice point: what may go next is gathered, the strategy is asked, the answer carried out.
// It must not know any strategy.
#include <algorithm>
#include <cstdlib>
#include "sim/machine.hpp"

namespace sim {

op machine::describe(const context &c) const
{
	op o{};

	if (!c.next)
		return o;
	o.where = c.next->where;
	if (c.next->object)
		o.touches[o.count++] = { arena_.id(c.next->object), c.next->kind, c.next->plain };
	if (c.next->describe)
		c.next->describe(c.next->guard, o);
	return o;
}

obstacle machine::obstacle_of(const context &c) const
{
	if (c.state == context_state::asleep)
		return obstacle::asleep;
	return can_go(c) ? obstacle::no_cpu : obstacle::guard;
}

// All that may go now: first the natural one, then by CPU: interrupt, current, queued ones.
void machine::gather(context *first)
{
	auto add = [this](const context &c, cpu_id where) {
		for (const option &o : options_)
			if (o.who == c.id)
				return;
		options_.push_back({ c.id, where, obstacle::none, c.frames, describe(c) });
	};
	options_.clear();
	blocked_.clear();
	if (first)
		add(*first, first->cpu);
	for (unsigned i = 0; i < config_.cpus; i++) {
		cpu &c = cpus_[i];

		if (!c.online)
			continue;
		// One that is on its way may arrive as early as a strategy likes.
		if (first && (interrupt_due(c) || (c.causes && takes_interrupts(c))))
			add(contexts_[i], c.id);
		if (c.causes & IRQ_SWITCH)
			continue;
		if (c.current && can_go(*c.current))
			add(*c.current, c.id);
		if (c.queue.empty() || (c.current && !preemptible(c)))
			continue;
		// Not in the place of somebody who goes before all of them.
		const int best = priority_class(c.queue.first()->prio);
		if (c.current && priority_class(c.current->queue.prio) < best)
			continue;
		c.queue.for_each([&](const queue_entry &e) {
			const context &q = context_of_entry(&e);

			if (priority_class(e.prio) == best && can_go(q))
				add(q, c.id);
		});
	}
	for (uint32_t i = 0; i < state_->contexts_used; i++) {
		const context &c = contexts_[i];
		bool offered = c.is_interrupt || c.state == context_state::unused ||
			       c.state == context_state::finished;

		for (const option &o : options_)
			offered |= o.who == i;
		if (!offered)
			blocked_.push_back({ i, c.cpu, obstacle_of(c), c.frames, describe(c) });
	}
}

context *machine::choose(context *first)
{
	machine_state &s = *state_;

	gather(first);
	const uint32_t answer = strategy_.choose({ choice_kind::step,
						   NO_CONTEXT,
						   static_cast<uint32_t>(options_.size()),
						   s.steps,
						   s.taken,
						   {},
						   {},
						   options_,
						   blocked_ });
	if (answer >= options_.size()) {
		fprintf(stderr, "kthreadsim: a strategy chose %u of %zu options\n", answer,
			options_.size());
		abort();
	}
	return answer ? apply(options_[answer]) : first;
}

// A deviation from the natural order: one operation of another context goes first.
context *machine::apply(const option &o)
{
	machine_state &s = *state_;
	context &who = contexts_[o.who];
	cpu &c = cpus_[o.cpu];

	s.running = &c;
	s.horizon_ns = 0;
	c.now_ns = std::max(c.now_ns, s.now_ns) + who.spend_ns;
	who.spend_ns = 0;
	s.now_ns = c.now_ns; // nobody may go on at an earlier time
	if (who.is_interrupt && c.current != &who)
		return enter_interrupt(c);
	if (c.current != &who) {
		c.queue.remove(who.queue);
		context *before = c.current ? retire(c, context_state::queued) : nullptr;
		if (before)
			before->preempted = true;
		occupy(c, before, &who);
		// The end of that switch comes first.
		if (c.causes & IRQ_SWITCH)
			return enter_interrupt(c);
	}
	return &who;
}

// ---- asking ----

// Whether the strategy wants to know of the choice of this number.
bool machine::is_asked(uint64_t number)
{
	if (number >= asked_from_)
		asked_from_ = strategy_.attentive_from(number);
	return number >= asked_from_;
}

uint32_t machine::ask(const choice &c)
{
	const uint32_t answer = strategy_.choose(c);

	if (answer >= c.count) {
		fprintf(stderr, "kthreadsim: a strategy chose %u of %u options\n", answer, c.count);
		abort();
	}
	return answer;
}

context *machine::next_timed()
{
	context *const next = natural();

	if (!next || !is_asked(state_->steps))
		return next;
	context *const chosen = choose(next);
	is_asked(state_->steps + 1);
	return chosen;
}

// Null also: who was chosen had to wait.
context *machine::next_free(bool &is_over)
{
	const settled_step known =
		told_ ? strategy_.settled(state_->steps, state_->taken) : settled_step{};

	if (known.who != NO_CONTEXT)
		return enter(known.who);
	context *const next = pick();
	is_over = !ready_.size();
	return next;
}

} // namespace sim
