// SPDX-License-Identifier: GPL-2.0-only
// When delayed works are executed, for every delay from 1 to 300,000 jiffies.
// Must not know how the wheel finds a place for a timer.
#include <doctest/doctest.h>
#include <vector>
#include "model/boot.hpp"
#include "model/kthread_worker.hpp"
#include "model/sched.hpp"
#include "model/versions.hpp"
#include "sim/machine.hpp"
#include "sim/strategies.hpp"

namespace {

using kernel::kthread_delayed_work;
using kernel::kthread_worker;

// Queues one work a delay, all in one jiffy, and notes the jiffies that pass until each runs.
// `after_expiry`: in a jiffy in which a timer of the same base has just expired.
class delays_program final : public sim::program {
public:
	delays_program(std::vector<uint64_t> delays, bool after_expiry)
		: after(delays.size()), delays_(std::move(delays)), after_expiry_(after_expiry)
	{
		works_.reserve(delays_.size());
		noting_.call = note;
		noting_.name = "note";
		starting_.call = start_all;
		starting_.name = "start_all";
		task_.comm = "main";
		task_.body = body;
		task_.argument = this;
	}
	void start(sim::machine &m) override
	{
		kernel::boot(m, *kernel::make_api(m, kernel::V6_13), {});
		now_ = this;
		kernel::start_user_task(m, task_);
	}
	bool unfinished(const sim::machine &) override { return false; }

	std::vector<uint64_t> after; // by delay; 0: never executed
	uint64_t queued_in = 0, arming_ended_in = 0;

private:
	static kernel::kthread_worker_api &api() { return *kernel::the_kernel().api->workers(); }

	static void body(void *self)
	{
		auto &p = *static_cast<delays_program *>(self);
		auto *first = p.make(&p.starting_);

		p.worker_ = api().kthread_create_worker(0, "w");
		if (p.after_expiry_)
			api().kthread_queue_delayed_work(p.worker_, first, 1);
		else
			p.queue_all();
	}
	static void start_all(kernel::kthread_work *, const kernel::kthread_work_function &)
	{
		now_->queue_all();
	}
	void queue_all()
	{
		queued_in = kernel::jiffies();
		for (uint64_t delay : delays_) {
			kthread_delayed_work *dwork = make(&noting_);

			works_.push_back(&dwork->work);
			api().kthread_queue_delayed_work(worker_, dwork, delay);
		}
		arming_ended_in = kernel::jiffies();
	}
	kthread_delayed_work *make(kernel::kthread_work_func_t function)
	{
		auto *made =
			kernel::allocate<kthread_delayed_work>(kthread_delayed_work::type, "test");

		kernel::KTHREAD_DELAYED_WORK_INIT(*made, function);
		return made;
	}
	// The works were made one after the other, so that their addresses ascend.
	static void note(kernel::kthread_work *work, const kernel::kthread_work_function &)
	{
		const auto &works = now_->works_;
		const auto at = std::lower_bound(works.begin(), works.end(), work) - works.begin();

		now_->after[static_cast<size_t>(at)] = kernel::jiffies() - now_->queued_in;
	}

