// SPDX-License-Identifier: GPL-2.0-only
// The hold model on the timer wheel: a timer fires and is armed again, N always pending; beside it
// ns-3's schedulers. Must not know the machine, the kernel or a scenario: this is the wheel alone.
#include "bench/peer.hpp"
#include "bench/wheel_hold.hpp"

namespace {

using bench::pending_cost;
using bench::reading;
using bench::summary;

reading measure(size_t pending, uint64_t least_events, bool moves)
{
	bench::wheel_hold model(pending, moves);

	model.run(bench::warm_up_events(pending));
	const uint64_t begin_ns = bench::now_ns();
	const uint64_t events = model.run(least_events);
	const uint64_t taken_ns = bench::now_ns() - begin_ns;

	return { static_cast<double>(taken_ns) / static_cast<double>(events), model.hash };
}

struct bare_timer : bench::linked {
	uint64_t rest[3];
};
static_assert(sizeof(bare_timer) == sizeof(sim::wheel_timer));

reading measure_lists(size_t pending, const std::vector<bench::relink> &log)
{
	std::vector<bare_timer> timers(pending);
	bench::bucket_lists<bare_timer> buckets;

	for (size_t i = 0; i < pending; i++)
		buckets.arm(log[i].to, timers[i]);
	return bench::replay(log, pending, [&](const bench::relink *i, const bench::relink *end) {
		uint64_t hash = 0;

		for (; i != end; i++) {
			bare_timer &timer = buckets.expire(i->from);

			hash = bench::hash_mix(hash, static_cast<uint64_t>(&timer - timers.data()));
			buckets.arm(i->to, timer);
		}
		return hash;
	});
}

pending_cost measure_wheel(const bench::settings &chosen, size_t pending, uint64_t events)
{
	const std::vector<bench::relink> log = bench::record_hold(pending, events);
	bench::table table("timer wheel, hold model");
	const summary wheel =
		bench::median_of(chosen.repeats, [&] { return measure(pending, events, false); });
	const summary lists =
		bench::median_of(chosen.repeats, [&] { return measure_lists(pending, log); });

	table.row("fire and arm again", pending, wheel);
	table.row("the same lists, and nothing else", pending, lists, wheel.median_ns);
	table.row("every 16th moves another one too", pending,
		  bench::median_of(chosen.repeats, [&] { return measure(pending, events, true); }),
		  wheel.median_ns);
	return { pending, wheel.median_ns, lists.median_ns };
}

// ---- ns-3 ----

struct best_peer {
	std::string name;
	double ns = 0;
};

// All of them must have fired the same events.
best_peer measure_peers(const bench::settings &chosen, const pending_cost &ours, uint64_t events)
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

			table.row(scheduler.c_str(), ours.pending, one, ours.ns);
			if (one.median_ns <= 0 || (hash && one.hash != hash))
				throw std::logic_error("ns3_hold failed, or fired other events");
			hash = one.hash;
			if (best.name.empty() || one.median_ns < best.ns)
				best = { scheduler, one.median_ns };
		}
	}
	return best;
}

bool ahead_of_peers(const bench::settings &chosen, const pending_cost &ours, uint64_t events)
{
	const best_peer best = measure_peers(chosen, ours, events);
	const bool ahead = ours.ns < best.ns;

	printf("%zu pending: %.1f M events/s; ns-3's best, %s, %.1f M: %.2f times as many: %s\n",
	       ours.pending, 1e3 / ours.ns, best.name.c_str(), 1e3 / best.ns, best.ns / ours.ns,
	       ahead ? "ahead" : "NOT AHEAD");
	return ahead;
}

} // namespace

int main(int argc, char **argv)
{
	const bench::settings chosen = bench::parse_settings(argc, argv);
	const uint64_t events = chosen.smoke ? 20'000 : 2'000'000;
	std::vector<pending_cost> wheel;
	bool good = true;

	// Before the peers, which take a while: the less time between them, the less can change.
	for (size_t pending : { 1'000, 100'000, 1'000'000 })
		if (pending == 1'000 || !chosen.smoke)
			wheel.push_back(measure_wheel(chosen, pending, events));
	for (const pending_cost &many : wheel)
		if (many.pending > 1'000)
			good &= bench::within_caches(many, wheel.front());
	if (!bench::has_peer("ns3_hold"))
		printf("ns-3 is not installed (packages.txt, [bench]): not compared with it\n");
	else
		for (const pending_cost &ours : wheel)
			if (ours.pending <= 100'000)
				good &= ahead_of_peers(chosen, ours, events);
	// In a smoke run the figures mean nothing.
	return good || chosen.smoke ? 0 : 1;
}
