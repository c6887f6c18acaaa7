// SPDX-License-Identifier: GPL-2.0-only
// The programs that bench/steps.cpp measures: steps and rings, on sim/ alone and on the kernel.
// Must not know what is printed of them.
#pragma once
#include "bench/measure.hpp"
#include "model/boot.hpp"
#include "model/sched.hpp"
#include "model/versions.hpp"
#include "sim/strategies.hpp"
#include <cstdio>
#include <sys/resource.h>
#include <vector>

namespace bench {

// A program made of plain functions; each execution is one measurement.
class measured : public sim::program {
public:
	bool unfinished(const sim::machine &) override { return false; }

	// Nanoseconds between the marks, a unit of work each, and the fold of what was done.
	reading run(sim::machine &m, uint64_t units)
	{
		m.start(*this);
		m.run();
		return { static_cast<double>(end_ns - begin_ns) / static_cast<double>(units),
			 m.state().taken };
	}
	uint64_t begin_ns = 0, end_ns = 0;
};

inline sim::machine_config config_for(uint32_t contexts, size_t stride_bytes, unsigned cpus = 1)
{
	sim::machine_config c;

	c.cpus = cpus;
	c.contexts_max = contexts + 64;
	c.stack_bytes = stride_bytes;
	c.steps_max = sim::NEVER;
	c.pages_max = 65536 + contexts;
	return c;
}

// ---- sim/ alone ----

struct step_program final : measured {
	uint64_t steps;

	static void body(void *self)
	{
		auto &p = *static_cast<step_program *>(self);
		sim::machine &m = *sim::this_machine;

		p.begin_ns = now_ns();
		for (uint64_t i = 0; i < p.steps; i++)
			m.step(sim::access::rmw, nullptr, {});
		p.end_ns = now_ns();
		m.finish();
	}
	void start(sim::machine &m) override { m.enqueue(*m.create(body, this, nullptr), 0); }
};

inline reading same_context(uint64_t steps)
{
	sim::natural_strategy natural;
	sim::machine m(config_for(1, 65536), natural);
	step_program p;

	p.steps = steps;
	return p.run(m, steps);
}

// Each CPU's one context takes steps of equal cost: every step changes the CPU.
struct many_cpus_program final : measured {
	unsigned cpus;
	uint64_t steps;

	static void body(void *self)
	{
		auto &p = *static_cast<many_cpus_program *>(self);
		sim::machine &m = *sim::this_machine;

		if (!p.begin_ns)
			p.begin_ns = now_ns();
		for (uint64_t i = 0; i < p.steps / p.cpus; i++)
			m.step(sim::access::rmw, nullptr, {});
		p.end_ns = now_ns();
		m.finish();
	}
	void start(sim::machine &m) override
	{
		begin_ns = 0;
		for (unsigned i = 0; i < cpus; i++)
			m.enqueue(*m.create(body, this, nullptr), static_cast<sim::cpu_id>(i));
	}
};

inline reading cpus_in_turn(unsigned cpus, uint64_t steps)
{
	sim::natural_strategy natural;
	sim::machine m(config_for(cpus, 65536, cpus), natural);
	many_cpus_program p;

	p.cpus = cpus;
	p.steps = steps;
	return p.run(m, steps);
}

// Every fiber wakes the next and blocks; the first one counts the laps, of which one is not timed.
struct ring_program final : measured {
	std::vector<sim::context *> ring;
	std::vector<std::pair<ring_program *, uint32_t>> places;
	uint32_t n;
	uint64_t laps;

