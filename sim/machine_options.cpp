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

// Neither holds a token nor needs one.
bool machine::is_tokenless(const context &c) const
{
	return config_.preempt == preemption::full &&
	       !(c.is_interrupt | c.holds | c.preempt_count | c.irqs_off);
}

// Going on after a sleep, or a step that touches nothing, where that needs no token: nobody can
// tell when it comes, so it may come while another has the CPU.
bool machine::is_private(const context &c) const
{
	return is_tokenless(c) && !(c.next && c.next->is_visible());
}

// ---- who ----

// Of a task that is awake, or an interrupt that is under way. Written in its place: of all that is
// done for each step, this is done most often.
inline bool machine::look_at(const context &c, candidate &a) const
{
	const pending *const p = c.next;
	const bool tokenless = is_tokenless(c);

	a.id = c.id;
	a.cpu = c.cpu;
	a.why = obstacle::none;
	a.how = going::step;
	if (tokenless && !(p && p->is_visible())) {
		a.how = going::hidden;
		return true;
	}
	const context *const on = cpus_[c.cpu].current;
	if (on && on != &c) {
		a.why = obstacle::no_cpu;
		return false;
	}
	if (can_go(c))
		return true;
	if (!tokenless && (tokens_needed(c) & ~c.holds)) {
		a.how = going::wait;
		return true;
	}
	a.why = obstacle::guard;
	return false;
}

// A timer may fire unless one that was armed before it on its base expires strictly earlier.
void machine::find_events(const cpu &k)
{
	const bool irqs_off = k.current && (k.current->holds & TOKEN_IRQS);
	auto add = [&](going how, const void *fires, bool waits) {
		if (!waits)
			ready_.push({ arena_.id(fires), k.id, obstacle::none, how });
		else if (told_)
			waiting_.push_back({ arena_.id(fires), k.id, obstacle::no_cpu, how });
	};

	if (!k.online)
		return;
	if (k.raised)
		add(going::raised, &k.raised, k.current || has_atomic_next(k));
	if (k.causes)
		add(going::causes, &k.causes, irqs_off);
	for (const alarm *a = k.alarms; a; a = a->next)
		add(a->quiet ? going::quiet_alarm : going::alarm, a,
		    irqs_off || (a->quiet && k.current));
	for (unsigned w = 0; w < WHEELS; w++) {
		uint64_t least = NEVER;

		for (const wheel_timer *t = wheel(k.id, w).first(); t; t = t->next) {
			if (t->expires <= least)
				add(going::timer, t, irqs_off);
			least = std::min(least, t->expires);
		}
	}
}

// What comes late of itself first: else timers could keep it waiting for ever.
void machine::find_all_events()
{
	for (unsigned i = config_.cpus; i < config_.all_cpus(); i++)
		find_events(cpus_[i]);
	for (unsigned i = 0; i < config_.cpus; i++)
		find_events(cpus_[i]);
}

// Real-time tasks first: as long as one of them can go on, lower ones of its CPU cannot.
bool machine::must_wait_for(const context &c, const context &other) const
{
	return other.cpu == c.cpu && other.queue.prio < PRIO_RT_END &&
	       other.queue.prio < c.queue.prio && !c.is_interrupt && !c.holds && !is_private(c) &&
	       (other.state == context_state::queued || other.state == context_state::on_cpu);
}

void machine::hold_back_for_real_time()
{
	auto must_wait = [this](candidate a) {
		for (uint32_t i = 0; i < state_->contexts_used; i++)
			if (must_wait_for(contexts_[a.id], contexts_[i]))
				return true;
		return false;
	};
	const uint32_t all = ready_.size();

	ready_.clear();
	for (uint32_t i = 0; i < all; i++) {
		candidate a = ready_[i];

		if (!must_wait(a)) {
			ready_.push(a);
		} else if (told_) {
			a.why = obstacle::no_cpu;
			waiting_.push_back(a);
		}
	}
}

