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
// "kthread_create_lock": what belongs to its generation of kthreads. Null: it does not.
const char *name_of_global(const void *address);
// "parked": its last part; "" where there is none.
const char *field_name(const sim::allocation &a, const void *address);
// The same from an id, as it stands in traces and operations. Not thread-safe, not on fibers.
// False, and "?": it has none.
bool name_of_id(const sim::machine &m, sim::object_id id, char *out, size_t bytes);

// The task whose struct kthread that is, by which it is known; null: a dead one's.
const task_struct *owner_of(const void *struct_kthread);

// The name of a thread that has ended while its struct kthread is still there; null: unknown.
const char *name_of_dead(const void *struct_kthread);

// "kts/102", "irq/1"; "RCU callback" on a CPU that a machine has for them alone.
void name_of_context(const sim::context &c, char *out, size_t bytes);
// Of who runs now; "the machine" while it boots.
void name_of_caller(char *out, size_t bytes);

// Whether the kernel that runs is the one whose lines are known, 6.13.
bool has_source_lines();
// Of the kernel that runs; see source_lines(). Null: it is not 6.13, either.
const char *lines_of(const char *function, const char *what, const char *object);

// "kthread_stop (kernel/kthread.c:712) <- f", innermost call first. The line is that of the first
// call that has one: of what is done there to the object, or of the call before.
class call_printer {
public:
	call_printer(const char *what, const char *object, char *out, size_t bytes)
		: what_(what), object_(object), out_(out), bytes_(bytes)
	{
		*out = 0;
	}
	void print(const char *text);
	void add(const char *separator, const char *function);

private:
	const char *what_, *object_;
	char *const out_;
	const size_t bytes_;
	size_t used_ = 0;
	bool told_lines_ = false;
};

// "main/101 in kthread_stop <- f": who calls now, and does what to that object.
void describe_call(sim::label where, const char *object, char *out, size_t bytes);

// "main (pid 101, state D) in wait_for_completion <- kthread_stop (kernel/kthread.c:712)"
void describe_wait(const sim::context &c, char *out, size_t bytes);

// "a lock, m": the locks that it holds, in the order in which they were taken. "": none, or the
// machine does not check.
void describe_held(const sim::context &c, char *out, size_t bytes);

} // namespace kernel
