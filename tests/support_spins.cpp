// SPDX-License-Identifier: GPL-2.0-only
// Programs of spin locks: how they are drawn, and what each deed does.
// It must not know any strategy.
#include "tests/support_spins.hpp"
#include <new>
#include "sim/prng.hpp"

namespace support {

using sim::access;

namespace {

constexpr unsigned WORDS_USED = 2, LOCKS_USED = 2, WORDS = 3, LOCKS = 3, TASKS_MOST = 4;
constexpr sim::label HERE = { "spins", "use" };
const sim::object_type globals_type = { "globals" };

} // namespace

struct spin_program::globals {
	uint32_t words[WORDS];
	uint32_t locks[LOCKS]; // task + 1; 0: free
	bool borrowed[LOCKS];
	uint32_t read[TASKS_MOST], done[TASKS_MOST];
	sim::context *tasks[TASKS_MOST];
};

namespace {

using globals = spin_program::globals;

globals &root(const sim::machine &m)
{
	return *static_cast<globals *>(m.state().kernel);
}

struct off_cpu {
	const sim::context &who;

	bool operator()() const { return !who.on_cpu; }
	void describe(sim::op &o) const { o.touches[0].kind = access::pass; }
};

struct runner {
	sim::machine &m;
	globals &g;
	uint32_t me;

	void note(uint32_t value) { g.read[me] = g.read[me] * 4 + value + 1; }
	void lock(uint32_t n, bool borrows)
	{
		uint32_t &owner = g.locks[n];
		const auto is_free = [&owner] { return !owner; };

		if (borrows)
			m.borrow_when(&owner, HERE, is_free);
		else
			m.step_when(access::lock, &owner, HERE, is_free);
		owner = me + 1;
		g.borrowed[n] = borrows;
	}
	void unlock(uint32_t n, bool as_effect)
	{
		if (!as_effect)
			m.step(access::unlock, &g.locks[n], HERE);
		if (g.borrowed[n])
			m.give_back(&g.locks[n]);
		else if (as_effect)
			m.effect(access::unlock, &g.locks[n]);
		g.locks[n] = 0;
	}
	void wake(uint32_t t)
	{
		sim::context &c = *g.tasks[t];

		m.step(access::write, &c.state, HERE);
		if (c.state == sim::context_state::asleep)
			m.enqueue(c, c.cpu);
	}
	void run(const spin_deed &d);
};

void runner::run(const spin_deed &d)
{
	using code = spin_deed::code;

	switch (d.what) {
	case code::read:
		m.step(access::read, &g.words[d.object], HERE);
		note(g.words[d.object]);
		break;
	case code::write:
		m.step(access::write, &g.words[d.object], HERE);
		g.words[d.object] = d.value;
		break;
	case code::peek:
		m.effect(access::read, &g.words[d.object]);
		note(g.words[d.object]);
		break;
	case code::poke:
		m.effect(access::write, &g.words[d.object]);
		g.words[d.object] = d.value;
		break;
	case code::lock_irq: m.irq_disable(); [[fallthrough]];
	case code::lock: m.preempt_disable(); [[fallthrough]];
	case code::loose_lock: lock(d.object, d.value); break;
	case code::unlock:
		unlock(d.object, d.value);
		m.preempt_enable();
		break;
	case code::unlock_irq:
		unlock(d.object, d.value);
		m.irq_enable();
		m.preempt_enable();
		break;
	case code::loose_unlock: unlock(d.object, d.value); break;
	case code::wait: {
		const uint32_t &word = g.words[d.object];

		m.step_when(access::read, &word, HERE, [&word, &d] { return word == d.value; });
		break;
	}
	case code::look:
		m.step(access::read, &g.tasks[d.object]->on_cpu, HERE);
		note(g.tasks[d.object]->on_cpu);
		break;
	case code::pass:
		m.step_when(access::read, &g.tasks[d.object]->on_cpu, HERE,
			    off_cpu{ *g.tasks[d.object] });
		break;
	case code::sleep: m.sleep(); break;
	case code::wake: wake(d.object); break;
	case code::fail: m.fail(sim::finding_kind::assertion, "spins", "it fails"); break;
	}
	g.done[me]++;
}

struct draw {
	sim::prng g;
	unsigned features;
	unsigned tasks;

	using code = spin_deed::code;

