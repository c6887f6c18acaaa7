// SPDX-License-Identifier: GPL-2.0-only
// Reads the keys "kernel" and "machine".
// Must not know programs or expectations.
#include "scenarios/kernels.hpp"
#include "scenarios/reader_parts.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace scenario {

namespace {

constexpr uint32_t most_cpus = 64;
constexpr uint32_t most_nodes = 64;
constexpr uint32_t local_distance = 10;
constexpr uint32_t remote_distance = 20;
constexpr uint32_t longest_distance = 254;
constexpr int64_t most_steps = 1'000'000'000;

/* The counter starts so that it passes 2^32 five minutes after boot. */
uint64_t jiffies_at_boot(uint32_t hz)
{
	return (uint64_t{ 1 } << 32) - uint64_t{ 300 } * hz;
}

name_list kernel_names()
{
	name_list names;

	for (const kernel::version_row &row : kernel::version_table())
		names.push_back(row.name);
	return names;
}

} // namespace

void reader::read_kernel()
{
	const node *n = section("kernel");
	const node *version = n;

	if (!n)
		return;
	if (n->is(node_kind::object)) {
		keys_are(*n, kernel_keys());
		version = n->get("version");
	} else if (!n->is(node_kind::string)) {
		expected(*n, "a version, or an object with version, revert and apply", "kernel");
		return;
	}
	if (!version || !is_text(*version, "kernel"))
		return;
	name_list names = kernel_names();
	auto row = std::find(names.begin(), names.end(), version->text);
	if (row == names.end()) {
		unknown(version->span, "kernel", version->text, names);
		return;
	}
	kernel_known = true;
	out.kernel.version = static_cast<kernel::version_id>(row - names.begin());
	out.kernel_text = version->text;
	const fix_sets there = fixes_of(out.kernel.version);
	read_fixes(*n, "revert", there.without, out.kernel.without);
	read_fixes(*n, "apply", there.with, out.kernel.with);
	if (!kernel::find_kernel(out.kernel.version, out.kernel.without, out.kernel.with))
		complain((n->get("revert") ? n->get("revert") : n->get("apply"))->span,
			 "there is no kernel " + out.kernel_text + ", expected " +
				 kernels_near(out.kernel));
}

/* Of those that are there, some are taken out, or added. */
void reader::read_fixes(const node &kernel, const char *key, kernel::fix_set there,
			kernel::fix_set &out_fixes)
{
	const node *list = kernel.get(key);

	if (!list || !is_array(*list, key))
		return;
	for (const node &item : list->items)
		read_fix(item, key, there, out_fixes);
}

void reader::read_fix(const node &n, const char *key, kernel::fix_set there,
		      kernel::fix_set &out_fixes)
{
	name_list names;

	if (!is_text(n, key))
		return;
	for (size_t i = 0; i < kernel::fix_table().size(); i++) {
		const kernel::fix_set fix = kernel::fix_set{ 1 } << i;
		if (!(there & fix))
			continue;
		names.push_back(kernel::fix_table()[i].commit);
		if (n.text != names.back())
			continue;
		if (out_fixes & fix)
			complain(n.span, key + (" " + in_quotes(n.text)) +
						 " stands here twice, expected each commit once");
		else
			out.kernel_text += (out_fixes		   ? ", "
					    : &out_fixes == &out.kernel.with ? " with "
									     : " without ") +
					   n.text;
		out_fixes |= fix;
		return;
	}
	unknown(n.span, key, n.text, names);
}

void reader::read_nodes(const node &list)
{
	if (!is_array(list, "nodes"))
		return;
	if (list.items.empty() || list.items.size() > most_nodes) {
		complain(list.span, "nodes: " + std::to_string(list.items.size()) +
					    " entries, expected 1 to " +
					    std::to_string(most_nodes));
		return;
	}
	out.machine.nodes.clear();
	out.machine.cpu_count = 0;
	bool memory = false, complete = true;
	for (const node &item : list.items) {
		machine_node &made = out.machine.nodes.emplace_back();
		int64_t cpus = 0;
		complete = keys_are(item, node_keys()) && complete;
		if (const node *n = item.get("cpus"))
			complete = whole(*n, "cpus", 0, most_cpus, cpus) && complete;
		if (const node *n = item.get("memory")) {
			if (n->is(node_kind::boolean))
				made.memory = n->truth;
			else
				expected(*n, "true or false", "memory");
		}
		memory = memory || made.memory;
		for (int64_t i = 0; i < cpus; i++)
			made.cpus.push_back(out.machine.cpu_count++);
	}
	if (complete && (out.machine.cpu_count < 1 || out.machine.cpu_count > most_cpus))
		complain(list.span, "nodes: " + std::to_string(out.machine.cpu_count) +
					    " CPUs in all, expected 1 to " +
					    std::to_string(most_cpus));
	if (!memory)
		complain(list.span, "nodes: no node has memory, expected at least one that has");
	out.machine.cpu_count = std::clamp<uint32_t>(out.machine.cpu_count, 1, most_cpus);
}

