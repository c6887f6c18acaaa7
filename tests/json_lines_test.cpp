// SPDX-License-Identifier: GPL-2.0-only
// Tests of the JSON lines writer and its strings.
// Must not know the model: the events are made by hand.
#include "tests/traces_events.hpp"
#include "traces/json_lines.hpp"
#include "traces/json_text.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace {

using namespace hand_made;

std::string json(const event &e, const traces::object_names *names = nullptr)
{
	std::string out;

	traces::append_json_line(out, e, names);
	return out;
}

std::string quoted(std::string_view s)
{
	std::string out;

	traces::append_json_string(out, s);
	return out;
}

struct worker_names : traces::object_names {
	std::string name_of(sim::object_id object) const override
	{
		return object == 7 ? "\"w\"" : "";
	}
};

TEST_CASE("json lines begin with the run and keep the order of the fields")
{
	const event events[] = { queue_work(), stop_ret(-4) };

	CHECK(written("jsonl", { "a \"b\"", "6.13", 2, nullptr }, events) ==
	      "{\"kthreadsim\":1,\"scenario\":\"a \\\"b\\\"\",\"kernel\":\"6.13\",\"cpus\":2}\n"
	      "{\"time_ns\":51844764000,\"cpu\":0,\"pid\":136,\"comm\":\"kts_drv\","
	      "\"event\":\"sched_kthread_work_queue_work\",\"fields\":{\"work\":\"0x" +
		      address(7) +
		      "\",\"function\":\"kthread_flush_work_fn\",\"worker\":null}}\n"
		      "{\"time_ns\":5968380000,\"cpu\":0,\"pid\":100,\"comm\":\"kts_drv\","
		      "\"event\":\"sched_kthread_stop_ret\",\"fields\":{\"ret\":-4}}\n");
}

TEST_CASE("json lines name the objects that have a name")
{
	worker_names names;

	CHECK(json(queue_work(), &names).find("\"work\":\"\\\"w\\\"\"") != std::string::npos);
}

TEST_CASE("json strings are always valid")
{
	CHECK(quoted("a\"\\\n\t\x01\x7f") == "\"a\\\"\\\\\\n\\t\\u0001\\u007f\"");
	CHECK(quoted("é€😀") == "\"é€😀\"");
	CHECK(quoted("a\xe2\x82") == "\"a\\ufffd\\ufffd\"");
	CHECK(quoted("\xc0\xaf") == "\"\\ufffd\\ufffd\"");
	CHECK(quoted("\xed\xa0\x80") == "\"\\ufffd\\ufffd\\ufffd\"");
	CHECK(quoted("\xf4\x90\x80\x80") == "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
}

TEST_CASE("a JSON library reads back what was written")
{
	event e = make(WAKING, "caf\xc3", -1, 3, 0); // a comm cut within a letter

	sim::event_writer(e).text("\"quoted\"\n").number(INT32_MIN).number(120).number(1);
	e.time_ns = UINT64_MAX;

	auto read = nlohmann::json::parse(json(e));

	CHECK(read["time_ns"] == UINT64_MAX);
	CHECK(read["pid"] == -1);
	CHECK(read["comm"] == "caf\ufffd");
	CHECK(read["fields"]["comm"] == "\"quoted\"\n");
	CHECK(read["fields"]["pid"] == INT32_MIN);
}

} // namespace
