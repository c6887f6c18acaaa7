// SPDX-License-Identifier: GPL-2.0-only
// Interleavings of every two calls on a work: each keeps the API's promises, and together they come
// to what the sections of the calls under worker->lock allow, and to no more.
// Must not know what scenarios ask.
#include <algorithm>
#include <cstdlib>
#include <doctest/doctest.h>
#include "model/bugs/5fa54346caf6_mod_before_the_timer.hpp"
#include "sim/explore_pos.hpp"
#include "sim/snapshot.hpp"
#include "sim/states.hpp"
#include "sim/strategies.hpp"
#include "tests/support_pair_ends.hpp"

namespace {

using namespace kernel;
using support::call;
using support::pair_plan;
using support::prelude;

// A pair with fewer states is searched to its end, the others are sampled besides.
constexpr uint64_t STATES_MAX = 2'000;
constexpr uint64_t SAMPLES = 50;

// KTHREADSIM_ALL_STATES=1 searches every pair to its end, which takes a minute or two.
bool wants_all_states()
{
	const char *all = getenv("KTHREADSIM_ALL_STATES");

	return all && std::string(all) == "1";
}

// A CPU for each: the calls, and the worker.
sim::machine_config free_machine()
{
	sim::machine_config c;

	c.cpus = 3;
	c.distance[0][0] = 10;
	c.free = true;
	c.preempt = sim::preemption::full;
	c.contexts_max = 64;
	c.pages_max = 256;
	return c;
}

struct found_ends {
	std::set<std::string> ends;
	bool complete = false; // there are no others
};

void search(const pair_plan &p, found_ends &found)
{
	support::pair_program program(p);
	sim::natural_strategy nobody_asks;
	sim::machine m(free_machine(), nobody_asks);
	sim::search_limits limits;

	if (!wants_all_states())
		limits.states_max = STATES_MAX;
	m.set_hooks(&hooks());
	const sim::search_result all = sim::state_search(m, program, limits).run();
	found.complete = all.complete;
	CHECK(!all.cyclic);
	for (const sim::search_outcome &o : all.outcomes)
		found.ends.insert(o.text);
}

// Until `enough` says so of an end.
template <class F>
void sample(const pair_plan &p, uint64_t executions, std::set<std::string> &ends, F enough)
{
	support::pair_program program(p);
	sim::pos_strategy pos(1, executions);
	sim::machine m(free_machine(), pos);
	std::string end;

	m.set_hooks(&hooks());
	do {
		m.start(program);
		m.run();
		program.outcome(m, end);
		ends.insert(end);
	} while (!enough(end) && pos.next_execution(m.ended_as()));
}

found_ends ends_of(const pair_plan &p)
{
	found_ends found;

	if (sim::snapshot::supported)
		search(p, found);
	if (!found.complete)
		sample(p, SAMPLES, found.ends, [](const std::string &) { return false; });
	CHECK((found.complete || !wants_all_states()));
	return found;
}

std::string lines(const std::set<std::string> &ends)
{
	std::string text;

	for (const std::string &end : ends)
		text += end + "\n";
	return text;
}

// All of them if everything was searched, else none but them.
void check_ends(const pair_plan &p, const found_ends &found)
{
	const std::set<std::string> possible = support::possible_ends(p);

	INFO(name_of(p) << "\n" << lines(found.ends));
	CHECK(std::includes(possible.begin(), possible.end(), found.ends.begin(),
			    found.ends.end()));
	CHECK((!found.complete || found.ends.size() == possible.size()));
	CHECK(lines(found.ends).find("broken") == std::string::npos);
}

bool makes(const pair_plan &p, call c)
{
	return std::count(p.calls.begin(), p.calls.end(), c);
}

// ---- kernels with a mistake each ----

template <class base> struct queues_while_canceled : base {
	bool queuing_blocked(kthread_worker *worker, kthread_work *work) override
	{
		return !list_empty(work->node.under(worker->lock));
	}
};

// As before 6993d0fdbee0 (2020).
template <class base> struct callback_queues_while_canceled : base {
	void kthread_delayed_work_timer_fn(timer_list *t) override
	{
		in_function here;
		auto *work = reinterpret_cast<kthread_work *>(
			reinterpret_cast<std::byte *>(t) - offsetof(kthread_delayed_work, timer));
		kthread_worker *worker = plain_read(work->worker);

		raw_spin_lock_irqsave(worker->lock);
		list_del_init(work->node.under(worker->lock));
		this->kthread_insert_work(worker, work, worker->work_list.under(worker->lock));
		raw_spin_unlock_irqrestore(worker->lock);
	}
};

// As before d71ba1649fa3 (2021).
template <class base> struct mod_counts_what_it_lost : base {
	bool kthread_mod_delayed_work(kthread_worker *worker, kthread_delayed_work *dwork,
				      unsigned long delay) override
	{
		in_function here;
		kthread_work *work = &dwork->work;
		bool ret = false;

		raw_spin_lock_irqsave(worker->lock);
		if (plain_read(work->worker)) {
			this->kthread_cancel_delayed_work_timer(work);
			if (work->canceling.under(worker->lock))
				goto out;
			ret = this->__kthread_cancel_work(work);
		}
		this->__kthread_queue_delayed_work(worker, dwork, delay);
	out:
		raw_spin_unlock_irqrestore(worker->lock);
		return ret;
	}
};

template <class base> struct cancel_does_not_wait : base {
	bool __kthread_cancel_work_sync(kthread_work *work, bool) override
	{
		in_function here;
		kthread_worker *worker = plain_read(work->worker);

		if (!worker)
			return false;
		raw_spin_lock_irqsave(worker->lock);
		const bool ret = this->__kthread_cancel_work(work);
		raw_spin_unlock_irqrestore(worker->lock);
		return ret;
	}
};

template <class base> struct flush_overlooks_running : base {
	void kthread_flush_work(kthread_work *work) override
	{
		if (!list_empty(work->node.read_unlocked()))
			base::kthread_flush_work(work);
	}
};

template <class base> struct last_come_first_served : base {
	void kthread_insert_work(kthread_worker *worker, kthread_work *work,
				 list_head &pos) override
	{
		list_head &works = worker->work_list.under(worker->lock);

		base::kthread_insert_work(worker, work, &pos == &works ? *works.next : pos);
	}
};

template <template <class> class mistake> constexpr auto with()
{
	return support::watched_kernel<mistake<kthread_worker_api>>;
}

// One of the promises `which` is not kept; 0: somebody waits for ever.
bool has_broken(const std::string &end, uint32_t which)
{
	const size_t at = end.find("broken ");

	if (!which)
		return end.find("stuck") != end.npos;
	return at != end.npos && std::stoul(end.substr(at + 7)) & which;
}

} // namespace

