// SPDX-License-Identifier: GPL-2.0-only
// What a running scenario keeps in the arena: values, registers, variables and where it stands.
// Must not know JSON. Everything here is trivially copyable, so that saving the arena saves it.
#pragma once

#include "model/completion.hpp"
#include "model/kthread_worker.hpp"
#include "model/semaphore.hpp"
#include "model/timer.hpp"
#include "model/workqueue.hpp"
#include "scenarios/scenario.hpp"

namespace scenario {

enum class value_kind : uint8_t {
	unset,
	number, // also error pointers and null
	task,
	function, // index in functions
	text,	  // a string of the scenario or of the arena
	memory,	  // also what lies in it or in a variable
	worker,
	css,
	mm,
};

struct value {
	value_kind kind = value_kind::unset;
	int64_t number = 0;
	void *pointer = nullptr;

	static value of(int64_t n) { return { value_kind::number, n, nullptr }; }
	// An error pointer or null is its number.
	static value of(value_kind kind, const void *p)
	{
		if (!p || kernel::IS_ERR(p))
			return of(kernel::PTR_ERR(p));
		return { kind, 0, const_cast<void *>(p) };
	}
	bool truth() const { return pointer || number; }
};

// The registers of one body of code that is being run, or has been.
struct registers {
	uint16_t scope;
	uint16_t count;
	registers *of_works; // those of all works that the thread executes beside; null: none yet
	value slots[1];	     // count of them

	static const sim::object_type type;
};

// What a thread of the scenario was started with; kthread_func() and kthread_data() find it.
struct thread_start {
	const scenario *program;
	uint32_t function;
	value data;

	static const sim::object_type type;
};

// The same of a thread of 2003. Its registers are made when a function is first called.
struct start_2003 {
	const scenario *program;
	struct {
		uint32_t index; // in functions; no_index: none
		registers *own;
	} initfn, corefn;
	value data;

	static const sim::object_type type;
};

// Large enough for whatever an init function makes of it.
struct memory_block {
	union {
		std::byte raw[sizeof(kernel::kthread_delayed_work)];
		kernel::kthread_delayed_work dwork;
		kernel::kthread_worker worker;
	};
	int64_t bytes; // that were asked for

	static const sim::object_type type;
};

struct shared_word {
	kernel::shared<long> word;

	static const sim::object_type type;
};

struct spin_word {
	kernel::spinlock lock;

	static const sim::object_type type;
};

// What a scenario declares of a thread for every CPU; its callbacks find the way back by it.
struct hotplug_variable {
	kernel::smp_hotplug_thread ht; // first
	const hotplug_thread *declared;

	static const sim::object_type type;
};

void *make_hotplug_variable(const hotplug_thread &declared);

// A worker by the name that it was created with; kept when the worker is gone.
struct named_worker {
	sim::object_id id;
	char name[sizeof(kernel::name_string::text)];
	named_worker *next; // created later

	static const sim::object_type type;
};

enum class phase : uint8_t { setup, tasks, teardown, done };

// The root of it all. Pointers in it lead into the arena; arrays have the scenario's lengths.
struct scenario_state {
	const scenario *program;
	phase now;
	uint32_t tasks_left;
	registers **frames;	     // of setup, teardown, then the tasks; null: not begun
	kernel::task_struct **tasks; // in the order of scenario::tasks
	bool *task_done;
	kernel::task_struct *setup_task, *teardown_task; // null: there is none
	void **variables;	   // what variable::kind says
	uint64_t *timer_runs;	   // by variable
	uint32_t *timer_functions; // by variable: what its timer calls
	void **works;		   // kthread_work, kthread_delayed_work or work_struct
	const kernel::kthread_work_function *work_functions; // by work: what it does; not here
	registers *no_registers; // of works that have none: those of all threads
	bool counts_runs;	 // of timers and works: somebody asks for them
	uint64_t *work_runs;				     // by work: how often that was begun ..
	uint64_t *work_ends;				     // .. and ended
	named_worker *first_worker, *last_worker;
	uint32_t **fault_calls; // by fault, then by task; those of others come last
	uint32_t assertions_failed;

	static const sim::object_type type;
};

// Several words of the arena, as one object.
template <class T> T *arena_array(size_t count, const sim::object_type &type)
{
	return static_cast<T *>(
		kernel::machine().allocate(&type, sizeof(T) * (count ? count : 1), "scenario"));
}

registers *new_registers(const scenario &s, uint16_t scope);

// Those of a function that is called again and again, by a timer say: they end with the call, and
// the next one finds the same place. Else no state of a timer that arms itself would come again.
class registers_of_call {
public:
	registers_of_call(const scenario &s, uint16_t scope);
	~registers_of_call();
	registers_of_call(const registers_of_call &) = delete;
	registers_of_call &operator=(const registers_of_call &) = delete;
	registers &operator*() const { return own_; }
	registers *operator->() const { return &own_; }

private:
	registers &own_;
};

} // namespace scenario
