// SPDX-License-Identifier: GPL-2.0-only
// The toy's programs on the engine itself: a fiber for each thread, CPUs, interrupts for timers.
// It must not know any strategy.
#pragma once
#include "sim/hooks.hpp"
#include "sim/machine.hpp"
#include "tests/support_toy_engine.hpp"

namespace toy {

// Threads without a CPU of their own are dealt out to all of them. A program on fibers must not
// own anything there: instructions lie outside, what changes lies in the arena.
class on_machine final : public sim::program, public sim::hooks {
public:
	on_machine(const toy::program &p, unsigned cpus);
	sim::machine_config config(uint64_t steps_max = 5000) const;

	void start(sim::machine &) override;
	bool unfinished(const sim::machine &) override;
	// All words, and what each thread has read. Where one has failed, what that one has: how
	// far others have come is chance.
	void outcome(const sim::machine &, std::string &) override;
	void switched(sim::cpu &, sim::context *, sim::context *) const override {}
	void interrupt(sim::cpu &, uint32_t causes) const override;

	struct globals;

private:
	struct fiber_start {
		const on_machine *owner;
		uint32_t thread;
	};
	static void run_thread(void *start);

	const toy::program &program_;
	const unsigned cpus_;
	std::vector<fiber_start> starts_;
};

} // namespace toy
