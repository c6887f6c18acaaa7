// SPDX-License-Identifier: GPL-2.0-only
// What the machine keeps of one context (a task or an interrupt) and of one CPU.
// It must not know what a context does; the model hangs its own data on `user`.
#pragma once
#include <cstddef>
#include <cstdint>
#include "sim/fiber.hpp"
#include "sim/run_queue.hpp"

namespace sim {

using cpu_mask = uint64_t;
constexpr unsigned CPUS_MAX = 64;

// A visible operation that is not taken yet; lies on the stack of its context, and has no holes,
// which would keep what was there before.
struct pending {
	access kind;
	bool plain; // see struct touch
	uint8_t hole[6];
	const void *object;
	label where;
	bool (*enabled)(const void *guard) = nullptr;	     // null: whenever the context may run
	void (*describe)(const void *guard, op &) = nullptr; // adds touches beyond `object`
	const void *guard = nullptr;
};

enum class context_state : uint8_t { unused, asleep, queued, on_cpu, finished };

// The fields that every switch touches come first, so that they share two cache lines.
struct alignas(64) context {
	sim::fiber fiber;
	const pending *next; // where it is stopped; null: not at a visible operation
	queue_entry queue;
	uint64_t since_ns; // when it got the CPU, or fell asleep
	uint64_t spend_ns; // CPU time it still has to use up before its next operation
	context_id id;
	cpu_id cpu; // where it runs, is queued, or ran last
	context_state state;
	bool is_interrupt;
	bool preempted;
	uint8_t holds; // free machine: enum token
	uint16_t preempt_count;
	uint16_t irqs_off;
	bool joins;		// free machine: what it does next belongs to the step that it is in
	alignas(4) bool on_cpu; // some CPU uses its registers and stack; also when interrupted
	void *user;
	const frame *frames; // on its stack
	fiber_entry entry;
	void *argument;
	slice memory;
	// For the program's messages, and no part of a state: the locks it holds, while the machine
	// checks, and who wanted to wake it last while it was awake (null: nobody since it slept).
	object_id locks[8];
	uint8_t locks_held;
	context_id missed_from;
	const char *missed_in;
	// Operations it took while the machine checks, how many when it set its state, and whether
	// it slept without another since: then it did not look at what a wakeup is about.
	uint32_t operations, state_set_at;
	uint64_t looked_at; // the step in which somebody who wanted to wake it looked at its state
	bool slept_blindly;
};

inline context &context_of_entry(queue_entry *e)
{
	return *reinterpret_cast<context *>(reinterpret_cast<std::byte *>(e) -
					    offsetof(context, queue));
}
inline const context &context_of_entry(const queue_entry *e)
{
	return context_of_entry(const_cast<queue_entry *>(e));
}

// On a free machine, what a context keeps others from: see machine_free.cpp.
enum token : uint8_t {
	TOKEN_CPU = 1,	// no other task of its CPU can go on
	TOKEN_IRQS = 2, // nor an interrupt there
};

// Where a context can be interrupted, and by whom.
struct cpu_place {
	cpu_id cpu = NO_CPU;
	uint8_t kept = 0; // TOKEN_CPU, TOKEN_IRQS: what whoever comes would need
	bool is_interrupt = false;
	int prio = 0;

	// Whether it can come while the other is in the middle of an access: on another CPU at any
	// time, on its own in its place only.
	bool may_come_into(const cpu_place &other) const
	{
		if (cpu != other.cpu || cpu == NO_CPU)
			return true;
		if (is_interrupt)
			return !(other.kept & TOKEN_IRQS);
		return !other.kept && (other.prio >= PRIO_RT_END || prio < other.prio);
	}
};

// An exact point in time at which a CPU is interrupted. Lies in its user's memory.
struct alarm {
	uint64_t at_ns;
	alarm *next;
	void *user;
	cpu_id cpu;
	bool armed;
	bool quiet; // free machine: not while a task there keeps others from going on
};

enum interrupt_cause : uint32_t {
	IRQ_TIMER_WHEEL = 1, // a bucket of the wheel has expired
	IRQ_ALARM = 2,	     // an alarm is due
	IRQ_CALL = 4,	     // somebody left work for this CPU
	// No interrupt but the end of a switch, or the start of a CPU: what the kernel does there
	// comes before whoever now has the CPU (nobody: the idle task).
	IRQ_SWITCH = 8,
};

struct cpu {
	uint64_t now_ns; // local time: when its next operation takes effect
	context *current;
	context *interrupted;
	void *idle_user;	  // whose name an interrupt of the idle CPU runs under
	uint64_t interrupt_at_ns; // the earliest of the next three and the first alarm
	uint64_t causes_at_ns;	  // when the first of `causes` arrives
	uint64_t tick_at_ns;	  // next tick; only a busy CPU looks at it
	uint64_t wheel_at_ns;	  // the tick at which its wheels have something to expire
	uint64_t deferred_at_ns;  // the same of the deferred wheel: no reason to wake up
	alarm *alarms;		  // by time, equal times in order of arming
	alarm *alarms_last;
	run_queue queue;
	uint32_t causes;
	uint32_t raised;     // free machine: IRQ_SWITCH, or nothing
	uint32_t firing;     // free machine: the causes of the interrupt that is being taken
	alarm *firing_alarm; // the alarm among them
	const context *seen; // free machine: who the trace has last shown on it
	cpu_id id;
	uint16_t node;
	bool online; // switched on; one that is not takes no step, tick or interrupt
	bool need_resched;
	bool timers_pending;   // free machine: false: its wheels need not be looked at
	uint8_t softirq_depth; // for the trace
	uint8_t hardirq_depth;
	bool irqs_on_in_softirq; // so it looks from inside; interrupts do not nest here
};

} // namespace sim
