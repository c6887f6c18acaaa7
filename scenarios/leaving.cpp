// SPDX-License-Identifier: GPL-2.0-only
// Looking for what could tell that a task has left.
// Must not know how a scenario is executed.
#include "scenarios/leaving.hpp"

#include <algorithm>

namespace scenario {

namespace {

/* Freezing and CPUs that come and go concern whoever is there, and a pointer goes anywhere. */
bool concerns_everybody(const instruction &i)
{
	const size_t n = i.row->parameter_count();

	for (size_t a = 0; a < n; a++)
		if (i.arguments[a].kind == operand_kind::current &&
		    i.row->parameters[a].type != value_type::task)
			return true;
	return i.row->needs_stoppers() || i.row->code == opcode::freeze_processes ||
	       i.row->code == opcode::freeze_kernel_threads;
}

} // namespace

std::vector<bool> leave_unseen(const scenario &s)
{
	const bool seen = std::any_of(s.code.begin(), s.code.end(), concerns_everybody);
	std::vector<bool> unseen(s.tasks.size(), !seen);
	const auto see = [&unseen](const operand &o) {
		if (o.kind == operand_kind::thread && o.index < unseen.size())
			unseen[o.index] = false;
	};

	for (const instruction &i : s.code) {
		std::for_each(i.arguments.begin(), i.arguments.end(), see);
		see(i.expect);
	}
	for (const condition &c : s.conditions) {
		see(c.left);
		see(c.right);
	}
	for (const std::vector<operand> &list : s.lists)
		std::for_each(list.begin(), list.end(), see);
	for (const fault &f : s.faults)
		if (f.waits_for != no_index)
			unseen[f.waits_for] = false;
	return unseen;
}

} // namespace scenario
