// SPDX-License-Identifier: GPL-2.0-only
// Finishing a component of states: what may come from each, whether that asks for more options to
// be tried, and that nobody is left out for ever.
// It must not know what programs do, nor in which order states are searched.
#include <algorithm>
#include "sim/machine.hpp"
#include "sim/states.hpp"

namespace sim {

void state_search::close(node &n, std::span<const futures::outlook> future)
{
	state &s = states_[n.state];

	s.first_edge = static_cast<uint32_t>(edges_.size());
	s.edges = static_cast<uint32_t>(n.edges.size());
	draft_.assign(future.begin(), future.end());
	if (!s.is_value && limits_.reduce)
		futures_.put_asleep_but(n.around.awake, draft_);
	s.future = futures_.keep(draft_);
	s.open = false;
	make_room(edges_, n.edges.size());
	make_room(closed_, 1);
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
void state_search::foresee(node &n, size_t edge)
{
	const struct edge &e = n.edges[edge];
	const size_t begin = n.edge_legs[edge];
	size_t i = edge + 1 < n.edges.size() ? n.edge_legs[edge + 1] : n.legs.size();
	const bool chosen_all =
		states_[n.state].is_value || n.chosen.size() == n.around.options.size();
	futures::draft &f = draft_;

	if (n.after_step.size() <= edge)
		n.after_step.resize(edge + 1);
	futures_.begin(f, e.is_outcome || e.target == NONE ? futures::EMPTY
							   : states_[e.target].future);
	while (i-- > begin) {
		const leg &l = n.legs[i];

		if (i == begin && !chosen_all) {
			// The step may have taken away what others stood before.
			n.after_step[edge] = f;
			futures_.add(n.after_step[edge], n.standing);
		}
		if (l.step != NONE)
			futures_.put_before(l.step, f);
		futures_.add(f, { n.stood.data() + l.stood, l.actors });
	}
	if (edge == 0)
		n.future = n.standing;
	futures_.add(n.future, f);
}

// What may be done from any of the open states from `first` on. Where they lead to each other
// nothing is known to come before anything else in them.
const futures::draft &state_search::future_of(size_t first)
{
	if (!is_cycle(first)) {
		node &n = *open_[first];

		for (; n.foreseen < n.edges.size(); n.foreseen++)
			foresee(n, n.foreseen);
		return n.future;
	}
	future_.clear();
	for (size_t i = first; i < open_.size(); i++) {
		const node &n = *open_[i];

		futures_.add(future_, n.standing);
		for (const leg &l : n.legs) {
			futures_.add(future_, { n.stood.data() + l.stood, l.actors });
			if (l.step != NONE)
				futures_.add(future_, futures_.before(l.step, futures::EMPTY));
		}
		for (const edge &e : n.edges)
			if (!e.is_outcome && e.target != NONE && !states_[e.target].open)
				futures_.add(future_, states_[e.target].future);
	}
	return future_;
}

bool state_search::choose_more(size_t first, std::span<const futures::outlook> future)
{
	const bool alone = !is_cycle(first);
	bool more = false;

	for (size_t i = first; i < open_.size(); i++) {
		node &n = *open_[i];

		if (states_[n.state].is_value || n.chosen.size() == n.around.options.size())
			continue;
		tried_.clear();
		for (size_t e = alone ? n.weighed : 0; e < n.edges.size(); e++)
			tried_.push_back(
				{ n.legs[n.edge_legs[e]].step, alone ? n.after_step[e] : future });
		n.weighed = n.edges.size();
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

// Where circles are told, each has a state in which nothing was left out: else one of steps that
// could be put off for ever would be missed (the stronger one of two provisos: see docs/search.md).
bool state_search::choose_on_circles(size_t first)
{
	enum : uint8_t { NEW, ON_WAY, DONE };
	std::vector<uint8_t> met(open_.size() - first, NEW);
	std::vector<std::pair<size_t, size_t>> way; // open states, and their next edge

	const auto leaves_out = [this](size_t i) {
		const node &n = *open_[i];

		return !states_[n.state].is_value && n.chosen.size() < n.around.options.size();
	};
	for (size_t root = first; root < open_.size(); root++) {
		if (met[root - first] != NEW || !leaves_out(root))
			continue;
		met[root - first] = ON_WAY;
		way.assign(1, { root, 0 });
		while (!way.empty()) {
			auto &[i, next] = way.back();
			node &n = *open_[i];

			if (next == n.edges.size()) {
				met[i - first] = DONE;
				way.pop_back();
				continue;
			}
			const edge &e = n.edges[next++];
			if (e.is_outcome || e.target == NONE || !states_[e.target].open)
				continue;
			const size_t to = open_at(first, e.target);
			if (met[to - first] == ON_WAY) {
				choose_all(*open_[to]);
				return true;
			}
			if (met[to - first] == NEW && leaves_out(to)) {
				met[to - first] = ON_WAY;
				way.push_back({ to, 0 });
			}
		}
	}
	return false;
}

void state_search::choose_all(node &n)
{
	for (uint32_t i = 0; i < n.around.options.size(); i++)
		if (std::find(n.chosen.begin(), n.chosen.end(), i) == n.chosen.end())
			n.chosen.push_back(i);
	if (way_.back() != &n)
		way_.push_back(&n);
}

// Where a state is among the open ones from `first` on.
size_t state_search::open_at(size_t first, uint32_t state) const
{
	const auto at =
		std::lower_bound(open_.begin() + static_cast<ptrdiff_t>(first), open_.end(), state,
				 [](const node *o, uint32_t number) { return o->state < number; });

	return static_cast<size_t>(at - open_.begin());
}

// All that was chosen in the component that began with `root` has been tried. False: there is more
// to try.
bool state_search::finish(node &root)
{
	const size_t first = open_at(0, root.state);
	std::span<const futures::outlook> future;
	// Once a limit was reached nothing is complete any more, and nobody asks what may come.
	if (limits_.reduce && complete_)
		future = future_of(first);
	const bool cycle = is_cycle(first);

	if (limits_.reduce && complete_ &&
	    (choose_more(first, future) || (cycle && choose_ignored(first)) ||
	     (cycle && limits_.circles && choose_on_circles(first))))
		return false;
	cyclic_ |= cycle;
	if (cycle && limits_.circles)
		note_circles(first);
	way_.pop_back();
	for (size_t i = open_.size(); i-- > first;)
		close(*open_[i], future);
	open_.resize(first);
	return true;
}

} // namespace sim
