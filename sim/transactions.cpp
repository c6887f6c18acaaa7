// SPDX-License-Identifier: GPL-2.0-only
// Carrying out a transaction, and what has to be learnt about locks for it.
// It must not know searches, nor what the steps mean.
#include "sim/transactions.hpp"
#include <algorithm>
#include <cstdlib>
#include "sim/machine.hpp"
#include "sim/schedule.hpp"

namespace sim {

namespace {

constexpr uint32_t STEPS_MAX = 64;

bool is_of_lock(access kind)
{
	return kind == access::lock || kind == access::unlock || kind == access::pass;
}

void add(std::vector<touch> &touches, touch t)
{
	for (const touch &known : touches)
		if (known.object == t.object && known.kind == t.kind)
			return;
	touches.push_back(t);
}

// The machine goes on at once with whoever was woken in between, which makes no difference.
void log_answer(machine &m, context_id who, schedule &log)
{
	choice c;
	uint32_t answer;

	for (;;) {
		if (!m.offer(c))
			abort();
		for (answer = 0; answer < c.count && c.options[answer].who != who;)
			answer++;
		if (answer < c.count)
			break;
		if (c.count > 1)
			abort();
		m.answer(0);
	}
	if (answer)
		log.deviations.push_back({ c.number, answer, static_cast<uint16_t>(c.taken) });
}

} // namespace

// A lock that somebody looks at without taking it stays a step of its own.
void transactions::note(const op &o, transaction &t)
{
	for (uint8_t i = 0; i < o.count; i++)
		add(t.touches, o.touches[i]);
	for (const touch &e : machine_.effects())
		add(t.touches, e);
	if (!merge_)
		return;
	for (const touch &x : t.touches) {
		if (x.kind == access::lock) {
			locks_[x.object].locked = true;
		} else if (!is_of_lock(x.kind) && x.kind != access::none) {
			use_of_lock &lock = locks_[x.object];

			spoilt_ |= lock.merged && !lock.looked_at;
			lock.looked_at |= lock.locked;
		}
	}
}

transactions::phase transactions::phase_after(const op &o, bool has_effects)
{
	if (has_effects)
		return phase::giving_back;
	for (uint8_t i = 0; i < o.count; i++)
		if (!is_of_lock(o.touches[i].kind) || o.touches[i].kind == access::unlock ||
		    locks_[o.touches[i].object].looked_at)
			return phase::giving_back;
	return o.count ? phase::taking_locks : phase::giving_back;
}

// Whether the next step of `c` belongs to a transaction in this phase.
bool transactions::follows(const context &c, phase p, op &next)
{
	if (c.state == context_state::asleep || c.state == context_state::finished || !c.next ||
	    c.next->enabled)
		return false;
	next = machine_.announced(c);
	if (p == phase::taking_locks)
		return true;
	if (c.next->kind != access::unlock ||
	    std::find(unlocks_that_do_more_.begin(), unlocks_that_do_more_.end(),
		      c.next->where.function) != unlocks_that_do_more_.end())
		return false;
	return locks_[next.touches[0].object].locked && !locks_[next.touches[0].object].looked_at;
}

// A token that was taken and given back in between only had to be free. One that is kept, or a
// flag that is not what it was, is seen by others.
void transactions::only_what_lasts(const context &c, uint8_t held, cpu_id cpu, bool on_cpu,
				   transaction &t) const
{
	if (c.cpu != cpu)
		return;
	const object_id tokens[] = { machine_.id(&machine_.cpu_of(cpu).current),
				     machine_.id(&machine_.cpu_of(cpu).interrupted) };
	const uint8_t bits[] = { TOKEN_CPU, TOKEN_IRQS };

	for (unsigned i = 0; i < 2; i++) {
		bool used = false;

		std::erase_if(t.touches, [&](const touch &x) {
			used |= x.object == tokens[i];
			return x.object == tokens[i];
		});
		if ((held ^ c.holds) & bits[i])
			t.touches.push_back({ tokens[i], access::rmw });
		else if (used && !(held & bits[i]))
			t.touches.push_back({ tokens[i], access::pass });
	}
	if (on_cpu != c.on_cpu)
		add(t.touches, { machine_.id(&c.on_cpu), access::write });
}

// One step; whether it touches more than locks and its own being on a CPU by its effects.
bool transactions::step(const context &c, const op &o, transaction &t)
{
	machine_.go_on(c.id);
	t.steps++;
	note(o, t);
	for (const touch &e : machine_.effects())
		if (!is_of_lock(e.kind) && e.object != machine_.id(&c.on_cpu))
			return true;
	return false;
}

void transactions::note_merged(const op &o)
{
	for (uint8_t i = 0; i < o.count; i++)
		if (o.touches[i].kind == access::lock || o.touches[i].kind == access::unlock)
			locks_[o.touches[i].object].merged = true;
}

void transactions::take_event(const option &first, transaction &t)
{
	note(first.next, t);
	machine_.go_on(first.who);
	note({}, t);
	const context &irq = machine_.context_of(machine_.state().last);
	// It wakes the interrupt context, and takes the CPU from whoever has it.
	add(t.touches, { machine_.id(&irq.state), access::write });
	add(t.touches, { machine_.id(&machine_.cpu_of(irq.cpu).current), access::rmw });
	t.steps = 1;
}

void transactions::take(const option &first, transaction &t, schedule *log)
{
	t.touches.clear();
	t.steps = 0;
	if (log)
		log_answer(machine_, first.who, *log);
	if (first.who & EVENT)
		return take_event(first, t);
	const context &c = machine_.context_of(first.who);
	const uint8_t held = c.holds;
	const cpu_id cpu = c.cpu;
	const bool on_cpu = c.on_cpu;
	phase p = phase::taking_locks;
	op o = first.next;

	for (;;) {
		const bool does_more = step(c, o, t);

		if (p == phase::giving_back && does_more) {
			unlocks_that_do_more_.push_back(o.where.function);
			spoilt_ = true;
		}
		// Going on after a sleep is taken before anybody is asked: nothing may follow it.
		if (!merge_ || spoilt_ || machine_.state().ended || machine_.state().value_for ||
		    t.steps == STEPS_MAX || !o.where.verb[0])
			break;
		if (p == phase::taking_locks)
			p = phase_after(o, does_more);
		op next;
		if (!follows(c, p, next))
			break;
		note_merged(o);
		note_merged(next);
		o = next;
		if (log)
			log_answer(machine_, first.who, *log);
	}
	if (merge_)
		only_what_lasts(c, held, cpu, on_cpu, t);
}

} // namespace sim
