// SPDX-License-Identifier: GPL-2.0-only
// A checked scenario as plain data: every name is an index, nothing is left to refuse.
// Must not know JSON, the simulator or the model; it is built once and never changes while it runs.
#pragma once

#include "model/versions.hpp"
#include "scenarios/diagnostics.hpp"
#include "scenarios/fields.hpp"
#include "scenarios/ops.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace scenario {

inline constexpr uint32_t no_index = UINT32_MAX;

enum class operand_kind : uint8_t {
	absent,	    /* an optional argument or expectation that was not given */
	number,	    /* `number`; also cpu masks, errno, states, signals, nanoseconds, null as 0 */
	text,	    /* `index` in texts */
	reg,	    /* slot `index` of scope `scope`: the running code's own, or setup's */
	thread_reg, /* expectations: slot `index` of the `number`-th of threads[scope] */
	variable,   /* `index` in variables */
	thread,	    /* `index` in threads, the `number`-th of that name (from 1) */
	current,    /* the running task */
	function,   /* `index` in functions */
	work,	    /* `index` in works; of type work_function: what it does */
	this_work,  /* the work whose `do` is carried out */
	jiffies,    /* the jiffies counter now plus `number` */
	call,	    /* code[index] is carried out, its result is the value */
	condition,  /* `index` in conditions */
	block,	    /* `index` in blocks */
	list,	    /* `index` in lists */
};

/* With a `field`, the value is that field of the object the rest names. */
struct operand {
	operand_kind kind = operand_kind::absent;
	value_type type = value_type::none; /* of the value; `any` when only the execution knows */
	field_id field = field_id::none;
	uint16_t scope = 0;
	uint32_t index = 0;
	int64_t number = 0;

	bool given() const { return kind != operand_kind::absent; }
};

/* `arguments` stand in the order of row->parameters. Control words keep their blocks there too. */
struct instruction {
	const operation *row = nullptr;
	std::array<operand, most_parameters> arguments;
	operand as;		/* a `reg` that keeps the result */
	operand expect; /* the result must equal this; true against an integer: not 0 */
	uint32_t label = no_index;	/* "at": index in labels */
	source_span where;
	std::string line; /* "park.json:12", by which an assertion is known */
};

struct block {
	uint32_t first = 0;	/* code[first .. first + count) */
	uint32_t count = 0;
};

enum class condition_kind : uint8_t { value, negation, all, any, equal, less, error };

/* value: left is true (not 0). error: left is an ERR_PTR or -errno. equal, less: left and right.
 * negation, all, any: over `children`; all of none is true, any of none false. */
struct condition {
	condition_kind kind = condition_kind::value;
	operand left;
	operand right;
	std::vector<uint32_t> children;	/* indices in conditions, smaller than its own */
};

/* The registers of one body of code. An execution has a frame for setup, teardown and each task,
 * one for every thread that runs a function, and one per thread for the works it executes. */
enum class scope_kind : uint8_t { setup, teardown, task, function, works };

struct scope {
	scope_kind kind = scope_kind::task;
	uint32_t index = no_index;	/* in tasks or functions */
	std::string name;
	std::vector<std::string> registers;	/* slot -> name */
	/* slot -> of setup: a function or a work reads it, which may be before it is stored */
	std::vector<bool> is_shared;
};

inline constexpr uint16_t setup_scope = 0;
inline constexpr uint16_t teardown_scope = 1;

enum class variable_kind : uint8_t {
	shared_word,
	plain_word,
	completion,
	mutex,
	spinlock,
	raw_spinlock,
	waitqueue,
	timer,
	mm,
	css,
	worker,
	hotplug_thread,
	semaphore,
};

struct variable {
	std::string name;
	variable_kind kind = variable_kind::shared_word;
	int64_t initial = 0;
	uint32_t function = no_index;	/* a timer's, when its declaration names one */
	uint32_t hotplug_thread = no_index;	/* in hotplug_threads */
};

/* The threadfn kthread_worker_fn, in place of an index in functions. */
inline constexpr uint32_t worker_function = no_index - 1;

/* In the order of the table of keys. */
enum class hotplug_callback : uint8_t {
	thread_should_run,
	thread_fn,
	create,
	setup,
	cleanup,
	park,
	unpark,
};

inline constexpr size_t hotplug_callbacks = 7;

struct hotplug_thread {
	std::string thread_comm;
	std::array<uint32_t, hotplug_callbacks> functions; /* no_index: none */
	bool selfparking = false;
};

/* What it is given lies in the first registers of its scope: data; or of a callback cpu, then
 * online. */
struct function {
	std::string name;
	bool takes_data = false;
	uint16_t parameters = 0;
	uint16_t scope = 0;
	uint32_t body = no_index;	/* in blocks */
};

struct work {
	std::string name;
	bool delayed = false;
	uint16_t scope = 0;	/* all works share one layout */
	uint32_t body = no_index;
};

struct task {
	std::string name;
	int32_t cpu = -1;	/* -1: any */
	int32_t node = -1;
	bool fifo = false;
	int32_t priority = 0;	/* 1..99 for fifo, else 0 */
	uint64_t start_jiffies = 0;
	uint16_t scope = 0;
	uint32_t body = no_index;
};

/* A name under which a schedule or an expectation finds threads. */
enum class thread_kind : uint8_t { task, kthread, kthreadd, phase /* setup or teardown */ };

struct thread_name {
	std::string
		name; /* a kthread's as written; with a % it stands for all names it can print */
	thread_kind kind = thread_kind::task;
	uint32_t index = no_index; /* in tasks, or the one function all threads of this name run */
};

