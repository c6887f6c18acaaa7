// SPDX-License-Identifier: GPL-2.0-only
// What an execution tells: trace records on their way to the sink, and findings.
// It must not know output formats or who expects what.
#include <cstdlib>
#include <cstring>
#include "sim/machine.hpp"

namespace sim {

// ---- trace and findings ----

event &machine::record(const event_type &type, const cpu &where)
{
	const machine_state &s = *state_;
	event &e = events_[events_used_++];

	if (events_used_ >= EVENTS_FULL)
		ask_from(0);
	if (events_used_ == EVENTS_BUFFERED)
		abort(); // a single step cannot emit so much
	e.type = &type;
	// Without time, a microsecond a step.
	e.time_ns = config_.free ? s.steps * 1000 : where.now_ns;
	e.step = s.steps;
	e.pid = 0;
	e.cpu = where.id;
	e.flags = static_cast<uint8_t>((where.need_resched ? EVENT_NEED_RESCHED : 0) |
				       (where.hardirq_depth ? EVENT_HARDIRQ : 0) |
				       (where.softirq_depth ? EVENT_SOFTIRQ : 0));
	e.preempt_depth = 0;
	if (const context *c = where.current) {
		// The idle task counts one, and an interrupt on top of whom it found.
		const unsigned below = !c->is_interrupt	   ? 0
				       : where.interrupted ? where.interrupted->preempt_count
							   : 1;

		e.preempt_depth = static_cast<uint8_t>(c->preempt_count + below);
		if (c->irqs_off && !where.irqs_on_in_softirq)
			e.flags |= EVENT_IRQS_OFF;
	}
	memset(e.comm, 0, sizeof(e.comm));
	return e;
}

event &machine::record(const event_type &type)
{
	return record(type, *state_->running);
}

void machine::flush_trace()
{
	if (sink_ && events_used_)
		sink_->write({ events_.get(), events_used_ });
	events_used_ = 0;
}

void machine::report(finding_kind kind, const char *function, const char *text, const char *other)
{
	machine_state &s = *state_;

	effect(access::write, &s.findings_count); // they are told in their order
	if (s.findings_count++ >= FINDINGS_MAX)
		return;
	finding &f = s.findings[s.findings_count - 1];

	f.kind = kind;
	f.who = s.current ? s.current->id : NO_CONTEXT;
	f.function = function;
	f.other = other;
	f.step = s.steps;
	f.time_ns = s.running->now_ns;
	snprintf(f.text, sizeof(f.text), "%s", text);
}

bool machine::end_round(const round_watch &w)
{
	if (!w.closes(*this) || !program_->unfinished(*this))
		return false;
	round_ = &w;
	end(ending::endless);
	return true;
}

void machine::fail(finding_kind kind, const char *function, const char *text)
{
	report(kind, function, text);
	end(ending::failed);
	go(nullptr);
	abort();
}

void machine::say_full_stack() const
{
	fprintf(stderr, "kthreadsim: the stack of context %u is full\n", full_stack_);
	abort();
}

} // namespace sim
