// SPDX-License-Identifier: GPL-2.0-only
// What recorded kernels printed and returned, against the scenarios that do the same calls.
// Must not know how the model comes to its answers.
#include "tests/library_run.hpp"
#include "sim/trace.hpp"

#include <cstring>
#include <map>

namespace {

/* Recorded from 6.1.192, 6.12.95 and 7.3.4, with one and with two CPUs. STOP and RET are
 * sched_kthread_stop and sched_kthread_stop_ret; Q, S and E: a work is queued, begins, ends; wN is
 * the N-th work that is queued, f a flush work; @ says who queued it if not the caller; {} is a
 * marker. The order of each task was equal in all of them, and is compared. */
struct recorded {
	const char *file;
	const char *sequence;
	const char *caller = "main";
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
	{ "worker/s05a-three-works",
	  "Q(w1) Q(w2) Q(w3) Q(f) S(w1) {A} E(w1) S(w2) {B} E(w2) S(w3) {C} E(w3) S(f) E(f) "
	  "Q(f) S(f) E(f) STOP(kts-w) RET(0)" },
	{ "worker/s06a-queued-twice",
	  "Q(w1) S(w1) {A} Q(w2) Q(w1) Q(f) E(w1) S(w2) {B} E(w2) S(w1) {A} E(w1) S(f) E(f) "
	  "Q(f) S(f) E(f) STOP(kts-w6) RET(0)" },
	{ "worker/s06b-queues-itself",
	  "Q(w1) S(w1) {A} Q(w1)@kts-w6b Q(w2) E(w1) S(w1) {A} Q(w1)@kts-w6b E(w1) S(w2) {B} "
	  "E(w2) S(w1) {A} E(w1) Q(f) S(f) E(f) Q(f) S(f) E(f) STOP(kts-w6b) RET(0)" },
	{ "delayed/s07a-eight-delays",
	  "Q(w1) S(w1) {A} E(w1) Q(w1)@timer S(w1) {A} E(w1) Q(w1)@timer S(w1) {A} E(w1) "
	  "Q(w1)@timer S(w1) {A} E(w1) Q(w1)@timer S(w1) {A} E(w1) Q(w1)@timer S(w1) {A} E(w1) "
	  "Q(w1)@timer S(w1) {A} E(w1) Q(w1)@timer S(w1) {A} E(w1) Q(f) S(f) E(f) STOP(kts-w7) "
	  "RET(0)" },
	{ "delayed/s07c-other-delays",
	  "Q(w1)@timer S(w1) {A} E(w1) Q(w1) S(w1) {A2} E(w1) Q(w1) S(w1) {A3} Q(w2) E(w1) "
	  "Q(w2)@timer S(w2) {B3} E(w2) Q(w1) S(w1) {A4} Q(w1)@timer E(w1) S(w1) {A4} E(w1) Q(f) "
	  "S(f) E(f) STOP(kts-w7c) RET(0)" },
	{ "flush/s08a-flush-work",
	  "Q(w1) S(w1) {A} Q(w2) Q(w3) Q(f) E(w1) S(f) E(f) S(w2) {B} E(w2) S(w3) {C} E(w3) Q(w1) "
	  "S(w1) {A2} Q(w2) Q(w3) Q(f) E(w1) S(w2) {B2} E(w2) S(f) E(f) S(w3) {C2} E(w3) Q(f) "
	  "S(f) E(f) Q(f) S(f) E(f) STOP(kts-w8) RET(0)" },
	{ "cancel/s09a-cancel-work",
	  "Q(w1) S(w1) {A} Q(f) E(w1) S(f) E(f) Q(w1) S(w1) {A2} Q(w2) Q(w1) Q(f) E(w1) S(f) E(f) "
	  "Q(f) S(f) E(f) STOP(kts-w9) RET(0)" },
	{ "freezer/s12a-freezable-and-plain",
	  "{kts-frz: threadfn fn_frz enter} Q(w1) Q(w2) S(w2)@kts-wnofrz {kts-wnofrz: B(plain)} "
	  "E(w2)@kts-wnofrz S(w1)@kts-wfrz {kts-wfrz: A(freezable)} E(w1)@kts-wfrz STOP(kts-frz) "
	  "RET(31) Q(f) S(f)@kts-wfrz E(f)@kts-wfrz STOP(kts-wfrz) RET(0) Q(f) S(f)@kts-wnofrz "
	  "E(f)@kts-wnofrz STOP(kts-wnofrz) RET(0)" },
	// The bound thread began here, or after the first setup; the rest was always so.
	{ "hotplug/s13a-smpboot-across-hotplug",
	  "{kts-bound1: threadfn fn_loop enter data=77} {drv: smpboot create} "
	  "{ktssb/0: smpboot setup} {drv: smpboot create} {ktssb/1: smpboot setup} "
	  "{ktssb/1: smpboot fn} {ktssb/1: smpboot park} {ktssb/1: smpboot unpark} STOP(ktssb/0) "
	  "{ktssb/0: smpboot cleanup online=1} RET(0) STOP(ktssb/1) "
	  "{ktssb/1: smpboot cleanup online=1} RET(0) STOP(kts-bound1) "
	  "{kts-bound1: threadfn fn_loop return 77} RET(77)",
	  "drv" },
};

/* The codes; the states between the calls are asserted in the scenarios themselves. */
const std::map<std::string, std::vector<std::string>> returns = {
	{ "create/s01a-create-then-stop", { "main.ret=-EINTR" } },
	{ "create/s02a-run-then-stop", { "main.ret=42" } },
	{ "park/s03a-park-unpark-stop", { "main.parked=0", "main.ret=11" } },
	{ "park/s03b-stop-parked", { "main.parked=0", "main.ret=12" } },
	{ "park/s04a-create-on-cpu", { "main.parked=0", "main.ret=21", "main.woken=1" } },
	{ "worker/s05a-three-works", { "main.a=true", "main.b=true", "main.c=true" } },
	{ "worker/s06a-queued-twice",
	  { "A.runs=2", "B.runs=1", "main.a=true", "main.a_pending=false", "main.a_running=true",
	    "main.b=true", "main.b_pending=false" } },
	{ "worker/s06b-queues-itself", { "A.runs=3", "B.runs=1", "main.a=true", "main.b=true" } },
	{ "delayed/s07a-eight-delays",
	  { "A.runs=8", "main.queued_0=true", "main.queued_100=true", "main.queued_1=true",
	    "main.queued_2=true", "main.queued_5=true", "main.queued_63=true",
	    "main.queued_64=true", "main.queued_65=true" } },
	{ "delayed/s07c-other-delays",
	  { "A4.runs=2", "main.a_again=true", "main.a_queued=true", "main.at_once=true",
	    "main.b_queued=true", "main.earlier=true", "main.idle=false", "main.later=true",
	    "main.on_list=true", "main.queued=true", "main.running=false" } },
	{ "flush/s08a-flush-work",
	  { "main.a2=true", "main.a=true", "main.b2=true", "main.b=true", "main.c2=true",
	    "main.c=true" } },
	{ "hotplug/s13a-smpboot-across-hotplug",
	  { "drv.added=0", "drv.registered=0", "drv.removed=0", "drv.ret=77", "drv.woken=1" } },
	{ "cancel/s09a-cancel-work",
	  { "main.a2=true", "main.a2_running=true", "main.a=true", "main.b=true", "main.both=true",
	    "main.done=false", "main.never_queued=false", "main.pending=true",
	    "main.running=false" } },
	{ "freezer/s12a-freezable-and-plain",
	  { "main.a=true", "main.b=true", "main.kernel_threads=0", "main.processes=0",
	    "main.ret=31" } },
};

struct delays {
	const char *file;
	std::vector<std::pair<uint64_t, uint64_t>> recorded; // least and most jiffies
};

/* From the edge of a jiffy at which a work was queued or its delay changed, until the caller heard
 * of its execution, in the order of the scenario's marks. Short delays: what the reproducible
 * recordings show, all the same; from 63 on, where the wheel's granularity is 8 jiffies and the
 * jiffy of the start counts: what all show. */
const std::vector<delays> waits = {
	{ "delayed/s07a-eight-delays",
	  { { 0, 0 },
	    { 2, 2 },
	    { 3, 3 },
	    { 6, 6 },
	    { 65, 74 },
	    { 65, 78 },
	    { 67, 74 },
	    { 101, 112 } } },
	{ "delayed/s07c-other-delays", { { 11, 11 }, { 0, 0 }, { 26, 26 } } },
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
	std::vector<uint64_t> times_ns; // of the caller's own marks

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
		else if (name == "sched_kthread_work_queue_work")
			keep(e, "Q(" + name_of_work(e) + ")");
		else if (name == "sched_kthread_work_execute_start")
			keep(e, "S(" + name_of_work(e) + ")");
		else if (name == "sched_kthread_work_execute_end")
			keep(e, "E(" + name_of_work(e) + ")");
		else if (name == "tracing_mark_write" && strcmp(e.comm, "main") != 0)
			keep(e, "{" + std::string(e.comm) + ": " + field_of(e, "text") + "}");
		else if (name == "tracing_mark_write")
			times_ns.push_back(e.time_ns);
	}
	void keep(const sim::event &e, const std::string &text)
	{
		all.push_back(text);
		of_task[e.flags & sim::EVENT_SOFTIRQ ? "timer" : e.comm].push_back(text);
	}
	std::string name_of_work(const sim::event &e)
	{
		if (!strcmp(e.names[e.values[1]], "kthread_flush_work_fn"))
			return "f";
		return "w" +
		       std::to_string(works_.emplace(e.values[0], works_.size() + 1).first->second);
	}

