// SPDX-License-Identifier: GPL-2.0-only
// Who runs next on one CPU: real-time tasks in order of priority and arrival, then the others by
// virtual runtime. It must not know contexts, fibers or time sources.
#pragma once
#include <algorithm>
#include <cstdint>

namespace sim {

// Priorities are the kernel's: 0..99 real-time (0 first), 100..139 fair, 120 the default; and one
// before all of them.
constexpr int PRIO_STOP = -1;
constexpr int PRIO_RT_END = 100;
constexpr int PRIO_DEFAULT = 120;

// Who runs may choose among equals of a class, never below it: stopper, real-time, fair.
constexpr int priority_class(int prio)
{
	return prio == PRIO_STOP ? 0 : prio < PRIO_RT_END ? 1 : 2;
}

class run_queue;

struct queue_entry {
	queue_entry *child, *sibling, *previous; // pairing heap; all null while not queued
	int64_t vruntime_ns;
	uint64_t arrival;      // breaks ties: first come, first served
	const run_queue *home; // whose floor the virtual runtime was last compared with
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
	// A task that slept does not get back all the time it missed: it starts at most CREDIT_NS
	// before those that stayed.
	void push(queue_entry &e, bool woken)
	{
		if (woken && e.vruntime_ns < floor_ns_ - CREDIT_NS)
			e.vruntime_ns = floor_ns_ - CREDIT_NS;
		// Virtual runtimes of two CPUs have nothing to do with each other.
		if (e.home != this)
			e.vruntime_ns = std::clamp(e.vruntime_ns, floor_ns_ - CREDIT_NS,
						   floor_ns_ + static_cast<int64_t>(SLICE_NS));
		e.home = this;
		e.arrival = arrivals_++;
		e.queued = true;
		root_ = root_ ? merge(root_, &e) : &e;
		size_++;
	}
	queue_entry *pop()
	{
		queue_entry *e = root_;

		if (!e)
			return nullptr;
		root_ = nullptr;
		if (e->child) {
			root_ = merge_pairs(e->child);
			e->child = nullptr;
		}
		e->queued = false;
		size_--;
		return e;
	}
	void remove(queue_entry &e);
	// Whether `woken` should take the CPU at once from `running`, which has run for `ran_ns`
	// since it was charged last.
	bool preempts(const queue_entry &woken, const queue_entry &running, uint64_t ran_ns) const
	{
		if (woken.prio < PRIO_RT_END || running.prio < PRIO_RT_END)
			return woken.prio < running.prio;
		return running.vruntime_ns + virtual_ns(ran_ns, running.prio) - woken.vruntime_ns >
		       GRANULARITY_NS;
	}
	static void charge(queue_entry &e, uint64_t ran_ns)
	{
		if (e.prio >= PRIO_RT_END)
			e.vruntime_ns += virtual_ns(ran_ns, e.prio);
	}
	// Keeps the floor of virtual runtimes moving.
	void note_running(const queue_entry &e, uint64_t ran_ns)
	{
		if (e.prio >= PRIO_RT_END)
			floor_ns_ = std::max(floor_ns_, e.vruntime_ns + virtual_ns(ran_ns, e.prio));
	}
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
	static int64_t virtual_ns(uint64_t ran_ns, int32_t prio)
	{
		return prio == PRIO_DEFAULT ? static_cast<int64_t>(ran_ns) : weighted(ran_ns, prio);
	}
	static int64_t weighted(uint64_t ran_ns, int32_t prio);
	static bool before(const queue_entry &a, const queue_entry &b);
	static queue_entry *merge(queue_entry *a, queue_entry *b);
	static queue_entry *merge_pairs(queue_entry *first);

	queue_entry *root_;
	int64_t floor_ns_;
	uint64_t arrivals_;
	uint32_t size_;
};

} // namespace sim
