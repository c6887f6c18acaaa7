// SPDX-License-Identifier: GPL-2.0-only
// Programs drawn from a seed: how they are drawn, and what each instruction does.
// It must not know the kernel, scenarios or any single test.
#include "tests/support_random.hpp"
#include <new>

namespace support {

using sim::access;

struct random_program::globals {
	uint64_t words[4];
	uint64_t lock; // 0: free
	uint64_t interrupts;
	sim::alarm alarms[TASKS_MAX];
	sim::wheel_timer timers[TASKS_MAX];
	sim::context *tasks[TASKS_MAX];
};

namespace {

constexpr sim::label PLACE = { "random", "use" };

const sim::event_field deed_fields[] = { { "who", sim::field_type::u32 },
					 { "deed", sim::field_type::u32 },
					 { "seen", sim::field_type::u64 } };
const sim::event_type deed_event = { "test", "deed", "who=%u deed=%u seen=%lu", deed_fields };
const sim::event_field switch_fields[] = { { "from", sim::field_type::i32 },
					   { "to", sim::field_type::i32 } };
const sim::event_type switch_event = { "test", "switch", "from=%d to=%d", switch_fields };
const sim::object_type globals_type = { "globals" };

void note(sim::machine &m, const sim::event_type &type, int64_t a, int64_t b, uint64_t c)
{
	if (!m.tracing())
		return;
	sim::event_writer w(m.record(type));

	w.number(a).number(b);
	if (&type == &deed_event)
		w.number(static_cast<int64_t>(c));
}

void wake(sim::machine &m, sim::context &c)
{
	if (c.state == sim::context_state::asleep && !c.is_interrupt)
		m.enqueue(c, m.select_cpu(c, ~sim::cpu_mask{ 0 }));
}

instruction drawn(sim::prng &g)
{
	// plain operations are a third of all
	const auto what = static_cast<deed>(g.below(3) ? g.below(DEEDS) : 0);

	return { what, static_cast<uint32_t>(g.below(1000)), static_cast<uint32_t>(g.below(1000)) };
}

} // namespace

random_program::random_program(uint64_t seed, unsigned cpus, unsigned tasks, unsigned deeds)
{
	sim::prng g = sim::prng::seeded(seed);

	for (unsigned i = 0; i < tasks; i++) {
		task t{ this, i, static_cast<sim::cpu_id>(g.below(cpus)), {} };

		for (uint64_t left = 1 + g.below(deeds); left; left--)
			t.code.push_back(drawn(g));
		tasks_.push_back(std::move(t));
	}
}

random_program::globals &random_program::root(const sim::machine &m)
{
	return *static_cast<globals *>(m.state().kernel);
}

void random_program::start(sim::machine &m)
{
	auto *g = new (m.allocate(&globals_type, sizeof(globals), "test")) globals{};

	m.set_kernel(g);
	for (task &t : tasks_) {
		sim::context *c = m.create(run_task, &t, nullptr);

		c->cpu = t.cpu;
		g->tasks[t.number] = c;
		g->alarms[t.number].user = c;
		m.enqueue(*c, t.cpu);
	}
}

void random_program::switched(sim::cpu &, sim::context *previous, sim::context *next) const
{
	note(*sim::this_machine, switch_event, previous ? previous->id : -1, next ? next->id : -1,
	     0);
}

void random_program::interrupt(sim::cpu &c, uint32_t causes) const
{
	sim::machine &m = *sim::this_machine;
	globals &g = root(m);
	sim::expired_timers &batch = m.expired(c.id);

	m.step(access::rmw, &g.interrupts, PLACE);
	g.interrupts += causes;
	while (sim::alarm *a = m.due_alarm(c)) {
		m.step(access::write, &g.words[0], PLACE);
		wake(m, *static_cast<sim::context *>(a->user));
	}
	for (unsigned w = 0; w < sim::WHEELS; w++)
		while (m.wheel(c.id, w).collect(m.jiffies(), batch))
			while (sim::wheel_timer *t = batch.pop()) {
				const auto n = static_cast<size_t>(t - g.timers);

				m.step(access::write, &g.words[1], PLACE);
				wake(m, *g.tasks[n]);
			}
}

namespace {

struct runner {
	sim::machine &m;
	uint64_t *words;

	void touch(uint32_t a, uint32_t b) const
	{
		uint64_t &w = words[a % 4];
		const auto kind = static_cast<access>(1 + b % 3);

		m.step(kind, &w, PLACE);
		if (kind != access::read)
			w = w * 3 + b;
	}
	void locked(uint64_t &lock, uint32_t a, uint32_t b) const
	{
		m.preempt_disable();
		m.step_when(access::lock, &lock, PLACE, [&lock] { return !lock; });
		lock = 1;
		touch(a, b);
		m.step(access::unlock, &lock, PLACE);
		lock = 0;
		m.preempt_enable();
	}
	void irqs_off(uint32_t a, uint32_t b) const
	{
		m.irq_disable();
		touch(a, b);
		touch(b, a);
		m.irq_enable();
	}
	void no_preempt(uint32_t a, uint32_t b) const
	{
		m.preempt_disable();
		touch(a, b);
		touch(b, a);
		m.preempt_enable();
	}
};

} // namespace

void random_program::run_task(void *p)
{
	const task &t = *static_cast<const task *>(p);
	sim::machine &m = *sim::this_machine;
	globals &g = root(m);
	const runner r{ m, g.words };
	const unsigned cpus = m.config().cpus;

	for (const instruction &i : t.code) {
		switch (i.what) {
		case deed::touch: r.touch(i.a, i.b); break;
		case deed::choose: g.words[2] += m.value(2 + i.a % 3, PLACE); break;
		case deed::spend: m.spend(i.a % 10 ? i.a * 100 : i.b * 20'000, PLACE); break;
		case deed::yield: m.yield(false); break;
		case deed::nap:
			if (!g.alarms[t.number].armed)
				m.arm_alarm(g.alarms[t.number], m.this_cpu().id,
					    m.now_ns() + i.a * 100);
			m.sleep();
			m.cancel_alarm(g.alarms[t.number]);
			break;
		case deed::doze: {
			const sim::cpu_id here = m.this_cpu().id;
			sim::timer_wheel &wheel = m.wheel(here, t.number % sim::WHEELS);

			wheel.mod(g.timers[t.number], m.jiffies() + i.a % 100, m.jiffies());
			m.wheel_changed(here);
			m.sleep();
			wheel.dequeue(g.timers[t.number]);
			m.wheel_changed(here);
			break;
		}
		case deed::wake:
			m.step(access::rmw, &g.words[3], PLACE);
			wake(m, *g.tasks[i.a % t.owner->tasks_.size()]);
			break;
		case deed::irqs_off: r.irqs_off(i.a, i.b); break;
		case deed::no_preempt: r.no_preempt(i.a, i.b); break;
		case deed::lock: r.locked(g.lock, i.a, i.b); break;
		case deed::ipi:
			m.send_ipi(static_cast<sim::cpu_id>(i.a % cpus), sim::IRQ_CALL);
			break;
		case deed::resched: m.resched_point(i.b % 2); break;
		case deed::priority:
			m.set_priority(*m.current(),
				       i.a % 4 ? 110 + static_cast<int>(i.b % 20) : 90);
			break;
		case deed::raise:
			m.raise(m.cpu_of(static_cast<sim::cpu_id>(i.a % cpus)), sim::IRQ_SWITCH);
			break;
		}
		note(m, deed_event, m.current()->id, static_cast<int64_t>(i.what),
		     g.words[i.b % 4]);
	}
	m.finish();
}

} // namespace support
