// SPDX-License-Identifier: GPL-2.0-only
// The kthread API, as operations.
// Must not know JSON or expectations.
#include <cstdio>
#include <cstring>
#include "model/boot.hpp"
#include "model/fork.hpp"
#include "model/signal.hpp"
#include "scenarios/interpreter.hpp"
#include "scenarios/values.hpp"

namespace scenario {

using kernel::task_struct;
using kernel::the_kernel;

// Threads of a scenario run run_thread(), which is told what to do, or serve a worker. Their
// operations begin with the function and its data.
interpreter::thread_function interpreter::thread_of(const instruction &i)
{
	if (i.arguments[0].index == worker_function)
		return { kernel::kthread_worker_fn, worker(i, 1) };
	return thread_of(i.arguments[0], i.arguments[1]);
}

interpreter::thread_function interpreter::thread_of(const operand &function, const operand &data)
{
	auto *start = static_cast<thread_start *>(kernel::machine().allocate(
		&thread_start::type, sizeof(thread_start), "kthread_create"));

	start->program = &program_;
	start->function = function.index;
	start->data = evaluate(data);
	return { run_thread, start };
}

// `arguments[0]` holds the fields.
kernel::kthread_args interpreter::kthread_args(const instruction &i)
{
	const auto &fields = program_.lists[i.arguments[0].index];
	const auto node = static_cast<int>(evaluate(fields[2]).number);
	thread_function f{};

	if (fields[0].given())
		f = thread_of(fields[0], fields[1]);
	return { f.threadfn, f.data, node, !fields[0].given() };
}

// The conversions of a namefmt are %d, %u, %x and %s, with flags and widths.
void interpreter::format_name(const instruction &i, unsigned name, char *out, size_t bytes)
{
	const char *format = text(i, name);
	const operand &list = i.arguments[name + 1];
	size_t used = 0, next = 0;

	while (*format && used + 1 < bytes) {
		if (format[0] != '%' || format[1] == '%') {
			format += format[0] == '%';
			out[used++] = *format++;
			continue;
		}
		const size_t length = strcspn(format + 1, "diuxs") + 2;
		char piece[16] = {};
		const value v = list.given() && next < program_.lists[list.index].size()
					? evaluate(program_.lists[list.index][next++])
					: value::of(0);

		memcpy(piece, format, std::min(length, sizeof(piece) - 1));
		format += length;
		const int n = piece[length - 1] == 's'
				      ? snprintf(out + used, bytes - used, piece,
						 static_cast<const char *>(v.pointer))
				      : snprintf(out + used, bytes - used, piece,
						 static_cast<int>(v.number));
		used = std::min(used + static_cast<size_t>(std::max(n, 0)), bytes - 1);
	}
	out[used] = 0;
}

static value task_result(task_struct *t)
{
	return value::of(value_kind::task, t);
}

static task_struct *task_of_pid(int pid)
{
	task_struct *t = the_kernel().first_task;

	if (pid < 0)
		return kernel::ERR_PTR<task_struct>(pid);
	kernel::note_walk();
	while (t && t->pid != pid)
		t = t->next_task;
	return t;
}

// What a thread of the scenario was started with; null for other tasks.
static const thread_start *start_of(task_struct *t)
{
	if (the_kernel().api->kthread_func(t) != run_thread)
		return nullptr;
	return static_cast<const thread_start *>(the_kernel().api->kthread_data(t));
}

static bool serves_a_worker(task_struct *t)
{
	return the_kernel().api->kthread_func(t) == kernel::kthread_worker_fn;
}

static value data_value(task_struct *t)
{
	if (serves_a_worker(t))
		return value::of(value_kind::worker, the_kernel().api->kthread_data(t));
	const thread_start *start = start_of(t);

	return start ? start->data : value::of(0);
}

static value function_value(task_struct *t)
{
	if (serves_a_worker(t))
		return { value_kind::function, worker_function, nullptr };
	const thread_start *start = start_of(t);

	return start ? value{ value_kind::function, start->function, nullptr } : value::of(0);
}

bool interpreter::create_operation(const instruction &i, value &result)
{
	kernel::kthread_api *const api = the_kernel().api;
	char name[sizeof(kernel::name_string::text)];
	thread_function f{};
	// The name first: its values are read before the thread's data is made.
	auto prepare = [&](unsigned name_at) {
		format_name(i, name_at, name, sizeof(name));
		f = thread_of(i);
	};

	switch (i.row->code) {
	case opcode::kthread_create:
		prepare(2);
		result = task_result(api->kthread_create(f.threadfn, f.data, name));
		return true;
	case opcode::kernel_thread:
		f = thread_of(i);
		result = task_result(task_of_pid(api->kernel_thread(f.threadfn, f.data)));
		return true;
	case opcode::user_mode_thread:
		f = thread_of(i);
		result = task_result(task_of_pid(api->user_mode_thread(f.threadfn, f.data)));
		return true;
	case opcode::kernel_execve: result = value::of(api->kernel_execve()); return true;
	case opcode::kthread_create_on_node:
		prepare(3);
		result = task_result(api->kthread_create_on_node(
			f.threadfn, f.data, static_cast<int>(number(i, 2)), name));
		return true;
	case opcode::kthread_run:
		prepare(2);
		result = task_result(api->kthread_run(f.threadfn, f.data, name));
		return true;
	case opcode::kthread_create_on_cpu:
		f = thread_of(i);
		result = task_result(
			api->kthread_create_on_cpu(f.threadfn, f.data, cpu(i, 2), text(i, 3)));
		return true;
	case opcode::kthread_run_on_cpu:
		f = thread_of(i);
		result = task_result(
			api->kthread_run_on_cpu(f.threadfn, f.data, cpu(i, 2), text(i, 3)));
		return true;
	case opcode::kthread_create_on_info:
	case opcode::kthread_run_on_info: {
		format_name(i, 1, name, sizeof(name));
		kernel::kthread_args kargs = kthread_args(i);
		kernel::kthread_rfc_2026 &rfc = *api->rfc_2026();

		result = task_result(i.row->code == opcode::kthread_run_on_info
					     ? rfc.kthread_run_on_info(&kargs, name)
					     : rfc.kthread_create_on_info(&kargs, name));
		return true;
	}
	default: return false;
	}
}

bool interpreter::kthread_operation(const instruction &i, value &result)
{
	kernel::kthread_api *const api = the_kernel().api;
	auto task_and_number = [&] { return in_order{ task(i, 0), number(i, 1) }; };
	// Whose struct kthread is looked at, and nothing else.
	auto seen_task = [&] {
		task_struct *t = task(i, 0);

		look_at_task(t, &t->worker_private, { i.row->name, "read" });
		return t;
	};

	switch (i.row->code) {
	case opcode::kthread_affine_preferred:
		result = value::of(task_and_number().into([&](task_struct *p, int64_t mask) {
			return api->since_6_14()->kthread_affine_preferred(
				p, static_cast<kernel::cpumask>(mask));
		}));
		return true;
	case opcode::oops: kernel::make_task_dead(SIGKILL);
	case opcode::kthread_bind:
		in_order{ task(i, 0), cpu(i, 1) }.into(
			[api](task_struct *p, unsigned to) { api->kthread_bind(p, to); });
		return true;
	case opcode::kthread_bind_mask:
		task_and_number().into([api](task_struct *p, int64_t mask) {
			api->kthread_bind_mask(p, static_cast<kernel::cpumask>(mask));
		});
		return true;
	case opcode::kthread_set_per_cpu:
		task_and_number().into([api](task_struct *p, int64_t to) {
			api->kthread_set_per_cpu(p, static_cast<int>(to));
		});
		return true;
	case opcode::kthread_is_per_cpu:
		result = value::of(api->kthread_is_per_cpu(task(i, 0)));
		return true;
	case opcode::kthread_park: result = value::of(api->kthread_park(task(i, 0))); return true;
	case opcode::kthread_unpark: api->kthread_unpark(task(i, 0)); return true;
	case opcode::kthread_parkme: api->kthread_parkme(); return true;
	case opcode::kthread_should_park:
		result = value::of(api->kthread_should_park());
		return true;
	case opcode::kthread_should_stop:
		result = value::of(api->kthread_should_stop());
		return true;
	case opcode::kthread_should_stop_or_park:
		result = value::of(api->kthread_should_stop_or_park());
		return true;
	case opcode::kthread_stop: result = value::of(api->kthread_stop(task(i, 0))); return true;
	case opcode::kthread_stop_put:
		result = value::of(api->kthread_stop_put(task(i, 0)));
		return true;
	case opcode::kthread_exit: api->kthread_exit(number(i, 0)); return true;
	case opcode::kthread_complete_and_exit: {
		const value comp = evaluate(i.arguments[0]);

		api->kthread_complete_and_exit(static_cast<kernel::completion *>(comp.pointer),
					      number(i, 1));
		return true;
	}
	case opcode::kthread_func: result = function_value(seen_task()); return true;
	case opcode::kthread_data: result = data_value(seen_task()); return true;
	case opcode::kthread_probe_data: {
		task_struct *t = seen_task();

		result = api->kthread_probe_data(t) ? data_value(t) : value::of(0);
		return true;
	}
	case opcode::get_kthread_comm: {
		char *buffer = arena_array<kernel::name_string>(1, kernel::name_string::type)->text;

		api->get_kthread_comm(buffer, sizeof(kernel::name_string::text), seen_task());
		result = value::of(value_kind::text, buffer);
		return true;
	}
	case opcode::tsk_fork_get_node:
		result = value::of(api->tsk_fork_get_node(seen_task()));
		return true;
	case opcode::set_kthread_struct:
		result = value::of(api->set_kthread_struct(task(i, 0)));
		return true;
	case opcode::free_kthread_struct: api->free_kthread_struct(task(i, 0)); return true;
	case opcode::kthread_use_mm:
		api->kthread_use_mm(&object<kernel::mm_struct>(i, 0));
		return true;
	case opcode::kthread_unuse_mm:
		api->kthread_unuse_mm(&object<kernel::mm_struct>(i, 0));
		return true;
	case opcode::kthread_associate_blkcg: {
		const value css = evaluate(i.arguments[0]);

		api->kthread_associate_blkcg(
			static_cast<kernel::cgroup_subsys_state *>(css.pointer));
		return true;
	}
	case opcode::kthread_blkcg:
		result = value::of(value_kind::memory, api->kthread_blkcg());
		return true;
	default: return false;
	}
}

} // namespace scenario
