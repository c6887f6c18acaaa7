// SPDX-License-Identifier: GPL-2.0-only
// The table of fields that "name.field" can read from an object of the model.
// Must not know JSON or how a field is read.
#pragma once

#include "scenarios/ops.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace scenario {

enum class field_id : uint8_t {
	none, state, on_cpu, on_rq, cpu, node, stack_node, cpus_mask, prio, pid, comm, usage,
	exited, slept_a_tick, done, owner, locked, pending, expires, runs, delayed_pending,
	running, canceling, task, busy, count,
};

struct field_row {
	const char *name;
	field_id id;
	value_type of;		/* the object's type */
	value_type type;	/* of the field's value */
	const char *doc;
};

const std::vector<field_row> &fields();

/* Null when objects of this type have no such field. */
const field_row *find_field(value_type of, std::string_view name);

} // namespace scenario
