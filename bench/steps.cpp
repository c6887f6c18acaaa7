// SPDX-License-Identifier: GPL-2.0-only
// What one simulated step costs beside a raw context switch, and rings of passing a token: bare
// stacks, fibers of sim/, live kthreads, SimGrid. Must not know scenarios.
#include "bench/measure.hpp"
#include "bench/peer.hpp"
#include "bench/raw_switch.hpp"
#include "bench/rings.hpp"
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

constexpr size_t STRIDE_BYTES = 64 * 1024;

using bench::reading;
using bench::summary;

// The layout of sim/fiber.hpp, so that the bare ring runs on the same stacks.
size_t top_of(uint32_t slot)
{
	return STRIDE_BYTES - sim::stack_pool::colour_bytes(slot);
}

summary median_simgrid(unsigned repeats, uint32_t n, uint64_t hops)
{
	const std::string arguments = std::to_string(n) + " " + std::to_string(hops);

	return bench::median_of(repeats,
				[&] { return bench::run_peer("simgrid_ring", arguments); });
}

void bench_steps(const bench::settings &s, double raw_ns)
{
	const uint64_t steps = s.smoke ? 20'000 : 20'000'000;
	bench::table t("one step, in raw switches");

	t.row("step, same context", 1,
	      bench::median_of(s.repeats, [&] { return bench::same_context(steps); }), raw_ns);
	t.row("step, block and wake on one CPU", 2,
	      bench::median_of(s.repeats, [&] { return bench::sim_ring(2, steps, STRIDE_BYTES); }),
	      raw_ns);
	for (unsigned cpus : { 2, 8, 64 })
		t.row("step, that many CPUs in turn", cpus,
		      bench::median_of(s.repeats, [&] { return bench::cpus_in_turn(cpus, steps); }),
		      raw_ns);
	t.row("kernel step, same context", 1,
	      bench::median_of(s.repeats, [&] { return bench::kernel_steps(steps); }), raw_ns);
}

void bench_rings(const bench::settings &s)
{
	const uint32_t sizes[] = { 1'000, 10'000, 100'000, 1'000'000 };

	for (uint32_t n : sizes) {
		if (s.smoke && n > 1'000)
			break;
		const uint64_t hops = s.smoke ? 5'000 : std::max<uint64_t>(10 * n, 5'000'000);
		const unsigned repeats = n > 100'000 ? std::min(s.repeats, 3u) : s.repeats;
		bench::table t("a ring, ns a hop");
		const summary bare = bench::median_of(
			repeats, [&] { return bench::raw_ring(n, STRIDE_BYTES, hops, top_of); });

		t.row("bare fcontext, the tops of sim/", n, bare);
		t.row("bare fcontext, all tops alike", n,
		      bench::median_of(repeats,
				       [&] {
					       return bench::raw_ring(
						       n, STRIDE_BYTES, hops,
						       bench::plain_tops{ STRIDE_BYTES });
				       }),
		      bare.median_ns);
		t.row("sim/: block and wake", n,
		      bench::median_of(repeats,
				       [&] { return bench::sim_ring(n, hops, STRIDE_BYTES); }),
		      bare.median_ns);
		t.row("kthreads: wake_up_process, schedule", n,
		      bench::median_of(repeats, [&] { return bench::kthread_ring(n, hops / 4); }),
		      bare.median_ns);
		const summary peer =
			n > 100'000 || s.smoke ? summary{} : median_simgrid(3, n, hops / 10);
		if (peer.median_ns > 0)
			t.row("SimGrid s4u, semaphores", n, peer, bare.median_ns);
		else
			t.skipped("SimGrid s4u, semaphores", n, "not measured");
	}
}

} // namespace

int main(int argc, char **argv)
{
	const bench::settings s = bench::parse_settings(argc, argv);
	const uint64_t switches = s.smoke ? 20'000 : 20'000'000;
	const summary raw =
		bench::median_of(s.repeats, [&] { return bench::raw_switch(switches); });

	{
		bench::table t("raw Boost.Context switch");
		t.row("jump_fcontext", 2, raw);
	}
	bench_steps(s, raw.median_ns);
	bench_rings(s);
	bench::report_creation(s.smoke ? 1'000 : 1'000'000);
	return 0;
}
