// SPDX-License-Identifier: GPL-2.0-only
// Finishing a component of states: what may come from each, whether that asks for more options to
// be tried, and that nobody is left out for ever.
// It must not know what programs do, nor in which order states are searched.
#include <algorithm>
#include "sim/machine.hpp"
#include "sim/states.hpp"

namespace sim {

void state_search::close(node &n, futures::set future)
{
	state &s = states_[n.state];

	s.first_edge = static_cast<uint32_t>(edges_.size());
	s.edges = static_cast<uint32_t>(n.edges.size());
	s.future = s.is_value || !limits_.reduce ? future
						 : futures_.asleep_but(n.around.awake, future);
	s.open = false;
	edges_.insert(edges_.end(), n.edges.begin(), n.edges.end());
	closed_.push_back(n.state);
	spare_.push_back(&n);
}

// Whether the open states from `first` on lead to themselves: as a component they do.
bool state_search::is_cycle(size_t first) const
{
	const node &root = *open_[first];

	return first + 1 < open_.size() ||
	       std::any_of(root.edges.begin(), root.edges.end(),
			   [&](const edge &e) { return !e.is_outcome && e.target == root.state; });
}

// What may be done after that edge was chosen, and what after its first step.
futures::set state_search::future_of_edge(const node &n, size_t edge, futures::set &after_step)
{
	const struct edge &e = n.edges[edge];
	const size_t begin = n.edge_legs[edge];
	size_t i = edge + 1 < n.edges.size() ? n.edge_legs[edge + 1] : n.legs.size();
	futures::set f =
		e.is_outcome || e.target == NONE ? futures::EMPTY : states_[e.target].future;

	while (i-- > begin) {
		after_step = f;
		if (n.legs[i].step != NONE)
			f = futures_.before(n.legs[i].step, f);
		f = futures_.unite(f, n.legs[i].standing);
	}
	return f;
}

// What may be done from any of the open states from `first` on. Where they lead to each other
// nothing is known to come before anything else in them.
futures::set state_search::future_of(size_t first)
{
	futures::set all = futures::EMPTY, after_step;

	if (!is_cycle(first)) {
		const node &n = *open_[first];

		all = n.standing;
		for (size_t i = 0; i < n.edges.size(); i++)
			all = futures_.unite(all, future_of_edge(n, i, after_step));
		return all;
	}
	for (size_t i = first; i < open_.size(); i++) {
		const node &n = *open_[i];

		all = futures_.unite(all, n.standing);
		for (const leg &l : n.legs) {
			all = futures_.unite(all, l.standing);
			if (l.step != NONE)
				all = futures_.unite(all, futures_.before(l.step, futures::EMPTY));
		}
		for (const edge &e : n.edges)
			if (!e.is_outcome && e.target != NONE && !states_[e.target].open)
				all = futures_.unite(all, states_[e.target].future);
	}
	return all;
}

bool state_search::choose_more(size_t first, futures::set future)
{
	const bool alone = !is_cycle(first);
	bool more = false;

	for (size_t i = first; i < open_.size(); i++) {
		node &n = *open_[i];

		if (states_[n.state].is_value)
			continue;
		tried_.clear();
		for (size_t e = 0; e < n.edges.size(); e++) {
			futures::set after_step = future;

			if (alone)
				future_of_edge(n, e, after_step);
			// The step may have taken away what others stood before.
			after_step = futures_.unite(after_step, n.standing);
			tried_.push_back({ n.legs[n.edge_legs[e]].step, after_step });
		}
		if (!stubborn_.complete(n.around, n.chosen, tried_))
			continue;
		more = true;
		if (way_.back() != &n)
			way_.push_back(&n);
	}
	return more;
}

// On a cycle that nothing leads away from, nobody must be left out for ever.
bool state_search::choose_ignored(size_t first)
{
	std::vector<context_id> taken;

	for (size_t i = first; i < open_.size(); i++)
		for (const edge &e : open_[i]->edges) {
			if (e.is_outcome || e.target == NONE || !states_[e.target].open)
				return false;
			taken.push_back(e.who);
		}
	for (size_t i = first; i < open_.size(); i++) {
		node &n = *open_[i];

		for (uint32_t o = 0; o < n.around.options.size(); o++)
			if (std::find(taken.begin(), taken.end(), n.around.options[o].who) ==
			    taken.end()) {
				n.chosen.push_back(o);
				if (way_.back() != &n)
					way_.push_back(&n);
				return true;
			}
	}
	return false;
}

// All that was chosen in the component that began with `root` has been tried. False: there is more
// to try.
bool state_search::finish(node &root)
{
	const auto first = static_cast<size_t>(
		std::lower_bound(open_.begin(), open_.end(), &root,
				 [](const node *a, const node *b) { return a->state < b->state; }) -
		open_.begin());
	const futures::set future = limits_.reduce ? future_of(first) : futures::EMPTY;
	const bool cycle = is_cycle(first);

	// Once a limit was reached nothing is complete any more.
	if (limits_.reduce && complete_ &&
	    (choose_more(first, future) || (cycle && choose_ignored(first))))
		return false;
	cyclic_ |= cycle;
	way_.pop_back();
	for (size_t i = open_.size(); i-- > first;)
		close(*open_[i], future);
	open_.resize(first);
	return true;
}

} // namespace sim