	static inline delays_program *now_;
	const std::vector<uint64_t> delays_;
	std::vector<kernel::kthread_work *> works_;
	const bool after_expiry_;
	kthread_worker *worker_ = nullptr;
	kernel::kthread_work_function noting_{}, starting_{};
	kernel::user_task task_{};
};

// Operations take no time: everything that can be done in a jiffy is.
sim::machine_config timeless(uint32_t hz, uint64_t start_jiffies)
{
	sim::machine_config c;

	c.costs = { {}, 0, 0, 0, 0, 0 };
	c.clock = { hz, start_jiffies };
	c.steps_max = sim::NEVER;
	return c;
}

delays_program run(const std::vector<uint64_t> &delays, uint32_t hz, uint64_t start,
		   bool after_expiry)
{
	sim::natural_strategy natural;
	sim::machine m(timeless(hz, start), natural);
	delays_program p(delays, after_expiry);

	m.set_hooks(&kernel::hooks());
	m.start(p);
	m.run();
	CHECK(m.state().how == sim::ending::finished);
	CHECK(p.arming_ended_in == p.queued_in);
	return p;
}

// The rule: a level for every eightfold delay, each eight times coarser, and always the bucket
// after the one that the expiry lies in.
uint64_t due(uint64_t now, uint64_t delay)
{
	static constexpr uint64_t level_end[] = { 63, 504, 4032, 32256, 258048, 2064384 };
	const uint64_t expires = now + delay;
	unsigned level = 0;

	while (delay >= level_end[level])
		level++;
	return (((expires >> 3 * level) + 1) << 3 * level) - now;
}

} // namespace

TEST_CASE("a delayed work is executed in the jiffy that the wheel's rule says, for every delay")
{
	const struct {
		uint32_t hz;
		uint64_t start;
	} machines[] = { { 100, 0 }, { 250, 0 }, { 1000, 0 }, { 1000, 4294667296 } };
	std::vector<uint64_t> delays;

	for (uint64_t delay = 1; delay <= 300'000; delay++)
		delays.push_back(delay);
	for (const auto &machine : machines) {
		const delays_program p = run(delays, machine.hz, machine.start, false);
		uint64_t wrong = 0, first_wrong = 0;

		for (size_t i = 0; i < delays.size(); i++) {
			if (p.after[i] == due(machine.start, delays[i]))
				continue;
			first_wrong = wrong++ ? first_wrong : delays[i];
		}
		CAPTURE(machine.hz);
		CAPTURE(machine.start);
		CAPTURE(first_wrong);
		CHECK(wrong == 0);
	}
}

TEST_CASE("chosen delays are as late as the kernel's figures say, also after an expiry")
{
	const struct {
		uint64_t delay, jiffies;
	} rows[] = {
		{ 1, 2 },
		{ 2, 3 },
		{ 7, 8 },
		{ 8, 9 },
		{ 62, 63 },
		{ 63, 64 },
		{ 64, 72 },
		{ 65, 72 },
		{ 100, 104 },
		{ 250, 256 },
		{ 503, 504 },
		{ 504, 512 },
		{ 511, 512 },
		{ 512, 576 },
		{ 1000, 1024 },
		{ 4031, 4032 },
		{ 4032, 4096 },
		{ 5000, 5120 },
		{ 32255, 32256 },
		{ 32256, 32768 },
		{ 40000, 40960 },
		{ 258047, 258048 },
		{ 258048, 262144 },
		{ 300000, 327680 },
		{ 2064384, 2097152 },
	};
	// Jiffies are as at zero for each level, when the expiry of the first work comes.
	const uint64_t round = uint64_t{ 1 } << 30;
	std::vector<uint64_t> delays;

	for (const auto &row : rows)
		delays.push_back(row.delay);
	for (uint32_t hz : { 100u, 250u, 1000u }) {
		const delays_program fresh = run(delays, hz, round, false);
		const delays_program ran = run(delays, hz, round - 2, true);

		CHECK(ran.queued_in == round);
		for (size_t i = 0; i < std::size(rows); i++) {
			CAPTURE(hz);
			CAPTURE(rows[i].delay);
			CHECK(fresh.after[i] == rows[i].jiffies);
			CHECK(ran.after[i] == rows[i].jiffies);
		}
	}
}

TEST_CASE("where a delay begins within eight jiffies counts from 63 on")
{
	CHECK(run({ 511 }, 250, 5, false).after[0] == 571);
	CHECK(run({ 511 }, 250, 1000, false).after[0] == 536);
	CHECK(run({ 63 }, 250, 5, false).after[0] == 67);
	CHECK(run({ 62 }, 250, 5, false).after[0] == 63);
}