	uint32_t below(uint32_t n) { return static_cast<uint32_t>(g.below(n)); }
	bool has(unsigned f) { return (features & f) && below(2); }
	spin_deed use(code looks = code::read, code changes = code::write)
	{
		const uint32_t object = below(WORDS_USED), value = 1 + below(2);

		return { below(2) ? looks : changes, object, value };
	}
	spin_deed of_another(code what, uint32_t me)
	{
		return { what, (me + 1 + below(tasks - 1)) % tasks, 0 };
	}
	// What is done under a lock, or elsewhere.
	void add(std::vector<spin_deed> &to, uint32_t me)
	{
		const uint32_t word = below(WORDS_USED), value = below(2);

		if (has(SPIN_GUARDS))
			to.push_back({ code::wait, word, value });
		else if (has(SPIN_LOOKS))
			to.push_back(of_another(code::look, me));
		else if (has(SPIN_PASSES))
			to.push_back(of_another(code::pass, me));
		else if (has(SPIN_SLEEPS))
			to.push_back(below(2) ? of_another(code::wake, me)
					      : spin_deed{ code::sleep, 0, 0 });
		else
			to.push_back(use());
	}
	void section(std::vector<spin_deed> &to, uint32_t me)
	{
		const uint32_t lock = below(LOCKS_USED), as_effect = below(2);
		const uint32_t borrows = has(SPIN_BORROWS);
		code first = code::lock, last = code::unlock;

		if (has(SPIN_IRQS))
			first = code::lock_irq, last = code::unlock_irq;
		else if (has(SPIN_LOOSE))
			first = code::loose_lock, last = code::loose_unlock;
		to.push_back({ first, lock, borrows });
		if (borrows)
			to.push_back(use(code::peek, code::poke));
		if (has(SPIN_NESTED)) {
			to.push_back({ code::lock, 1 - lock, 0 });
			add(to, me);
			to.push_back({ code::unlock, 1 - lock, as_effect });
		} else if (below(3)) {
			add(to, me);
		}
		to.push_back({ last, lock, as_effect });
	}
};

} // namespace

spin_program spin_program::drawn(uint64_t seed, unsigned cpus, unsigned features)
{
	draw d{ sim::prng::seeded(seed), features, 2 };
	std::vector<spin_task> all;

	d.tasks += d.below(2);
	for (uint32_t n = 0; n < d.tasks; n++) {
		spin_task t{ static_cast<sim::cpu_id>(d.below(cpus)), false, {} };

		t.real_time = (features & SPIN_REAL_TIME) && !d.below(3);
		if (!d.below(3))
			d.add(t.deeds, n);
		if (d.below(5))
			d.section(t.deeds, n);
		if (!d.below(2))
			d.add(t.deeds, n);
		all.push_back(std::move(t));
	}
	const bool preempts = !(features & SPIN_NO_PREEMPTION);
	return { cpus, std::move(all), preempts ? sim::preemption::full : sim::preemption::none };
}

sim::machine_config spin_program::config() const
{
	sim::machine_config c;

	c.cpus = cpus_;
	c.distance[0][0] = 10;
	c.preempt = preempt_;
	c.contexts_max = 16;
	c.pages_max = 16;
	c.free = true;
	c.steps_max = 200;
	return c;
}

void spin_program::run_task(void *which)
{
	const spin_task &t = *static_cast<const spin_task *>(which);
	sim::machine &m = *sim::this_machine;
	runner here{ m, root(m), m.current()->id - m.config().cpus };

	for (const spin_deed &d : t.deeds)
		here.run(d);
	m.finish(true);
}

void spin_program::start(sim::machine &m)
{
	auto *g = new (m.allocate(&globals_type, sizeof(globals), "test")) globals{};

	m.set_kernel(g);
	for (size_t n = 0; n < tasks_.size(); n++) {
		sim::context *c = m.create(run_task, &tasks_[n], nullptr);

		c->cpu = tasks_[n].cpu;
		if (tasks_[n].real_time)
			c->queue.prio = 10;
		g->tasks[n] = c;
		m.enqueue(*c, c->cpu);
	}
}

bool spin_program::unfinished(const sim::machine &m)
{
	const globals &g = root(m);
	bool any = false;

	for (size_t n = 0; n < tasks_.size(); n++)
		any |= g.tasks[n]->state != sim::context_state::finished;
	return any;
}

void spin_program::outcome(const sim::machine &m, std::string &text)
{
	const globals &g = root(m);
	const auto add = [&](size_t n) {
		text += " t" + std::to_string(g.read[n]) + "," + std::to_string(g.done[n]) +
			(g.tasks[n]->on_cpu ? "on" : "");
	};

	text = std::to_string(static_cast<unsigned>(m.state().how));
	if (m.state().how == sim::ending::failed)
		return add(m.findings()[0].who - cpus_);
	for (const uint32_t w : g.words)
		text += " " + std::to_string(w);
	for (size_t n = 0; n < tasks_.size(); n++)
		add(n);
}

} // namespace support
