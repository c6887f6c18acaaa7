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
	const bool waits = missing && !can_go(c);
	const access takes = waits ? access::lock : access::borrow;
	if (waits)
		for (unsigned i = 0; i < o.count; i++)
			o.touches[i].kind = access::read;
	if (missing & TOKEN_CPU)
		touch(&c.on_cpu, takes);
	if (!(c.holds & TOKEN_CPU))
		touch(&k.current, needed & TOKEN_CPU ? takes : access::pass);
	if (!(c.holds & TOKEN_IRQS))
		touch(&k.interrupted, needed & TOKEN_IRQS ? takes : access::pass);
	return o;
}

// Going on after a sleep, or a step that touches nothing, where that needs no token: nobody can
// tell when it comes, so it may come while another has the CPU.
bool machine::is_private(const context &c) const
{
	const bool touches = c.next && (c.next->object || c.next->describe || c.next->enabled);

	return !touches && config_.preempt == preemption::full && !c.is_interrupt && !c.holds &&
	       !tokens_needed(c);
}

// ---- who ----

// Of a context that is there, and no interrupt that is over.
candidate machine::look_at(const context &c) const
{
	const context *const on = cpus_[c.cpu].current;
	candidate a{ c.id, c.cpu, obstacle::none, coming::step };

	if (c.state == context_state::asleep)
		a.why = obstacle::asleep;
	else if (is_private(c))
		a.what = coming::hidden;
	else if (on && on != &c)
		a.why = obstacle::no_cpu;
	else if (!can_go(c) && !(tokens_needed(c) & ~c.holds))
		a.why = obstacle::guard;
	return a;
}

// A timer may fire unless one that was armed before it on its base expires strictly earlier.
void machine::find_events(const cpu &k)
{
	const bool irqs_off = k.current && (k.current->holds & TOKEN_IRQS);
	auto add = [&](coming what, const void *fires, bool waits) {
		(waits ? waiting_ : ready_)
			.push_back({ arena_.id(fires), k.id,
				     waits ? obstacle::no_cpu : obstacle::none, what });
	};

	if (k.raised)
		add(coming::raised, &k.raised, k.current || has_atomic_next(k));
	if (k.causes)
		add(coming::causes, &k.causes, irqs_off);
	for (const alarm *a = k.alarms; a; a = a->next)
		add(a->quiet ? coming::quiet_alarm : coming::alarm, a,
		    irqs_off || (a->quiet && k.current));
	for (unsigned w = 0; w < WHEELS && k.timers_pending; w++) {
		uint64_t least = NEVER;

		for (const wheel_timer *t = wheel(k.id, w).first(); t; t = t->next) {
			if (t->expires <= least)
				add(coming::timer, t, irqs_off);
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

void machine::hold_back_for_real_time()
{
	std::erase_if(ready_, [this](const candidate &a) {
		for (uint32_t i = 0; i < state_->contexts_used; i++)
			if (must_wait_for(contexts_[a.id], contexts_[i])) {
				waiting_.push_back({ a.id, a.cpu, obstacle::no_cpu, a.what });
				return true;
			}
		return false;
	});
}

void machine::find_ready()
{
	const machine_state &s = *state_;
	bool real_time = false;

	ready_.clear();
	waiting_.clear();
	for (uint32_t i = 0; i < s.contexts_used; i++) {
		const context &c = contexts_[i];
		const bool idle = c.is_interrupt && c.state == context_state::asleep;

		if (c.state == context_state::unused || c.state == context_state::finished || idle)
			continue;
		const candidate a = look_at(c);
		(a.why == obstacle::none ? ready_ : waiting_).push_back(a);
		real_time |= !c.is_interrupt && c.queue.prio < PRIO_RT_END;
	}
	if (real_time)
		hold_back_for_real_time();
	// What nobody can see need not be tried later.
	hides_options_ = false;
	for (const candidate &a : ready_)
		if (a.what == coming::hidden) {
			ready_ = { candidate{ a } };
			hides_options_ = true;
			return;
		}
	// What comes late of itself first: else timers could keep it waiting for ever.
	const auto find = [this](unsigned from, unsigned to) {
		for (unsigned i = from; i < to; i++) {
			const cpu &k = cpus_[i];

			if (k.online && (k.raised || k.causes || k.alarms || k.timers_pending))
				find_events(k);
		}
	};
	find(config_.cpus, config_.all_cpus());
	find(0, config_.cpus);
	order_ready();
}

// Natural is: who went last goes on; else by CPU, and events last. Which options there are, and
// what they do, does not depend on this order.
void machine::order_ready()
{
	const auto last = std::find_if(ready_.begin(), ready_.end(), [this](const candidate &a) {
		return a.who() == state_->last;
	});

	if (last != ready_.end()) {
		std::rotate(ready_.begin(), last, last + 1);
		return;
	}
	auto comes_before = [](const candidate &a, const candidate &b) {
		return a.is_event() != b.is_event() ? b.is_event() : !a.is_event() && a.cpu < b.cpu;
	};
	for (size_t i = 1; i < ready_.size(); i++)
		for (size_t k = i; k && comes_before(ready_[k], ready_[k - 1]); k--)
			std::swap(ready_[k], ready_[k - 1]);
}

// ---- what ----

op machine::describe_event(const candidate &a) const
{
	static constexpr label labels[] = {
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

	o.where = labels[static_cast<unsigned>(a.what)];
	touch(arena_.id(&k.interrupted), access::lock);
	touch(a.what == coming::timer ? arena_.id(&wheel(k.id, 0)) : a.id, access::rmw);
	touch(arena_.id(&contexts_[k.id].state), access::write);
	if (a.what == coming::raised || a.what == coming::quiet_alarm)
		touch(arena_.id(&k.current), access::lock);
	return o;
}

stance machine::stance_of(const context &c) const
{
	const bool takes = c.next && locks(c.next->kind);
	const bool waits = c.next && c.next->enabled && !can_go(c);

	return { .locks = takes ? c.next->kind : access::none,
		 .only_waits = takes && waits && (tokens_needed(c) & ~c.holds),
		 .holds = c.holds != 0,
		 .guarded = c.next && c.next->enabled && !takes,
		 .real_time = !c.is_interrupt && c.queue.prio < PRIO_RT_END };
}

option machine::option_of(const candidate &a) const
{
	if (a.is_event())
		return { a.who(), a.cpu, a.why, nullptr, describe_event(a) };
	const context &c = contexts_[a.id];

	return { a.id, a.cpu, a.why, c.frames, describe_free(c), stance_of(c) };
}

// Each is made in its place: to copy it there would cost more than to make it.
void machine::describe_all(const std::vector<candidate> &some, std::vector<option> &as) const
{
	as.resize(some.size());
	for (size_t i = 0; i < some.size(); i++)
		new (&as[i]) option(option_of(some[i]));
}

bool machine::offer(choice &out)
{
	machine_state &s = *state_;

	this_machine = this;
	if (events_used_ >= EVENTS_FULL)
		flush_trace();
	if (!s.ended && s.steps > config_.steps_max)
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
	find_ready();
	describe_all(ready_, options_);
	blocked_.clear();
	if (needed_ == needs::all || ready_.empty())
		describe_all(waiting_, blocked_);
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
