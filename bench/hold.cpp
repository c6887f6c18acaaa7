// SPDX-License-Identifier: GPL-2.0-only
// The hold model on the timer wheel: a timer fires and is armed again, N always pending; beside it
// ns-3's schedulers. Must not know the machine, the kernel or a scenario: this is the wheel alone.
#include "bench/hold_model.hpp"
#include "bench/measure.hpp"
#include "bench/peer.hpp"
#include "sim/timer_wheel.hpp"

#include <memory>

namespace {

using bench::reading;
using bench::summary;
using sim::wheel_timer;

constexpr unsigned HZ = 1000;
constexpr uint64_t START_JIFFIES = 4294967296 - 300 * HZ;
constexpr unsigned BUCKETS = sim::WHEEL_MAX_DEPTH * sim::WHEEL_LEVEL_SIZE;

// What arming a timer does to the lists: out of one bucket, into another.
struct relink {
	uint16_t from, to;
};
constexpr uint16_t NOWHERE = UINT16_MAX; // it was not pending yet

struct hold {
	std::unique_ptr<sim::timer_wheel> wheel = std::make_unique<sim::timer_wheel>();
	std::vector<wheel_timer> timers;
	sim::prng random = sim::prng::seeded(bench::HOLD_SEED);
	uint64_t now = START_JIFFIES;
	uint64_t hash = 0;
	bool moves; // every 16th callback moves a timer that has not fired, as a watchdog's user
	std::vector<relink> *log = nullptr;

	hold(size_t pending, bool moves, std::vector<relink> *log = nullptr)
		: timers(pending), moves(moves), log(log)
	{
		wheel->init(HZ, now);
		for (wheel_timer &timer : timers)
			arm(timer, NOWHERE);
	}

	void arm(wheel_timer &timer, unsigned from)
	{
		wheel->mod(timer, now + bench::draw_delay(random), now);
		if (log)
			log->push_back({ static_cast<uint16_t>(from),
					 static_cast<uint16_t>(timer.idx()) });
	}

	void fire(wheel_timer &timer)
	{
		hash = bench::hash_mix(hash, static_cast<uint64_t>(&timer - timers.data()));
		hash = bench::hash_mix(hash, now);
		arm(timer, timer.idx());
		if (moves && random.below(16) == 0)
			arm(timers[random.below(timers.size())], NOWHERE);
	}

	// Jumps from one jiffy with timers to the next, until so many have fired.
	uint64_t run(uint64_t least_events)
	{
		sim::expired_timers batch;
		uint64_t events = 0;

		while (events < least_events && wheel->next_expiry(now)) {
			while (wheel->collect(now, batch)) {
				while (wheel_timer *timer = batch.pop()) {
					fire(*timer);
					events++;
				}
			}
		}
		return events;
	}
};

reading measure(size_t pending, uint64_t least_events, bool moves)
{
	hold model(pending, moves);

	model.run(bench::warm_up_events(pending));
	const uint64_t begin_ns = bench::now_ns();
	const uint64_t events = model.run(least_events);
	const uint64_t taken_ns = bench::now_ns() - begin_ns;

	return { static_cast<double>(taken_ns) / static_cast<double>(events), model.hash };
}

// What cold caches cost whoever keeps the events in lists: the same nodes pass through the same
// lists in the same order, as a run of the wheel has left it in writing. Nothing is drawn, placed
// or looked for.
struct list_replay {
	std::vector<wheel_timer> nodes;
	wheel_timer *heads[BUCKETS] = {};

	explicit list_replay(size_t pending) : nodes(pending) {}

