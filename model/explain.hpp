// SPDX-License-Identifier: GPL-2.0-only
// Names of objects, and what a stopped task waits for, in words.
// It must not know JSON, scenarios or how findings are printed.
#pragma once
#include <cstddef>
#include "sim/arena.hpp"

namespace sim {
struct frame;
struct context;
class machine;
} // namespace sim

namespace kernel {

struct task_struct;

// "kts.parked", "request of main.done": the object of an allocation and the field at `address`.
void name_object(const sim::allocation &a, const void *address, char *out, size_t bytes);
// "kts": the object alone.
void name_whole(const sim::allocation &a, char *out, size_t bytes);
// The same of a lock: "m", not "m.owner", for a mutex, which is known by its first word.
void name_lock(const sim::allocation &a, const void *lock, char *out, size_t bytes);
// "parked": its last part; "" where there is none.
const char *field_name(const sim::allocation &a, const void *address);
// The same from an id, as it stands in traces and operations. Not thread-safe, not on fibers.
// False, and "?": it has none.
bool name_of_id(const sim::machine &m, sim::object_id id, char *out, size_t bytes);

// The task whose struct kthread that is, by which it is known; null: a dead one's.
const task_struct *owner_of(const void *struct_kthread);

// The name of a thread that has ended while its struct kthread is still there; null: unknown.
const char *name_of_dead(const void *struct_kthread);

// "kts/102", "irq/1"
void name_of_context(const sim::context &c, char *out, size_t bytes);

// " <- g <- h": the calls around `function`, innermost first. The length.
int print_callers(const sim::frame *calls, const char *function, char *out, size_t bytes);

// "main/101 in kthread_stop <- f": who calls now.
void describe_call(const char *function, char *out, size_t bytes);

// "controller in wait_for_completion <- kthread_stop (state D)"
void describe_wait(const sim::context &c, char *out, size_t bytes);

// The same in the words of khungtaskd.
void describe_hung(const task_struct &t, char *out, size_t bytes);

} // namespace kernel
