// SPDX-License-Identifier: GPL-2.0-only
// What works cost in the whole kernel: delayed ones, a thousand and a million pending; and 640
// workers on 64 CPUs, whose memory must not grow. Must not know scenarios.
#include "bench/resident.hpp"
#include "bench/rings.hpp"
#include "bench/wheel_hold.hpp"
#include "model/kthread_worker.hpp"
#include <atomic>
#include <cstdio>

namespace {

using bench::mebibytes;
using bench::now_ns;
using bench::pending_cost;
using bench::reading;
using bench::resident_bytes;
using bench::summary;
using kernel::kthread_delayed_work;
using kernel::kthread_work;
using kernel::kthread_work_function;
using kernel::kthread_worker;

kernel::kthread_worker_api &workers()
{
	return *kernel::the_kernel().api->workers();
}

[[noreturn]] void end_of_measurement()
{
	kernel::machine().fail(sim::finding_kind::warn, "bench", "done");
}

// ---- delayed works: each is queued again when it is executed ----

struct delayed_hold final : bench::kernel_program {
	struct function : kthread_work_function {
		delayed_hold *program;
	};
	function again{ { executed, "again" }, this };
	sim::prng random = sim::prng::seeded(bench::HOLD_SEED);
	kthread_worker *worker;
	uint32_t pending;
	uint64_t events, done;

	void queue(kthread_delayed_work *dwork)
	{
		workers().kthread_queue_delayed_work(worker, dwork, 1 + bench::draw_delay(random));
	}
	static void executed(kthread_work *work, const kthread_work_function &f)
	{
		delayed_hold &p = *static_cast<const function &>(f).program;

		p.done++;
		if (p.done == p.pending)
			p.begin_ns = now_ns();
		if (p.done == p.pending + p.events) {
			p.end_ns = now_ns();
			end_of_measurement();
		}
		p.queue(reinterpret_cast<kthread_delayed_work *>(work)); // its first member
	}
	void body() override
	{
		random = sim::prng::seeded(bench::HOLD_SEED);
		done = 0;
		worker = workers().kthread_create_worker(0, "hold");
		for (uint32_t i = 0; i < pending; i++) {
			auto *dwork = kernel::kzalloc<kthread_delayed_work>("body");

			kernel::kthread_init_delayed_work(dwork, &again);
			queue(dwork);
		}
	}
};

reading measure_delayed(uint32_t pending, uint64_t events)
{
	sim::natural_strategy natural;
	sim::machine_config c = bench::config_for(8, 65536);
	delayed_hold p;

	c.pages_max += pending / 8;
	sim::machine m(c, natural);
	m.set_hooks(&kernel::hooks());
	p.pending = pending;
	p.events = events;
	return p.run(m, events);
}

// ---- what of that is cold caches ----

// Laid out as a delayed work, in the same kind of memory, and in the lists in which the wheel and
// the worker have it.
struct cold_node {
	cold_node *before, *behind;
	uint64_t rest[sizeof(kthread_work) / 8 - 2];
};
struct cold_work : cold_node, bench::linked {
	uint64_t rest_of_timer[sizeof(kernel::timer_list) / 8 - 2];
};
static_assert(sizeof(cold_work) == sizeof(kthread_delayed_work));
constexpr sim::object_type cold_type = { "cold work" };

class cold_works {
public:
	explicit cold_works(uint32_t works)
		: memory_((works / 8 + 8) * sim::PAGE_BYTES),
		  arena_(memory_.base(), 0, 0, works / 8 + 8, &state_)
	{
		sim::slice pages{};

		for (uint32_t i = 0; i < works; i++)
			all_.push_back(static_cast<cold_work *>(arena_.allocate(
				0, pages, &cold_type, sizeof(cold_work), "cold_works")));
		delayed_.before = delayed_.behind = &delayed_;
		due_.before = due_.behind = &due_;
	}
	reading measure(const std::vector<bench::relink> &log)
	{
		for (size_t i = 0; i < all_.size(); i++)
			queue_again(*all_[i], log[i].to);
		return bench::replay(log, all_.size(),
				     [this](const bench::relink *begin, const bench::relink *end) {
					     return run(begin, end);
				     });
	}

private:
	// All of a bucket expire before the first of them is executed, as in the kernel.
	uint64_t run(const bench::relink *begin, const bench::relink *end)
	{
		uint64_t hash = 0;

		while (begin != end) {
			const bench::relink *i = begin;

			for (; i != end && i->from == begin->from && !buckets_.empty(i->from); i++)
				expire(buckets_.expire(i->from));
			for (; begin != i; begin++) {
				auto &one = *static_cast<cold_work *>(due_.behind);

				hash = bench::hash_mix(hash, arena_.id(&one));
				remove(one);
				queue_again(one, begin->to);
			}
		}
		return hash;
	}
	void expire(cold_work &one)
	{
		one.rest_of_timer[std::size(one.rest_of_timer) - 1]++;
		remove(one);
		add(one, *due_.before);
	}
	void queue_again(cold_work &one, unsigned bucket)
	{
		add(one, delayed_);
		buckets_.arm(bucket, one);
	}
	// Nothing of one step overlaps with the next, as hundreds of instructions lie between them
	// in the kernel. Neighbours are looked at as lists with debugging do it.
	void remove(cold_node &one)
	{
		std::atomic_thread_fence(std::memory_order_seq_cst);
		dead_ += !arena_.is_live(&one) + !arena_.is_live(one.before) +
			 !arena_.is_live(one.behind);
		one.before->behind = one.behind;
		one.behind->before = one.before;
	}
	void add(cold_node &one, cold_node &after)
	{
		std::atomic_thread_fence(std::memory_order_seq_cst);
		one.before = &after;
		one.behind = after.behind;
		after.behind->before = &one;
		after.behind = &one;
	}

