// SPDX-License-Identifier: GPL-2.0-only
// Tests of event texts and of the ftrace writer, against lines that real kernels printed.
// Must not know the model: the events are made by hand.
#include "tests/traces_events.hpp"
#include "traces/ftrace_text.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <vector>

namespace {

using namespace hand_made;

std::string line(const event &e)
{
	std::string out;

	traces::append_ftrace_line(out, e);
	return out;
}

TEST_CASE("every descriptor of this test is sound")
{
	for (const event_type *type :
	     { &WAKING, &SWITCH, &STOP, &STOP_RET, &QUEUE, &EXECUTE, &FORK, &EXIT, &MIGRATE,
	       &TIMER_CANCEL, &START, &EXPIRE, &ENTER, &LEAVE })
		CHECK(traces::check_event_type(*type) == "");
}

TEST_CASE("an unsound descriptor is told with what is wrong")
{
	auto complaint = [](const char *format, std::span<const event_field> fields) {
		return traces::check_event_type({ "sched", "e", format, fields });
	};
	const event_field one[] = { { "a", i32 } };
	const event_field texts[] = { { "a", text }, { "b", text }, { "c", text }, { "d", text } };

	CHECK(complaint("a=%d 100%%", one) == "");
	CHECK(complaint("no field printed", one) == "");
	CHECK(complaint("a=%x", one) == "e: % is no conversion that a trace event may use");
	CHECK(complaint("a=%", one) == "e: % is no conversion that a trace event may use");
	CHECK(complaint("a=%d %d", one) == "e: %d has no field");
	CHECK(complaint("a=%lu", one) == "e: %lu does not suit the type of field a");
	CHECK(complaint("a=%5s", { texts, 1 }) == "e: %5s: only numbers have a width");
	CHECK(complaint("", texts) == "e: too many fields of type text");
}

TEST_CASE("numbers are padded as printf does")
{
	auto signed_text = [](int64_t value, unsigned width, char fill) {
		std::string out;

		traces::append_signed(out, value, width, fill);
		return out;
	};

	CHECK(signed_text(-7, 5, '0') == "-0007");
	CHECK(signed_text(-7, 5, ' ') == "   -7");
	CHECK(signed_text(-7, 1, '0') == "-7");
	CHECK(signed_text(42, 3, '0') == "042");
	CHECK(signed_text(INT64_MIN, 0, ' ') == "-9223372036854775808");
	CHECK(signed_text(INT64_MAX, 20, ' ') == " 9223372036854775807");
}

TEST_CASE("the empty ftrace text is the kernel's header")
{
	CHECK(written("ftrace", { "s", "6.13", 2, nullptr }, {}) ==
	      "# tracer: nop\n"
	      "#\n"
	      "# entries-in-buffer/entries-written: 0/0   #P:2\n"
	      "#\n"
	      "#                                _-----=> irqs-off/BH-disabled\n"
	      "#                               / _----=> need-resched\n"
	      "#                              | / _---=> hardirq/softirq\n"
	      "#                              || / _--=> preempt-depth\n"
	      "#                              ||| / _-=> migrate-disable\n"
	      "#                              |||| /     delay\n"
	      "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
	      "#              | |         |   |||||     |         |\n");
}

TEST_CASE("the header counts the entries that follow it in their order")
{
	const event events[] = { stop_ret(0), stop_ret(-4), stop_ret(42) };
	std::string text = written("ftrace", { "s", "6.13", 16, nullptr }, events);

	CHECK(text.find("entries-written: 3/3   #P:16\n") != text.npos);
	CHECK(text.ends_with(line(events[0]) + line(events[1]) + line(events[2])));
}

TEST_CASE("scheduler events read as on a real kernel")
{
	event e = with_flags(make(WAKING, "kts_drv", 118, 0, 28468339), sim::EVENT_IRQS_OFF, 2);

	sim::event_writer(e).text("kthreadd").number(2).number(120).number(1);
	CHECK(line(e) == "         kts_drv-118     [000] d..2.    28.468339: sched_waking: "
			 "comm=kthreadd pid=2 prio=120 target_cpu=001\n");

	e = with_flags(make(SWITCH, "drv", 117, 1, 28451826), sim::EVENT_IRQS_OFF, 2);
	sim::event_writer(e)
		.text("trace-cmd")
		.number(117)
		.number(120)
		.text("R+")
		.text("trace-cmd")
		.number(116)
		.number(120);
	CHECK(line(e) == "             drv-117     [001] d..2.    28.451826: sched_switch: "
			 "prev_comm=trace-cmd prev_pid=117 prev_prio=120 prev_state=R+ ==> "
			 "next_comm=trace-cmd next_pid=116 next_prio=120\n");

	e = with_flags(make(MIGRATE, "<idle>", 0, 1, 28467922), sim::EVENT_IRQS_OFF, 2);
	sim::event_writer(e).text("rcu_preempt").number(15).number(120).number(0).number(1);
	CHECK(line(e) == "          <idle>-0       [001] d..2.    28.467922: sched_migrate_task: "
			 "comm=rcu_preempt pid=15 prio=120 orig_cpu=0 dest_cpu=1\n");
}

TEST_CASE("the life of a thread reads as on a real kernel")
{
	event e = make(FORK, "kthreadd", 2, 1, 51444577);

	sim::event_writer(e).text("kthreadd").number(2).text("kthreadd").number(137);
	CHECK(line(e) == "        kthreadd-2       [001] .....    51.444577: sched_process_fork: "
			 "comm=kthreadd pid=2 child_comm=kthreadd child_pid=137\n");

	e = make(STOP, "kts_drv", 136, 0, 51845118);
	sim::event_writer(e).text("kts-w7c").number(137);
	CHECK(line(e) == "         kts_drv-136     [000] .....    51.845118: sched_kthread_stop: "
			 "comm=kts-w7c pid=137\n");
	CHECK(line(stop_ret(-4)) == "         kts_drv-100     [000] .....     5.968380: "
				    "sched_kthread_stop_ret: ret=-4\n");

	e = make(EXIT, "drv", 135, 1, 51864901);
	sim::event_writer(e).text("drv").number(135).number(120).symbol("true");
	CHECK(line(e) == "             drv-135     [001] .....    51.864901: sched_process_exit: "
			 "comm=drv pid=135 prio=120 group_dead=true\n");
}

TEST_CASE("works read as on a real kernel")
{
	CHECK(line(with_flags(queue_work(), sim::EVENT_IRQS_OFF, 1)) ==
	      "         kts_drv-136     [000] d..1.    51.844764: sched_kthread_work_queue_work: "
	      "work struct=" +
		      address(7) + " function=kthread_flush_work_fn worker=0000000000000000\n");

	event e = make(EXECUTE, "kts-w7c", 137, 1, 51784419);

	sim::event_writer(e).object(9).symbol("tw_fn [kts]");
	CHECK(line(e) == "         kts-w7c-137     [001] .....    51.784419: "
			 "sched_kthread_work_execute_start: work struct " +
				 address(9) + ": function tw_fn [kts]\n");
}

TEST_CASE("timers read as on a real kernel")
{
	constexpr unsigned softirq = sim::EVENT_IRQS_OFF | sim::EVENT_SOFTIRQ;
	event e = with_flags(make(TIMER_CANCEL, "swapper/1", 0, 1, 5952085), softirq, 2);

	sim::event_writer(e).object(3);
	CHECK(line(e) == "          <idle>-0       [001] d.s2.     5.952085: timer_cancel: timer=" +
				 address(3) + "\n");

	e = with_flags(make(EXPIRE, "swapper/1", 0, 1, 5952090), softirq, 1);
	sim::event_writer(e)
		.object(3)
		.symbol("process_timeout")
		.number(4294893785)
		.number(4294893785);
	CHECK(line(e) == "          <idle>-0       [001] d.s1.     5.952090: timer_expire_entry: "
			 "timer=" +
				 address(3) +
				 " function=process_timeout now=4294893785 baseclk=4294893785\n");

	e = with_flags(make(START, "kts_drv", 118, 0, 28471763), sim::EVENT_IRQS_OFF, 1);
	sim::event_writer(e)
		.object(4)
		.symbol("process_timeout")
		.number(4294899423)
		.number(-9)
		.number(4294899424)
		.number(0)
		.number(32)
		.text("D|P|I");
	CHECK(line(e) == "         kts_drv-118     [000] d..1.    28.471763: timer_start: timer=" +
				 address(4) +
				 " function=process_timeout expires=4294899423 [timeout=-9] "
				 "bucket_expiry=4294899424 cpu=0 idx=32 flags=D|P|I\n");
}

TEST_CASE("cpu hotplug reads as on a real kernel")
{
	event e = make(ENTER, "cpuhp/1", 21, 1, 7000001);

	sim::event_writer(e).number(1).number(238).number(40).symbol("smpboot_park_threads");
	CHECK(line(e) == "         cpuhp/1-21      [001] .....     7.000001: cpuhp_enter: "
			 "cpu: 0001 target: 238 step:  40 (smpboot_park_threads)\n");

	e = make(LEAVE, "cpuhp/1", 21, 1, 7000002);
	sim::event_writer(e).number(1).number(40).number(40).number(-16);
	CHECK(line(e) == "         cpuhp/1-21      [001] .....     7.000002: cpuhp_exit:  "
			 "cpu: 0001  state:  40 step:  40 ret: -16\n");
}

TEST_CASE("the flags are the kernel's five columns")
{
	auto flags = [](unsigned bits, unsigned depth) {
		return line(with_flags(stop_ret(0), bits, depth)).substr(31, 5);
	};

	CHECK(flags(0, 0) == ".....");
	CHECK(flags(sim::EVENT_IRQS_OFF | sim::EVENT_NEED_RESCHED | sim::EVENT_HARDIRQ, 2) ==
	      "dNh2.");
	CHECK(flags(sim::EVENT_IRQS_OFF | sim::EVENT_SOFTIRQ, 3) == "d.s3.");
	CHECK(flags(sim::EVENT_BH_OFF | sim::EVENT_HARDIRQ | sim::EVENT_SOFTIRQ, 10) == "b.Ha.");
	CHECK(flags(sim::EVENT_BH_OFF | sim::EVENT_IRQS_OFF, 200) == "D..f.");
}

TEST_CASE("unusual prefixes keep the kernel's columns")
{
	event e = make(STOP_RET, "sixteen_bytes_xy", 1234567, 127, 0);

	e.time_ns = 123456789499;
	CHECK(line(e).starts_with("sixteen_bytes_xy-1234567 [127] .....   123.456789: "));
	e.time_ns++; // rounded to the nearest microsecond
	e.cpu = 3;
	CHECK(line(e).starts_with("sixteen_bytes_xy-1234567 [003] .....   123.456790: "));
	e = make(STOP_RET, "", 12, 0, 0);
	CHECK(line(e).starts_with("           <...>-12      [000] .....     0.000000: "));
	e.time_ns = UINT64_MAX;
	CHECK(line(e).find(" 18446744073.709552: ") != std::string::npos);
}

TEST_CASE("addresses are stable and two objects never share one")
{
	std::vector<uint32_t> all;

	for (sim::object_id id = 0; id < 100000; id++) {
		all.push_back(traces::address_of(id));
		all.push_back(traces::address_of(~id));
		all.push_back(traces::address_of(0x40000000 + (id << 12)));
	}
	std::sort(all.begin(), all.end());
	CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
	CHECK(address(0) == "0000000000000000");
	CHECK(address(1) == "0000000067dedf1a");
	CHECK(address(0xffffffff) == "00000000129d6ef5");
}

TEST_CASE("the formats have names of their own")
{
	for (const traces::format &f : traces::formats()) {
		CHECK(traces::find_format(f.name) == &f);
		CHECK(f.suffix[0] == '.');
		CHECK(*f.description);
	}
	CHECK(traces::find_format("ftrac") == nullptr);
}

} // namespace
