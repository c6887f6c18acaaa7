// SPDX-License-Identifier: GPL-2.0-only
// The tables of keys: what each object of the language may hold, outside of operations.
// Must not know JSON nodes; reader and schema share the rows.
#pragma once

#include "scenarios/nearest.hpp"

#include <vector>

namespace scenario {

struct key_row {
	const char *name;
	bool required;
	const char *schema;	/* a JSON schema fragment */
	const char *doc;
};

struct key_table {
	const char *object;	/* "a task"; in the schema the definition of that name */
	std::vector<key_row> rows;

	name_list names() const;
};

const key_table &document_keys();
const key_table &story_keys();
const key_table &kernel_keys();
const key_table &machine_keys();
const key_table &node_keys();
const key_table &limit_keys();
const key_table &work_keys();
const key_table &task_keys();
const key_table &fault_keys();
const key_table &schedule_keys();
const key_table &schedule_step_keys();
const key_table &until_keys();
const key_table &explore_keys();
const key_table &expect_keys();
const key_table &variant_keys();
/* A variable that is no plain number is an object with exactly one of these keys. */
const key_table &variable_keys();
const key_table &timer_keys();
const key_table &hotplug_thread_keys();
const key_table &kthread_args_keys();
/* The words of a condition that is an object; any other key compares a value: {"t.state": "P"}. */
const key_table &condition_keys();
/* Keys every operation may have beside its parameters. */
const key_table &operation_keys();

} // namespace scenario
