// SPDX-License-Identifier: GPL-2.0-only
// Works and workers in the language of scenarios: memory, registers, names, mistakes at run time.
// Must not know how an operation is carried out.
#include "tests/library_run.hpp"

namespace {

scenario::scenario read_text(const std::string &rest, const std::string &kernel = "\"6.13\"")
{
	scenario::scenario s;
	scenario::diagnostics errors;
	const bool good = scenario::read_scenario(
		"t.json",
		R"({"name": "t", "machine": {"cpus": 2}, "kernel": )" + kernel + ", " + rest + "}",
		s, errors);

	INFO(errors.print());
	REQUIRE(good);
	return s;
}

// main does `ops`; a and d are works, w is a worker without a thread.
scenario::run_result run_ops(const std::string &ops)
{
	return scenario::run_scenario(
		read_text(R"("vars": {"w": {"worker": true}}, "works": {"a": {"do": []},
		"d": {"delayed": true, "do": []}}, "tasks": {"main": {"do": [)" +
			  ops + "]}}"),
		{});
}

std::string only_finding(const scenario::run_result &r)
{
	REQUIRE(r.findings.size() == 1);
	return r.findings[0].text;
}

const std::string create = R"({"op": "kthread_create_worker", "name": "K", "as": "k"}, )";
const std::string kmalloc = R"({"op": "kmalloc", "size": "struct kthread_work", "as": "m"}, )";

std::string json_lines_of(const scenario::scenario &s)
{
	struct table_names final : traces::object_names {
		scenario::object_name_table table;

		std::string name_of(sim::object_id object) const override
		{
			const auto found = table.find(object);

			return found == table.end() ? "" : found->second;
		}
	} names;
	traces::string_sink out;
	auto writer = traces::find_format("jsonl")->make(
		out, { s.name, s.kernel_text, s.machine.cpu_count, &names });
	scenario::run_options options;

	options.sink = writer.get();
	options.names = &names.table;
	scenario::run_scenario(s, options);
	writer->finish();
	return out.text();
}

} // namespace

TEST_CASE("works see the registers of their thread's works, not those of its function")
{
	const auto r =
		scenario::run_scenario(read_text(R"("vars": {"w": {"worker": true}, "seen": 0},
"functions": {"f": [
	{"op": "set", "as": "x", "value": 5},
	{"op": "kthread_worker_fn", "worker_ptr": "w"},
	{"op": "return", "value": "x"}]},
"works": {
	"a": {"do": [{"op": "set", "as": "x", "value": 7}]},
	"b": {"do": [{"op": "set", "var": "seen", "value": "x"}]}},
"tasks": {"main": {"do": [
	{"op": "kthread_run", "threadfn": "f", "name": "K", "as": "k"},
	{"op": "kthread_queue_work", "worker": "w", "work": "a"},
	{"op": "kthread_queue_work", "worker": "w", "work": "b"},
	{"op": "msleep", "msecs": 20},
	{"op": "kthread_stop", "k": "k", "as": "ret"}]}},
"expect": {"always": [{"seen": 7}, {"main.ret": 5}]})"),
				       {});

	CHECK(r.expected);
}

TEST_CASE("a thread of kthread_worker_fn says so, and gives its worker as data")
{
	const auto r = run_ops(R"(
{"op": "kthread_run", "threadfn": "kthread_worker_fn", "data": "w", "name": "K", "as": "k"},
{"op": "msleep", "msecs": 5},
{"op": "kthread_func", "task": "k", "expect": "kthread_worker_fn"},
{"op": "kthread_data", "task": "k", "as": "data"},
{"op": "assert", "that": {"eq": ["data", "w"]}},
{"op": "kthread_stop", "k": "k", "expect": 0})");

	CHECK(r.findings.empty());
	CHECK(r.how == sim::ending::finished);
}

TEST_CASE("a worker may lie in memory of its own, which is a leak without its thread")
{
	const std::string ops = R"({"op": "kmalloc", "size": "struct kthread_worker", "as": "m"},
{"op": "kthread_init_worker", "worker": "m"},
{"op": "kthread_run", "threadfn": "kthread_worker_fn", "data": "m", "name": "K", "as": "k"},
{"op": "kthread_queue_work", "worker": "m", "work": "a", "expect": true},
{"op": "kthread_flush_worker", "worker": "m"})";
	const std::string stop = R"(, {"op": "kthread_stop", "k": "k"})";