struct label {
	std::string name;
	uint32_t instruction = no_index;
	uint16_t scope = 0;
};

enum class preemption_model : uint8_t { automatic, none, voluntary, full };

struct machine_node {
	std::vector<uint32_t> cpus;
	bool memory = true;
};

struct machine {
	uint32_t cpu_count = 1;
	std::vector<machine_node> nodes;
	std::vector<std::vector<uint32_t>> distance;	/* square; 10 on the diagonal */
	uint32_t hz = 250;
	preemption_model preemption = preemption_model::automatic;
	uint64_t initial_jiffies = 0;
	uint64_t limit_steps = 10'000'000;
	uint64_t limit_jiffies = 10'000'000;
};

struct kernel_choice {
	kernel::version_id version = kernel::version_id{ kernel::VERSIONS - 1 };
	kernel::fix_set without = 0, with = 0;
};

enum class fault_when : uint8_t { always, nth, maybe };

struct fault {
	uint32_t point = 0;		/* row in the table of fault points */
	int64_t error = 0;		/* -errno; 0 when `waits_for` is given */
	fault_when when = fault_when::always;
	uint32_t nth = 0;		/* from 1, counted per task */
	uint32_t task = no_index;	/* in tasks: only calls made for it */
	uint32_t waits_for =
		no_index; /* in tasks: does not fail, but waits until that one has exited */
	source_span where;
};

enum class schedule_action : uint8_t { run, time, fire, choose };
enum class until_kind : uint8_t { end, blocked, before, after };

struct schedule_step {
	schedule_action action = schedule_action::run;
	operand subject; /* run: a thread; fire: a timer, delayed work or sleeping thread */
	until_kind until = until_kind::end;
	uint32_t label = no_index; /* before, after: in labels; else `function` names a function */
	std::string function;
	uint32_t step =
		0; /* visible step of the function, from 1; 0: its entry (before), return (after) */
	uint32_t nth = 1;	/* the n-th time from here on */
	uint64_t duration_ns = 0;	/* time */
	uint64_t chosen = 0;	/* choose: index of the value */
	source_span where;
};

/* Nothing comes after a thread's end: `later` runs one that `earlier` has run so far. */
inline bool comes_after_end(const schedule_step &earlier, const schedule_step &later)
{
	return earlier.action == schedule_action::run && earlier.until == until_kind::end &&
	       later.action == schedule_action::run &&
	       earlier.subject.index == later.subject.index &&
	       earlier.subject.number == later.subject.number;
}

struct schedule {
	std::string text;	/* as a search printed it; then there are no steps */
	std::vector<schedule_step> steps;
	bool without_time = false;	/* on the machine of a search, for steps */
	source_span where;

	bool by_hand() const { return !steps.empty() || without_time; }
	bool given() const { return by_hand() || !text.empty(); }
};

struct exploration {
	bool given = false;
	std::string strategy = "stateful";
	uint64_t seed = 1;
	/* 0: no bound of this kind, or what is usual */
	uint64_t executions = 0;
	uint64_t states = 0;
	uint64_t steps = 0;
	uint64_t deviations = 0;
	uint64_t preemptions = 0;
	uint64_t events = 0;
	uint64_t depth = 0;
	bool reduce = true; // false: every order of every step, also where it makes no difference
};

struct term {
	std::string
		text; /* as outcomes print it: "deadlock", "warn: kthread_park", "main.ret=42" */
	bool is_finding = false;
	uint32_t finding = 0;	/* row in the table of finding names */
	std::string function;	/* of a finding; empty: any */
	operand left;
	operand right;
	source_span where;
};

/* A search has no clock: what it would say about time is not so. */
inline bool is_about_time(const term &t)
{
	return t.is_finding ? t.text.compare(0, 4, "hung") == 0
			    : t.left.kind == operand_kind::jiffies ||
				      t.left.field == field_id::expires;
}

struct event_field {
	std::string name;
	operand value;		/* number, text, work or function */
};

struct event_pattern {
	std::string event;
	std::vector<event_field> fields;	/* all must match */
	source_span where;
};

/* Events that must come in this order, others may lie between. */
struct event_sequence {
	operand thread; /* absent: of the whole trace; else only events of that thread count */
	std::vector<event_pattern> events;
	source_span where;
};

struct expectation {
	std::vector<term> always;
	std::vector<term> sometimes;
	std::vector<term> never;
	std::vector<event_sequence> traces;

	bool empty() const
	{
		return always.empty() && sometimes.empty() && never.empty() && traces.empty();
	}
};

/* Of a bug, in words. */
struct story {
	std::string seen, how, fix;
};

struct scenario {
	std::string name;
	std::string question;
	struct story story;
	std::string kernel_text;	/* "6.13 without a7c01fa93aeb", "6.14 with .." */
	kernel_choice kernel;
	struct machine machine;

	std::vector<variable> variables;
	std::vector<hotplug_thread> hotplug_threads;
	std::vector<function> functions;
	std::vector<work> works;
	std::vector<task> tasks;
	std::vector<thread_name>
		threads; /* the tasks first, under the same indices; then kthreadd */
	std::vector<scope> scopes;
	uint32_t setup_body = no_index;
	uint32_t teardown_body = no_index;

	std::vector<instruction> code;
	std::vector<block> blocks;
	std::vector<condition> conditions;
	std::vector<std::vector<operand>> lists;
	std::vector<std::string> texts;
	std::vector<label> labels;

	std::vector<fault> faults;
	struct schedule schedule;
	exploration explore;
	struct expectation expect;
	std::vector<scenario>
		variants; /* complete scenarios of their own, without further variants */
};

} // namespace scenario
