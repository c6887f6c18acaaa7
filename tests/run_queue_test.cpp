// SPDX-License-Identifier: GPL-2.0-only
// Tests of sim/run_queue.hpp: the order in which tasks leave, against a plain sorted list.
// Must not know contexts or CPUs.
#include "sim/run_queue.hpp"

#include <algorithm>
#include <deque>
#include <doctest/doctest.h>
#include <vector>
#include "sim/prng.hpp"

namespace {

using sim::queue_entry;
using sim::run_queue;

struct named {
	queue_entry entry{}; // first, so that an entry is found in its named one
	int name = 0;
};

named task(int name, int prio, int64_t vruntime_ns = 0)
{
	named t;

	t.name = name;
	t.entry.prio = prio;
	t.entry.vruntime_ns = vruntime_ns;
	return t;
}

int name_of(const queue_entry *e)
{
	return e ? reinterpret_cast<const named *>(e)->name : -1;
}

std::vector<int> drained(run_queue &q)
{
	std::vector<int> names;

	while (queue_entry *e = q.pop())
		names.push_back(name_of(e));
	return names;
}

// What the queue should do, in the simplest way: sorted anew each time.
class plain_queue {
public:
	void push(named &t) { all_.push_back({ &t, next_++ }); }
	void remove(const named &t)
	{
		std::erase_if(all_, [&](const waiting &w) { return w.task == &t; });
	}
	named *first() const
	{
		const auto best = std::min_element(all_.begin(), all_.end(), goes_before);

		return best == all_.end() ? nullptr : best->task;
	}
	size_t size() const { return all_.size(); }

private:
	struct waiting {
		named *task;
		int arrival;
	};
	static bool goes_before(const waiting &a, const waiting &b)
	{
		const queue_entry &x = a.task->entry, &y = b.task->entry;
		const int class_x = x.prio < 100 ? x.prio : 100;
		const int class_y = y.prio < 100 ? y.prio : 100;

		if (class_x != class_y)
			return class_x < class_y;
		if (class_x == 100 && x.vruntime_ns != y.vruntime_ns)
			return x.vruntime_ns < y.vruntime_ns;
		return a.arrival < b.arrival;
	}
	std::vector<waiting> all_;
	int next_ = 0;
};

} // namespace

TEST_CASE("an empty queue has no first and gives nothing")
{
	run_queue q{};

	CHECK(q.empty());
	CHECK(q.first() == nullptr);
	CHECK(q.pop() == nullptr);
	CHECK(q.size() == 0);
}

TEST_CASE("real-time tasks leave by priority, equal ones in the order they came")
{
	run_queue q{};
	named a = task(1, 50), b = task(2, 10), c = task(3, 50), d = task(4, 120), e = task(5, 99);

	for (named *t : { &d, &a, &e, &b, &c })
		q.push(t->entry, false);
	CHECK(drained(q) == std::vector<int>{ 2, 1, 3, 5, 4 });
}

TEST_CASE("fair tasks leave by virtual runtime whatever their priority, equal ones as they came")
{
	run_queue q{};
	named a = task(1, 139, 5), b = task(2, 100, 9), c = task(3, 120, 5), d = task(4, 120, -1);

	for (named *t : { &b, &c, &a, &d })
		q.push(t->entry, false);
	CHECK(drained(q) == std::vector<int>{ 4, 3, 1, 2 });
}

TEST_CASE(
	"a task that slept long starts one credit before the others, a short sleeper where it was")
{
	run_queue q{};
	named runs = task(0, 120, 100'000'000), slept = task(1, 120, 0);
	named napped = task(2, 120, 99'000'000), stayed = task(3, 120, 0);

	q.note_running(runs.entry, 0);
	for (named *t : { &slept, &napped, &stayed })
		t->entry.home = &q;
	q.push(slept.entry, true);
	q.push(napped.entry, true);
	q.push(stayed.entry, false);
	CHECK(slept.entry.vruntime_ns == 100'000'000 - run_queue::CREDIT_NS);
	CHECK(napped.entry.vruntime_ns == 99'000'000);
	CHECK(stayed.entry.vruntime_ns == 0);
	CHECK(drained(q) == std::vector<int>{ 3, 1, 2 });
}

TEST_CASE("a task from another queue starts at most one credit before and one slice behind the "
	  "others")
{
	run_queue q{};
	named runs = task(0, 120, 100'000'000), little = task(1, 120, 5);
	named much = task(2, 120, 900'000'000), alike = task(3, 120, 101'000'000);

	q.note_running(runs.entry, 0);
	for (named *t : { &little, &much, &alike })
		q.push(t->entry, false);
	CHECK(little.entry.vruntime_ns == 100'000'000 - run_queue::CREDIT_NS);
	CHECK(much.entry.vruntime_ns == 100'000'000 + static_cast<int64_t>(run_queue::SLICE_NS));
	CHECK(alike.entry.vruntime_ns == 101'000'000);
	CHECK(drained(q) == std::vector<int>{ 1, 3, 2 });
	// now it is at home: what it used is charged in full
	run_queue::charge(little.entry, 50'000'000);
	q.push(little.entry, false);
	CHECK(little.entry.vruntime_ns == 150'000'000 - run_queue::CREDIT_NS);
}