void reader::read_distance(const node &n)
{
	if (!is_array(n, "distance"))
		return;
	if (n.items.size() != nodes()) {
		complain(n.span, "distance: " + std::to_string(n.items.size()) +
					 " rows, expected one for each of " +
					 std::to_string(nodes()) + " nodes");
		return;
	}
	for (uint32_t i = 0; i < nodes(); i++) {
		const node &row = n.items[i];
		if (!is_array(row, "distance"))
			continue;
		if (row.items.size() != nodes()) {
			complain(row.span, "distance: " + std::to_string(row.items.size()) +
						   " columns, expected " + std::to_string(nodes()));
			continue;
		}
		for (uint32_t j = 0; j < nodes(); j++) {
			int64_t read = 0, low = i == j ? local_distance : local_distance + 1;
			int64_t high = i == j ? local_distance : longest_distance;
			if (whole(row.items[j],
				  i == j ? "distance of a node to itself" : "distance", low, high,
				  read))
				out.machine.distance[i][j] = static_cast<uint32_t>(read);
		}
	}
}

void reader::read_cpus(const node &n)
{
	const node *cpus = n.get("cpus"), *list = n.get("nodes"), *distance = n.get("distance");
	machine &m = out.machine;
	int64_t count = 1;

	m.nodes.assign(1, { { 0 }, true });
	if (cpus && list)
		complain(n.find("nodes")->key_span, "both cpus and nodes, expected one of them");
	if (cpus) {
		/* Of a wrong number no more is to be said wherever somebody names a CPU. */
		if (!whole(*cpus, "cpus", 1, most_cpus, count))
			count = most_cpus;
		m.nodes[0].cpus.clear();
		for (m.cpu_count = 0; m.cpu_count < count; m.cpu_count++)
			m.nodes[0].cpus.push_back(m.cpu_count);
	}
	if (list)
		read_nodes(*list);
	m.distance.assign(nodes(), std::vector<uint32_t>(nodes(), remote_distance));
	for (uint32_t i = 0; i < nodes(); i++)
		m.distance[i][i] = local_distance;
	if (distance)
		read_distance(*distance);
}

void reader::read_clock(const node &n)
{
	static constexpr int64_t known[] = { 100, 250, 300, 1000 };
	const node *hz = n.get("hz");
	machine &m = out.machine;

	if (hz && hz->is(node_kind::integer) &&
	    std::find(std::begin(known), std::end(known), hz->integer) != std::end(known))
		m.hz = static_cast<uint32_t>(hz->integer);
	else if (hz)
		expected(*hz, "100, 250, 300 or 1000", "hz");
	m.initial_jiffies = jiffies_at_boot(m.hz);
	optional_whole(n, "jiffies", 0, INT64_MAX, m.initial_jiffies);
}

void reader::read_machine()
{
	static const node nothing = [] {
		node empty;
		empty.kind = node_kind::object;
		return empty;
	}();
	const node *n = section("machine");
	int64_t model = 0;

	if (!n || !is_object(*n, "machine"))
		n = &nothing;
	keys_are(*n, machine_keys());
	read_cpus(*n);
	read_clock(*n);
	const node *preemption = n->get("preemption"), *limits = n->get("limits");
	if (preemption && one_word(*preemption, "preemption", preemption_words(), model))
		out.machine.preemption = static_cast<preemption_model>(model);
	if (limits && keys_are(*limits, limit_keys())) {
		optional_whole(*limits, "steps", 1, most_steps, out.machine.limit_steps);
		optional_whole(*limits, "jiffies", 1, most_steps, out.machine.limit_jiffies);
	}
}

} // namespace scenario
