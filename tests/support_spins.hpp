// SPDX-License-Identifier: GPL-2.0-only
// Programs drawn from a seed in which CPUs' tokens matter: spin locks, and all that can notice, or
// prevent, that somebody waits for one with a token in his hands.
// It must not know any strategy.
#pragma once
#include <string>
#include <vector>
#include "sim/machine.hpp"

namespace support {

enum spin_feature : unsigned {
	SPIN_NESTED = 1,      // a second lock under the first, in any order
	SPIN_GUARDS = 2,      // waits under a lock for what another writes
	SPIN_LOOKS = 4,	      // whether another is on its CPU
	SPIN_PASSES = 8,      // waits until another is not on its CPU
	SPIN_SLEEPS = 16,     // under a lock; and wakeups
	SPIN_LOOSE = 32,      // the same locks, taken by who can be preempted
	SPIN_IRQS = 64,	      // locks with interrupts off
	SPIN_REAL_TIME = 128, // a task that goes before all others
	SPIN_NO_PREEMPTION = 256,
	SPIN_BORROWS = 512 // sections that are one step
};

struct spin_deed {
	enum class code : uint8_t {
		read,
		write,
		peek, // these two belong to the step before
		poke,
		lock, // with preemption off until it is unlocked; borrowed where there is a value
		lock_irq,
		unlock,
		unlock_irq,
		loose_lock,
		loose_unlock,
		wait, // until a word has that value
		look,
		pass,
		sleep,
		wake,
		fail
	} what;
	uint32_t object = 0, value = 0;
};

struct spin_task {
	sim::cpu_id cpu;
	bool real_time;
	std::vector<spin_deed> deeds;
};

class spin_program final : public sim::program {
public:
	static spin_program drawn(uint64_t seed, unsigned cpus, unsigned features);

	spin_program(unsigned cpus, std::vector<spin_task> tasks,
		     sim::preemption preempt = sim::preemption::full)
		: cpus_(cpus), tasks_(std::move(tasks)), preempt_(preempt)
	{}
	sim::machine_config config() const;
	void start(sim::machine &) override;
	bool unfinished(const sim::machine &) override;
	// All words, what each task has read, how far it came, and who has his CPU. Where one has
	// failed, what that one has: how far others have come is chance.
	void outcome(const sim::machine &, std::string &) override;

	struct globals;

private:
	static void run_task(void *);

	unsigned cpus_;
	std::vector<spin_task> tasks_;
	sim::preemption preempt_;
};

} // namespace support
