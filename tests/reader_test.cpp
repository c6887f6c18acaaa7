// SPDX-License-Identifier: GPL-2.0-only
// Good scenarios become the right data: names are indices, words are numbers.
// Must not know the simulator.
#include "scenarios/kernels.hpp"
#include <cstring>
#include "scenarios/reader.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

using scenario::opcode;
using scenario::operand_kind;
using scenario::value_type;

scenario::scenario must_read(const std::string &text)
{
	scenario::scenario out;
	scenario::diagnostics errors;
	bool good = scenario::read_scenario("t.json", text, out, errors);

	INFO(errors.print());
	REQUIRE(good);
	return out;
}

/* One task main with these operations, beside these sections. */
scenario::scenario with_ops(const std::string &ops, const std::string &sections = "")
{
	return must_read(R"({"name": "t", "kernel": "6.13", )" + sections +
			 R"("tasks": {"main": {"do": [)" + ops + "]}}}");
}

const scenario::instruction &op_of(const scenario::scenario &s, const scenario::task &t,
				   uint32_t number)
{
	const scenario::block &b = s.blocks[t.body];

	REQUIRE(number < b.count);
	return s.code[b.first + number];
}

const scenario::operand &first_argument(const scenario::scenario &s)
{
	return op_of(s, s.tasks[0], 0).arguments[0];
}

const std::string park = R"({
	"$schema": "../schema.json", "name": "park-unpark-stop", "question": "why?",
	"kernel": "6.13", "machine": {"cpus": 2, "hz": 250},
	"functions": {"loop": [
		{"op": "while", "cond": {"not": "kthread_should_stop"}, "do": [
			{"op": "if", "cond": "kthread_should_park",
			 "then": [{"op": "kthread_parkme"}]},
			{"op": "schedule_timeout_interruptible", "timeout": 10, "at": "sleep"}
		]},
		{"op": "return", "value": 42}
	]},
	"tasks": {"main": {"cpu": 0, "do": [
		{"op": "kthread_run", "threadfn": "loop", "name": "kts", "as": "t"},
		{"op": "kthread_park", "k": "t", "expect": 0},
		{"op": "assert", "that": {"t.state": "P", "t.on_cpu": false}},
		{"op": "kthread_stop", "k": "t", "as": "ret"}
	]}},
	"schedule": [{"run": "kts", "until": {"before": "sleep", "nth": 2}},
		{"run": "main", "until": "blocked"}],
	"expect": {"always": [{"main.ret": 42}], "never": ["deadlock", {"warn": "kthread_park"}]}
})";

} // namespace

TEST_CASE("a program's names are indices")
{
	scenario::scenario s = must_read(park);
	const scenario::task &task = s.tasks[0];

	CHECK(s.name == "park-unpark-stop");
	CHECK(s.kernel_text == "6.13");
	CHECK(s.machine.cpu_count == 2);
	CHECK(s.machine.initial_jiffies == 4294892296u);
	CHECK(task.cpu == 0);
	CHECK(s.scopes[task.scope].registers == std::vector<std::string>{ "t", "ret" });
	const scenario::instruction &run = op_of(s, task, 0);
	CHECK(run.row->code == opcode::kthread_run);
	CHECK(run.arguments[0].kind == operand_kind::function);
	CHECK(run.arguments[0].index == 0);
	CHECK(run.arguments[1].kind == operand_kind::number);
	CHECK(s.texts[run.arguments[2].index] == "kts");
	CHECK_FALSE(run.arguments[3].given());
	CHECK(run.as.kind == operand_kind::reg);
	CHECK(run.as.scope == task.scope);
	CHECK(run.as.index == 0);
	const scenario::instruction &stop = op_of(s, task, 3);
	CHECK(stop.arguments[0].kind == operand_kind::reg);
	CHECK(stop.as.index == 1);
	CHECK(op_of(s, task, 1).expect.number == 0);
	REQUIRE(s.threads.size() == 3);
	CHECK(s.threads[2].name == "kts");
	CHECK(s.threads[2].index == 0);
}

TEST_CASE("a block lies in one piece and control words name their blocks")
{
	scenario::scenario s = must_read(park);
	const scenario::block &body = s.blocks[s.functions[0].body];

	CHECK(body.count == 2);
	const scenario::instruction &loop = s.code[body.first];
	CHECK(loop.row->code == opcode::while_loop);
	const scenario::condition &cond = s.conditions[loop.arguments[0].index];
	CHECK(cond.kind == scenario::condition_kind::negation);
	const scenario::condition &inner = s.conditions[cond.children[0]];
	CHECK(inner.left.kind == operand_kind::call);
	CHECK(s.code[inner.left.index].row->code == opcode::kthread_should_stop);
	const scenario::block &turn = s.blocks[loop.arguments[1].index];
	CHECK(turn.count == 2);
	CHECK(s.code[turn.first].row->code == opcode::if_else);
	CHECK_FALSE(s.code[turn.first].arguments[2].given());
	REQUIRE(s.labels.size() == 1);
	CHECK(s.labels[0].instruction == turn.first + 1);
	CHECK(s.labels[0].scope == s.functions[0].scope);
}

