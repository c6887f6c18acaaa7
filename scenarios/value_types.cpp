// SPDX-License-Identifier: GPL-2.0-only
// The rows of the table of value types.
// Must not know JSON nodes or scenarios.
#include "scenarios/value_types.hpp"

#include <charconv>

namespace scenario {

namespace {

using t = value_type;

constexpr int64_t most = INT64_MAX;
constexpr int64_t longest_jiffies = int64_t{1} << 40;

#define NAME_OR_NUMBER R"({"type": ["integer", "string"]})"
#define NAME R"({"type": "string", "minLength": 1})"
#define VALUE R"({"$ref": "#/definitions/value"})"

const word_list *of_errno() { return &errno_words(); }
const word_list *of_states() { return &state_words(); }
const word_list *of_timer_flags() { return &timer_flag_words(); }
const word_list *of_letters() { return &state_letter_words(); }
const word_list *of_signals() { return &signal_words(); }
const word_list *of_gfp() { return &gfp_words(); }
const word_list *of_cpuhp_states() { return &cpuhp_state_words(); }
const word_list *of_sizes() { return &size_words(); }
const word_list *of_worker_flags() { return &worker_flag_words(); }
const word_list *of_policies() { return &policy_words(); }

constexpr value_type_row rows[] = {
	{ t::none, "nothing", "false", 0, 0, nullptr },
	{ t::any, "a value", VALUE, INT64_MIN, most, of_errno },
	{ t::integer, "an integer", VALUE, INT64_MIN, most, of_errno },
	{ t::boolean, "true or false", VALUE, 0, 0, nullptr },
	{ t::size, "a number of bytes (1 .. 4194304)", NAME_OR_NUMBER, 1, 4194304, of_sizes },
	{ t::count, "a count (1 .. 1000000)", NAME_OR_NUMBER, 1, 1000000, nullptr },
	{ t::timer_flags, "timer flags", NAME_OR_NUMBER, 0, 0x3fffff, of_timer_flags },
	{ t::cpu, "a CPU number", NAME_OR_NUMBER, 0, 0, nullptr },
	{ t::cpu_or_none, "a CPU number or -1", NAME_OR_NUMBER, 0, 0, nullptr },
	{ t::cpu_mask, "a list of CPU numbers", R"({"type": ["array", "string"], "minItems": 1})",
	  0, 0, nullptr },
	{ t::node, "a memory node or -1", NAME_OR_NUMBER, 0, 0, nullptr },
	{ t::task, "a task: a register, the name of a task, or 'current'",
	  R"({"type": ["string", "null"]})", 0, 0, nullptr },
	{ t::function, "the name of a function", NAME, 0, 0, nullptr },
	{ t::function_or_null, "the name of a function, or null",
	  R"({"type": ["string", "null"]})", 0, 0, nullptr },
	{ t::text, "a text", R"({"type": "string"})", 0, 0, nullptr },
	{ t::format, "a name", NAME, 0, 0, nullptr },
	{ t::arguments, "a list of values",
	  R"({"type": "array", "items": {"$ref": "#/definitions/value"}})", 0, 0, nullptr },
	{ t::kthread_args, "an object with the fields of struct kthread_args",
	  R"({"$ref": "#/definitions/kthread_args"})", 0, 0, nullptr },
	{ t::state, "a task state", NAME_OR_NUMBER, 0, 0xffff, of_states },
	{ t::state_letter, "a state letter", NAME, 0, 0, of_letters },
	{ t::signal, "a signal", NAME_OR_NUMBER, 1, 64, of_signals },
	{ t::delay, "jiffies or a time like '5ms'", NAME_OR_NUMBER, 0, longest_jiffies, nullptr },
	{ t::expires, "absolute jiffies, or 'jiffies + 10'", NAME_OR_NUMBER, 0, most, nullptr },
	{ t::msecs, "milliseconds (0 .. 4294967295)", NAME_OR_NUMBER, 0, 4294967295, nullptr },
	{ t::duration, "a time like '50us', or jiffies", NAME_OR_NUMBER, 0, 1000000, nullptr },
	{ t::gfp, "allocation flags", NAME_OR_NUMBER, 0, 4294967295, of_gfp },
	{ t::policy, "a scheduling policy", NAME_OR_NUMBER, 0, 1, of_policies },
	{ t::priority, "a priority (0 .. 99)", NAME_OR_NUMBER, 0, 99, nullptr },
	{ t::completion, "a completion in vars", NAME, 0, 0, nullptr },
	{ t::mutex, "a mutex in vars", NAME, 0, 0, nullptr },
	{ t::semaphore, "a semaphore in vars", NAME, 0, 0, nullptr },
	{ t::spinlock, "a spinlock in vars", NAME, 0, 0, nullptr },
	{ t::raw_spinlock, "a raw_spinlock in vars", NAME, 0, 0, nullptr },
	{ t::waitqueue, "a waitqueue in vars", NAME, 0, 0, nullptr },
	{ t::timer, "a timer in vars", NAME, 0, 0, nullptr },
	{ t::mm, "an mm in vars", NAME, 0, 0, nullptr },
	{ t::css, "a css in vars", R"({"type": ["string", "null"]})", 0, 0, nullptr },
	{ t::hotplug_thread, "a smp_hotplug_thread in vars", NAME, 0, 0, nullptr },
	{ t::cpu_function, "the name of a function, or null", R"({"type": ["string", "null"]})", 0,
	  0, nullptr },
	{ t::cpuhp_state, "CPUHP_BP_PREPARE_DYN or CPUHP_AP_ONLINE_DYN", NAME, 0, 0,
	  of_cpuhp_states },
	{ t::work, "a work: a name in works, or a register", NAME, 0, 0, nullptr },
	{ t::delayed_work, "a delayed work: a name in works, or a register", NAME, 0, 0, nullptr },
	{ t::work_function, "a name in works", NAME, 0, 0, nullptr },
	{ t::worker, "a worker: a register, or a worker in vars", NAME, 0, 0, nullptr },
	{ t::worker_flags, "flags of a worker", NAME_OR_NUMBER, 0, 1, of_worker_flags },
	{ t::memory, "memory: a register, or null", R"({"type": ["string", "null"]})", 0, 0,
	  nullptr },
	{ t::variable, "a word in vars, or a register of this scope", NAME, 0, 0, nullptr },
	{ t::condition, "a condition", R"({"$ref": "#/definitions/condition"})", 0, 0, nullptr },
	{ t::block, "a list of operations", R"({"$ref": "#/definitions/block"})", 0, 0, nullptr },
};

static_assert(sizeof(rows) / sizeof(rows[0]) == static_cast<size_t>(t::block) + 1);

constexpr bool rows_in_order()
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (static_cast<size_t>(rows[i].type) != i)
			return false;
	}
	return true;
}

static_assert(rows_in_order());

} // namespace

const value_type_row &type_row(value_type type)
{
	return rows[static_cast<size_t>(type)];
}

value_group group_of(value_type type)
{
	switch (type) {
	case t::none: case t::condition: case t::block: case t::arguments: case t::variable:
	case t::kthread_args:
		return value_group::none;
	case t::any:
		return value_group::any;
	case t::task:
		return value_group::task;
	case t::function: case t::function_or_null: case t::cpu_function:
		return value_group::function;
	case t::text: case t::format:
		return value_group::text;
	case t::memory:
		return value_group::memory;
	case t::css:
		return value_group::css;
	case t::worker:
		return value_group::worker;
	case t::completion:
	case t::mutex:
	case t::semaphore:
	case t::spinlock:
	case t::raw_spinlock:
	case t::waitqueue:
	case t::hotplug_thread:
	case t::timer: case t::mm: case t::work: case t::delayed_work: case t::work_function:
		return value_group::object;
	default:
		return value_group::number;
	}
}

bool stands_for(value_type have, value_type wanted)
{
	value_group h = group_of(have), w = group_of(wanted);

	/* An init function makes kmalloc'ed memory one of them; it is freed as memory. */
	auto lies_in_memory = [](value_type type) {
		return type == t::work || type == t::delayed_work || type == t::worker;
	};
	if (have == t::memory && lies_in_memory(wanted))
		return true;
	if ((have == t::work || have == t::delayed_work) && wanted == t::memory)
		return true;
	if (have == t::delayed_work && wanted == t::work)
		return true;
	/* Other objects live in vars and works; no word or register holds one. */
	if (h == value_group::object || w == value_group::object)
		return have == wanted;
	if (h == value_group::none || w == value_group::none)
		return false;
	return h == w || h == value_group::any || w == value_group::any;
}

bool parse_time(const std::string &text, uint64_t &out_ns)
{
	uint64_t number = 0, scale = 0;
	const char *end = text.data() + text.size();
	auto [rest, error] = std::from_chars(text.data(), end, number);
	std::string unit(rest, end);

	if (error != std::errc() || rest == text.data())
		return false;
	if (unit == "ns")
		scale = 1;
	else if (unit == "us")
		scale = 1'000;
	else if (unit == "ms")
		scale = 1'000'000;
	else if (unit == "s")
		scale = 1'000'000'000;
	if (scale == 0 || number > static_cast<uint64_t>(INT64_MAX) / scale)
		return false;
	out_ns = number * scale;
	return true;
}

} // namespace scenario
