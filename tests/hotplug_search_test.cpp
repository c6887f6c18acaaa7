// SPDX-License-Identifier: GPL-2.0-only
// CPUs that come and go, and tasks that are sent elsewhere, in every order there is.
// Must not know the library.
#include <algorithm>
#include <doctest/doctest.h>
#include "tests/library_run.hpp"

namespace {

// A machine of two CPUs on which `main`, on CPU 0, and perhaps others do what `tasks` says.
scenario::explore_result searched(const std::string &tasks, const std::string &rest = "")
{
	const std::string text = R"({ "name": "t", "question": "?", "kernel": "6.13",
		"machine": { "cpus": 2 }, )" + rest +
				 R"( "tasks": {)" + tasks + R"(}, "expect": {} })";

	return library::explored(library::parse(text));
}

std::vector<std::string> lines_of(const scenario::explore_result &r)
{
	std::vector<std::string> lines;

	for (const scenario::explored_outcome &e : r.outcomes)
		lines.push_back(e.line);
	std::sort(lines.begin(), lines.end());
	return lines;
}

using lines = std::vector<std::string>;

} // namespace

TEST_CASE("in every order a CPU goes")
{
	const auto r = searched(R"("main": { "cpu": 0, "do": [
		{ "op": "remove_cpu", "cpu": 1, "as": "ret" },
		{ "op": "cpu_online", "cpu": 1, "as": "on" } ] })");

	CHECK(r.of.cut == "");
	CHECK(lines_of(r) == lines{ "main.on=false main.ret=0" });
}

TEST_CASE("in every order who begins after a CPU has gone begins on another")
{
	const auto r = searched(R"("main": { "cpu": 0, "do": [
		{ "op": "remove_cpu", "cpu": 1, "as": "ret" } ] })",
				R"("teardown": [ { "op": "msleep", "msecs": 1 } ],)");

	CHECK(r.of.cut == "");
	CHECK(lines_of(r) == lines{ "main.ret=0" });
}

TEST_CASE("in every order a running task is sent to another CPU before the call returns")
{
	const auto r = searched(R"(
		"main": { "cpu": 0, "do": [
			{ "op": "set_cpus_allowed_ptr", "p": "other", "new_mask": [ 0 ],
			  "as": "ret" },
			{ "op": "if", "cond": { "not": { "other.state": "X" } }, "then": [
				{ "op": "assert", "that": { "other.cpu": 0 } } ] } ] },
		"other": { "do": [
			{ "op": "set_current_state", "state": "TASK_RUNNING" },
			{ "op": "set_current_state", "state": "TASK_RUNNING" } ] })");

	CHECK(r.of.cut == "");
	CHECK(lines_of(r) == lines{ "main.ret=0" });
}