TEST_CASE("an assertion over fields compares letters and truths")
{
	scenario::scenario s = must_read(park);
	const scenario::instruction &check = op_of(s, s.tasks[0], 2);
	const scenario::condition &all = s.conditions[check.arguments[0].index];

	CHECK(all.kind == scenario::condition_kind::all);
	REQUIRE(all.children.size() == 2);
	const scenario::condition &state = s.conditions[all.children[0]];
	CHECK(state.kind == scenario::condition_kind::equal);
	CHECK(state.left.field == scenario::field_id::state);
	CHECK(state.right.number == 'P');
	CHECK(s.conditions[all.children[1]].right.type == value_type::boolean);
}

TEST_CASE("expectations hold findings and final values")
{
	scenario::scenario s = must_read(park);

	REQUIRE(s.expect.always.size() == 1);
	const scenario::term &ret = s.expect.always[0];
	CHECK_FALSE(ret.is_finding);
	CHECK(ret.text == "main.ret=42");
	CHECK(ret.left.kind == operand_kind::reg);
	CHECK(ret.left.scope == s.tasks[0].scope);
	CHECK(ret.left.index == 1);
	CHECK(ret.right.number == 42);
	REQUIRE(s.expect.never.size() == 2);
	CHECK(s.expect.never[0].text == "deadlock");
	CHECK(s.expect.never[1].text == "warn: kthread_park");
	CHECK(s.expect.never[1].function == "kthread_park");
}

TEST_CASE("a schedule names threads and labels")
{
	scenario::scenario s = must_read(park);

	REQUIRE(s.schedule.steps.size() == 2);
	const scenario::schedule_step &first = s.schedule.steps[0];
	CHECK(first.subject.kind == operand_kind::thread);
	CHECK(first.subject.index == 2);
	CHECK(first.until == scenario::until_kind::before);
	CHECK(first.label == 0);
	CHECK(first.nth == 2);
	CHECK(s.schedule.steps[1].until == scenario::until_kind::blocked);
	const char *printed = R"("schedule": "t@0.1.0:k1t::30.c530ec33", )";
	CHECK(with_ops("", printed).schedule.text == "k1t::30.c530ec33");
}

TEST_CASE("words are numbers")
{
	auto value = [](const char *text) {
		scenario::scenario s =
			with_ops(std::string(R"({"op": "return", "value": )") + text + "}");
		CHECK(first_argument(s).kind == operand_kind::number);
		return first_argument(s).number;
	};

	CHECK(value("\"-EINTR\"") == -4);
	CHECK(value("\"-ERESTARTSYS\"") == -512);
	CHECK(value("\"-EHWPOISON\"") == -133);
	CHECK(value("\"TASK_INTERRUPTIBLE|TASK_FREEZABLE\"") == 0x2001);
	CHECK(value("\"TASK_KILLABLE\"") == 0x102);
	CHECK(value("-9223372036854775808") == INT64_MIN);
	CHECK(value("true") == 1);
	CHECK(value("null") == 0);
}

