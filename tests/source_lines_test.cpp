// SPDX-License-Identifier: GPL-2.0-only
// Tests of model/source_lines.hpp: where a step of 6.13 stands in kernel/kthread.c.
// Must not know what the steps do.
#include "model/source_lines.hpp"
#include <doctest/doctest.h>
#include <regex>
#include <string_view>
#include "tests/library_run.hpp"

namespace {

std::string lines(std::string_view function, std::string_view what, std::string_view object = "")
{
	const char *found = kernel::source_lines(function, what, object);

	return found ? found : "";
}

std::string first_finding(scenario::scenario s)
{
	const library::outcome o = library::run(s);

	REQUIRE(!o.result.findings.empty());
	return o.result.findings[0].text;
}

} // namespace

TEST_CASE("a step has the line of its operation, told from others by the field")
{
	CHECK(lines("kthread_stop", "set_bit", "K.flags") == "708");
	CHECK(lines("kthread_stop", "set_bit", "K.thread_flags") == "710");
	CHECK(lines("kthreadd", "look without the lock at", "kthread_create_list") == "754");
}

TEST_CASE("a step inside another function has the line of the call")
{
	CHECK(lines("kthread_stop", "wait_for_completion") == "712");
	CHECK(lines("kthread_flush_worker", "wait_for_completion") == "1403");
}

TEST_CASE("lines that cannot be told apart are all told")
{
	CHECK(lines("kthread_unpark", "test_bit", "K.flags") == "626 or 632");
}

TEST_CASE("what is not of that file has no line")
{
	CHECK(lines("try_to_wake_up", "lock", "K.pi_lock") == "");
	CHECK(lines("kthread_stop", "set_bit", "K.usage") == "");
	CHECK(lines("kthread_stop", "set") == "");
}

TEST_CASE("a request is freed in the line of its kfree, not in that of the call around it")
{
	CHECK(lines("__kthread_create_on_node", "kfree", "request") == "477");
	CHECK(lines("kthread", "kfree", "string") == "357");
	CHECK(lines("kthread", "kfree", "request") == "358");
	CHECK(lines("create_kthread", "kfree", "request") == "420");
}

TEST_CASE("a reference is taken in one line and put in another")
{
	CHECK(lines("kthread_stop", "refcount_inc", "K.usage") == "706");
	CHECK(lines("kthread_stop", "refcount_dec_and_test", "K.usage") == "714");
}

TEST_CASE("a warning has a line on 6.13 alone")
{
	const auto warning_of = [](const std::string &kernel) {
		return first_finding(library::parse(R"({ "name": "t", "machine": { "cpus": 2 },
			"functions": { "f": [
				{ "op": "kthread_bind", "p": "current", "cpu": 1 } ] },
			"tasks": { "A": { "do": [ { "op": "kthread_run", "threadfn": "f",
						    "name": "K", "as": "k" } ] } },
			"kernel": ")" + kernel + R"(" })"));
	};

	CHECK(warning_of("6.13").find("WARNING: at kernel/kthread.c:525 __kthread_bind_mask: ") ==
	      0);
	for (const char *other : { "3.8", "4.9", "6.1", "6.14" })
		CHECK(warning_of(other).find("kthread.c") == std::string::npos);
}

TEST_CASE("findings of 6.13 have lines, those of kernels that read otherwise have none")
{
	const std::string text = std::regex_replace(
		library::text_of(library::root + "/scenarios/stop/stop-twice.json"),
		std::regex("kthread_stop_put"), "kthread_stop");
	const std::string kernel = "\"kernel\": \"6.13\"";

	CHECK(first_finding(library::parse(text)).find("(kernel/kthread.c:712)") !=
	      std::string::npos);
	for (const char *other : { "6.1", "4.9", "6.14", "rfc-2026" }) {
		std::string older = text;

		INFO(other);
		REQUIRE(text.find(kernel) != std::string::npos);
		older.replace(text.find(kernel), kernel.size(),
			      std::string("\"kernel\": \"") + other + '"');
		CHECK(first_finding(library::parse(older)).find("kernel/kthread.c") ==
		      std::string::npos);
	}
}
