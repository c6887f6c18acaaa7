// SPDX-License-Identifier: GPL-2.0-only
// Reads the declarations of per-CPU threads, and finds the functions that are called with a CPU.
// Must not know what those threads and functions do.
#include "scenarios/kernels.hpp"
#include "scenarios/reader_parts.hpp"

namespace scenario {

namespace {

constexpr size_t longest_format = 31;

/* One %u and no other directive: the kernel prints the CPU there. */
bool is_percpu_format(const std::string &comm)
{
	const size_t percent = comm.find('%');

	return comm.size() <= longest_format && percent != comm.npos &&
	       comm.compare(percent, 2, "%u") == 0 && comm.find('%', percent + 1) == comm.npos;
}

} // namespace

void reader::each_operation_of_all(const std::function<void(const node &)> &visit)
{
	for (std::string_view key : { "setup", "teardown", "tasks", "functions", "works" }) {
		if (const node *n = document.get(key))
			each_operation(*n, visit);
	}
}

/* A function of the scenario, whose first register will be `cpu`. */
operand reader::read_callback(const node &n)
{
	const operand o = read_function(n);

	if (o.index != worker_function)
		return o;
	expected(n, "the name of a function that takes a CPU");
	return {};
}

/* After the functions are known. */
void reader::collect_hotplug_thread(const node &n, variable &v)
{
	const node *declared = n.get("smp_hotplug_thread");
	const key_table &keys = hotplug_thread_keys();
	hotplug_thread ht;

	if (v.kind != variable_kind::hotplug_thread || !declared)
		return;
	ht.functions.fill(no_index);
	for (size_t i = 0; i < hotplug_callbacks; i++) {
		const node *name = declared->get(keys.rows[i + 1].name);
		if (!name)
			continue;
		const operand callback = read_callback(*name);
		if (!callback.given())
			continue;
		ht.functions[i] = callback.index;
		const bool gets_online = i == static_cast<size_t>(hotplug_callback::cleanup);
		uint16_t &parameters = out.functions[ht.functions[i]].parameters;
		parameters = std::max<uint16_t>(parameters, gets_online ? 2 : 1);
	}
	if (const node *comm = declared->get("thread_comm")) {
		ht.thread_comm = comm->text;
		if (!comm->is(node_kind::string) || !is_percpu_format(comm->text))
			expected(*comm,
				 "a name with one %u for the CPU, at most " +
					 std::to_string(longest_format) + " characters",
				 "thread_comm");
	}
	if (const node *selfparking = declared->get("selfparking")) {
		ht.selfparking = selfparking->truth;
		if (!selfparking->is(node_kind::boolean))
			expected(*selfparking, "true or false", "selfparking");
	}
	v.hotplug_thread = static_cast<uint32_t>(out.hotplug_threads.size());
	out.hotplug_threads.push_back(ht);
}

/* Functions that operations name as callbacks with a CPU, or give their data to. */
void reader::collect_callbacks()
{
	each_operation_of_all([this](const node &op) {
		const operation *row = find_operation(op.get("op")->text, out.kernel.version);
		for (size_t k = 0; row && k < row->parameter_count(); k++) {
			const node *name = op.get(row->parameters[k].name);
			const value_type type = row->parameters[k].type;
			const uint32_t i = name && name->is(node_kind::string)
						   ? find_function(name->text)
						   : no_index;
			if (i == no_index)
				continue;
			out.functions[i].takes_data |= type == value_type::function_or_null;
			if (type == value_type::cpu_function)
				out.functions[i].parameters =
					std::max<uint16_t>(out.functions[i].parameters, 1);
		}
	});
}

void reader::add_parameters(const function &f)
{
	static const register_info parameters[] = { { "cpu", { value_type::cpu } },
						    { "online", { value_type::boolean } } };
	static const register_info data = { "data", { value_type::any } };

	if (f.takes_data) {
		out.scopes[f.scope].registers.push_back(data.name);
		registers[f.scope].push_back(data);
	}
	for (uint16_t i = 0; i < f.parameters; i++) {
		out.scopes[f.scope].registers.push_back(parameters[i].name);
		registers[f.scope].push_back(parameters[i]);
	}
}

/* A name of its own for each CPU: "ktssb/0", "ktssb/1". */
void reader::add_percpu_threads(const std::string &comm)
{
	const size_t percent = comm.find("%u");

	if (percent == comm.npos)
		return;
	for (uint32_t cpu = 0; cpu < out.machine.cpu_count; cpu++)
		out.threads.push_back(
			{ comm.substr(0, percent) + std::to_string(cpu) + comm.substr(percent + 2),
			  thread_kind::kthread, no_index });
}

/* Those of the program, and those that the kernel itself has for it. */
void reader::collect_percpu_threads()
{
	const std::string creator = kernel::version_table()[out.kernel.version].creator;
	bool hotplug = false, stoppers = false;

	if (creator == "kthreadd")
		out.threads.push_back({ creator, thread_kind::kthreadd, no_index });
	else
		add_percpu_threads(creator);
	for (const hotplug_thread &ht : out.hotplug_threads)
		add_percpu_threads(ht.thread_comm);
	each_operation_of_all([&](const node &op) {
		const operation *row = find_operation(op.get("op")->text, out.kernel.version);
		hotplug |= row && row->is_hotplug();
		stoppers |= row && row->needs_stoppers();
	});
	if (hotplug)
		add_percpu_threads("cpuhp/%u");
	if (stoppers)
		add_percpu_threads("migration/%u");
}

} // namespace scenario
