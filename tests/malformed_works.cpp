// SPDX-License-Identifier: GPL-2.0-only
// Rows of the table of malformed scenarios: works, workers and what is expected of them.
// Must not know how the reader works.
#include "tests/malformed_cases.hpp"

namespace malformed {

const std::vector<malformed_case> &works()
{
	static const std::vector<malformed_case> rows = {
		{"an unknown work", frame::works,
		 R"({ "op": "kthread_queue_work", "worker": "w", "work": @@"frist" })",
		 "unknown name in main 'frist', expected first or later; did you mean 'first'?"},
		{"a work without delay for one that has", frame::works,
		 R"({ "op": "kthread_cancel_delayed_work_sync", "dwork": @@"first" })",
		 R"('first' is a work without delay, expected one with "delayed": true)"},
		{"a number for a work", frame::works,
		 R"({ "op": "kthread_flush_work", "work": @@1 })",
		 "expected a work: a name in works, or a register, got 1"},
		{"an unknown worker", frame::works,
		 R"({ "op": "kthread_flush_worker", "worker": @@"v" })",
		 "unknown name in main 'v', expected w"},
		{"a task for a worker", frame::works,
		 R"({ "op": "kthread_flush_worker", "worker": @@"current" })",
		 "'current' is a task"},
		{"a work for a worker", frame::works,
		 R"({ "op": "kthread_queue_work", "worker": @@"first", "work": "first" })",
		 "unknown name in main 'first', expected w"},
		{"a delay below zero", frame::works,
		 R"({ "op": "kthread_mod_delayed_work", "worker": "w", "dwork": "later", )"
		 R"("delay": @@-1 })",
		 "jiffies or a time like '5ms'"},
		{"a delay without a unit that is known", frame::works,
		 R"({ "op": "kthread_queue_delayed_work", "worker": "w", "dwork": "later", )"
		 R"("delay": @@"5 jiffies" })",
		 "unknown value '5 jiffies'"},
		{"an unknown function of a work", frame::works,
		 R"({ "op": "kthread_init_work", "work": "first", "fn": @@"lather" })",
		 "unknown work 'lather', expected first or later; did you mean 'later'?"},
		{"a misspelt flag", frame::works,
		 R"({ "op": "kthread_create_worker", "flags": @@"KTW_FREEZEABLE", "name": "K" })",
		 "did you mean 'KTW_FREEZABLE'?"},
		{"a worker without a name", frame::works, R"(@@{ "op": "kthread_create_worker" })",
		 "kthread_create_worker has no 'name'"},
		{"a worker on a CPU that is not there", frame::works,
		 R"({ "op": "kthread_create_worker_on_cpu", "cpu": @@2, "name": "K" })",
		 "from -1 to 1"},
		{"kthread_worker_fn without a worker", frame::works,
		 R"({ "op": "kthread_run", "threadfn": @@"kthread_worker_fn", "name": "K" })",
		 "data: expected the worker that kthread_worker_fn shall serve"},
		{"kthread_worker_fn with something else", frame::works,
		 R"({ "op": "kthread_run", "threadfn": "kthread_worker_fn", "data": @@5, )"
		 R"("name": "K" })",
		 "data: expected the worker"},
		{"kthread_worker_fn of a timer", frame::works,
		 R"({ "op": "timer_setup", "timer": "t", "callback": @@"kthread_worker_fn" })",
		 "callback: expected a function of the scenario"},
		{"the destruction of a variable", frame::works,
		 R"({ "op": "kthread_destroy_worker", "worker": @@"w" })",
		 "expected one that can be freed"},
		{"the executed work where none is", frame::works,
		 R"({ "op": "kthread_flush_work", "work": @@"work" })",
		 "unknown name in main 'work', expected first or later"},
		{"a result expected as a number", frame::works,
		 R"({ "op": "kthread_queue_work", "worker": "w", "work": "first", "expect": @@1 })",
		 "expected true or false, got 1"},
		{"a result of a flush", frame::works,
		 R"({ "op": "kthread_flush_work", "work": "first", @@"as": "x" })",
		 "'as' where kthread_flush_work gives nothing"},
		{"a misspelt size", frame::works,
		 R"({ "op": "kmalloc", "size": @@"struct kthread_wrok", "as": "x" })",
		 "did you mean 'struct kthread_work'?"},
		{"a register called as a work", frame::works,
		 R"({ "op": "jiffies", "as": @@"first" })", "a work is called so"},
		{"an unknown field of a work", frame::works,
		 R"({ "op": "assert", "that": { @@"first.rums": 1 } })",
		 "unknown field of a work 'rums', expected runs, pending, delayed, "
		 "running or canceling; did you mean 'runs'?"},
		{"an unknown field of a worker", frame::works,
		 R"({ "op": "assert", "that": { @@"w.taks": null } })",
		 "unknown field of a worker 'taks', expected task, busy, pending or delayed; did "
		 "you mean 'task'?"},
		{"a static work that is freed", frame::works,
		 R"({ "op": "kfree", "objp": @@"first" })", "unknown name in main 'first'"},
		{"a work called work", frame::top, R"("works": { @@"work": { "do": [] } })",
		 "this one is reserved"},
		{"a work called as a variable", frame::top, R"("works": { @@"m": { "do": [] } })",
		 "a variable is called so"},
		{"a delay in the wrong place", frame::top,
		 R"("works": { "a": { @@"delay": 5, "do": [] } })",
		 "unknown key of the work 'delay', expected delayed or do"},
		{"an unknown work in a trace", frame::top,
		 R"("works": { "first": { "do": [] } }, "expect": { "trace": [ { "event": )"
		 R"("sched_kthread_work_execute_start", "work": @@"frist" } ] })",
		 "unknown work 'frist', expected first; did you mean 'first'?"},
		{"an unknown worker in a trace", frame::top,
		 R"("vars": { "w": { "worker": true } }, "expect": { "trace": [ { "event": )"
		 R"("sched_kthread_work_queue_work", "worker": @@"v" } ] })",
		 "unknown worker 'v'"},
		{"an unknown timer in a trace", frame::top,
		 R"("works": { "d": { "delayed": true, "do": [] } }, "expect": { "trace": )"
		 R"([ { "event": "timer_start", "timer": @@"e" } ] })",
		 "unknown timer 'e', expected d"},
		{"an unknown function in a trace", frame::top,
		 R"("expect": { "trace": [ { "event": "sched_kthread_work_execute_end", )"
		 R"("function": @@"kthread_flush_wrok_fn" } ] })",
		 "did you mean 'kthread_flush_work_fn'?"},
		{"a work without delay that shall fire", frame::top,
		 R"("works": { "first": { "do": [] }, "later": { "delayed": true, "do": [] } }, )"
		 R"("schedule": [ { "fire": @@"first" } ])",
		 "unknown timer 'first', expected later"},
	};
	return rows;
}

} // namespace malformed