	sim::region memory_;
	sim::arena_state state_{};
	sim::arena arena_;
	std::vector<cold_work *> all_;
	bench::bucket_lists<cold_work> buckets_;
	cold_node delayed_{}, due_{};
	uint64_t dead_ = 0; // the two heads
};

bool bench_delayed(const bench::settings &s)
{
	const uint64_t events = s.smoke ? 2'000 : 500'000;
	const unsigned repeats = std::min(s.repeats, 3u);
	std::vector<pending_cost> costs;
	bench::table t("delayed works in the kernel");

	for (uint32_t pending : { 1'000u, s.smoke ? 10'000u : 1'000'000u }) {
		const std::vector<bench::relink> log = bench::record_hold(pending, events);
		const summary works =
			bench::median_of(repeats, [&] { return measure_delayed(pending, events); });
		const summary lists =
			bench::median_of(repeats, [&] { return cold_works(pending).measure(log); });

		t.row("expire, execute, queue again", pending, works);
		t.row("the same lists, and nothing else", pending, lists, works.median_ns);
		costs.push_back({ pending, works.median_ns, lists.median_ns });
	}
	return bench::within_caches(costs[1], costs[0]);
}

// ---- many workers ----

constexpr unsigned CPUS = sim::CPUS_MAX;
constexpr unsigned WORKERS_PER_CPU = 10;
constexpr unsigned ROUND = 100; // works a producer queues before it sleeps

// On every CPU a task that makes works for the workers of that CPU; a work is freed by its own
// function, as drivers do it.
struct many_workers final : bench::measured {
	struct function : kthread_work_function {
		many_workers *program;
	};
	struct producer {
		many_workers *program;
		kernel::user_task user;
		kthread_worker *workers[WORKERS_PER_CPU];
	};
	function once{ { executed, "once" }, this };
	producer producers[CPUS];
	sim::prng random;
	unsigned ready;
	uint64_t per_cpu, done, steps;
	uint64_t resident[3] = {}; // after a tenth, a half and all, in bytes

