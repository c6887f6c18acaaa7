// SPDX-License-Identifier: GPL-2.0-only
// After a stateful search: how many ways lead to each outcome, and a short one.
// It must not know what programs do, nor how results are printed.
#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>
#include "sim/machine.hpp"
#include "sim/states.hpp"

namespace sim {

// States are closed after all that they lead to, unless there is a cycle.
void state_search::count_paths()
{
	for (uint32_t o = 0; o < outcomes_.size(); o++) {
		uint64_t &total = outcomes_[o].paths;

		if (states_.empty()) {
			total = 1;
			continue;
		}
		if (cyclic_ || !complete_) {
			total = NEVER;
			continue;
		}
		for (const uint32_t number : closed_) {
			state &s = states_[number];

			s.paths = 0;
			for (uint32_t i = s.first_edge; i < s.first_edge + s.edges; i++) {
				const edge &e = edges_[i];
				const uint64_t more = !e.is_outcome   ? states_[e.target].paths
						      : e.target == o ? 1
								      : 0;

				s.paths = sum_of_paths(s.paths, more);
			}
		}
		total = states_[0].paths;
	}
}

// ---- the shortest way to each outcome ----

// Breadth first in the number of deviations (natural edges go to the front of the queue): over
// pairs of a state and who went last, since who went last goes on naturally.
void state_search::shortest_ways()
{
	struct visit {
		uint32_t state;
		context_id last;
		uint32_t from; // visit; NONE: the start
		uint32_t edge;
		uint32_t deviations;
	};
	struct arrival {
		uint32_t deviations = NONE, visit = NONE, edge = NONE;
	};
	std::vector<visit> visits;
	std::vector<arrival> best(outcomes_.size());
	std::map<std::pair<uint32_t, context_id>, bool> done;
	std::deque<uint32_t> queue;

	if (states_.empty()) {
		for (search_outcome &o : outcomes_)
			o.shortest = follow({});
		return;
	}
	visits.push_back({ 0, NO_CONTEXT, NONE, NONE, 0 });
	queue.push_back(0);
	while (!queue.empty()) {
		const uint32_t at = queue.front();
		const visit v = visits[at];

		queue.pop_front();
		if (!done.emplace(std::make_pair(v.state, v.last), true).second)
			continue;
		const state &s = states_[v.state];
		uint32_t natural = s.first_edge;

		for (uint32_t i = s.first_edge; !s.is_value && i < s.first_edge + s.edges; i++)
			if (edges_[i].who == v.last)
				natural = i;
		for (uint32_t i = s.first_edge; i < s.first_edge + s.edges; i++) {
			const edge &e = edges_[i];
			const uint32_t deviations = v.deviations + (i != natural);

			if (e.target == NONE)
				continue; // a limit came first
			if (e.is_outcome) {
				if (deviations < best[e.target].deviations)
					best[e.target] = { deviations, at, i };
				continue;
			}
			visits.push_back({ e.target, e.last, at, i, deviations });
			const auto n = static_cast<uint32_t>(visits.size() - 1);
			if (i == natural)
				queue.push_front(n);
			else
				queue.push_back(n);
		}
	}
	for (size_t o = 0; o < outcomes_.size(); o++) {
		std::vector<uint32_t> edges;

		if (best[o].visit == NONE)
			continue;
		edges.push_back(best[o].edge);
		for (uint32_t at = best[o].visit; visits[at].from != NONE; at = visits[at].from)
			edges.push_back(visits[at].edge);
		std::reverse(edges.begin(), edges.end());
		outcomes_[o].shortest = follow(edges);
	}
}

// The schedule of an execution: what it answers where something is to be chosen.
schedule state_search::follow(const std::vector<uint32_t> &edges)
{
	schedule way;
	choice c;
	size_t at = 0;

	way.timed = false;
	machine_.start(program_);
	while (offer(c)) {
		context_id who = c.count > 1 ? edges_[edges[at++]].who : NO_CONTEXT;

		if (c.kind == choice_kind::value) {
			const uint32_t answer = c.count > 1 ? who : 0;

			if (answer)
				way.deviations.push_back(
					{ c.number, answer, static_cast<uint16_t>(c.taken) });
			machine_.answer(answer);
			continue;
		}
		if (c.count == 1)
			who = c.options[0].who;
		uint32_t index = 0;
		while (all_[index].who != who)
			index++;
		if (index)
			way.deviations.push_back(
				{ c.number, index, static_cast<uint16_t>(c.taken) });
		machine_.answer(index);
	}
	way.steps = machine_.state().steps;
	way.check = static_cast<uint32_t>(machine_.state().taken);
	return way;
}

} // namespace sim
