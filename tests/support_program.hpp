// SPDX-License-Identifier: GPL-2.0-only
// Small programs on the engine alone, made of lambdas, and what is kept of their executions.
// It must not know the kernel, scenarios or any single test.
#pragma once
#include <deque>
#include <functional>
#include <new>
#include <string>
#include "sim/machine.hpp"
#include "sim/strategies.hpp"
#include "traces/json_lines.hpp"

namespace support {

constexpr unsigned WORDS = 8;

// The shared words of a program; they lie in the arena.
struct words {
	uint64_t word[WORDS];
};

inline const sim::object_type words_type = { "words" };

inline uint64_t *word(const sim::machine &m, unsigned n)
{
	return &static_cast<words *>(m.state().kernel)->word[n];
}

constexpr sim::label HERE = { "test", "use" };

// What tasks note in an order that the test reads afterwards. Lies outside the machine and never
// grows on a fiber.
class journal {
public:
	journal() { text_.reserve(4096); }
	void add(char c)
	{
		if (text_.size() < text_.capacity())
			text_ += c;
	}
	const std::string &text() const { return text_; }
	void clear() { text_.clear(); }

private:
	std::string text_;
};

// Bodies run on fibers: they must not allocate, and nothing on their stacks may own anything.
class small_program final : public sim::program {
public:
	using body = std::function<void(sim::machine &)>;

	// Queued at time 0, in the order of these calls.
	small_program &task(sim::cpu_id cpu, body b) { return add(cpu, true, std::move(b)); }
	small_program &sleeper(sim::cpu_id cpu, body b) { return add(cpu, false, std::move(b)); }
	// Called at the end of start(), on the engine's stack.
	small_program &then(body b)
	{
		then_ = std::move(b);
		return *this;
	}
	bool claims_unfinished = false;

	// Of the n-th task or sleeper: the CPUs' interrupt contexts come first.
	static sim::context &nth(const sim::machine &m, unsigned n)
	{
		return m.context_of(m.config().cpus + n);
	}
	void start(sim::machine &m) override
	{
		m.set_kernel(new (m.allocate(&words_type, sizeof(words), "test")) words{});
		for (const part &p : parts_) {
			sim::context *c = m.create(run_part, const_cast<part *>(&p), nullptr);

			c->cpu = p.cpu;
			if (p.queued)
				m.enqueue(*c, p.cpu);
		}
		if (then_)
			then_(m);
	}
	bool unfinished(const sim::machine &) override { return claims_unfinished; }

private:
	struct part {
		sim::cpu_id cpu;
		bool queued;
		body run;
	};

	small_program &add(sim::cpu_id cpu, bool queued, body b)
	{
		parts_.push_back({ cpu, queued, std::move(b) });
		return *this;
	}
	static void run_part(void *p)
	{
		static_cast<const part *>(p)->run(*sim::this_machine);
		sim::this_machine->finish();
	}

	std::deque<part> parts_;
	body then_;
};

// Hooks made of lambdas; an empty one is nothing.
struct small_hooks final : sim::hooks {
	std::function<void(sim::cpu &, sim::context *, sim::context *)> on_switch;
	std::function<void(sim::cpu &, uint32_t causes)> on_interrupt;

	void switched(sim::cpu &c, sim::context *previous, sim::context *next) const override
	{
		if (on_switch)
			on_switch(c, previous, next);
	}
	void interrupt(sim::cpu &c, uint32_t causes) const override
	{
		if (on_interrupt)
			on_interrupt(c, causes);
	}
};

inline sim::machine_config small_machine(unsigned cpus = 1,
					 sim::preemption preempt = sim::preemption::voluntary)
{
	sim::machine_config c;

	c.cpus = cpus;
	c.distance[0][0] = 10;
	c.preempt = preempt;
	c.contexts_max = 256;
	c.pages_max = 1024;
	return c;
}

// A trace as bytes.
struct text_sink final : sim::sink {
	std::string text;

	void write(std::span<const sim::event> events) override
	{
		for (const sim::event &e : events)
			traces::append_json_line(text, e, nullptr);
	}
};

// All that can be seen of an execution from outside.
struct outcome {
	sim::ending how = sim::ending::finished;
	uint64_t steps = 0, taken = 0, now_ns = 0;
	uint32_t findings = 0;
	std::string trace;

	bool operator==(const outcome &) const = default;
};

inline outcome outcome_of(const sim::machine &m, const text_sink &sink)
{
	const sim::machine_state &s = m.state();

	return { s.how, s.steps, s.taken, s.now_ns, s.findings_count, sink.text };
}

// One execution from start to end on a machine of its own.
inline outcome run_once(const sim::machine_config &config, sim::program &p, sim::strategy &strategy,
			const sim::hooks *hooks = nullptr)
{
	sim::machine m(config, strategy);
	text_sink sink;

	m.set_hooks(hooks);
	m.set_sink(&sink);
	m.start(p);
	m.run();
	return outcome_of(m, sink);
}

// A task for each of n, all on one CPU or each on its own.
template <class F> small_program tasks(unsigned n, unsigned cpus, F body)
{
	small_program p;

	for (unsigned t = 0; t < n; t++)
		p.task(static_cast<sim::cpu_id>(t % cpus),
		       [t, body](sim::machine &m) { body(m, t); });
	return p;
}

// Words as locks.
inline void lock(sim::machine &m, unsigned n)
{
	uint64_t *l = word(m, n);

	m.step_when(sim::access::lock, l, HERE, [l] { return !*l; });
	*l = 1;
}

inline void unlock(sim::machine &m, unsigned n)
{
	m.step(sim::access::unlock, word(m, n), HERE);
	*word(m, n) = 0;
}

} // namespace support