TEST_CASE("two allowed calls keep all promises in every order, and come to a known end")
{
	unsigned pairs = 0, complete = 0;

	for (const pair_plan &p : support::all_pairs(true)) {
		const found_ends found = ends_of(p);

		check_ends(p, found);
		CHECK(lines(found.ends).find("stuck") == std::string::npos);
		pairs++;
		complete += found.complete;
	}
	CHECK(pairs > 200);
	CHECK((complete > 60 || !sim::snapshot::supported));
}

TEST_CASE(
	"a flush of a work that may wait for its timer may wait for ever, and nothing else breaks")
{
	unsigned stuck = 0, pairs = 0;

	for (const pair_plan &p : support::all_pairs(false)) {
		if (!makes(p, call::flush_work) || makes(p, call::cancel) ||
		    makes(p, call::destroy))
			continue;
		const found_ends found = ends_of(p);

		check_ends(p, found);
		stuck += lines(found.ends).find("stuck") != std::string::npos;
		pairs++;
	}
	CHECK(pairs > 20);
	CHECK(stuck > 20);
}

TEST_CASE("each of seven mistakes in the kernel is found in the pair of calls that it breaks")
{
	constexpr uint32_t STUCK = 0;
	constexpr uint64_t EXECUTIONS = 5'000;
	const struct {
		kthread_api *(*kernel)(sim::machine &);
		prelude before;
		call a, b;
		uint32_t breaks;
	} rows[] = {
		{ with<queues_while_canceled>(), prelude::queued, call::queue, call::cancel,
		  support::QUEUED_WHILE_CANCELED },
		{ with<callback_queues_while_canceled>(), prelude::delayed, call::cancel_delayed,
		  call::flush_worker, support::QUEUED_WHILE_CANCELED },
		{ with<mod_counts_what_it_lost>(), prelude::queued, call::mod, call::cancel_delayed,
		  support::MISCOUNTED },
		{ with<mod_before_the_timer>(), prelude::queued, call::mod, call::cancel_delayed,
		  STUCK },
		{ with<cancel_does_not_wait>(), prelude::queued, call::cancel, call::cancel,
		  support::RUNNING_AFTER_CANCEL },
		{ with<flush_overlooks_running>(), prelude::queued, call::flush_work,
		  call::flush_work, support::FLUSHED_TOO_EARLY },
		{ with<last_come_first_served>(), prelude::queued_behind, call::queue, call::queue,
		  support::NOT_IN_ORDER },
	};

	for (const auto &row : rows) {
		pair_plan p;

		p.before = row.before;
		p.calls = { row.a, row.b };
		p.kernel = row.kernel;
		const auto breaks = [&row](const std::string &end) {
			return has_broken(end, row.breaks);
		};
		std::set<std::string> ends;
		sample(p, EXECUTIONS, ends, breaks);
		INFO(name_of(p) << "\n" << lines(ends));
		CHECK(std::any_of(ends.begin(), ends.end(), breaks));
	}
}
