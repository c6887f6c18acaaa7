// SPDX-License-Identifier: GPL-2.0-only
// Who runs next on one CPU: real-time tasks in order of priority and arrival, then the others by
// virtual runtime. It must not know contexts, fibers or time sources.
#pragma once
#include <cstdint>

namespace sim {

// Priorities are the kernel's: 0..99 real-time (0 first), 100..139 fair, 120 the default.
constexpr int PRIO_RT_END = 100;
constexpr int PRIO_DEFAULT = 120;

struct queue_entry {
	queue_entry *child, *sibling, *previous; // pairing heap
	int64_t vruntime_ns;
	uint64_t arrival; // breaks ties: first come, first served
	int32_t prio;
	bool queued;
};

// A pairing heap: pushing is O(1), taking and removing O(log n) amortised. All links point to
// entries at fixed addresses, so a copy of the memory is a copy of the queue.
class run_queue {
public:
	bool empty() const { return !root_; }
	uint32_t size() const { return size_; }
	const queue_entry *first() const { return root_; }
	// A task that slept does not get back all the time it missed: it starts at most
	// `credit_ns` before those that stayed.
	void push(queue_entry &e, bool woken);
	queue_entry *pop();
	void remove(queue_entry &e);
	// Whether `woken` should take the CPU from `running` at once.
	bool preempts(const queue_entry &woken, const queue_entry &running) const;
	static void charge(queue_entry &e, uint64_t ran_ns);
	void note_running(const queue_entry &e); // keeps the floor of virtual runtimes moving
	// Calls f(entry) for all entries that share the first one's priority class.
	template <class F> void for_each(F f) const { walk(root_, f); }

	static constexpr int64_t CREDIT_NS = 3'000'000;
	static constexpr int64_t GRANULARITY_NS = 1'000'000;
	static constexpr uint64_t SLICE_NS = 3'000'000;

private:
	template <class F> static void walk(const queue_entry *e, F &f)
	{
		for (; e; e = e->sibling) {
			f(*e);
			walk(e->child, f);
		}
	}
	static bool before(const queue_entry &a, const queue_entry &b);
	static queue_entry *merge(queue_entry *a, queue_entry *b);
	static queue_entry *merge_pairs(queue_entry *first);

	queue_entry *root_;
	int64_t floor_ns_;
	uint64_t arrivals_;
	uint32_t size_;
};

} // namespace sim
