// SPDX-License-Identifier: GPL-2.0-only
// A scenario that is as large as may be is run, and one that is larger is refused.
// Must not know how an execution keeps what a scenario declares.
#include "tests/library_run.hpp"

namespace {

std::string repeated(size_t count, const std::string &before, const std::string &after)
{
	std::string text;

	for (size_t i = 0; i < count; i++)
		text += (i ? ", " : "") + before + std::to_string(i) + after;
	return text;
}

// `names` variables, works, tasks and faults, and `registers` in each of two scopes.
std::string scenario_of(size_t names, size_t registers)
{
	const std::string body =
		repeated(registers, R"({"op": "set", "value": 1, "as": "r)", "\"}");

	return R"({"name": "large", "kernel": "6.13", "vars": {)" +
	       repeated(names, "\"v", "\": 0") + R"(}, "works": {)" +
	       repeated(names, "\"w", "\": {\"do\": []}") + R"(}, "setup": [)" + body +
	       R"(], "tasks": {)" + repeated(names, "\"t", "\": {\"do\": []}") +
	       R"(}, "teardown": [)" + body + R"(], "faults": [)" +
	       repeated(names, R"({"in": "kmalloc", "when": 1, "task": "t)", "\"}") + "]}";
}

std::string complaints_about(const std::string &text)
{
	scenario::scenario s;
	scenario::diagnostics errors;

	CHECK_FALSE(scenario::read_scenario("t.json", text, s, errors));
	return errors.print();
}

} // namespace

TEST_CASE("a scenario as large as may be is run")
{
	const auto r = scenario::run_scenario(library::parse(scenario_of(400, 150)), {});

	CHECK(r.how == sim::ending::finished);
	CHECK(r.findings.empty());
}

TEST_CASE("a larger one is refused")
{
	const std::string complaints = complaints_about(scenario_of(401, 1));

	for (const char *what : { "vars", "works", "tasks", "faults" })
		CHECK(complaints.find(std::string(what) + ": 401 entries, expected at most 400") !=
		      std::string::npos);
	CHECK(complaints_about(scenario_of(1, 151))
		      .find("too many registers in setup, expected at most 150") !=
	      std::string::npos);
}
