// SPDX-License-Identifier: GPL-2.0-only
// What recorded kernels printed and returned, against the scenarios that do the same calls.
// Must not know how the model comes to its answers.
#include "tests/library_run.hpp"
#include "sim/trace.hpp"

#include <cstring>
#include <map>

namespace {

/* Recorded from 6.1.192, 6.12.95 and 7.3.4, with one and with two CPUs: equal in all of them. STOP
 * and RET are sched_kthread_stop and sched_kthread_stop_ret, {} is a marker. The order of one task
 * is compared, and the order of all, which was one too. */
struct recorded {
	const char *file;
	const char *sequence;
};

const recorded sequences[] = {
	{ "create/s01a-create-then-stop", "STOP(kts-a) RET(-4)" },
	{ "create/s02a-run-then-stop", "{kts-run: threadfn fn_loop enter data=42} STOP(kts-run) "
				       "{kts-run: threadfn fn_loop return 42} RET(42)" },
	{ "park/s03a-park-unpark-stop",
	  "{kts-park: threadfn fn_park enter data=11} {kts-park: parkme enter} "
	  "{kts-park: parkme return should_stop=0 should_park=0} STOP(kts-park) "
	  "{kts-park: threadfn fn_park return 11} RET(11)" },
	{ "park/s03b-stop-parked",
	  "{kts-parkstop: threadfn fn_park enter data=12} {kts-parkstop: parkme enter} "
	  "STOP(kts-parkstop) {kts-parkstop: parkme return should_stop=1 should_park=0} "
	  "{kts-parkstop: threadfn fn_park return 12} RET(12)" },
	{ "park/s04a-create-on-cpu",
	  "{kts-oncpu/1: threadfn fn_park enter data=21} {kts-oncpu/1: parkme enter} "
	  "{kts-oncpu/1: parkme return should_stop=0 should_park=0} STOP(kts-oncpu/1) "
	  "{kts-oncpu/1: threadfn fn_park return 21} RET(21)" },
};

/* The codes; the states between the calls are asserted in the scenarios themselves. */
const std::map<std::string, std::vector<std::string>> returns = {
	{ "create/s01a-create-then-stop", { "main.ret=-EINTR" } },
	{ "create/s02a-run-then-stop", { "main.ret=42" } },
	{ "park/s03a-park-unpark-stop", { "main.parked=0", "main.ret=11" } },
	{ "park/s03b-stop-parked", { "main.parked=0", "main.ret=12" } },
	{ "park/s04a-create-on-cpu", { "main.parked=0", "main.ret=21", "main.woken=1" } },
};

std::string field_of(const sim::event &e, const char *name)
{
	for (size_t i = 0; i < e.type->fields.size(); i++) {
		if (strcmp(e.type->fields[i].name, name) != 0)
			continue;
		if (e.type->fields[i].type == sim::field_type::text)
			return e.texts[e.values[i]];
		return std::to_string(static_cast<int32_t>(e.values[i]));
	}
	return "";
}

// Keeps what the recordings show.
struct sequence_sink final : sim::sink {
	std::vector<std::string> all;
	std::map<std::string, std::vector<std::string>> of_task;

	void write(std::span<const sim::event> events) override
	{
		for (const sim::event &e : events)
			write(e);
	}

private:
	void write(const sim::event &e)
	{
		const std::string name = e.type->name;

		if (name == "sched_kthread_stop")
			keep(e, "STOP(" + field_of(e, "comm") + ")");
		else if (name == "sched_kthread_stop_ret")
			keep(e, "RET(" + field_of(e, "ret") + ")");
		else if (name == "tracing_mark_write")
			keep(e, "{" + std::string(e.comm) + ": " + field_of(e, "text") + "}");
	}
	void keep(const sim::event &e, const std::string &text)
	{
		all.push_back(text);
		of_task[e.comm].push_back(text);
	}
};

std::string joined(const std::vector<std::string> &list)
{
	std::string text;

	for (const std::string &item : list)
		text += (text.empty() ? "" : " ") + item;
	return text;
}

// A recording, cut into its events; braces keep one together.
std::vector<std::string> events_of(const std::string &sequence)
{
	std::vector<std::string> list;
	int depth = 0;

	list.emplace_back();
	for (char c : sequence) {
		depth += c == '{' ? 1 : c == '}' ? -1 : 0;
		if (c == ' ' && !depth)
			list.emplace_back();
		else
			list.back() += c;
	}
	return list;
}

// The marker's task stands in it; stops and their ends are the caller's.
std::string task_of(const std::string &event)
{
	return event[0] == '{' ? event.substr(1, event.find(':') - 1) : "main";
}

sequence_sink run_of(const std::string &file)
{
	sequence_sink sink;
	scenario::run_options options;

	options.sink = &sink;
	const auto r = scenario::run_scenario(library::read(file + ".json"), options);
	CHECK(r.expected);
	return sink;
}

TEST_CASE("stops, their returns and markers come in the recorded order, task by task")
{
	for (const recorded &row : sequences) {
		CAPTURE(row.file);
		const sequence_sink sink = run_of(row.file);
		std::map<std::string, std::vector<std::string>> wanted;

		for (const std::string &event : events_of(row.sequence))
			wanted[task_of(event)].push_back(event);
		for (const auto &entry : wanted) {
			CAPTURE(entry.first);
			REQUIRE(sink.of_task.count(entry.first));
			CHECK(joined(sink.of_task.at(entry.first)) == joined(entry.second));
		}
		CHECK(sink.of_task.size() == wanted.size());
	}
}

TEST_CASE("stops, their returns and markers come in the one recorded order of all tasks")
{
	for (const recorded &row : sequences) {
		CAPTURE(row.file);
		CHECK(joined(run_of(row.file).all) == row.sequence);
	}
}

TEST_CASE("calls return what they returned in the recordings")
{
	for (const auto &row : returns) {
		CAPTURE(row.first);
		const auto r = scenario::run_scenario(library::read(row.first + ".json"), {});

		CHECK(joined(r.states) == joined(row.second));
		CHECK(r.findings.empty());
	}
}

// 1351 of 1351 recorded ends in 6.1 and 6.12.
TEST_CASE("the end of a thread wakes its waiter before it is traced")
{
	for (const recorded &row : sequences) {
		const std::string file = std::string(row.file) + ".json";
		const std::string trace = library::run(library::read(file)).trace;
		const size_t from = trace.find("sched_kthread_stop: ");
		const size_t exit = trace.find("sched_process_exit: ", from);
		const size_t waking = trace.rfind("sched_waking: comm=main ", exit);

		CAPTURE(row.file);
		REQUIRE(from != std::string::npos);
		REQUIRE(exit != std::string::npos);
		CHECK(waking != std::string::npos);
		CHECK(waking > from);
	}
}

} // namespace
