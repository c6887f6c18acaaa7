// SPDX-License-Identifier: GPL-2.0-only
// The toy's instructions as operations of the engine.
// It must not know any strategy.
#include "tests/support_toy_machine.hpp"
#include <new>

namespace toy {

using sim::access;
using sim::label;

namespace {

constexpr unsigned WORDS = 136, LOCKS_MAX = 136, THREADS = 24, TIMERS_MAX = 4;
constexpr label HERE = { "toy", "use" };
const sim::object_type globals_type = { "globals" };

enum class life : uint8_t { absent, there, asleep, finished };

} // namespace

// The words and locks have numbers of their own; so have threads, for who parks and wakes.
struct on_machine::globals {
	uint32_t words[WORDS];
	uint32_t locks[LOCKS_MAX]; // thread + 1; 0: free
	uint32_t parking[THREADS]; // 1: a wakeup is pending
	life lives[THREADS];
	registers r[THREADS];
	sim::context *threads[THREADS];
	bool fired[TIMERS_MAX];
	sim::alarm alarms[TIMERS_MAX];
};

namespace {

using globals = on_machine::globals;

globals &root(const sim::machine &m)
{
	return *static_cast<globals *>(m.state().kernel);
}

// An operation of one kind or another, which shows when it comes to it.
template <class F> struct either {
	const void *object;
	access kind, otherwise;
	F is_that;

	void describe(sim::op &o) const
	{
		o.touches[o.count++] = { sim::this_machine->id(object),
					 is_that() ? kind : otherwise };
	}
};

// A read where it would change nothing.
template <class F> void step_either(sim::machine &m, access kind, const void *object, F changes)
{
	m.step_as(access::none, nullptr, HERE, either<F>{ object, kind, access::read, changes });
}

struct both_words {
	const uint32_t *first, *second;
	const predicate *ready;

	bool operator()() const { return (*ready)(*first, *second); }
	void describe(sim::op &o) const
	{
		if (second != first)
			o.touches[o.count++] = { sim::this_machine->id(second), access::read };
	}
};

struct runner {
	sim::machine &m;
	globals &g;
	uint32_t me;
	bool borrows = false;

