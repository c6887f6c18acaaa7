// SPDX-License-Identifier: GPL-2.0-only
// Finds rows of the table of operations, and what one kernel has in place of another's.
// Must not know what the rows say.
#include "scenarios/kernels.hpp"
#include "scenarios/ops.hpp"

namespace scenario {

size_t operation::parameter_count() const
{
	size_t count = 0;

	while (count < parameters.size() && parameters[count].name)
		count++;
	return count;
}

int operation::parameter_index(std::string_view parameter_name) const
{
	for (size_t i = 0; i < parameter_count(); i++)
		if (parameter_name == parameters[i].name)
			return static_cast<int>(i);
	return -1;
}

bool operation::is_bare_value() const
{
	if (is_control() || result == value_type::none)
		return false;
	for (const parameter &p : parameters) {
		if (p.name && p.required)
			return false;
	}
	return true;
}

/* Not another name for the same, but what users of one kernel turn to in the other. */
static constexpr opcode counterparts[][2] = {
	{ opcode::kthread_stop, opcode::kthread_destroy },
	{ opcode::wake_up_process, opcode::kthread_start },
	{ opcode::kthread_queue_work, opcode::schedule_work },
	{ opcode::kthread_flush_worker, opcode::flush_scheduled_work },
	{ opcode::mutex_lock, opcode::down },
	{ opcode::mutex_unlock, opcode::up },
};

const operation *find_counterpart(const operation &of_another, uint32_t kernel)
{
	for (const operation &row : operations()) {
		bool same = row.code == of_another.code;
		for (auto [newer, older] : counterparts)
			same |= (newer == of_another.code && older == row.code) ||
				(older == of_another.code && newer == row.code);
		if (same && has_kernel(row.kernels, kernel))
			return &row;
	}
	return nullptr;
}

const operation *find_operation(std::string_view name, uint32_t kernel)
{
	for (const operation &row : operations()) {
		if (name == row.name && has_kernel(row.kernels, kernel))
			return &row;
	}
	return nullptr;
}

} // namespace scenario