	uint64_t all() const { return per_cpu * CPUS; }
	// Of the first run: the second finds the memory of the first.
	void note_resident(unsigned which)
	{
		if (!resident[which])
			resident[which] = resident_bytes();
	}
	static void executed(kthread_work *work, const kthread_work_function &f)
	{
		many_workers &p = *static_cast<const function &>(f).program;

		kernel::kfree(work, "executed");
		p.done++;
		if (p.done == p.all() / 10)
			p.note_resident(0);
		if (p.done == p.all() / 2)
			p.note_resident(1);
		if (p.done == p.all()) {
			p.end_ns = now_ns();
			p.steps = kernel::machine().state().steps - p.steps;
			p.note_resident(2);
			end_of_measurement();
		}
	}
	void queue(kthread_worker *worker, bool delayed)
	{
		if (delayed) {
			auto *dwork = kernel::kzalloc<kthread_delayed_work>("queue");

			kernel::kthread_init_delayed_work(dwork, &once);
			workers().kthread_queue_delayed_work(worker, dwork, 1 + random.below(20));
		} else {
			auto *work = kernel::kzalloc<kthread_work>("queue");

			kernel::kthread_init_work(work, &once);
			workers().kthread_queue_work(worker, work);
		}
	}
	void create_workers(producer &self)
	{
		for (kthread_worker *&worker : self.workers)
			worker = workers().kthread_create_worker_on_cpu(self.user.cpu, 0, "many");
		if (++ready == CPUS) {
			begin_ns = now_ns();
			steps = kernel::machine().state().steps;
		}
		while (ready < CPUS)
			kernel::msleep(1);
	}
	static void produce(void *argument)
	{
		producer &self = *static_cast<producer *>(argument);
		many_workers &p = *self.program;

		p.create_workers(self);
		for (uint64_t i = 0; i < p.per_cpu; i++) {
			if (i && i % ROUND == 0)
				kernel::msleep(1);
			p.queue(self.workers[i / 10 % WORKERS_PER_CPU], i % 10 == 9);
		}
	}
	bool stayed_small() const;
	void start(sim::machine &m) override
	{
		random = sim::prng::seeded(bench::HOLD_SEED);
		ready = 0;
		done = 0;
		kernel::boot(m, *kernel::make_api(m, kernel::V6_13), {});
		for (unsigned i = 0; i < CPUS; i++) {
			producer &one = producers[i];

			one.program = this;
			one.user = { "producer", produce, &one, static_cast<int>(i) };
			kernel::start_user_task(m, one.user);
		}
	}
};

// Nothing that a work takes may stay: less than two bytes each of those after the first tenth.
bool many_workers::stayed_small() const
{
	const double more = static_cast<double>(resident[2]) - static_cast<double>(resident[0]);
	const double a_work = more / (static_cast<double>(all()) * 0.9);
	const bool small = a_work < 2;

	printf("resident after a tenth %.1f MiB, half %.1f, all %.1f: %.2f bytes a work, %s\n",
	       mebibytes(resident[0]), mebibytes(resident[1]), mebibytes(resident[2]), a_work,
	       small ? "bounded" : "GROWING");
	return small;
}

bool bench_many_workers(const bench::settings &s)
{
	sim::natural_strategy natural;
	sim::machine m(bench::config_for(2048, 65536, CPUS), natural);
	many_workers p;

	m.set_hooks(&kernel::hooks());
	p.per_cpu = s.smoke ? 100 : 15'625;
	const uint64_t all = p.per_cpu * CPUS;
	const summary work =
		bench::median_of(std::min(s.repeats, 3u), [&] { return p.run(m, all); });
	const double steps = static_cast<double>(p.steps) / static_cast<double>(all);
	bench::table t("64 CPUs of 10 workers, a tenth delayed");

	t.row("make a work, execute and free it", all, work);
	printf("%.3f M works/s, %.1f M steps/s, %.1f steps a work\n", 1e3 / work.median_ns,
	       1e3 * steps / work.median_ns, steps);
	return p.stayed_small();
}

} // namespace

int main(int argc, char **argv)
{
	const bench::settings s = bench::parse_settings(argc, argv);
	bool good = bench_delayed(s);

	good &= bench_many_workers(s);
	// In a smoke run the figures mean nothing.
	return good || s.smoke ? 0 : 1;
}
