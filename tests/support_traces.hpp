// SPDX-License-Identifier: GPL-2.0-only
// The set of Mazurkiewicz traces that a strategy runs: each execution in a form that does not
// depend on the order of steps that do not conflict. It must not know who executes.
#pragma once
#include <map>
#include <utility>
#include <vector>
#include "sim/choice.hpp"
#include "sim/explore_dpor.hpp"

namespace support {

using trace_key = std::pair<uint64_t, uint64_t>;
using trace_counts = std::map<trace_key, uint64_t>;

// Listens between an engine and a strategy.
class trace_collector final : public sim::strategy {
public:
	explicit trace_collector(sim::strategy &inner, const sim::dpor_strategy *dpor = nullptr)
		: inner_(inner), dpor_(dpor)
	{}
	uint32_t choose(const sim::choice &c) override;
	void stuck(std::span<const sim::option> blocked) override { inner_.stuck(blocked); }
	bool next_execution(const sim::verdict &v) override;

	trace_counts complete; // how often each was run
	trace_counts failures; // by what happened before the failing step
	uint64_t deadlocks = 0, bounds = 0, executions = 0;
	uint64_t executions_max = UINT64_MAX;
	bool gave_up = false; // after executions_max

private:
	struct event {
		sim::context_id who;
		std::vector<sim::touch> touches;
		std::vector<uint32_t> answers;
		trace_key key;
	};

	void close(std::span<const sim::touch> effects);

	sim::strategy &inner_;
	const sim::dpor_strategy *dpor_;
	std::vector<event> events_;
};

} // namespace support
