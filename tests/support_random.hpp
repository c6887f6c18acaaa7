// SPDX-License-Identifier: GPL-2.0-only
// Programs drawn from a seed that use everything the engine offers to programs, and answers drawn
// from one.
// It must not know the kernel, scenarios or any single test.
#pragma once
#include <vector>
#include "sim/machine.hpp"
#include "sim/prng.hpp"

namespace support {

enum class deed : uint8_t {
	touch,	  // one operation on a word
	choose,	  // a value
	spend,	  // CPU time
	yield,	  // stays runnable
	nap,	  // sleeps until an alarm, or until somebody wakes it
	doze,	  // the same with a timer of the wheel
	wake,	  // another task, if it sleeps
	irqs_off, // two operations in between
	no_preempt,
	lock, // a lock that is waited for busily
	ipi,
	resched,
	priority,
	raise, // an interrupt that is due at once
};
constexpr unsigned DEEDS = 14;

struct instruction {
	deed what;
	uint32_t a, b;
};

// Everything that changes lies in the machine, so that an execution can be saved and restored.
class random_program final : public sim::program, public sim::hooks {
public:
	static constexpr unsigned TASKS_MAX = 6;

	random_program(uint64_t seed, unsigned cpus, unsigned tasks, unsigned deeds);
	void start(sim::machine &m) override;
	bool unfinished(const sim::machine &) override { return false; }
	void switched(sim::cpu &c, sim::context *previous, sim::context *next) const override;
	void interrupt(sim::cpu &c, uint32_t causes) const override;

private:
	struct task {
		const random_program *owner;
		uint32_t number;
		sim::cpu_id cpu;
		std::vector<instruction> code;
	};
	struct globals;

	static void run_task(void *);
	static globals &root(const sim::machine &m);

	std::vector<task> tasks_;
};

// Deviates at about one choice of `rarity`.
class random_strategy final : public sim::strategy {
public:
	random_strategy(uint64_t seed, uint64_t rarity)
		: numbers_(sim::prng::seeded(seed)), rarity_(rarity)
	{}
	uint32_t choose(const sim::choice &c) override
	{
		return numbers_.below(rarity_) ? 0 : static_cast<uint32_t>(numbers_.below(c.count));
	}
	bool next_execution(const sim::verdict &) override { return false; }

private:
	sim::prng numbers_;
	uint64_t rarity_;
};

} // namespace support
