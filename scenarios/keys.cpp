// SPDX-License-Identifier: GPL-2.0-only
// The rows of the tables of keys.
// Must not know JSON nodes.
#include "scenarios/keys.hpp"
#include "scenarios/words.hpp"

namespace scenario {

namespace {

#define REF(name) R"({"$ref": "#/definitions/)" name R"("})"
#define TEXT R"({"type": "string"})"
#define NAME R"({"type": "string", "minLength": 1})"
#define NAME_OR_PID R"({"type": ["string", "integer"], "minLength": 1, "minimum": 1})"
#define WHOLE R"({"type": "integer", "minimum": 0})"
#define POSITIVE R"({"type": "integer", "minimum": 1})"
#define YES R"({"const": true})"
#define MAP_OF(name) \
	R"({"type": "object", "additionalProperties": {"$ref": "#/definitions/)" name R"("}})"
#define LIST_OF(name) R"({"type": "array", "items": {"$ref": "#/definitions/)" name R"("}})"

} // namespace

name_list key_table::names() const
{
	name_list list;

	for (const key_row &row : rows)
		list.push_back(row.name);
	return list;
}

const key_table &document_keys()
{
	static const key_table table = {
		"scenario",
		{
			{ "$schema", false, TEXT, "where the schema lies, for editors" },
			{ "name", true, NAME, "the scenario's name" },
			{ "question", false, TEXT, "the question it asks" },
			{ "story", false, REF("story"), "the bug that it shows" },
			{ "kernel", true, REF("kernel"),
			  "the kernel's version, and fixes taken out" },
			{ "machine", false, REF("machine"),
			  "CPUs, nodes, clock; one CPU when absent" },
			{ "vars", false, MAP_OF("variable"), "what several threads share" },
			{ "functions", false, MAP_OF("block"),
			  "thread functions and timer callbacks" },
			{ "works", false, MAP_OF("work"), "kthread works" },
			{ "setup", false, REF("block"), "runs before any task" },
			{ "tasks", true, MAP_OF("task"), "user tasks, side by side" },
			{ "teardown", false, REF("block"), "runs after all tasks" },
			{ "faults", false, LIST_OF("fault"), "allocations and clones that fail" },
			{ "schedule", false, REF("schedule"),
			  "who runs when, by hand or as a search printed it" },
			{ "explore", false, REF("explore"), "the search that judges the scenario" },
			{ "expect", false, REF("expect"), "what must, may and must not come out" },
			{ "variants", false, LIST_OF("variant"),
			  "the same on other kernels or machines" },
		}
	};
	return table;
}

const key_table &story_keys()
{
	static const key_table table = {"story", {
		{"seen", true, NAME, "what users saw"},
		{"how", true, NAME, "how it came to that"},
		{"fix", true, NAME, "what was changed, and when"},
	}};
	return table;
}

const key_table &kernel_keys()
{
	static const key_table table = {"kernel with fixes", {
		{"version", true, NAME, "the version"},
		{"revert", false, R"({"type": "array", "items": {"type": "string"}})",
		 "commits of the fixes that are taken out"},
		{"apply", false, R"({"type": "array", "items": {"type": "string"}})",
		 "commits of the fixes of later versions that are added"},
	}};
	return table;
}

const key_table &machine_keys()
{
	static const key_table table = {
		"machine",
		{
			{ "cpus", false, R"({"type": "integer", "minimum": 1, "maximum": 64})",
			  "number of CPUs, all in one node" },
			{ "nodes", false, LIST_OF("node"), "memory nodes, instead of cpus" },
			{ "distance", false,
			  R"({"type": "array", "items": {"type": "array", "items": )"
			  R"({"type": "integer", "minimum": 10, "maximum": 254}}})",
			  "distance of node to node, 10 on the diagonal" },
			{ "hz", false, R"({"enum": [100, 250, 300, 1000]})",
			  "jiffies a second, 250 when absent" },
			{ "preemption", false, R"({"enum": ["none", "voluntary", "full"]})",
			  "when absent: voluntary in a single run, full in a search" },
			{ "jiffies", false, WHOLE,
			  "the counter at boot; when absent five minutes before 2^32" },
			{ "limits", false, REF("limits"), "bounds of one execution" },
		}
	};
	return table;
}

const key_table &node_keys()
{
	static const key_table table = {
		"node",
		{
			{ "cpus", true, R"({"type": "integer", "minimum": 0, "maximum": 64})",
			  "number of CPUs" },
			{ "memory", false, R"({"type": "boolean"})",
			  "false: the node has none; true when absent" },
		}
	};
	return table;
}

const key_table &limit_keys()
{
	static const key_table table = {"limits", {
		{"steps", false, POSITIVE, "visible steps, 10000000 when absent"},
		{"jiffies", false, POSITIVE, "jiffies since boot, 10000000 when absent"},
	}};
	return table;
}

const key_table &work_keys()
{
	static const key_table table = {"work", {
		{"delayed", false, R"({"type": "boolean"})", "true: a kthread_delayed_work"},
		{"do", true, REF("block"), "what it does; \"work\" is the work that is executed"},
	}};
	return table;
}

const key_table &task_keys()
{
	static const key_table table = {
		"task",
		{
			{ "cpu", false, WHOLE, "the CPU it is bound to" },
			{ "node", false, WHOLE, "the node whose CPUs it is bound to" },
			{ "policy", false, R"({"enum": ["normal", "fifo"]})",
			  "scheduling policy, normal when absent" },
			{ "priority", false, R"({"type": "integer", "minimum": 1, "maximum": 99})",
			  "of fifo" },
			{ "start", false, WHOLE, "jiffies after the end of setup" },
			{ "do", true, REF("block"), "what it does" },
		}
	};
	return table;
}

const key_table &fault_keys()
{
	static const key_table table = {
		"fault",
		{
			{ "in", true,
			  R"({"enum": ["kernel_clone", "kmalloc", "kvasprintf", )"
			  R"("set_kthread_struct", "kzalloc", "kzalloc_node"]})",
			  "where" },
			{ "error", false, TEXT, "the -errno, -ENOMEM when absent" },
			{ "when", false,
			  R"({"anyOf": [{"enum": ["always", "maybe"]}, )"
			  R"({"type": "integer", "minimum": 1}]})",
			  "always, maybe (the search decides), or the n-th time; always when "
			  "absent" },
			{ "task", false, NAME, "only calls made for this task" },
			{ "waits_for", false, NAME,
			  "does not fail, but waits until this task has exited" },
		}
	};
	return table;
}

const key_table &schedule_keys()
{
	static const key_table table = {
		"schedule",
		{
			{ "without_time", true,
			  R"({"type": "array", "items": )" REF("schedule_step") "}",
			  "steps on the machine of a search, which has no time" },
		}
	};
	return table;
}

const key_table &schedule_step_keys()
{
	static const key_table table = {
		"schedule step",
		{
			{ "run", false, NAME_OR_PID,
			  "a thread; name#2 is the second thread of that name; or a pid" },
			{ "until", false, REF("until"), "where it stops; to its end when absent" },
			{ "time", false, R"({"type": ["integer", "string"]})",
			  "lets jiffies or a time pass" },
			{ "fire", false, NAME_OR_PID,
			  "a timer, a delayed work, or a thread asleep with a timeout" },
			{ "choose", false, WHOLE, "index of the value taken" },
			{ "at", false, NAME,
			  "the label of a choose, choose without one, or a fault point" },
		}
	};
	return table;
}

const key_table &until_keys()
{
	static const key_table table = {"until", {
		{"before", false, NAME, "a label or a function"},
		{"after", false, NAME, "a label or a function"},
		{"step", false, POSITIVE, "visible step of that function, counted from 1"},
		{"nth", false, POSITIVE, "the n-th time, 1 when absent"},
	}};
	return table;
}

static std::string enumeration(const word_list &words)
{
	std::string list;

	for (const word &w : words)
		list += (list.empty() ? "\"" : ", \"") + std::string(w.name) + "\"";
	return "{\"enum\": [" + list + "]}";
}

const key_table &explore_keys()
{
	static const std::string strategies = enumeration(strategy_words());
	static const key_table table = {
		"explore",
		{
			{ "strategy", false, strategies.c_str(), "stateful when absent" },
			{ "seed", false, WHOLE, "of random strategies, 1 when absent" },
			{ "executions", false, POSITIVE,
			  "how many are drawn; of dpor and exhaustive a bound" },
			{ "states", false, POSITIVE, "bound on states, 20000000 when absent" },
			{ "steps", false, POSITIVE, "bound on visible steps of one execution" },
			{ "deviations", false, POSITIVE,
			  "bound on deviations from the natural order" },
			{ "preemptions", false, POSITIVE,
			  "bound on how often one that could go on has to wait" },
			{ "events", false, POSITIVE,
			  "bound on timers and interrupts that come early" },
			{ "depth", false, POSITIVE,
			  "of pct: one more than the changes of priority" },
		}
	};
	return table;
}

const key_table &expect_keys()
{
	static const key_table table = {
		"expect",
		{
			{ "always", false, LIST_OF("term"), "in every execution" },
			{ "sometimes", false, LIST_OF("term"), "in at least one execution" },
			{ "never", false, LIST_OF("term"), "in no execution" },
			{ "trace", false, LIST_OF("event"),
			  "events in this order, others may lie between" },
			{ "per_task", false,
			  R"({"type": "object", "additionalProperties": )" LIST_OF("event") "}",
			  "the same for the events of one thread each" },
		}
	};
	return table;
}

const key_table &variant_keys()
{
	static const key_table table = {"variant", {
		{"name", false, NAME, "added to the scenario's name"},
		{"kernel", false, REF("kernel"), "instead of the scenario's"},
		{"machine", false, REF("machine"), "instead of the scenario's"},
		{"faults", false, LIST_OF("fault"), "instead of the scenario's"},
		{"schedule", false, REF("schedule"), "instead of the scenario's"},
		{"explore", false, REF("explore"), "instead of the scenario's"},
		{"expect", true, REF("expect"), "instead of the scenario's"},
	}};
	return table;
}

const key_table &variable_keys()
{
	static const key_table table = {"variable object", {
		{"plain", false, R"({"type": "integer"})", "a word whose data races are found"},
		{"completion", false, YES, "a struct completion"},
		{"mutex", false, YES, "a struct mutex"},
		{"spinlock", false, YES, "a spinlock_t"},
		{"raw_spinlock", false, YES, "a raw_spinlock_t"},
		{"waitqueue", false, YES, "a wait_queue_head_t"},
		{"timer", false, R"({"anyOf": [{"const": true}, {"$ref": "#/definitions/timer"}]})",
		 "a struct timer_list, set up with a function or by timer_setup()"},
		{"mm", false, YES, "an address space for kthread_use_mm()"},
		{"css", false, YES, "a cgroup state for kthread_associate_blkcg()"},
		{"worker", false, YES, "a struct kthread_worker without a thread yet"},
		{"smp_hotplug_thread", false, REF("smp_hotplug_thread"),
		 "a thread for every CPU, for smpboot_register_percpu_thread()"},
		{"semaphore", false, WHOLE, "a struct semaphore, and how many may enter"},
	}};
	return table;
}

const key_table &timer_keys()
{
	static const key_table table = {"timer", {
		{"function", true, NAME, "the callback, in interrupt context"},
	}};
	return table;
}

/* The callbacks in the order of hotplug_callback. */
const key_table &hotplug_thread_keys()
{
	static const key_table table = {
		"smp_hotplug_thread",
		{
			{ "thread_comm", true, NAME, "the threads' name, with one %u for the CPU" },
			{ "thread_should_run", true, NAME,
			  "whether thread_fn has something to do; preemption is off" },
			{ "thread_fn", true, NAME, "does it" },
			{ "create", false, NAME, "by who registers, once the thread is parked" },
			{ "setup", false, NAME, "before the first turn of the thread" },
			{ "cleanup", false, NAME, "after its last; also gets 'online'" },
			{ "park", false, NAME, "before it parks" },
			{ "unpark", false, NAME, "after it was unparked, if there is a park" },
			{ "selfparking", false, R"({"type": "boolean"})",
			  "true: it is not parked and unparked with its CPU" },
		}
	};
	return table;
}

const key_table &kthread_args_keys()
{
	static const key_table table = {
		"struct kthread_args",
		{
			{ "threadfn", false, NAME, "the function the thread runs" },
			{ "data", false, REF("value"), "what kthread_data() gives; 0 when absent" },
			{ "node", false, R"({"type": ["integer", "string"]})",
			  "memory node; 0 when absent, as in C" },
			{ "kthread_worker", false, R"({"enum": [0, 1]})",
			  "1: a worker is made for it, in place of threadfn and data" },
		}
	};
	return table;
}

const key_table &condition_keys()
{
	static const key_table table = {
		"condition object",
		{
			{ "not", false, REF("condition"), "the opposite" },
			{ "all", false, LIST_OF("condition"), "every one of them" },
			{ "any", false, LIST_OF("condition"), "at least one of them" },
			{ "eq", false, R"({"type": "array", "minItems": 2, "maxItems": 2})",
			  "two values are equal" },
			{ "lt", false, R"({"type": "array", "minItems": 2, "maxItems": 2})",
			  "the first is less" },
			{ "is_err", false, REF("value"), "an ERR_PTR or a negative errno" },
		}
	};
	return table;
}

const key_table &operation_keys()
{
	static const key_table table = {"operation", {
		{"op", true, NAME, "the kernel function or control word"},
		{"as", false, NAME, "the register that keeps the result"},
		{"expect", false, REF("value"), "the result must equal this"},
		{"at", false, NAME, "a label, for schedules"},
	}};
	return table;
}

} // namespace scenario
