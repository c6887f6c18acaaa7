// SPDX-License-Identifier: GPL-2.0-only
// Who goes on next on a free machine where only the number of answers is asked for: found without
// describing anybody, on the stack of the fiber that has come to its next operation.
// It must not know any strategy.
#include <bit>
#include <cstdlib>
#include "sim/machine.hpp"

namespace sim {

// More contexts than that are left to the engine.
constexpr uint32_t COUNTED_MAX = 64;

inline context *machine::enter(context &c, bool is_hidden)
{
	machine_state &s = *state_;
	cpu &k = cpus_[c.cpu];

	progressed_ = false;
	s.unseen = is_hidden;
	s.running = &k;
	s.last = c.id;
	s.horizon_ns = 0;
	if (!is_hidden)
		k.current = &c;
	k.seen = &c;
	c.holds |= tokens_needed(c);
	c.state = context_state::on_cpu;
	c.on_cpu = true;
	return &c;
}

// Natural is, as everywhere: who went last goes on; else by CPU.
inline context *machine::option_of(uint64_t ready, uint32_t answer)
{
	const context_id last = state_->last;

	if (last < COUNTED_MAX && (ready >> last & 1)) {
		if (!answer)
			return &contexts_[last];
		ready &= ~(uint64_t{ 1 } << last);
		answer--;
	} else if (config_.cpus > 1) {
		return option_by_cpu(ready, answer);
	}
	for (; answer; answer--)
		ready &= ready - 1;
	return &contexts_[std::countr_zero(ready)];
}

context *machine::option_by_cpu(uint64_t ready, uint32_t answer)
{
	for (cpu_id where = 0; where < config_.cpus; where++)
		for (uint64_t left = ready; left; left &= left - 1) {
			context &c = contexts_[std::countr_zero(left)];

			if (c.cpu == where && !answer--)
				return &c;
		}
	abort(); // there are not so many
}

// What settle() does, where nobody is told.
inline void machine::leave(context &c)
{
	state_->unseen = false;
	if (c.state != context_state::on_cpu)
		return;
	c.holds &= tokens_needed(c);
	step_aside(c);
}

// Null: the engine is to find out. As long as nothing comes by itself, no interrupt is under way.
[[gnu::always_inline]] inline context *machine::find_next()
{
	machine_state &s = *state_;
	uint64_t ready = 0; // bit n: context n
	uint32_t count = 0;

	if (eventful_) {
		if (s.current)
			settle(*s.current);
		return nullptr;
	}
	if (s.current)
		leave(*s.current);
	if (s.steps >= until_step_ || s.contexts_used > COUNTED_MAX)
		return nullptr;
	context *const end = contexts_ + s.contexts_used;
	for (context *c = contexts_ + config_.all_cpus(); c != end; c++) {
		if (c->state != context_state::queued && c->state != context_state::on_cpu)
			continue;
		const pending *const p = c->next;
		const bool has_tokens = c->holds | c->preempt_count | c->irqs_off;

		if (c->queue.prio < PRIO_RT_END)
			return nullptr;
		if (!has_tokens && !(p && (p->object || p->describe || p->enabled)))
			return enter(*c, true);
		const context *const on = cpus_[c->cpu].current;

		if (on && on != c)
			continue;
		if (p && p->enabled && !p->enabled(p->guard)) {
			if (has_tokens && (tokens_needed(*c) & ~c->holds))
				return nullptr; // it can wait with them
			continue;
		}
		ready |= uint64_t{ 1 } << c->id;
		count++;
	}
	if (!count) {
		nobody_ready_ = true;
		return nullptr;
	}
	return enter(*option_of(ready, count > 1 ? strategy_.pick(count) : 0), false);
}

// What finish() does, where nobody is told.
[[gnu::flatten]] void machine::finish_counted(bool keep_slot)
{
	context &me = *state_->current;
	cpu &k = *state_->running;

	me.holds = 0;
	me.state = context_state::finished;
	me.on_cpu = false;
	if (k.current == &me)
		k.current = nullptr;
	k.seen = nullptr;
	if (!keep_slot)
		discard(me);
	go(find_next());
	abort();
}

void machine::run_to_choice()
{
	const machine_state &s = *state_;
	choice c;

	while (counts_only_ && !eventful_ && !s.value_for && offer(c) && c.count == 1)
		run(s.steps + 1);
}

[[gnu::flatten]] context *machine::pick()
{
	return find_next();
}

// One function, which is left by one return: what a processor predicts of returns is wrong whenever
// another fiber goes on.
[[gnu::flatten]] void machine::stop_counted(access kind, const void *object, label where,
					    bool (*enabled)(const void *), const void *guard,
					    void (*describe)(const void *, op &), bool plain)
{
	context &me = *state_->current;
	const pending p{ kind, plain, {}, object, where, enabled, describe, guard };

	check_stack(me);
	me.next = &p;
	context *const next = find_next();
	if (next != &me)
		go(next);
	me.next = nullptr;
	take(p.kind, p.object);
}

} // namespace sim
