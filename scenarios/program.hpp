// SPDX-License-Identifier: GPL-2.0-only
// A scenario as a program of the engine: its kernel, its objects and its tasks.
// Must not know JSON, expectations or strategies.
#pragma once

#include <vector>
#include "model/boot.hpp"
#include "model/lockdep.hpp"
#include "scenarios/machine_config.hpp"
#include "scenarios/runtime.hpp"
#include "sim/machine.hpp"

namespace scenario {

// Whether stoppers or CPUs that come and go may move tasks. What those steps touch is not all told
// yet, so that a search must leave no order of theirs out.
bool moves_tasks(const scenario &s);

// Whether races and orders of locks are looked for, in whatever order it runs: if there is plain
// data, or a term names them.
bool asks_for_checks(const scenario &s);

// Whether a term names executions that go on for ever.
// The first term about livelock; null: none is.
const term *livelock_of(const scenario &s);
inline bool asks_for_livelock(const scenario &s)
{
	return livelock_of(s) != nullptr;
}

// Serves any number of executions; holds nothing that changes in one.
class program final : public sim::program, private kernel::fault_source {
public:
	// all_steps: also those that nobody in the scenario can see, to compare with.
	explicit program(const scenario &s, bool all_steps = false);
	void start(sim::machine &m) override;
	bool unfinished(const sim::machine &m) override;
	void outcome(const sim::machine &m, std::string &text) override;

	// In which order locks were taken: of the last execution, or of all that a search merges.
	const kernel::lock_graph &lock_orders() const { return lock_orders_; }
	// Of the execution that is running or has just ended.
	static const scenario_state &state();

private:
	bool fails(const char *what, int &error) override;
	void gone(const kernel::task_struct *t) override;
	bool occurs(const fault &f, scenario_state &s, uint32_t index);
	static bool name_of_variable(const void *object, char *out, size_t bytes);
	void make_variables(scenario_state &s);
	void make_works(scenario_state &s);
	void make_tasks(sim::machine &m, scenario_state &s);

	static void run_setup(void *self);
	static void run_teardown(void *self);
	static void run_task(void *description);
	void begin_tasks(scenario_state &s);
	void end_of_task(scenario_state &s);

	struct task_description {
		program *owner;
		uint32_t task;
		kernel::user_task user;
	};

	const scenario &scenario_;
	const kernel::kernel_row &kernel_;
	kernel::boot_options needs_;
	std::vector<task_description> tasks_;
	std::vector<kernel::kthread_work_function> work_functions_; // as scenario::works
	kernel::user_task setup_, teardown_;
	bool counts_runs_ = true;
	uint64_t races_asked_for_ = 0; // by row of known_races()
	kernel::lock_graph lock_orders_;
};

} // namespace scenario
