// SPDX-License-Identifier: GPL-2.0-only
// Looking at values and at the fields of objects: while a scenario runs, and when it is judged.
// Must not know JSON or what is expected.
#pragma once

#include "scenarios/runtime.hpp"

namespace scenario {

// The n-th live task of a thread name (from 1), oldest first; null if there is none.
kernel::task_struct *find_thread(const scenario_state &s, uint32_t thread, int64_t nth);

// The same, as an operation of the running task.
value look_for_thread(const scenario_state &s, uint32_t thread, int64_t nth);

// The task that a step of a schedule names; null if there is none, yet or any more.
kernel::task_struct *find_subject(const scenario_state &s, const operand &thread);

// Where a task runs, or ran last: a step, unless it is one's own that nobody can move now.
unsigned read_cpu(const kernel::task_struct *t, sim::label where);
// Looks at a word of a task that never changes: a step, for another may be freed meanwhile.
void look_at_task(const kernel::task_struct *t, const void *word, sim::label where);

// `visible`: as an operation of the running task; else as somebody who looks from outside. A
// task that is gone still answers its state (X).
value task_field(kernel::task_struct *t, field_id field, bool visible);
// The n-th work; `work` is the object that is asked, another one with the same function perhaps.
value work_field(const scenario_state &s, uint32_t n, void *object, field_id field,
		 bool visible);
// Of a task or a worker; 0 of anything else.
value value_field(const value &object, field_id field, bool visible);
// A variable that is an object.
value variable_value(const scenario_state &s, uint32_t variable);
value object_field(const scenario_state &s, uint32_t variable, field_id field, bool visible);

bool same_value(const value &a, const value &b);
// "-EINTR", "42", "P", "task kts": at most `bytes` with the NUL.
void print_value(const value &v, value_type type, char *out, size_t bytes);

} // namespace scenario