TEST_CASE("times are nanoseconds, milliseconds or jiffies rounded up")
{
	auto argument = [](const std::string &op, const char *hz) {
		return first_argument(
			       with_ops(op, std::string(R"("machine": {"hz": )") + hz + "}, "))
			.number;
	};

	CHECK(argument(R"({"op": "cpu_time", "time": "50us"})", "250") == 50'000);
	CHECK(argument(R"({"op": "cpu_time", "time": 2})", "250") == 8'000'000);
	CHECK(argument(R"({"op": "schedule_timeout", "timeout": "5ms"})", "250") == 2);
	CHECK(argument(R"({"op": "schedule_timeout", "timeout": "5ms"})", "1000") == 5);
	CHECK(argument(R"({"op": "schedule_timeout", "timeout": 7})", "100") == 7);
	CHECK(argument(R"({"op": "schedule_timeout", "timeout": "MAX_SCHEDULE_TIMEOUT"})", "100") ==
	      INT64_MAX);
	CHECK(argument(R"({"op": "msleep", "msecs": "1s"})", "300") == 1000);
}

TEST_CASE("a timer's expiry may stand relative to jiffies")
{
	scenario::scenario s =
		with_ops(R"({"op": "mod_timer", "timer": "x", "expires": "jiffies + 10"})",
			 R"("vars": {"x": {"timer": {"function": "f"}}},
					   "functions": {"f": []}, )");
	const scenario::instruction &arm = op_of(s, s.tasks[0], 0);

	CHECK(arm.arguments[0].kind == operand_kind::variable);
	CHECK(arm.arguments[1].kind == operand_kind::jiffies);
	CHECK(arm.arguments[1].number == 10);
	CHECK(s.variables[0].kind == scenario::variable_kind::timer);
	CHECK(s.variables[0].function == 0);
}

TEST_CASE("every kind of variable is known")
{
	scenario::scenario s =
		with_ops("", R"("vars": {"a": 5, "b": {"plain": -1}, "c": {"completion": true},
		"d": {"mutex": true}, "e": {"spinlock": true}, "f": {"raw_spinlock": true},
		"g": {"waitqueue": true}, "h": {"timer": true}, "i": {"mm": true},
		"j": {"css": true}}, )");

	REQUIRE(s.variables.size() == 10);
	for (size_t i = 0; i < 10; i++)
		CHECK(s.variables[i].kind == static_cast<scenario::variable_kind>(i));
	CHECK(s.variables[0].initial == 5);
	CHECK(s.variables[1].initial == -1);
}

TEST_CASE("setup's registers are seen by tasks, functions and teardown, a function's are its own")
{
	scenario::scenario s = must_read(R"({"name": "t", "kernel": "6.13",
		"functions": {"f": [{"op": "jiffies", "as": "x"}, {"op": "return", "value": "x"}],
			      "g": [{"op": "wake_up_process", "p": "t"}]},
		"setup": [{"op": "kthread_create", "threadfn": "f", "name": "F", "as": "t"},
			  {"op": "kthread_create", "threadfn": "g", "name": "G/%d", "args": [7],
			   "as": "g"}],
		"tasks": {"main": {"do": [{"op": "wake_up_process", "p": "t"}]}},
		"teardown": [{"op": "kthread_stop", "k": "t", "as": "ret"}],
		"expect": {"always": [{"teardown.ret": 0}, {"setup.t.state": "X"}, {"F.x": 3},
				      {"G/7.exited": true},
				      {"F.state": "TASK_DEAD"}]}})");
	CHECK(first_argument(s).scope == scenario::setup_scope);
	CHECK(s.scopes[s.functions[0].scope].registers == std::vector<std::string>{ "x" });
	CHECK(s.lists[s.code[s.blocks[s.setup_body].first + 1].arguments[3].index][0].number == 7);
	CHECK(s.expect.always[0].left.scope == scenario::teardown_scope);
	CHECK(s.expect.always[1].left.field == scenario::field_id::state);
	CHECK(s.expect.always[2].left.kind == operand_kind::thread_reg);
	CHECK(s.threads[s.expect.always[2].left.scope].name == "F");
	CHECK(s.threads[s.expect.always[3].left.index].name == "G/%d");
	CHECK(s.expect.always[4].right.number == 'X');
}

TEST_CASE("works are read, and share one set of registers")
{
	scenario::scenario s = with_ops(
		"", R"("works": {"a": {"delayed": true, "do": [{"op": "jiffies", "as": "j"}]},
		"b": {"do": [{"op": "return", "value": "j"}]}},
		"expect": {"always": [{"a.runs": 1}]}, )");

	REQUIRE(s.works.size() == 2);
	CHECK(s.works[0].delayed);
	CHECK(s.works[0].scope == s.works[1].scope);
	CHECK(s.expect.always[0].left.kind == operand_kind::work);
}

TEST_CASE("a machine of nodes numbers its CPUs node by node")
{
	scenario::scenario s =
		with_ops("", R"("machine": {"nodes": [{"cpus": 2}, {"cpus": 0}, {"cpus": 1}],
		"distance": [[10, 20, 30], [20, 10, 20], [30, 20, 10]], "hz": 1000,
		"preemption": "full",
		"jiffies": 7, "limits": {"steps": 9}}, )");

	CHECK(s.machine.cpu_count == 3);
	CHECK(s.machine.nodes[2].cpus == std::vector<uint32_t>{ 2 });
	CHECK(s.machine.distance[0][2] == 30);
	CHECK(s.machine.preemption == scenario::preemption_model::full);
	CHECK(s.machine.initial_jiffies == 7);
	CHECK(s.machine.limit_steps == 9);
}