	std::map<uint64_t, size_t> works_; // by object: the n-th that came up
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

// A marker's task stands in it, unless a worker made it; who queued follows an @.
std::string task_of(std::string &event, const std::string &worker, const std::string &caller)
{
	if (event[0] == '{' && event.find(':') == std::string::npos)
		event = "{" + worker + ": " + event.substr(1);
	if (event[0] == '{')
		return event.substr(1, event.find(':') - 1);
	if (const size_t at = event.find('@'); at != std::string::npos) {
		const std::string task = event.substr(at + 1);

		event.resize(at);
		return task;
	}
	return event[0] == 'S' && event[1] == '(' ? worker : event[0] == 'E' ? worker : caller;
}

// The task that is stopped; where works are executed, it is the worker's.
std::string worker_of(const std::string &sequence)
{
	const size_t from = sequence.find("STOP(") + 5;

	return sequence.substr(from, sequence.find(')', from) - from);
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

TEST_CASE("stops, works and markers come in the recorded order, task by task")
{
	for (const recorded &row : sequences) {
		CAPTURE(row.file);
		const sequence_sink sink = run_of(row.file);
		std::map<std::string, std::vector<std::string>> wanted;

		for (std::string event : events_of(row.sequence)) {
			const std::string task =
				task_of(event, worker_of(row.sequence), row.caller);

			wanted[task].push_back(event);
		}
		for (const auto &entry : wanted) {
			CAPTURE(entry.first);
			REQUIRE(sink.of_task.count(entry.first));
			CHECK(joined(sink.of_task.at(entry.first)) == joined(entry.second));
		}
		CHECK(sink.of_task.size() == wanted.size());
	}
}

TEST_CASE("without works, stops, their returns and markers come in one order of all tasks")
{
	for (const recorded &row : sequences) {
		if (strstr(row.sequence, "S(w1)"))
			continue;
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

TEST_CASE("delayed works are executed within the times that the recordings show")
{
	for (const delays &row : waits) {
		CAPTURE(row.file);
		const std::vector<uint64_t> times = run_of(row.file).times_ns;
		const uint64_t tick_ns = 1'000'000'000 / 250;

		REQUIRE(times.size() == 2 * row.recorded.size());
		for (size_t i = 0; i < row.recorded.size(); i++) {
			const uint64_t jiffies =
				times[2 * i + 1] / tick_ns - times[2 * i] / tick_ns;

			CAPTURE(i);
			CHECK(jiffies >= row.recorded[i].first);
			CHECK(jiffies <= row.recorded[i].second);
		}
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
		const size_t waking =
			trace.rfind(std::string("sched_waking: comm=") + row.caller + ' ', exit);

		CAPTURE(row.file);
		REQUIRE(from != std::string::npos);
		REQUIRE(exit != std::string::npos);
		CHECK(waking != std::string::npos);
		CHECK(waking > from);
	}
}

} // namespace