// False: nothing may allocate on a fiber, and there are events.
bool machine::find_ready()
{
	const machine_state &s = *state_;
	const context *hidden = nullptr;
	bool real_time = false;

	ready_.clear();
	if (told_)
		waiting_.clear();
	for (const context *c = contexts_, *end = c + s.contexts_used; c != end; c++) {
		if (!is_awake(*c)) {
			if (told_ && c->state == context_state::asleep && !c->is_interrupt)
				waiting_.push_back(
					{ c->id, c->cpu, obstacle::asleep, going::step });
			continue;
		}
		candidate &a = ready_.next();

		real_time |= c->queue.prio < PRIO_RT_END;
		if (look_at(*c, a)) {
			hidden = a.how == going::hidden && !hidden ? c : hidden;
			ready_.push();
			if (hidden && !told_)
				break;
		} else if (told_) {
			waiting_.push_back(a);
		}
	}
	if (real_time)
		hold_back_for_real_time();
	// What nobody can see need not be tried later.
	if (hidden) {
		ready_.clear();
		ready_.push({ hidden->id, hidden->cpu, obstacle::none, going::hidden });
	}
	find_natural();
	if (hidden || !s.is_eventful)
		return true;
	if (s.current)
		return false;
	find_all_events();
	return true;
}

// Natural is: who went last goes on; else by CPU, and events, which are to come, last. Who is
// ready, and for what, does not depend on this order.
void machine::find_natural()
{
	for (uint32_t i = 0; i < ready_.size(); i++)
		if (ready_[i].id == state_->last)
			return ready_.set_natural(i);
	ready_.set_natural(0);
	if (config_.cpus > 1)
		ready_.sort_by_cpu();
}

// ---- what ----

op machine::describe_event(const candidate &a) const
{
	static constexpr label labels[] = {
		{},
		{},
		{},
		{ "switch", "finish" },
		{ "interrupt", "take" },
		{ "alarm", "fire" },
		{ "alarm", "fire" },
		{ "timer", "fire" },
	};
	const cpu &k = cpus_[a.cpu];
	op o{};
	auto touch = [&](object_id object, access kind) {
		o.touches[o.count++] = { object, kind };
	};

	o.where = labels[static_cast<unsigned>(a.how)];
	touch(arena_.id(&k.interrupted), access::lock);
	touch(a.how == going::timer ? arena_.id(&wheel(k.id, 0)) : a.id, access::rmw);
	touch(arena_.id(&contexts_[k.id].state), access::write);
	if (a.how == going::raised || a.how == going::quiet_alarm)
		touch(arena_.id(&k.current), access::lock);
	return o;
}

option machine::option_of(const candidate &a) const
{
	if (a.is_event())
		return { a.who(), a.cpu, a.why, nullptr, describe_event(a) };
	const context &c = contexts_[a.id];

	return { a.id, a.cpu, a.why, c.frames, describe_free(c) };
}

// Each is made in its place: to copy what was just written in pieces costs more than to write it.
void machine::describe_all()
{
	options_.resize(ready_.size());
	blocked_.resize(waiting_.size());
	for (uint32_t i = 0; i < ready_.size(); i++)
		new (&options_[i]) option(option_of(ready_.at(i)));
	for (size_t i = 0; i < waiting_.size(); i++)
		new (&blocked_[i]) option(option_of(waiting_[i]));
	if (config_.check == checking::states)
		look_for_races();
}

const choice &machine::value_choice()
{
	const machine_state &s = *state_;

	return choice_ = { choice_kind::value,
			   s.value_for->id,
			   s.value_count,
			   s.steps,
			   s.taken,
			   s.value_where,
			   effects_,
			   {},
			   {} };
}

// Of those that are ready. Nothing is written that nobody looks at.
const choice &machine::step_choice()
{
	const machine_state &s = *state_;

	choice_.kind = choice_kind::step;
	choice_.count = ready_.size();
	choice_.number = s.steps;
	choice_.taken = s.taken;
	if (told_) {
		choice_.who = NO_CONTEXT;
		choice_.where = {};
		choice_.effects = effects_;
		choice_.options = options_;
		choice_.blocked = blocked_;
	}
	return choice_;
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
		out = value_choice();
		return true;
	}
	find_ready();
	describe_all();
	if (!ready_.size()) {
		end_stuck();
		return false;
	}
	out = step_choice();
	return true;
}

} // namespace sim