	static void pass_on(sim::machine &m, sim::context &next)
	{
		m.enqueue(next, 0);
		m.step(sim::access::rmw, nullptr, {});
		m.sleep();
	}
	static void body(void *place)
	{
		auto &[p, i] = *static_cast<std::pair<ring_program *, uint32_t> *>(place);
		sim::machine &m = *sim::this_machine;
		sim::context &next = *p->ring[i + 1 == p->n ? 0 : i + 1];

		m.step(sim::access::none, nullptr, {});
		m.sleep();
		// One loop for all, as round the bare ring: then they all sleep in the same place.
		for (uint64_t lap = 0; i || lap <= p->laps; lap++) {
			if (!i && lap == 1)
				p->begin_ns = now_ns();
			pass_on(m, next);
		}
		p->end_ns = now_ns();
		m.fail(sim::finding_kind::warn, "ring", "done");
	}
	// The last in the queue: all others sleep when it starts the token.
	static void starter(void *self)
	{
		sim::machine &m = *sim::this_machine;

		m.step(sim::access::none, nullptr, {});
		m.enqueue(*static_cast<ring_program *>(self)->ring[0], 0);
		m.finish();
	}
	void start(sim::machine &m) override
	{
		ring.clear();
		for (uint32_t i = 0; i < n; i++) {
			ring.push_back(m.create(body, &places[i], nullptr));
			m.enqueue(*ring[i], 0);
		}
		m.enqueue(*m.create(starter, this, nullptr), 0);
	}
};

inline reading sim_ring(uint32_t n, uint64_t hops, size_t stride_bytes)
{
	sim::natural_strategy natural;
	sim::machine m(config_for(n, stride_bytes), natural);
	ring_program p;

	p.n = n;
	p.laps = std::max<uint64_t>(hops / n, 1);
	for (uint32_t i = 0; i < n; i++)
		p.places.push_back({ &p, i });
	return p.run(m, p.laps * n);
}

// ---- the kernel ----

// A user task that runs body(this) on a newly booted 6.13.
struct kernel_program : measured {
	kernel::user_task user{ "main", run_body, this };

	virtual void body() = 0;
	static void run_body(void *self) { static_cast<kernel_program *>(self)->body(); }
	void start(sim::machine &m) override
	{
		kernel::boot(m, *kernel::make_api(m, kernel::V6_13), {});
		kernel::start_user_task(m, user);
	}
	reading measure(uint32_t contexts, uint64_t units)
	{
		sim::natural_strategy natural;
		sim::machine m(config_for(contexts, 65536), natural);

		m.set_hooks(&kernel::hooks());
		return run(m, units);
	}
};

struct kernel_step_program final : kernel_program {
	uint64_t steps;

	void body() override
	{
		kernel::task_struct *me = kernel::current;

		begin_ns = now_ns();
		for (uint64_t i = 0; i < steps; i++)
			kernel::plain_read(me->flags);
		end_ns = now_ns();
	}
};

inline reading kernel_steps(uint64_t steps)
{
	kernel_step_program p;

	p.steps = steps;
	return p.measure(8, steps);
}

struct kthread_ring_program final : kernel_program {
	std::vector<kernel::task_struct *> ring;
	std::vector<std::pair<kthread_ring_program *, uint32_t>> places;
	uint32_t n;
	uint64_t hops, left, created_ns = 0;

	static int pass_on(void *place)
	{
		auto &[p, i] = *static_cast<std::pair<kthread_ring_program *, uint32_t> *>(place);

		for (;;) {
			kernel::set_current_state(kernel::TASK_INTERRUPTIBLE, "pass_on");
			kernel::schedule();
			if (p->left-- == p->hops)
				p->begin_ns = now_ns();
			if (p->left == 0)
				break;
			kernel::wake_up_process(p->ring[i + 1 == p->n ? 0 : i + 1]);
		}
		p->end_ns = now_ns();
		kernel::machine().fail(sim::finding_kind::warn, "ring", "done");
	}
	void body() override
	{
		kernel::kthread_api &api = *kernel::the_kernel().api;
		const uint64_t from = now_ns();

		left = hops;
		for (uint32_t i = 0; i < n; i++)
			ring[i] = api.kthread_run(pass_on, &places[i], "ring");
		created_ns = now_ns() - from;
		kernel::msleep(100); // all of them sleep after that
		kernel::wake_up_process(ring[0]);
	}
};

inline void prepare(kthread_ring_program &p, uint32_t n, uint64_t hops)
{
	p.n = n;
	p.hops = hops;
	p.ring.resize(n);
	p.places.clear();
	for (uint32_t i = 0; i < n; i++)
		p.places.push_back({ &p, i });
}

inline reading kthread_ring(uint32_t n, uint64_t hops)
{
	kthread_ring_program p;

	prepare(p, n, hops);
	return p.measure(n, hops);
}

// How long n kthreads take to create, and what memory they live in.
inline void report_creation(uint32_t n)
{
	kthread_ring_program p;
	rusage before{}, after{};

	prepare(p, n, 1);
	getrusage(RUSAGE_SELF, &before);
	p.measure(n, 1);
	getrusage(RUSAGE_SELF, &after);
	printf("\n%u live kthreads: created in %.2f s, at most %.2f GiB resident in this process\n",
	       n, static_cast<double>(p.created_ns) / 1e9,
	       static_cast<double>(after.ru_maxrss) / (1024.0 * 1024.0));
}

} // namespace bench