TEST_CASE("faults and the search are read")
{
	scenario::scenario s = with_ops("", R"("faults": [{"in": "kernel_clone", "when": "maybe"},
		{"in": "kmalloc", "error": "-EAGAIN", "when": 2, "task": "main"},
		{"in": "kernel_clone", "waits_for": "main"}],
		"explore": {"strategy": "dpor", "executions": 1000}, )");

	REQUIRE(s.faults.size() == 3);
	CHECK(s.faults[0].when == scenario::fault_when::maybe);
	CHECK(s.faults[0].error == -12);
	CHECK(s.faults[1].error == -11);
	CHECK(s.faults[1].nth == 2);
	CHECK(s.faults[2].waits_for == 0);
	CHECK(s.explore.given);
	CHECK(s.explore.strategy == "dpor");
	CHECK(s.explore.executions == 1000);
}

TEST_CASE("a kernel may have a fix of a later one")
{
	const scenario::scenario s =
		must_read(R"({"name": "t", "kernel": {"version": "6.14", "apply": [ )"
			  R"("28aaa9c39945"]}, "tasks": {"main": {"do": []}}})");

	CHECK(s.kernel_text == "6.14 with 28aaa9c39945");
	CHECK(s.kernel.without == 0);
	CHECK(s.kernel.with != 0);
}

TEST_CASE("a variant is a scenario of its own")
{
	scenario::scenario s =
		with_ops(R"({"op": "msleep", "msecs": 1})", R"("machine": {"cpus": 2},
		"expect": {"never": ["deadlock"]},
		"variants": [{"name": "old", "kernel": {"version": "6.13",
		"revert": ["a7c01fa93aeb"]}, "machine": {"cpus": 4},
		"expect": {"sometimes": ["deadlock"]}}], )");

	CHECK(s.kernel.without == 0);
	REQUIRE(s.variants.size() == 1);
	const scenario::scenario &v = s.variants[0];
	CHECK(v.name == "t/old");
	CHECK(v.kernel_text == "6.13 without a7c01fa93aeb");
	CHECK(v.kernel.without == 1);
	CHECK(v.machine.cpu_count == 4);
	CHECK(v.tasks.size() == 1);
	CHECK(v.expect.never.empty());
	CHECK(v.expect.sometimes.size() == 1);
}

TEST_CASE("events that must come in order are read, of all or of one thread")
{
	scenario::scenario s =
		with_ops("", R"("expect": {"trace": [{"event": "sched_kthread_stop", "comm": "k"},
		{"event": "sched_kthread_stop_ret", "ret": "-EINTR"}],
		"per_task": {"main": [{"event": "sched_switch", "prev_state": "S",
		"cpu": 0}]}}, )");

	REQUIRE(s.expect.traces.size() == 2);
	CHECK_FALSE(s.expect.traces[0].thread.given());
	CHECK(s.texts[s.expect.traces[0].events[0].fields[0].value.index] == "k");
	CHECK(s.expect.traces[0].events[1].fields[0].value.number == -4);
	CHECK(s.expect.traces[1].thread.index == 0);
	CHECK(s.expect.traces[1].events[0].fields[0].value.number == 'S');
}

TEST_CASE("comments, a byte order mark and wide characters keep line and column")
{
	scenario::scenario out;
	scenario::diagnostics errors;
	std::string text = "\xef\xbb\xbf{ /* \xc3\xa4 */ \"nam\": 1 // x\n}";

	CHECK_FALSE(scenario::read_scenario("t.json", text, out, errors));
	CHECK(errors.print().find("t.json:1:11: error: unknown key of the scenario 'nam'") !=
	      std::string::npos);
	CHECK(errors.print().find("    { /* \xc3\xa4 */ \"nam\": 1 // x\n              ^~~~~\n") !=
	      std::string::npos);
}

TEST_CASE("an operation of another kernel names the kernels that have it")
{
	uint32_t rows = 0;

	for (const scenario::operation &row : scenario::operations()) {
		rows++;
		for (uint32_t v = 0; v < kernel::VERSIONS; v++)
			if (scenario::has_kernel(row.kernels, v)) {
				const auto *found = scenario::find_operation(row.name, v);

				REQUIRE(found);
				// Of one kernel only by what comes first.
				CHECK((found == &row ||
				       strcmp(found->parameters[0].name, row.parameters[0].name)));
			}
		for (size_t i = row.parameter_count(); i < scenario::most_parameters; i++)
			CHECK(row.parameters[i].name == nullptr);
	}
	CHECK(rows > 100);
	CHECK(scenario::find_operation("kthread_stop_put", kernel::V6_1) == nullptr);
	CHECK(scenario::find_operation("kthread_start", kernel::V6_13) == nullptr);
}