TEST_CASE("the floor of virtual runtimes never goes back, and real-time tasks do not move it")
{
	run_queue q{};
	named far = task(0, 120, 50'000'000), back = task(1, 120, 10'000'000);
	named rt = task(2, 10, 90'000'000), woken = task(3, 120, 0);

	q.note_running(far.entry, 0);
	q.note_running(back.entry, 0);
	q.note_running(rt.entry, 0);
	q.push(woken.entry, true);
	CHECK(woken.entry.vruntime_ns == 50'000'000 - run_queue::CREDIT_NS);
}

TEST_CASE("CPU time costs virtual runtime by weight, and nothing for a real-time task")
{
	named normal = task(0, 120), nice = task(1, 139), greedy = task(2, 100), rt = task(3, 99);

	for (named *t : { &normal, &nice, &greedy, &rt })
		run_queue::charge(t->entry, 1'024'000);
	CHECK(normal.entry.vruntime_ns == 1'024'000);
	CHECK(nice.entry.vruntime_ns == 1'024'000 * 1024 / 15);
	CHECK(greedy.entry.vruntime_ns == 1'024'000 * 1024 / 88761);
	CHECK(rt.entry.vruntime_ns == 0);
}

TEST_CASE("a woken task preempts a lower class, a lower real-time priority, or by a granularity")
{
	const run_queue q{};
	const named rt10 = task(0, 10), rt20 = task(1, 20), fair = task(2, 120, 5'000'000);
	const named near_by = task(3, 120, 4'000'000), far = task(4, 120, 3'999'999);

	CHECK(q.preempts(rt10.entry, rt20.entry, 0));
	CHECK(!q.preempts(rt20.entry, rt10.entry, 0));
	CHECK(!q.preempts(rt10.entry, rt10.entry, 0));
	CHECK(q.preempts(rt20.entry, fair.entry, 0));
	CHECK(!q.preempts(far.entry, rt20.entry, 0));
	CHECK(!q.preempts(near_by.entry, fair.entry, 0)); // exactly one granularity is not enough
	CHECK(q.preempts(far.entry, fair.entry, 0));
	CHECK(q.preempts(near_by.entry, fair.entry, 1)); // what it ran meanwhile counts
}

TEST_CASE("pushes, pops and removals give the order of a sorted list: 60,000 drawn operations")
{
	sim::prng g = sim::prng::seeded(3);
	run_queue q{};
	plain_queue plain;
	std::deque<named> tasks(40);

	for (size_t i = 0; i < tasks.size(); i++)
		tasks[i].name = static_cast<int>(i);
	for (int i = 0; i < 60000; i++) {
		named &t = tasks[g.below(tasks.size())];

		if (t.entry.queued && g.below(2)) {
			q.remove(t.entry);
			plain.remove(t);
			REQUIRE(!t.entry.queued);
		} else if (!t.entry.queued) {
			t.entry.prio =
				static_cast<int>(g.below(3) ? 110 + g.below(20) : g.below(4));
			t.entry.vruntime_ns = static_cast<int64_t>(g.below(6));
			q.push(t.entry, false);
			plain.push(t);
		} else {
			named *expected = plain.first();

			REQUIRE(name_of(q.pop()) == expected->name);
			plain.remove(*expected);
		}
		REQUIRE(q.size() == plain.size());
		REQUIRE(q.empty() == (plain.size() == 0));
		REQUIRE(name_of(q.first()) == (plain.first() ? plain.first()->name : -1));
	}
}

TEST_CASE("for_each visits every queued task exactly once")
{
	sim::prng g = sim::prng::seeded(4);
	std::deque<named> tasks(30);

	for (int round = 0; round < 300; round++) {
		run_queue q{};
		std::vector<int> expected, seen;
		const auto visit = [&](const queue_entry &e) { seen.push_back(name_of(&e)); };

		for (size_t i = 0; i < tasks.size(); i++) {
			tasks[i] = task(static_cast<int>(i), 120, static_cast<int64_t>(g.below(9)));
			q.push(tasks[i].entry, false);
		}
		for (uint64_t left = g.below(20); left; left--)
			q.pop();
		for (const named &t : tasks)
			if (t.entry.queued)
				expected.push_back(t.name);
		q.for_each(visit);
		std::sort(seen.begin(), seen.end());
		REQUIRE(seen == expected);
	}
}

TEST_CASE("a copy of the queue and its tasks is a queue of its own once the links are put back")
{
	run_queue q{};
	std::vector<named> tasks(12);

	for (size_t i = 0; i < tasks.size(); i++) {
		tasks[i] = task(static_cast<int>(i), 120, static_cast<int64_t>(i * 7 % 12));
		q.push(tasks[i].entry, false);
	}
	q.pop();
	const run_queue saved_queue = q;
	const std::vector<named> saved_tasks = tasks;
	const std::vector<int> first = drained(q);

	q = saved_queue;
	std::copy(saved_tasks.begin(), saved_tasks.end(), tasks.begin()); // same addresses
	CHECK(drained(q) == first);
	CHECK(first.size() == 11);
}