	// Asleep, it goes on; awake, it will not sleep the next time. Whether anything changed.
	bool wake(uint32_t t)
	{
		if (g.lives[t] == life::asleep) {
			g.lives[t] = life::there;
			m.enqueue(*g.threads[t], g.threads[t]->cpu);
		} else if (!g.parking[t]) {
			g.parking[t] = 1;
		} else {
			return false;
		}
		return true;
	}
	void begin(uint32_t t)
	{
		if (g.lives[t] != life::absent)
			return;
		g.lives[t] = life::there;
		m.enqueue(*g.threads[t], g.threads[t]->cpu);
	}
	void park()
	{
		m.step(access::write, &g.parking[me], HERE);
		if (g.parking[me]) {
			g.parking[me] = 0;
			return;
		}
		g.lives[me] = life::asleep;
		m.sleep();
	}
	void lock(uint32_t n, bool spins)
	{
		uint32_t &owner = g.locks[n];

		if (spins)
			m.preempt_disable();
		const auto is_free = [&owner] { return !owner; };
		if (borrows)
			m.borrow_when(&owner, HERE, is_free);
		else
			m.step_when(access::lock, &owner, HERE, is_free);
		owner = me + 1;
	}
	bool holds(uint32_t n) const { return g.locks[n] == me + 1; }
	// Somebody else may free it, and a third have it, while this one stands before that.
	void unlock(uint32_t n, bool spins)
	{
		const auto is_mine = [this, n] { return holds(n); };

		m.step_as(access::none, nullptr, HERE,
			  either<decltype(is_mine)>{ &g.locks[n], access::unlock, access::rmw,
						     is_mine });
		if (borrows && holds(n))
			m.give_back(&g.locks[n]);
		g.locks[n] = 0;
		if (spins && m.current()->preempt_count)
			m.preempt_enable();
	}
	void wake_step(uint32_t t)
	{
		step_either(m, access::write, &g.parking[t],
			    [this, t] { return g.lives[t] == life::asleep || !g.parking[t]; });
		wake(t);
	}
	void spawn(uint32_t t)
	{
		step_either(m, access::write, &g.lives[t],
			    [this, t] { return g.lives[t] == life::absent; });
		begin(t);
	}
	void arm(uint32_t n)
	{
		sim::alarm &a = g.alarms[n];

		step_either(m, access::write, &a,
			    [this, n, &a] { return !a.armed && !g.fired[n]; });
		if (!a.armed && !g.fired[n])
			m.arm_alarm(a, static_cast<sim::cpu_id>(n % m.config().cpus), 1);
	}
	void cancel(uint32_t n)
	{
		sim::alarm &a = g.alarms[n];

		step_either(m, access::write, &a, [&a] { return a.armed; });
		m.cancel_alarm(a);
	}
	// One instruction, which may jump.
	void run(const instruction &i, size_t &pc);
};

void runner::run(const instruction &i, size_t &pc)
{
	registers &r = g.r[me];
	const uint32_t n = i.object(r), value = i.value(r);

	pc++;
	switch (i.what) {
	case code::read:
		m.step(access::read, &g.words[n], HERE);
		r[i.result] = g.words[n];
		break;
	case code::write:
		m.step(access::write, &g.words[n], HERE);
		g.words[n] = value;
		break;
	case code::add:
		m.step(access::rmw, &g.words[n], HERE);
		r[i.result] = g.words[n];
		g.words[n] += value;
		break;
	case code::cas: {
		const uint32_t expected = i.expected(r), *word = &g.words[n];

		step_either(m, access::rmw, word, [=] { return *word == expected; });
		if (*word == expected)
			g.words[n] = value;
		break;
	}
	case code::lock: lock(n, false); break;
	case code::unlock: unlock(n, false); break;
	case code::spin_lock: lock(n, true); break;
	case code::spin_unlock: unlock(n, true); break;
	case code::wait:
		m.step_when(access::read, &g.words[n], HERE,
			    both_words{ &g.words[n], &g.words[value], &i.ready });
		break;
	case code::park: park(); break;
	case code::wake: wake_step(n); break;
	case code::spawn: spawn(n); break;
	case code::arm: arm(n); break;
	case code::cancel: cancel(n); break;
	case code::value: r[i.result] = m.value(value, HERE); break;
	case code::poke:
		m.effect(access::write, &g.words[n]);
		g.words[n] = value;
		break;
	// What is found may be another by the time that a step begins here.
	case code::wake_too:
		m.effect(access::read, &g.parking[n]);
		if (wake(n))
			m.effect(access::write, &g.parking[n]);
		break;
	case code::unlock_too:
		m.effect(access::none, &g.locks[n]);
		if (borrows && holds(n))
			m.give_back(&g.locks[n]);
		else
			m.effect(holds(n) ? access::unlock : access::rmw, &g.locks[n]);
		g.locks[n] = 0;
		break;
	case code::fail_if:
		if (value)
			m.fail(sim::finding_kind::assertion, "toy", "it fails");
		break;
	case code::calculate: i.calculation(r); break;
	case code::jump_if:
		if (value)
			pc = i.target;
		break;
	}
}

} // namespace

on_machine::on_machine(const toy::program &p, unsigned cpus) : program_(p), cpus_(cpus)
{
	for (uint32_t t = 0; t < p.threads.size(); t++)
		starts_.push_back({ this, t });
}

sim::machine_config on_machine::config(uint64_t steps_max) const
{
	sim::machine_config c;

	c.cpus = cpus_;
	c.distance[0][0] = 10;
	c.preempt = sim::preemption::full;
	c.contexts_max = 64;
	c.pages_max = 64;
	c.free = true;
	c.steps_max = steps_max;
	return c;
}

void on_machine::run_thread(void *start)
{
	const auto &s = *static_cast<const fiber_start *>(start);
	sim::machine &m = *sim::this_machine;
	const auto &all = s.owner->program_.threads[s.thread].instructions();
	runner here{ m, root(m), s.thread, s.owner->program_.borrows };

	for (size_t pc = 0; pc < all.size();)
		here.run(all[pc], pc);
	here.g.lives[s.thread] = life::finished;
	m.finish();
}

void on_machine::start(sim::machine &m)
{
	auto *g = new (m.allocate(&globals_type, sizeof(globals), "test")) globals{};

	m.set_kernel(g);
	for (fiber_start &s : starts_) {
		const thread &made = program_.threads[s.thread];
		sim::context *c = m.create(run_thread, &s, nullptr);
		const auto cpu = made.cpu >= 0 ? static_cast<unsigned>(made.cpu) : s.thread;

		c->cpu = static_cast<sim::cpu_id>(cpu % cpus_);
		g->threads[s.thread] = c;
		if (made.spawned || made.handles >= 0)
			continue;
		g->lives[s.thread] = life::there;
		m.enqueue(*c, c->cpu);
	}
}

// The threads that handle a timer begin when it fires.
void on_machine::interrupt(sim::cpu &c, uint32_t) const
{
	sim::machine &m = *sim::this_machine;
	globals &g = root(m);
	const sim::alarm *a = m.due_alarm(c);

	if (!a)
		return;
	const auto n = a - g.alarms;
	g.fired[n] = true;
	for (uint32_t t = 0; t < program_.threads.size(); t++)
		if (program_.threads[t].handles == static_cast<int>(n)) {
			const bool begins = g.lives[t] == life::absent;

			m.effect(begins ? access::write : access::read, &g.lives[t]);
			runner{ m, g, t }.begin(t);
		}
}

bool on_machine::unfinished(const sim::machine &m)
{
	const globals &g = root(m);

	for (size_t t = 0; t < program_.threads.size(); t++)
		if (g.lives[t] == life::there || g.lives[t] == life::asleep)
			return true;
	return false;
}

void on_machine::outcome(const sim::machine &m, std::string &text)
{
	const globals &g = root(m);

	auto add_registers = [&](size_t t) {
		text += " t" + std::to_string(t) + ":" +
			std::to_string(static_cast<unsigned>(g.lives[t]));
		for (const uint32_t x : g.r[t])
			text += "," + std::to_string(x);
	};

	text = std::to_string(static_cast<unsigned>(m.state().how));
	if (m.state().how == sim::ending::failed) {
		add_registers(m.findings()[0].who - cpus_);
		return;
	}
	for (unsigned i = 0; i < WORDS; i++)
		if (g.words[i])
			text += " w" + std::to_string(i) + "=" + std::to_string(g.words[i]);
	for (size_t t = 0; t < program_.threads.size(); t++)
		add_registers(t);
}

} // namespace toy