	wheel_timer &first_out(unsigned bucket)
	{
		wheel_timer *node = heads[bucket];

		heads[bucket] = node->next;
		if (node->next)
			node->next->pprev = &heads[bucket];
		return *node;
	}
	void first_in(unsigned bucket, wheel_timer &node)
	{
		node.next = heads[bucket];
		if (node.next)
			node.next->pprev = &node.next;
		heads[bucket] = &node;
		node.pprev = &heads[bucket];
	}
	uint64_t run(const relink *begin, const relink *end)
	{
		uint64_t hash = 0;

		for (const relink *one = begin; one != end; one++) {
			wheel_timer &node = first_out(one->from);

			hash = bench::hash_mix(hash, static_cast<uint64_t>(&node - nodes.data()));
			first_in(one->to, node);
		}
		return hash;
	}
};

reading replay(size_t pending, const std::vector<relink> &log)
{
	list_replay lists(pending);
	const relink *begin = log.data() + pending + bench::warm_up_events(pending);
	const relink *end = log.data() + log.size();

	for (size_t i = 0; i < pending; i++)
		lists.first_in(log[i].to, lists.nodes[i]);
	lists.run(log.data() + pending, begin);
	const uint64_t begin_ns = bench::now_ns();
	const uint64_t hash = lists.run(begin, end);
	const uint64_t taken_ns = bench::now_ns() - begin_ns;

	return { static_cast<double>(taken_ns) / static_cast<double>(end - begin), hash };
}

struct figures {
	size_t pending;
	double wheel_ns, lists_ns;
};

figures measure_wheel(const bench::settings &chosen, size_t pending, uint64_t events)
{
	bench::table table("timer wheel, hold model");
	std::vector<relink> log;

	hold(pending, false, &log).run(bench::warm_up_events(pending) + events);

	const summary wheel =
		bench::median_of(chosen.repeats, [&] { return measure(pending, events, false); });
	const summary lists =
		bench::median_of(chosen.repeats, [&] { return replay(pending, log); });

	table.row("fire and arm again", pending, wheel);
	table.row("the same lists, and nothing else", pending, lists, wheel.median_ns);
	table.row("every 16th moves another one too", pending,
		  bench::median_of(chosen.repeats, [&] { return measure(pending, events, true); }),
		  wheel.median_ns);
	return { pending, wheel.median_ns, lists.median_ns };
}

// ---- the limits ----

bool within_caches(const figures &many, const figures &few)
{
	const double caches_ns = many.lists_ns - few.lists_ns;
	const double limit_ns = 2 * few.wheel_ns + caches_ns;
	const bool within = many.wheel_ns <= limit_ns;

	printf("%zu pending: %.1f ns; at most 2 x %.1f of %zu, + %.1f of cold caches = %.1f: %s\n",
	       many.pending, many.wheel_ns, few.wheel_ns, few.pending, caches_ns, limit_ns,
	       within ? "kept" : "EXCEEDED");
	return within;
}

struct best_peer {
	std::string name;
	double ns = 0;
};

// All of them must have fired the same events.
best_peer measure_peers(const bench::settings &chosen, const figures &ours, uint64_t events)
{
	bench::table table("ns-3, in wheels");
	best_peer best;
	uint64_t hash = 0;

	for (const char *way : { "", " --simulator" }) {
		for (const char *name : { "Map", "Heap", "Calendar", "PriorityQueue" }) {
			const std::string scheduler = std::string(name) + "Scheduler" + way;
			const std::string arguments = name + (" " + std::to_string(ours.pending)) +
						      " " + std::to_string(events) + way;
			const summary one = bench::median_of(chosen.repeats, [&] {
				return bench::run_peer("ns3_hold", arguments);
			});

			table.row(scheduler.c_str(), ours.pending, one, ours.wheel_ns);
			if (one.median_ns <= 0 || (hash && one.hash != hash))
				throw std::logic_error("ns3_hold failed, or fired other events");
			hash = one.hash;
			if (best.name.empty() || one.median_ns < best.ns)
				best = { scheduler, one.median_ns };
		}
	}
	return best;
}

bool ahead_of_peers(const bench::settings &chosen, const figures &ours, uint64_t events)
{
	const best_peer best = measure_peers(chosen, ours, events);
	const bool ahead = ours.wheel_ns < best.ns;

	printf("%zu pending: %.1f M events/s; ns-3's best, %s, %.1f M: %.2f times as many: %s\n",
	       ours.pending, 1e3 / ours.wheel_ns, best.name.c_str(), 1e3 / best.ns,
	       best.ns / ours.wheel_ns, ahead ? "ahead" : "NOT AHEAD");
	return ahead;
}

} // namespace

int main(int argc, char **argv)
{
	const bench::settings chosen = bench::parse_settings(argc, argv);
	const uint64_t events = chosen.smoke ? 20'000 : 2'000'000;
	std::vector<figures> wheel;
	bool good = true;

	// Before the peers, which take a while: the less time between them, the less can change.
	for (size_t pending : { 1'000, 100'000, 1'000'000 })
		if (pending == 1'000 || !chosen.smoke)
			wheel.push_back(measure_wheel(chosen, pending, events));
	for (const figures &many : wheel)
		if (many.pending > 1'000)
			good &= within_caches(many, wheel.front());
	if (!bench::has_peer("ns3_hold"))
		printf("ns-3 is not installed (packages.txt, [bench]): not compared with it\n");
	else
		for (const figures &ours : wheel)
			if (ours.pending <= 100'000)
				good &= ahead_of_peers(chosen, ours, events);
	// In a smoke run the figures mean nothing.
	return good || chosen.smoke ? 0 : 1;
}
