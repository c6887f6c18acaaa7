// SPDX-License-Identifier: GPL-2.0-only
// The peer for the ring figures: SimGrid actors pass a token by semaphores, in their own process.
// Must not know the simulator: it shares only the clock, so that both are timed alike.

#include "bench/measure.hpp"

#include <simgrid/s4u.hpp>

#include <string>

namespace {

namespace s4u = simgrid::s4u;

struct ring {
	std::vector<s4u::SemaphorePtr> seats;
	uint64_t warm_up_hops;
	uint64_t hops;
	uint64_t taken = 0;
	uint64_t start_ns = 0;
	uint64_t end_ns = 0;
	bool in_order = true;
};

// The first lap is not timed: actors start, and stacks are touched, in it.
void take_token(ring &r, uint32_t self)
{
	r.in_order &= r.taken % r.seats.size() == self;
	r.taken++;
	if (r.taken == r.warm_up_hops)
		r.start_ns = bench::now_ns();
	if (r.taken == r.warm_up_hops + r.hops)
		r.end_ns = bench::now_ns();
}

// After the last hop the token visits the other n - 1 actors once more and sends them home.
// Whether to go is settled before release(): the next actor may run, and end the count, before
// release() returns here.
void actor_body(ring &r, uint32_t self)
{
	s4u::Semaphore &mine = *r.seats[self];
	s4u::Semaphore &next = *r.seats[(self + 1) % r.seats.size()];
	bool over;

	do {
		mine.acquire();
		take_token(r, self);
		over = r.end_ns != 0;
		next.release();
	} while (!over);
}

void populate(ring &r, uint32_t n)
{
	auto *zone = s4u::create_full_zone("ring");
	auto *host = zone->create_host("host", 1e9);

	zone->seal();
	r.seats.reserve(n);
	for (uint32_t i = 0; i < n; i++)
		r.seats.push_back(s4u::Semaphore::create(i == 0));
	for (uint32_t i = 0; i < n; i++)
		s4u::Actor::create("actor", host, [&r, i] { actor_body(r, i); });
}

// Our settings come before the caller's, so that any --cfg= on the command line wins. Guard pages
// would run into the limit on mappings at some 30,000 actors; sizes are in KiB.
std::vector<std::string> with_defaults(int argc, char **argv)
{
	std::vector<std::string> args{
		argv[0],
		"--log=root.thres:warning",
		"--cfg=contexts/guard-size:0",
		"--cfg=contexts/stack-size:16",
	};
	args.insert(args.end(), argv + 1, argv + argc);
	return args;
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
	std::vector<std::string> args = with_defaults(argc, argv);
	std::vector<char *> left;

	for (std::string &arg : args)
		left.push_back(arg.data());
	left.push_back(nullptr);
	int count = int(args.size());
	s4u::Engine engine(&count, left.data());

	const bool smoke = count == 2 && !strcmp(left[1], "--smoke");
	const bool sized = count == 3 || (count == 4 && !strcmp(left[3], "--rate"));
	const uint64_t n = sized ? parse_count(left[1], 1000000) : smoke ? 100 : 0;
	const uint64_t hops = sized ? parse_count(left[2], UINT64_MAX / 2) : smoke ? 1000 : 0;

	if (!n || !hops) {
		fprintf(stderr,
			"usage: %s N HOPS [--rate] [--cfg=..] or --smoke: N up to 1000000\n",
			argv[0]);
		return 2;
	}
	ring r{ {}, n, hops };
	populate(r, uint32_t(n));
	engine.run();
	if (!r.in_order || r.taken != n + hops + n - 1) {
		fprintf(stderr, "%s: the token went astray\n", argv[0]);
		return 3;
	}
	const double spent_ns = double(r.end_ns - r.start_ns);
	printf("simgrid_ring n=%" PRIu64 " hops=%" PRIu64 " ns=%.2f\n", n, hops,
	       spent_ns / double(hops));
	if (count == 4)
		printf("%.0f events/s\n", double(hops) * 1e9 / spent_ns);
	return 0;
}
