// SPDX-License-Identifier: GPL-2.0-only
// Carries out the operations of one body of a scenario, on the fiber of its task.
// Must not know JSON, expectations or strategies; allocates nothing outside the arena.
#pragma once

#include <tuple>
#include "model/cpu.hpp"
#include "model/kthread_rfc_2026.hpp"
#include "scenarios/runtime.hpp"

namespace scenario {

// Arguments of a call that are evaluated from left to right, as braces do in every build; those in
// the parentheses of a call come in an order of the compiler's, and a look at them may be a step.
template <class... A> struct in_order {
	std::tuple<A...> arguments;

	in_order(A... a) : arguments(a...) {}
	template <class F> auto into(F f) const { return std::apply(f, arguments); }
};

class interpreter {
public:
	// `work`: the one whose function this is; null elsewhere.
	interpreter(scenario_state &state, registers &own, void *work = nullptr)
		: state_(state), program_(*state.program), own_(own), work_(work)
	{}

	// Runs a body to its end; what it returned, or 0.
	value run_body(uint32_t block);

	value evaluate(const operand &o);
	bool holds(uint32_t condition);

private:
	enum class flow : uint8_t { next, leave_loop, next_turn, finished };

	flow run_block(uint32_t block);
	flow run(const instruction &i);
	flow control(const instruction &i);
	flow loop(const instruction &i, uint64_t turns);
	// The result of an operation that is a call; each file of operations answers some.
	value call(const instruction &i);
	bool operation_2003(const instruction &i, value &result);
	bool create_operation(const instruction &i, value &result);
	bool kthread_operation(const instruction &i, value &result);
	bool hotplug_operation(const instruction &i, value &result);
	bool worker_operation(const instruction &i, value &result);
	bool sched_operation(const instruction &i, value &result);
	bool freezer_operation(const instruction &i, value &result);
	bool sync_operation(const instruction &i, value &result);
	bool lock_operation(const instruction &i, value &result);
	bool timer_operation(const instruction &i, value &result);
	bool memory_operation(const instruction &i, value &result);
	bool other_operation(const instruction &i, value &result);

	value field(const value &object, const operand &o);
	value variable_field(const operand &o);
	void store(const operand &to, value v);
	void check(const instruction &i, const value &result);
	void failed(const instruction &i, const char *text);
	value *slot(const operand &o);
	bool is_raced_for(const operand &o) const;
	// Words of `vars`.
	bool is_plain(const operand &o) const
	{
		return program_.variables[o.index].kind == variable_kind::plain_word;
	}
	kernel::shared<long> &word(const operand &o) const
	{
		return static_cast<shared_word *>(state_.variables[o.index])->word;
	}
	const char *body_name() const;
	// As schedules name it.
	const char *place_of_choice(const instruction &i) const
	{
		return i.label == no_index ? i.row->name : program_.labels[i.label].name.c_str();
	}

	// Arguments, checked as the kernel's hardware would: an address that is none is an oops.
	int64_t number(const instruction &i, unsigned n);
	kernel::task_struct *task(const instruction &i, unsigned n);
	unsigned cpu(const instruction &i, unsigned n);
	kernel::completion &completion(const instruction &i)
	{
		return object<kernel::completion>(i, 0);
	}
	kernel::spinlock &lock(const instruction &i) { return object<spin_word>(i, 0).lock; }
	template <class T> T &object(const instruction &i, unsigned n)
	{
		const value v = evaluate(i.arguments[n]);

		if (!v.pointer)
			oops(i, v);
		return *static_cast<T *>(v.pointer);
	}
	const char *text(const instruction &i, unsigned n);
	struct thread_function {
		kernel::threadfn_t threadfn;
		void *data;
	};
	thread_function thread_of(const instruction &i);
	start_2003 *start_of_2003(const instruction &i);
	value create_2003(const instruction &i, bool run);
	thread_function thread_of(const operand &function, const operand &data);
	kernel::kthread_args kthread_args(const instruction &i);
	kernel::kthread_worker *worker(const instruction &i, unsigned n);
	kernel::kthread_work *work(const instruction &i, unsigned n);
	kernel::kthread_delayed_work *delayed_work(const instruction &i, unsigned n);
	void become(const instruction &i, const sim::object_type &type, int64_t bytes);
	kernel::kthread_work_func_t work_function(const instruction &i);
	value create_worker(const instruction &i);
	void free_memory(const instruction &i);
	void format_name(const instruction &i, unsigned name, char *out, size_t bytes);
	kernel::cpuhp_callback state_callback(const instruction &i, unsigned n);
	[[noreturn]] void oops(const instruction &i, const value &v,
			       const char *why = "which is nothing it can use");

	void setup_timer(const instruction &i, kernel::timer_list &t);
	long wait_event(const instruction &i, unsigned state, long timeout_jiffies);

	scenario_state &state_;
	const scenario &program_;
	registers &own_;
	void *work_;
	value returned_;
};

// The thread function of every kthread of a scenario; `data` is its thread_start.
int run_thread(void *data);

// The callback of every timer of a scenario.
void run_timer(kernel::timer_list &timer);

// What all works of a scenario do; `function` is an element of scenario_state::work_functions.
void run_work(kernel::kthread_work *work, const kernel::kthread_work_function &function);
// The same for keventd; `function` is such an element too.
void run_scheduled_work(void *function);

scenario_state &running_state();

// A timer or a work runs, or has run. Where nobody asks it is not counted, so that states in which
// only this differs are one.
void count_up(const scenario_state &s, uint64_t &counter);

} // namespace scenario
