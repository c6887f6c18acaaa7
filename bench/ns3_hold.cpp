// SPDX-License-Identifier: GPL-2.0-only
// The peer for the timer figures: the hold model on ns-3's schedulers, in their own process.
// Must not know the simulator: it shares only the load and the clock, so that both are timed alike.

#include "bench/hold_model.hpp"
#include "bench/measure.hpp"

#include <ns3/calendar-scheduler.h>
#include <ns3/heap-scheduler.h>
#include <ns3/map-scheduler.h>
#include <ns3/priority-queue-scheduler.h>
#include <ns3/simulator.h>

#include <string>

namespace {

// ListScheduler is missing: inserting in the middle of 100,000 would take for ever.
ns3::ObjectFactory factory_for(const std::string &name)
{
	for (const char *known : { "Map", "Heap", "Calendar", "PriorityQueue" })
		if (name == known)
			return ns3::ObjectFactory("ns3::" + name + "Scheduler");
	return {};
}

// What both ways of running it share: who fires next follows from the delays alone.
struct hold {
	sim::prng random = sim::prng::seeded(bench::HOLD_SEED);
	uint64_t pending;
	uint64_t events;
	uint64_t fired = 0;
	uint64_t hash = 0;
	uint64_t begin_ns = 0, end_ns = 0;

	// The delay after which it fires again.
	uint64_t fire(uint32_t who, uint64_t now)
	{
		hash = bench::hash_mix(hash, who);
		hash = bench::hash_mix(hash, now);
		fired++;
		if (fired == bench::warm_up_events(pending))
			begin_ns = bench::now_ns();
		if (fired == bench::warm_up_events(pending) + events)
			end_ns = bench::now_ns();
		return bench::draw_delay(random);
	}
};

// The scheduler alone, as ns-3's simulator calls it, but without events to allocate and call.
void run_scheduler(hold &h, const ns3::ObjectFactory &factory)
{
	const ns3::Ptr<ns3::Scheduler> queue = factory.Create<ns3::Scheduler>();
	uint32_t uid = 0;

	for (uint32_t i = 0; i < h.pending; i++)
		queue->Insert({ nullptr, { bench::draw_delay(h.random), uid++, i } });
	while (!h.end_ns) {
		const ns3::Scheduler::EventKey key = queue->RemoveNext().key;
		const uint64_t delay = h.fire(key.m_context, key.m_ts);

		queue->Insert({ nullptr, { key.m_ts + delay, uid++, key.m_context } });
	}
	while (!queue->IsEmpty())
		queue->RemoveNext();
}

void fire_event(hold *h, uint32_t who)
{
	const auto now = static_cast<uint64_t>(ns3::Simulator::Now().GetTimeStep());
	const ns3::Time delay = ns3::TimeStep(h->fire(who, now));

	if (h->end_ns)
		ns3::Simulator::Stop();
	else
		ns3::Simulator::Schedule(delay, fire_event, h, who);
}

// What a program of ns-3 does: every event is allocated, called, and freed.
void run_simulator(hold &h, const ns3::ObjectFactory &factory)
{
	ns3::Simulator::SetScheduler(factory);
	for (uint32_t i = 0; i < h.pending; i++)
		ns3::Simulator::Schedule(ns3::TimeStep(bench::draw_delay(h.random)), fire_event, &h,
					 i);
	ns3::Simulator::Run();
	ns3::Simulator::Destroy();
}

// 0 where the text is not a whole number from 1 to limit.
uint64_t parse_count(const char *text, uint64_t limit)
{
	char *end = nullptr;
	const unsigned long long value = strtoull(text, &end, 10);

	return *text >= '0' && *text <= '9' && !*end && value <= limit ? value : 0;
}

} // namespace

int main(int argc, char **argv)
{
	const bool simulator = argc == 5 && !strcmp(argv[4], "--simulator");
	const bool sized = argc == 4 || simulator;
	const ns3::ObjectFactory factory = factory_for(sized ? argv[1] : "");
	hold h;

	h.pending = sized ? parse_count(argv[2], 10'000'000) : 0;
	h.events = sized ? parse_count(argv[3], 1'000'000'000) : 0;
	if (!factory.IsTypeIdSet() || !h.pending || !h.events) {
		fprintf(stderr,
			"usage: %s Map|Heap|Calendar|PriorityQueue PENDING EVENTS [--simulator]: "
			"PENDING up to 10000000, EVENTS up to 1000000000\n",
			argv[0]);
		return 2;
	}
	(simulator ? run_simulator : run_scheduler)(h, factory);
	printf("ns=%.2f hash=%" PRIx64 "\n", double(h.end_ns - h.begin_ns) / double(h.events),
	       h.hash);
	return 0;
}
