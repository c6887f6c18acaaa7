// SPDX-License-Identifier: GPL-2.0-only
// The stateful search: depth first over states, then paths and shortest ways on the stored edges.
// It must not know what programs do, nor how results are printed.
#include "sim/states.hpp"
#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>
#include "sim/machine.hpp"

namespace sim {

state_search::state_search(machine &m, program &p, const search_limits &limits)
	: machine_(m), program_(p), limits_(limits)
{}

uint32_t state_search::outcome_here()
{
	std::string text;

	ends_++;
	program_.outcome(machine_, text);
	for (size_t i = 0; i < outcomes_.size(); i++)
		if (outcomes_[i].text == text)
			return static_cast<uint32_t>(i);
	outcomes_.push_back({ text, machine_.state().how, 0, {} });
	return static_cast<uint32_t>(outcomes_.size() - 1);
}

// The answers that can be given here, in an order that does not depend on how one came here.
void state_search::expand(uint32_t number, node &n, const choice &c)
{
	const auto first = static_cast<uint32_t>(edges_.size());
	state &s = states_[number];

	s.first_edge = first;
	s.edges = c.count;
	s.is_value = c.kind == choice_kind::value;
	if (s.is_value)
		for (uint32_t i = 0; i < c.count; i++)
			edges_.push_back({ i, 0, 0, NONE, false });
	else
		for (const option &o : c.options)
			edges_.push_back({ o.who, o.cpu, 0, NONE, false });
	if (!s.is_value)
		std::sort(edges_.begin() + first, edges_.end(), [](const edge &a, const edge &b) {
			const bool a_event = a.who & EVENT, b_event = b.who & EVENT;

			return a_event != b_event ? b_event
			       : a.cpu != b.cpu	  ? a.cpu < b.cpu
						  : a.who < b.who;
		});
	n.state = number;
	n.next = 0;
}

// Goes on until there is something to choose or the execution has ended, and notes where that is.
// False: nothing new came of it.
bool state_search::advance(node *from)
{
	edge *const taken =
		from ? &edges_[states_[from->state].first_edge + from->next - 1] : nullptr;
	const uint64_t begun = machine_.state().steps;
	choice c;
	bool there;

	while ((there = machine_.offer(c)) && c.count == 1) {
		machine_.answer(0);
		transitions_++;
		if (machine_.state().steps - begun > limits_.steps_max) {
			complete_ = false; // it goes on for ever without a choice, for all we know
			return false;
		}
	}
	uint32_t target;
	bool fresh = false;

	if (!there) {
		target = outcome_here();
	} else {
		if (spare_.empty())
			spare_.emplace_back();
		node n = std::move(spare_.back());
		spare_.pop_back();
		n.image.save(machine_, from ? &from->image : nullptr);
		target = table_.find_or_add(n.image.hash(), static_cast<uint32_t>(states_.size()),
					    fresh);
		n.depth = machine_.state().steps;
		if (fresh) {
			states_.emplace_back();
			stack_.push_back(std::move(n));
		} else {
			cyclic_ |= states_[target].open;
			spare_.push_back(std::move(n));
		}
	}
	if (taken) {
		taken->target = target;
		taken->is_outcome = !there;
		taken->last = machine_.state().last;
	}
	if (fresh)
		expand(target, stack_.back(), c);
	return fresh;
}

void state_search::close(node &n)
{
	states_[n.state].open = false;
	closed_.push_back(n.state);
	spare_.push_back(std::move(n));
	stack_.pop_back();
}

bool state_search::goes_on()
{
	constexpr uint64_t OFTEN = 1024;

	return !limits_.watch || ++turns_ % OFTEN ||
	       limits_.watch({ ends_, states_.size(), transitions_,
			       static_cast<uint32_t>(outcomes_.size()), 0, 0, 0 });
}

search_result state_search::run()
{
	search_result r;

	machine_.start(program_);
	advance(nullptr);
	while (!stack_.empty()) {
		node &top = stack_.back();
		const state &s = states_[top.state];

		if (top.next == s.edges) {
			close(top);
			continue;
		}
		if (states_.size() >= limits_.states_max || top.depth >= limits_.steps_max) {
			complete_ = false;
			close(top);
			continue;
		}
		if (!goes_on()) {
			complete_ = false;
			break;
		}
		if (top.next)
			top.image.restore(machine_);
		const edge &e = edges_[s.first_edge + top.next++];
		if (s.is_value)
			machine_.answer(e.who);
		else
			machine_.go_on(e.who);
		transitions_++;
		// The stack may move when it grows.
		node from = std::move(top);
		const size_t at = stack_.size() - 1;
		advance(&from);
		stack_[at] = std::move(from);
	}
	r.states = states_.size();
	r.transitions = transitions_;
	r.complete = complete_;
	r.cyclic = cyclic_;
	count_paths(r);
	shortest_ways(r);
	r.outcomes = outcomes_;
	std::sort(r.outcomes.begin(), r.outcomes.end(),
		  [](const search_outcome &a, const search_outcome &b) { return a.text < b.text; });
	return r;
}

// States are closed after all that they lead to, unless there is a cycle.
void state_search::count_paths(search_result &)
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

				s.paths = s.paths > NEVER - more ? NEVER : s.paths + more;
			}
		}
		total = states_[0].paths;
	}
}

// ---- the shortest way to each outcome ----

// Breadth first in the number of deviations (natural edges go to the front of the queue): over
// pairs of a state and who went last, since who went last goes on naturally.
void state_search::shortest_ways(search_result &)
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
	while (machine_.offer(c)) {
		uint32_t answer = 0;

		if (c.count > 1) {
			const edge &e = edges_[edges[at++]];

			if (c.kind == choice_kind::value)
				answer = e.who;
			else
				while (c.options[answer].who != e.who)
					answer++;
		}
		if (answer)
			way.deviations.push_back(
				{ c.number, answer, static_cast<uint16_t>(c.taken) });
		machine_.answer(answer);
	}
	way.steps = machine_.state().steps;
	way.check = static_cast<uint32_t>(machine_.state().taken);
	return way;
}

} // namespace sim
