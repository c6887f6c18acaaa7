// SPDX-License-Identifier: GPL-2.0-only
// All executions that a strategy chooses, and what they come to: traces and final states.
// Must not know which strategy, nor what runs.
#pragma once
#include <cstdint>
#include <set>
#include <string>
#include "sim/machine.hpp"
#include "sim/trace_census.hpp"

namespace support {

struct met {
	std::set<uint64_t> traces;
	std::set<std::string> ends;
	uint64_t executions = 0, repeated = 0;
	bool cut = false;
};

// F(): what to make of the execution that has ended.
enum class counts : uint8_t { yes, no, nothing_so_far };

template <class F>
met all_of(const sim::machine_config &config, sim::program &p, const sim::hooks *h,
	   sim::strategy &s, uint64_t executions_max, F what_of_it)
{
	sim::trace_census census;
	sim::census_strategy counting(s, census);
	sim::machine m(config, counting);
	std::string text;
	met all;

	m.set_hooks(h);
	for (bool more = true; more;) {
		if (all.executions == executions_max) {
			all.cut = true;
			break;
		}
		m.start(p);
		m.run();
		const counts before = what_of_it();

		p.outcome(m, text);
		more = counting.next_execution(m.ended_as());
		all.executions++;
		if (before == counts::yes) {
			all.ends.insert(text);
			all.repeated += !all.traces.insert(counting.last_trace()).second;
		}
		if (what_of_it() == counts::nothing_so_far)
			all = {};
	}
	return all;
}

} // namespace support
