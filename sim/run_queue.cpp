// SPDX-License-Identifier: GPL-2.0-only
// Who runs next on one CPU, as a pairing heap.
// It must not know contexts, fibers or time sources.
#include "sim/run_queue.hpp"
#include <algorithm>

namespace sim {

// How much virtual time a nanosecond costs at each nice level, as 1024 / weight with 10 bits of
// fraction: neighbouring levels differ by a quarter.
int64_t run_queue::weighted(uint64_t ran_ns, int32_t prio)
{
	static constexpr uint32_t weights[40] = {
		88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916,
		9548,  7620,  6100,  4904,  3906,  3121,  2501,	 1991,	1586,  1277,
		1024,  820,   655,   526,   423,   335,	  272,	 215,	172,   137,
		110,   87,    70,    56,    45,	   36,	  29,	 23,	18,    15,
	};
	const int level = std::clamp(prio - PRIO_RT_END, 0, 39);

	return static_cast<int64_t>(ran_ns * 1024 / weights[level]);
}

bool run_queue::before(const queue_entry &a, const queue_entry &b)
{
	const bool rt_a = a.prio < PRIO_RT_END, rt_b = b.prio < PRIO_RT_END;

	if (rt_a != rt_b)
		return rt_a;
	if (rt_a && a.prio != b.prio)
		return a.prio < b.prio;
	if (!rt_a && a.vruntime_ns != b.vruntime_ns)
		return a.vruntime_ns < b.vruntime_ns;
	return a.arrival < b.arrival;
}

queue_entry *run_queue::merge(queue_entry *a, queue_entry *b)
{
	if (!a)
		return b;
	if (!b)
		return a;
	if (before(*b, *a))
		std::swap(a, b);
	b->previous = a;
	b->sibling = a->child;
	if (a->child)
		a->child->previous = b;
	a->child = b;
	return a;
}

queue_entry *run_queue::merge_pairs(queue_entry *first)
{
	queue_entry *pairs = nullptr; // merged pairs, the last one first

	while (first) {
		queue_entry *a = first, *b = a->sibling;

		first = b ? b->sibling : nullptr;
		a->sibling = a->previous = nullptr;
		if (b)
			b->sibling = b->previous = nullptr;
		a = merge(a, b);
		a->sibling = pairs;
		pairs = a;
	}
	queue_entry *root = nullptr;
	while (pairs) {
		queue_entry *next = pairs->sibling;

		pairs->sibling = nullptr;
		root = merge(root, pairs);
		pairs = next;
	}
	return root;
}

void run_queue::remove(queue_entry &e)
{
	if (&e == root_) {
		pop();
		return;
	}
	if (e.previous->child == &e)
		e.previous->child = e.sibling;
	else
		e.previous->sibling = e.sibling;
	if (e.sibling)
		e.sibling->previous = e.previous;
	e.sibling = e.previous = nullptr;
	root_ = merge(root_, merge_pairs(e.child));
	e.child = nullptr;
	e.queued = false;
	size_--;
}

} // namespace sim
