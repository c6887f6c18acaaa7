// SPDX-License-Identifier: GPL-2.0-only
// Every interleaving of every two calls on a work: each keeps the API's promises, and together they
// come to what the sections of the calls under worker->lock allow, to all of it and to no more.
// Must not know what scenarios ask.
#include <algorithm>
#include <doctest/doctest.h>
#include "model/bugs/5fa54346caf6_mod_before_the_timer.hpp"
#include "sim/states.hpp"
#include "sim/strategies.hpp"
#include "tests/support_pair_ends.hpp"

// AddressSanitizer cannot see stacks copied.
#ifndef __SANITIZE_ADDRESS__

namespace {

using namespace kernel;
using support::call;
using support::pair_plan;
using support::prelude;

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

std::set<std::string> searched_ends(const pair_plan &p)
{
	support::pair_program program(p);
	sim::natural_strategy nobody_asks;
	sim::machine m(free_machine(), nobody_asks);
	std::set<std::string> ends;

	m.set_hooks(&hooks());
	const sim::search_result found = sim::state_search(m, program, {}).run();
	CHECK(found.complete);
	CHECK(!found.cyclic);
	for (const sim::search_outcome &o : found.outcomes)
		ends.insert(o.text);
	return ends;
}

std::string lines(const std::set<std::string> &ends)
{
	std::string text;

	for (const std::string &end : ends)
		text += end + "\n";
	return text;
}

bool makes(const pair_plan &p, call c)
{
	return std::count(p.calls.begin(), p.calls.end(), c);
}

// Pairs that are left out: a work that is queued behind another comes to all that it comes to
// without; and a flush of the whole worker, which costs most, meets a timer where the other call
// arms it, and another such flush where nothing else is to be executed.
bool is_covered(const pair_plan &p)
{
	const bool two_flushes = p.calls[0] == call::flush_worker && p.calls[1] == p.calls[0];

	return p.before == prelude::queued || (two_flushes && p.before != prelude::nothing) ||
	       (p.before == prelude::delayed && makes(p, call::flush_worker) && !p.in_order);
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
		kthread_worker *worker = READ_ONCE(work->worker);

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
		if (READ_ONCE(work->worker)) {
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
		kthread_worker *worker = READ_ONCE(work->worker);

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
		kthread_worker *worker = READ_ONCE(work->worker);

		if (!list_empty(work->node.read_unlocked(worker->lock)))
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

bool has_broken(const std::set<std::string> &ends, uint32_t which)
{
	return std::any_of(ends.begin(), ends.end(), [which](const std::string &end) {
		const size_t at = end.find("broken ");

		return at != end.npos && std::stoul(end.substr(at + 7)) & which;
	});
}

} // namespace

TEST_CASE("every interleaving of two allowed calls keeps all promises and comes to a known end")
{
	unsigned pairs = 0;

	for (const pair_plan &p : support::all_pairs(true)) {
		if (is_covered(p))
			continue;
		const std::set<std::string> found = searched_ends(p);

		INFO(name_of(p));
		CHECK(lines(found) == lines(support::possible_ends(p)));
		CHECK(lines(found).find("broken") == std::string::npos);
		CHECK(lines(found).find("stuck") == std::string::npos);
		pairs++;
	}
	CHECK(pairs > 200);
}

TEST_CASE(
	"a flush of a work that may wait for its timer may wait for ever, and nothing else breaks")
{
	unsigned stuck = 0, pairs = 0;

	for (const pair_plan &p : support::all_pairs(false)) {
		if (!makes(p, call::flush_work) || makes(p, call::cancel) ||
		    makes(p, call::destroy) || is_covered(p))
			continue;
		const std::set<std::string> found = searched_ends(p);

		INFO(name_of(p));
		CHECK(lines(found) == lines(support::possible_ends(p)));
		CHECK(lines(found).find("broken") == std::string::npos);
		stuck += lines(found).find("stuck") != std::string::npos;
		pairs++;
	}
	CHECK(pairs > 20);
	CHECK(stuck > 20);
}

TEST_CASE("each of seven mistakes in the kernel is found in the pair of calls that it breaks")
{
	constexpr uint32_t STUCK = 0;
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
		const std::set<std::string> found = searched_ends(p);
		INFO(name_of(p) << "\n" << lines(found));
		if (row.breaks == STUCK)
			CHECK(lines(found).find("stuck") != std::string::npos);
		else
			CHECK(has_broken(found, row.breaks));
	}
}

#endif
