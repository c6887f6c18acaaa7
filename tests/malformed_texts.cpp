// SPDX-License-Identifier: GPL-2.0-only
// Rows of the table of malformed scenarios: texts that are no JSON, and wrong sections.
// Must not know how the reader works.
#include "tests/malformed_cases.hpp"

namespace malformed {

const std::vector<malformed_case> &texts()
{
	static const std::vector<malformed_case> rows = {
		{"an empty text", frame::whole, "@@",
		 "unexpected end of the text, expected one JSON object"},
		{"only blanks", frame::whole, " \n\t\n@@", "unexpected end of the text"},
		{"only a comment", frame::whole, "// nothing\n@@", "unexpected end of the text"},
		{"an open comment", frame::whole, "{ /* for ever@@", "missing closing '*/'"},
		{"a number", frame::whole, "@@42", "expected one JSON object, got 42"},
		{"an array", frame::whole, "\n  @@[]", "expected one JSON object, got an array"},
		{"a truncated object", frame::whole, "{\n  \"name\": \"a\"@@",
		 "expected '}' for the object opened in line 1, column 1"},
		{"a truncated array", frame::whole, "{\n  \"works\": [1, 2\n@@",
		 "expected ']' for the array opened in line 2, column 12"},
		{"a comma too many in an object", frame::whole, R"({ "name": "a", @@})",
		 "no comma may stand before it"},
		{"a comma too many in an array", frame::whole, R"({ "setup": [ 1, @@] })",
		 "no comma may stand before it"},
		{"a missing comma", frame::whole, R"({ "name": "a" @@"kernel": "6.13" })",
		 "unexpected string literal"},
		{"a missing colon", frame::whole, R"({ "name" @@"a" })",
		 "unexpected string literal"},
		{"single quotes", frame::whole, "{ @@'name': 1 }", "invalid literal"},
		{"a bare word", frame::whole, R"({ "name": @@kts })", "invalid literal"},
		{"trailing garbage", frame::whole, "{ }\n @@}", "unexpected '}'"},
		{"an unknown escape", frame::whole, "{ \"name\": \"a\\@@q\" }",
		 "forbidden character after backslash"},
		{"a raw newline in a string", frame::whole, "{ \"name\": \"a@@\n\" }",
		 "control character"},
		{"a byte that is not UTF-8", frame::whole, "{ \"name\": \"a@@\xff\" }",
		 "not UTF-8"},
		{"an overlong encoding", frame::whole, "{ // @@\xc0\x80\n}", "not UTF-8"},
		{"half a surrogate pair", frame::whole, "{ \"name\": \"@@\xed\xa0\x80\" }",
		 "not UTF-8"},
		{"a number out of range", frame::top, R"("vars": { "v": @@99999999999999999999 })",
		 "variable 'v': expected an integer"},
		{"a huge exponent", frame::top, R"("vars": { "v": @@1e999 })", "out of range"},
		{"a duplicate key", frame::top, "\"vars\": { \"v\": 1,\n \"w\": 2,\n @@\"v\": 3 }",
		 "duplicate key 'v', first given in line 1"},
	};
	return rows;
}

const std::vector<malformed_case> &documents()
{
	static const std::vector<malformed_case> rows = {
		{"no tasks", frame::whole, R"(@@{ "name": "a", "kernel": "6.13" })",
		 "the scenario has no 'tasks'"},
		{"a name with a bell", frame::whole,
		 R"({ "name": @@"a\u0007", "kernel": "6.13", "tasks": { "main": { "do": [] } } })",
		 R"(name 'a\x07', expected one without control characters)"},
		{"a name with a deleted character", frame::whole,
		 R"({ "name": @@"a\u007f", "kernel": "6.13", "tasks": { "main": { "do": [] } } })",
		 "expected one without control characters"},
		{"no kernel", frame::whole,
		 R"(@@{ "name": "a", "tasks": { "main": { "do": [] } } })",
		 "the scenario has no 'kernel'"},
		{"an unknown top-level key", frame::top, R"(@@"taskz": {})",
		 "did you mean 'tasks'?"},
		{"a key in the wrong case", frame::top, R"(@@"Machine": {})",
		 "did you mean 'machine'?"},
		{"a question that is a number", frame::top, R"("question": @@7)",
		 "question: expected a string, got 7"},
		{"an unknown kernel", frame::whole,
		 R"({ "name": "a", "kernel": @@"6.15", "tasks": { "m": { "do": [] } } })",
		 "unknown kernel '6.15', expected "},
		{"an operation that the kernel does not have yet", frame::whole,
		 R"({ "name": "a", "kernel": "3.8", "tasks": { "m": { "do": [ )"
		 R"({ "op": @@"kthread_stop_put", "k": "m" } ] } } })",
		 "kernel 3.8 has no 'kthread_stop_put', expected kernel 6.13, 6.14, rfc-2026"},
		{"an operation that the kernel has under another name", frame::whole,
		 R"({ "name": "a", "kernel": "4.9", "tasks": { "m": { "do": [ )"
		 R"({ "op": @@"drain_kthread_worker", "worker": "m" } ] } } })",
		 "kernel 4.9 has no 'drain_kthread_worker', expected kernel 4.7-v7"},
		{"arguments of neither a thread nor a worker", frame::whole,
		 R"({ "name": "a", "kernel": "rfc-2026", "tasks": { "m": { "do": [ )"
		 R"({ "op": "kthread_create", "kargs": @@{ "node": 0 }, "name": "k" } ] } } })",
		 "expected either threadfn or"},
		{"a kernel of the wrong type", frame::whole,
		 R"({ "name": "a", "kernel": @@6, "tasks": { "m": { "do": [] } } })",
		 "kernel: expected a version"},
		{"an unknown revert", frame::whole,
		 R"({ "name": "a", "kernel": { "version": "6.13", "revert": [ )"
		 R"(@@"a7c01fa93aec" ] }, "tasks": { "m": { "do": [] } } })",
		 "did you mean 'a7c01fa93aeb'?"},
		{"an unknown fix to apply", frame::whole,
		 R"({ "name": "a", "kernel": { "version": "6.14", "apply": [ )"
		 R"(@@"28aaa9c39946" ] }, "tasks": { "m": { "do": [] } } })",
		 "did you mean '28aaa9c39945'?"},
		{"a fix to apply that is there", frame::whole,
		 R"({ "name": "a", "kernel": { "version": "rfc-2026", "apply": [ )"
		 R"(@@"28aaa9c39945" ] }, "tasks": { "m": { "do": [] } } })",
		 "unknown apply '28aaa9c39945'"},
		{"a revert given twice", frame::whole,
		 R"({ "name": "a", "kernel": { "version": "6.13", "revert": [ "a7c01fa93aeb", )"
		 R"(@@"a7c01fa93aeb" ] }, "tasks": { "m": { "do": [] } } })", "stands here twice"},
		{"a hotplug thread without its function", frame::top,
		 R"("vars": { "h": { "smp_hotplug_thread": @@{ "thread_comm": "h/%u", )"
		 R"("thread_should_run": "f" } } })", "has no 'thread_fn'"},
		{"a hotplug thread with an unknown callback", frame::top,
		 R"("vars": { "h": { "smp_hotplug_thread": { "thread_comm": "h/%u", )"
		 R"("thread_should_run": "f", "thread_fn": "f", @@"prak": "f" } } })",
		 "did you mean 'park'?"},
		{"a hotplug thread with an unknown function", frame::top,
		 R"("vars": { "h": { "smp_hotplug_thread": { "thread_comm": "h/%u", )"
		 R"("thread_should_run": "f", "thread_fn": "f", "setup": @@"g" } } })",
		 "unknown function 'g', expected f"},
		{"a hotplug thread whose name has no CPU", frame::top,
		 R"("vars": { "h": { "smp_hotplug_thread": { "thread_comm": @@"h/%d", )"
		 R"("thread_should_run": "f", "thread_fn": "f" } } })",
		 "thread_comm: expected a name with one %u for the CPU"},
		{"selfparking that is no truth", frame::top,
		 R"("vars": { "h": { "smp_hotplug_thread": { "thread_comm": "h/%u", )"
		 R"("thread_should_run": "f", "thread_fn": "f", "selfparking": @@1 } } })",
		 "selfparking: expected true or false"},
		{"a hotplug thread that is only announced", frame::top,
		 R"("vars": { "h": { "smp_hotplug_thread": @@true } })", "expected an object"},
		{"reverts that no kernel lacks together", frame::whole,
		 R"({ "name": "a", "kernel": { "version": "6.13", "revert": @@[ "4bee96860a65", )"
		 R"("a7c01fa93aeb" ] }, "tasks": { "m": { "do": [] } } })",
		 "no kernel 6.13 without 4bee96860a65, a7c01fa93aeb, expected a7c01fa93aeb alone, "
		 "or 4bee96860a65 alone, or a7c01fa93aeb and 5fa54346caf6"},
		{"an unknown machine key", frame::machine, R"(@@"cpu": 2)", "did you mean 'cpus'?"},
		{"a machine key cut short", frame::machine, R"(@@"preempt": "full")",
		 "did you mean 'preemption'?"},
		{"the kernel's word for a policy", frame::whole,
		 R"({ "name": "a", "kernel": "6.13", "tasks": { "m": { "do": [], )"
		 R"("policy": @@"SCHED_FIFO" } } })",
		 "unknown policy 'SCHED_FIFO', expected normal or fifo; did you mean 'fifo'?"},
		{"the kernel's word for the usual policy", frame::whole,
		 R"({ "name": "a", "kernel": "6.13", "tasks": { "m": { "do": [], )"
		 R"("policy": @@"SCHED_NORMAL" } } })",
		 "did you mean 'normal'?"},
		{"a policy that there is not, with a part of few letters", frame::whole,
		 R"({ "name": "a", "kernel": "6.13", "tasks": { "m": { "do": [], )"
		 R"("policy": @@"SCHED_RR" } } })",
		 "unknown policy 'SCHED_RR', expected normal or fifo"},
		{"no CPU", frame::machine, R"("cpus": @@0)",
		 "cpus: expected an integer from 1 to 64, got 0"},
		{"too many CPUs", frame::machine, R"("cpus": @@1000000)", "from 1 to 64"},
		{"half a CPU", frame::machine, R"("cpus": @@1.5)",
		 "a number that is no 64-bit integer"},
		{"CPUs as a string", frame::machine, R"("cpus": @@"2")", "got the string '2'"},
		{"cpus and nodes", frame::machine, R"("cpus": 1, @@"nodes": [ { "cpus": 1 } ])",
		 "both cpus and nodes"},
		{"an HZ no kernel has", frame::machine, R"("hz": @@500)",
		 "expected 100, 250, 300 or 1000"},
		{"an unknown preemption model", frame::machine, R"("preemption": @@"ful")",
		 "did you mean 'full'?"},
		{"negative jiffies", frame::machine, R"("jiffies": @@-1)",
		 "jiffies: expected an integer from 0"},
		{"a limit of no steps", frame::machine, R"("limits": { "steps": @@0 })",
		 "from 1 to 1000000000"},
		{"no node", frame::machine, R"("nodes": @@[])", "0 entries, expected 1 to 64"},
		{"nodes without a CPU", frame::machine, R"("nodes": @@[ { "cpus": 0 } ])",
		 "0 CPUs in all"},
		{"nodes without memory", frame::machine,
		 R"("nodes": @@[ { "cpus": 1, "memory": false } ])", "no node has memory"},
		{"a distance matrix that is too small", frame::machine,
		 R"("nodes": [ { "cpus": 1 }, { "cpus": 1 } ], "distance": @@[ [ 10 ] ])",
		 "1 rows, expected one for each of 2 nodes"},
		{"a node far from itself", frame::machine, R"("distance": [ [ @@20 ] ])",
		 "distance of a node to itself: expected an integer from 10 to 10"},
		{"a variable of an unknown kind", frame::top,
		 R"("vars": { "v": { @@"mutx": true } })", "did you mean 'mutex'?"},
		{"a variable of two kinds", frame::top,
		 R"("vars": { "v": @@{ "mutex": true, "spinlock": true } })",
		 "expected exactly one of"},
		{"a variable called as a function", frame::top, R"("vars": { @@"schedule": 0 })",
		 "a function is called so"},
		{"a reserved name", frame::top, R"("vars": { @@"current": 0 })",
		 "this one is reserved"},
		{"a name with a dot", frame::top, R"("vars": { @@"a.b": 0 })",
		 "expected letters, digits"},
		{"a timer with an unknown function", frame::top,
		 R"("vars": { "v": { "timer": { "function": @@"g" } } })",
		 "unknown function 'g', expected f"},
		{"an unused function", frame::top, R"("functions": { @@"f": [] })",
		 "is never used"},
		{"a work without do", frame::top, R"("works": { "w": @@{ } })",
		 "the work has no 'do'"},
		{"a work delayed by a number", frame::top,
		 R"("works": { "w": { "delayed": @@1, "do": [] } })",
		 "delayed: expected true or false"},
		{"setup that is no list", frame::top, R"("setup": @@{ "op": "schedule" })",
		 "expected an array of operations"},
	};
	return rows;
}

} // namespace malformed
