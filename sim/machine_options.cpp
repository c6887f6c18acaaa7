// SPDX-License-Identifier: GPL-2.0-only
// The free machine's options: who may be chosen next, who is blocked and by what, and what each
// would touch. It must not know any strategy, nor what tasks and interrupts do.
#include <algorithm>
#include "sim/machine.hpp"

namespace sim {

// Going on after a sleep, and the steps of an interrupt, look at who made them possible.
op machine::describe_free(const context &c) const
{
	const cpu &k = cpus_[c.cpu];
	const uint8_t needed = tokens_needed(c), missing = needed & static_cast<uint8_t>(~c.holds);
	op o = describe(c);
	auto touch = [&](const void *object, access kind) {
		if (o.count == TOUCHES_MAX)
			abort(); // an operation has fewer by far
		o.touches[o.count++] = { arena_.id(object), kind };
	};

	if (!c.next || c.is_interrupt)
		touch(&c.state, access::read);
	if (c.is_interrupt || is_private(c))
		return o;
	// Only the token, to wait with it, having seen that there is something to wait for.
	if (missing && !can_go(c))
		for (unsigned i = 0; i < o.count; i++)
			o.touches[i].kind = access::read;
	if (missing & TOKEN_CPU)
		touch(&c.on_cpu, access::lock);
	if (!(c.holds & TOKEN_CPU))
		touch(&k.current, needed & TOKEN_CPU ? access::lock : access::pass);
	if (!(c.holds & TOKEN_IRQS))
		touch(&k.interrupted, needed & TOKEN_IRQS ? access::lock : access::pass);
	return o;
}

obstacle machine::free_obstacle(const context &c) const
{
	const cpu &k = cpus_[c.cpu];

	if (c.state == context_state::asleep)
		return obstacle::asleep;
	if (is_private(c))
		return obstacle::none;
	if (k.current && k.current != &c)
		return obstacle::no_cpu;
	if (!can_go(c) && !(tokens_needed(c) & ~c.holds))
		return obstacle::guard;
	return obstacle::none;
}

// A timer may fire unless one that was armed before it on its base expires strictly earlier.
void machine::gather_events(cpu &k)
{
	const bool irqs_off = k.current && (k.current->holds & TOKEN_IRQS);
	auto add = [&](const void *fires, const void *changes, label where, bool between_tasks,
		       bool taken) {
		option o{ EVENT | arena_.id(fires),
			  k.id,
			  taken ? obstacle::no_cpu : obstacle::none,
			  nullptr,
			  {} };

		o.next.where = where;
		o.next.touches[o.next.count++] = { arena_.id(&k.interrupted), access::lock };
		o.next.touches[o.next.count++] = { arena_.id(changes), access::rmw };
		o.next.touches[o.next.count++] = { arena_.id(&contexts_[k.id].state),
						   access::write };
		if (between_tasks)
			o.next.touches[o.next.count++] = { arena_.id(&k.current), access::lock };
		(taken ? blocked_ : options_).push_back(o);
	};

	if (!k.online)
		return;
	if (k.raised)
		add(&k.raised, &k.raised, { "switch", "finish" }, true,
		    k.current || has_atomic_next(k));
	if (k.causes)
		add(&k.causes, &k.causes, { "interrupt", "take" }, false, irqs_off);
	for (const alarm *a = k.alarms; a; a = a->next)
		add(a, a, { "alarm", "fire" }, a->quiet, irqs_off || (a->quiet && k.current));
	for (unsigned w = 0; w < WHEELS; w++) {
		uint64_t least = NEVER;

		for (const wheel_timer *t = wheel(k.id, w).first(); t; t = t->next) {
			if (t->expires <= least)
				add(t, &wheel(k.id, 0), { "timer", "fire" }, false, irqs_off);
			least = std::min(least, t->expires);
		}
	}
}

// Real-time tasks first: as long as one of them can go on, lower ones of its CPU cannot.
bool machine::must_wait_for(const context &c, const context &other) const
{
	return other.cpu == c.cpu && other.queue.prio < PRIO_RT_END &&
	       other.queue.prio < c.queue.prio && !c.is_interrupt && !c.holds && !is_private(c) &&
	       (other.state == context_state::queued || other.state == context_state::on_cpu);
}

// Going on after a sleep, or a step that touches nothing, where that needs no token: nobody can
// tell when it comes, so it may come while another has the CPU.
bool machine::is_private(const context &c) const
{
	const bool touches = c.next && (c.next->object || c.next->describe || c.next->enabled);

	return !touches && config_.preempt == preemption::full && !c.is_interrupt && !c.holds &&
	       !tokens_needed(c);
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
	hides_options_ = false;
	for (const option &o : options_)
		if (is_private(contexts_[o.who])) {
			options_ = { option{ o } };
			hides_options_ = true;
			return;
		}
	// What comes late of itself first: else timers could keep it waiting for ever.
	for (unsigned i = config_.cpus; i < config_.all_cpus(); i++)
		gather_events(cpus_[i]);
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

} // namespace sim