	CHECK(run_ops(ops).findings.empty());
	CHECK(only_finding(run_ops(ops + stop)).find("unreferenced object: worker") == 0);
	CHECK(run_ops(ops + stop + R"(, {"op": "kfree", "objp": "m"})").findings.empty());
}

TEST_CASE("what is no work, no worker or no memory is told with its place")
{
	const struct {
		std::string ops, text;
	} rows[] = {
		{ kmalloc + create + R"({"op": "kthread_queue_work", "worker": "k", "work": "m"})",
		  "was given memory, for which kthread_init_work() was not called" },
		{ kmalloc + R"({"op": "kthread_init_work", "work": "m", "fn": "a"}, )" + create +
			  R"({"op": "kthread_mod_delayed_work", "worker": "k", "dwork": "m",
			     "delay": 1})",
		  "was given work, for which kthread_init_delayed_work() was not called" },
		{ kmalloc + R"({"op": "kthread_flush_worker", "worker": "m"})",
		  "was given memory, for which kthread_init_worker() was not called" },
		{ kmalloc + R"({"op": "kthread_init_delayed_work", "dwork": "m", "fn": "a"})",
		  "was given memory, which is too small" },
		{ R"({"op": "if", "cond": "signal_pending", "then": [)" + create +
			  R"({"op": "schedule"}]}, {"op": "kthread_flush_worker", "worker": "k"})",
		  "was given nothing, which is nothing it can use" },
	};

	for (const auto &row : rows) {
		const std::string text = only_finding(run_ops(row.ops));

		CAPTURE(text);
		CHECK(text[0] == '@');
		CHECK(text.find(row.text) != std::string::npos);
	}
}

TEST_CASE("a work of the scenario's own is not freed")
{
	const auto r =
		scenario::run_scenario(
			read_text(R"("works": {"a": {"do": [{"op": "kfree", "objp": "work"}]}},
"tasks": {"main": {"do": [)" + create +
				  R"({"op": "kthread_queue_work", "worker": "k", "work": "a"}]}})"),
			{});

	CHECK(only_finding(r).find("kfree was given work, which kmalloc() did not give") !=
	      std::string::npos);
}

TEST_CASE("the use of a worker that is gone is found where the kernel uses it")
{
	const std::string text =
		only_finding(run_ops(create + R"({"op": "kthread_destroy_worker", "worker": "k"},
{"op": "kthread_queue_work", "worker": "k", "work": "a"})"));

	CHECK(text == "BUG: KASAN: use-after-free in kthread_queue_work\n"
		      "    lock of worker.lock by main/101 in kthread_queue_work "
	      "(kernel/kthread.c:1030)\n"
		      "    allocated by main/101 in kzalloc <- __kthread_create_worker "
	      "(kernel/kthread.c:875) <- kthread_create_worker\n"
	      "    freed by main/101 in kthread_destroy_worker");
}

TEST_CASE("traces call works, their timers, workers and flush works by name")
{
	const std::string text = json_lines_of(read_text(
		R"("works": {"d": {"delayed": true, "do": []}}, "tasks": {"main": {"do": [)" +
		create + R"({"op": "kthread_queue_delayed_work", "worker": "k", "dwork": "d",
			"delay": 1},
		{"op": "msleep", "msecs": 20},
		{"op": "kthread_destroy_worker", "worker": "k"}]}})"));

	for (const char *part : { R"("event":"timer_start","fields":{"timer":"d.timer","function":)"
				  R"("kthread_delayed_work_timer_fn")",
				  R"({"work":"d","function":"d","worker":"K"})",
				  R"({"work":"main's flush work",)"
				  R"("function":"kthread_flush_work_fn","worker":"K"})" }) {
		CAPTURE(part);
		CHECK(text.find(part) != std::string::npos);
	}
}

TEST_CASE("fixes of both halves of the API can be taken out together")
{
	const auto s =
		read_text(R"("tasks": {"main": {"do": []}})",
			  R"({"version": "6.13", "revert": ["5fa54346caf6", "a7c01fa93aeb"]})");

	CHECK(scenario::run_scenario(s, {}).how == sim::ending::finished);
}
