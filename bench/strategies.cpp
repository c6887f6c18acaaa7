// SPDX-License-Identifier: GPL-2.0-only
// What a strategy costs: a choice by itself, and whole executions of a small program on the free
// machine. Must not know the kernel or a scenario.
#include "bench/measure.hpp"
#include "sim/explore_bounded.hpp"
#include "sim/explore_pct.hpp"
#include "sim/explore_pos.hpp"
#include "sim/explore_random.hpp"
#include "sim/explore_twice.hpp"
#include "sim/machine.hpp"
#include "sim/prng.hpp"
#include "sim/trace_census.hpp"

namespace {

using sim::access;

constexpr unsigned CHOICES = 16; // of an execution

// An execution as a strategy sees it: contexts on CPUs of their own, so that each operation also
// reads two tokens, about half of them on words that are shared.
struct seen_execution {
	std::vector<sim::option> options[CHOICES];
	sim::choice choices[CHOICES];

	seen_execution()
	{
		sim::prng numbers = sim::prng::seeded(1);

		for (unsigned n = 0; n < CHOICES; n++) {
			for (uint32_t who = 4; who < 6 + numbers.index(3); who++) {
				const sim::object_id word = 100 + numbers.index(2) * who;
				const access kind = numbers.index(2) ? access::read : access::write;

				options[n].push_back({ who,
						       0,
						       sim::obstacle::none,
						       nullptr,
						       { { { word, kind },
							   { who * 2, access::read },
							   { who * 2 + 1, access::read } },
							 3,
							 {} } });
			}
			choices[n] = {};
			choices[n].kind = sim::choice_kind::step;
			choices[n].count = static_cast<uint32_t>(options[n].size());
			choices[n].number = n;
			choices[n].options = options[n];
		}
	}
};

// Nanoseconds a choice.
bench::reading choices_of(sim::strategy &s, uint64_t executions)
{
	static const seen_execution seen;
	uint64_t hash = 0;
	const uint64_t begin_ns = bench::now_ns();

	for (uint64_t i = 0; i < executions; i++) {
		for (const sim::choice &c : seen.choices)
			hash = bench::hash_mix(hash, s.choose(c));
		s.next_execution({ sim::ending::finished, CHOICES });
	}
	const uint64_t end_ns = bench::now_ns();
	return { static_cast<double>(end_ns - begin_ns) / static_cast<double>(executions * CHOICES),
		 hash };
}

// Two tasks on a CPU each, a write and a read each: store buffering.
struct store_buffering final : sim::program {
	struct words {
		uint64_t word[2];
	};
	struct task {
		store_buffering *program;
		unsigned n;
	};
	task tasks[2] = { { this, 0 }, { this, 1 } };

	static void body(void *self)
	{
		const task &t = *static_cast<task *>(self);
		sim::machine &m = *sim::this_machine;
		auto *w = static_cast<words *>(m.state().kernel);

		m.step(access::write, &w->word[t.n], {});
		w->word[t.n] = 1;
		m.step(access::read, &w->word[1 - t.n], {});
		m.finish();
	}
	void start(sim::machine &m) override
	{
		static const sim::object_type type = { "words" };

		m.set_kernel(m.allocate(&type, sizeof(words), "bench"));
		for (task &t : tasks) {
			sim::context *c = m.create(body, &t, nullptr);

			c->cpu = static_cast<sim::cpu_id>(t.n);
			m.enqueue(*c, c->cpu);
		}
	}
	bool unfinished(const sim::machine &) override { return false; }
};

// Nanoseconds an execution.
bench::reading executions_of(sim::strategy &s, uint64_t executions)
{
	store_buffering p;
	sim::machine_config config;
	uint64_t hash = 0;

	config.cpus = 2;
	config.free = true;
	config.preempt = sim::preemption::full;
	config.contexts_max = 16;
	config.pages_max = 64;
	sim::machine m(config, s);
	const uint64_t begin_ns = bench::now_ns();

	for (uint64_t i = 0; i < executions; i++) {
		m.start(p);
		m.run();
		hash = bench::hash_mix(hash, m.state().taken);
		s.next_execution(m.ended_as());
	}
	const uint64_t end_ns = bench::now_ns();
	return { static_cast<double>(end_ns - begin_ns) / static_cast<double>(executions), hash };
}

// Answers 0: what asking costs.
struct first_strategy final : sim::strategy {
	uint32_t choose(const sim::choice &) override { return 0; }
	bool next_execution(const sim::verdict &) override { return true; }
};

using measurement = bench::reading (*)(sim::strategy &, uint64_t);

void measure(const bench::settings &chosen, const char *title, measurement f, uint64_t executions)
{
	bench::table table(title);
	double first_ns = 0;
	const auto row = [&](const char *name, auto run) {
		const bench::summary s = bench::median_of(chosen.repeats, run);

		table.row(name, executions, s, first_ns);
		if (first_ns == 0)
			first_ns = s.median_ns;
	};

	row("always 0", [&] {
		first_strategy s;
		return f(s, executions);
	});
	row("random", [&] {
		sim::random_strategy s(1, sim::NEVER);
		return f(s, executions);
	});
	row("pct, depth 3", [&] {
		sim::pct_strategy s(1, sim::NEVER, 3);
		return f(s, executions);
	});
	row("pos", [&] {
		sim::pos_strategy s(1, sim::NEVER);
		return f(s, executions);
	});
	row("random, at most 2 deviations", [&] {
		sim::random_strategy inner(1, sim::NEVER);
		sim::deviation_bound s(inner, 2);
		return f(s, executions);
	});
	row("random, a census of traces", [&] {
		sim::random_strategy inner(1, sim::NEVER);
		sim::trace_census census;
		sim::census_strategy s(inner, census);
		return f(s, executions);
	});
	row("random, each execution twice", [&] {
		sim::random_strategy inner(1, sim::NEVER);
		sim::twice_strategy s(inner);
		return f(s, executions);
	});
}

} // namespace

int main(int argc, char **argv)
{
	const bench::settings chosen = bench::parse_settings(argc, argv);

	measure(chosen, "a choice", choices_of, chosen.smoke ? 2'000 : 1'000'000);
	measure(chosen, "store buffering, an execution", executions_of,
		chosen.smoke ? 2'000 : 1'000'000);
	return 0;
}
