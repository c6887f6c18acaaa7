// SPDX-License-Identifier: GPL-2.0-only
// After a stateful search: how many ways lead to each outcome, and a short one.
// It must not know what programs do, nor how results are printed.
#include <algorithm>
#include <cstdlib>
#include <map>
#include "sim/large_vector.hpp"
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

// As the machine is to be answered, who may have shown more than the search looked at.
uint32_t state_search::answer_of(const choice &c, context_id who) const
{
	uint32_t index = 0;

	if (c.kind == choice_kind::value)
		return who;
	while (all_[index].who != who)
		index++;
	return index;
}

// Breadth first in the number of deviations (a natural edge is gone along at once): over pairs of a
// state and who went last, since who went last goes on naturally.
void state_search::shortest_ways()
{
	struct visit {
		uint32_t state;
		context_id last;
		uint32_t from; // visit; NONE: the start
		uint32_t edge;
		uint32_t deviations;
		uint32_t before; // another one of this state; NONE: it is the first
	};
	struct arrival {
		uint32_t deviations = NONE, visit = NONE, edge = NONE;
	};
	large_vector<visit> visits;
	large_vector<uint32_t> waiting; // visits, of which `begun` have had their turn
	size_t begun = 0;
	large_vector<uint32_t> done(states_.size(), NONE); // the last visit of each state
	std::vector<arrival> best(outcomes_.size());
	std::multimap<uint32_t, endless *> begins;
	round_watch none;
	const auto is_done = [&](uint32_t state, context_id last) {
		uint32_t i = done[state];

		while (i != NONE && visits[i].last != last)
			i = visits[i].before;
		return i != NONE;
	};
	const auto next_waiting = [&] { return begun < waiting.size() ? waiting[begun++] : NONE; };

	if (states_.empty()) {
		for (search_outcome &o : outcomes_)
			o.shortest = trace(answers_along({}), NEVER, none);
		return;
	}
	for (endless &e : endless_)
		begins.emplace(e.ways.front().state, &e);
	visits.push_back({ 0, NO_CONTEXT, NONE, NONE, 0, NONE });
	for (size_t at = 0; at != NONE;) {
		visit &here = visits[at];

		if (is_done(here.state, here.last)) {
			at = next_waiting();
			continue;
		}
		here.before = done[here.state];
		done[here.state] = static_cast<uint32_t>(at);
		const visit v = here;
		for (auto [e, end] = begins.equal_range(v.state); e != end; ++e)
			if (e->second->visit == NONE)
				e->second->visit = static_cast<uint32_t>(at);
		const state &s = states_[v.state];
		uint32_t natural = s.first_edge, next = NONE;

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
					best[e.target] = { deviations, static_cast<uint32_t>(at),
							   i };
				continue;
			}
			if (is_done(e.target, e.last))
				continue;
			const auto n = static_cast<uint32_t>(visits.size());
			make_room(visits, 1);
			visits.push_back({ e.target, e.last, static_cast<uint32_t>(at), i,
					   deviations, NONE });
			make_room(waiting, 1);
			if (i == natural)
				next = n;
			else
				waiting.push_back(n);
		}
		at = next == NONE ? next_waiting() : next;
	}
	const auto way_to = [&](uint32_t at) {
		std::vector<uint32_t> edges;

		for (; visits[at].from != NONE; at = visits[at].from)
			edges.push_back(visits[at].edge);
		std::reverse(edges.begin(), edges.end());
		return edges;
	};
	for (size_t o = 0; o < best.size(); o++) {
		if (best[o].visit == NONE)
			continue;
		std::vector<uint32_t> edges = way_to(best[o].visit);
		edges.push_back(best[o].edge);
		outcomes_[o].shortest = trace(answers_along(edges), NEVER, none);
	}
	for (const endless &e : endless_)
		go_round(e, way_to(e.visit));
}

// What an execution answers that goes along these edges, choice by choice. Those of a circle end
// where it does; of an execution that ends by itself there is no more.
std::vector<uint32_t> state_search::answers_along(const std::vector<uint32_t> &edges)
{
	std::vector<uint32_t> answers;
	choice c;
	size_t at = 0;

	forced_ = 0;
	machine_.start(program_);
	while (offer(c)) {
		const bool kept = is_kept(c);
		uint32_t answer = 0;

		if (kept && at == edges.size())
			break;
		if (c.count > 1)
			answer = answer_of(c, edges_[edges[at]].who);
		else if (c.kind == choice_kind::step)
			answer = answer_of(c, c.options[0].who);
		at += kept;
		forced_ = c.count > 1 ? 0 : kept ? forced_ : forced_ + 1;
		answers.push_back(answer);
		machine_.answer(answer);
	}
	return answers;
}

// The schedule of an execution by its answers, of which those from some choice on may be a round.
schedule state_search::trace(std::span<const uint32_t> answers, size_t round_from,
			     round_watch &round)
{
	schedule way;
	choice c;

	way.timed = false;
	machine_.start(program_);
	for (size_t i = 0; i <= answers.size() && machine_.offer(c); i++) {
		if (i == round_from)
			round.begin(machine_);
		if (i == answers.size())
			break;
		if (i >= round_from)
			round.chosen(machine_, c, answers[i]);
		if (answers[i])
			way.deviations.push_back(
				{ c.number, answers[i], static_cast<uint16_t>(c.taken) });
		machine_.answer(answers[i]);
	}
	way.steps = machine_.state().steps;
	way.round = answers.size() - std::min(round_from, answers.size());
	way.check = static_cast<uint32_t>(machine_.state().taken);
	return way;
}

} // namespace sim
