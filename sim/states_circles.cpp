// SPDX-License-Identifier: GPL-2.0-only
// Executions of a stateful search that go on for ever: circles of a component of states, and one
// round of each. It must not know what programs do, nor in which order states are searched.
#include <algorithm>
#include "sim/machine.hpp"
#include "sim/search_part.hpp"
#include "sim/state_image.hpp"
#include "sim/states.hpp"

namespace sim {

circle_graph::list state_search::keep_list(std::vector<uint64_t> &ids)
{
	std::sort(ids.begin(), ids.end());
	ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
	return graph_.lists.keep(ids);
}

// Where some options are not shown, and in the middle of a step, nothing has changed for others.
circle_graph::place state_search::turns_at(const choice &c)
{
	std::vector<uint64_t> waiting, offered;

	if (c.kind == choice_kind::value || machine_.hides_options())
		return { circle_graph::UNKNOWN, 0 };
	for (const option &o : c.options)
		offered.push_back(o.who);
	waiting = offered;
	for (const option &o : c.blocked)
		if (waits_for_turn(o))
			waiting.push_back(o.who);
	return { keep_list(waiting), keep_list(offered) };
}

circle_graph::way state_search::way_of(const node &n, size_t edge, size_t first)
{
	const size_t begin = n.edge_strides[edge];
	const size_t end = edge + 1 < n.edges.size() ? n.edge_strides[edge + 1] : n.strides.size();
	std::vector<uint64_t> moved, waiting;
	bool known = false;
	circle_graph::way w{ 0, static_cast<uint32_t>(open_at(first, n.edges[edge].target) - first),
			     0, circle_graph::UNKNOWN, false };

	for (size_t i = begin; i < end; i++) {
		const stride &s = n.strides[i];

		moved.push_back(s.who);
		w.progress |= s.progress;
		if (s.waiting == circle_graph::UNKNOWN)
			continue;
		const auto here = graph_.lists.at(s.waiting);
		if (!known)
			waiting.assign(here.begin(), here.end());
		known = true;
		std::erase_if(waiting, [&](uint64_t who) {
			return !std::binary_search(here.begin(), here.end(), who);
		});
	}
	w.moved = keep_list(moved);
	if (known)
		w.waiting = keep_list(waiting);
	return w;
}

// In the open states from `first` on, which lead to each other.
void state_search::note_circles(size_t first)
{
	std::vector<endless::way> edges; // as graph_.ways

	trail_.go_to(open_[first]->place);
	here_ = open_[first];
	if (!program_.unfinished(machine_))
		return;
	graph_.places.clear();
	graph_.ways.clear();
	for (size_t i = first; i < open_.size(); i++) {
		const node &n = *open_[i];

		graph_.places.push_back(n.turns);
		for (uint32_t e = 0; e < n.edges.size(); e++) {
			if (n.edges[e].is_outcome || n.edges[e].target == NONE ||
			    !states_[n.edges[e].target].open)
				continue;
			graph_.ways.push_back(way_of(n, e, first));
			graph_.ways.back().from = static_cast<uint32_t>(i - first);
			edges.push_back({ n.state, e });
		}
	}
	for (const circle &c : fair_circles(graph_)) {
		endless_.emplace_back();
		for (const uint32_t way : c)
			endless_.back().ways.push_back(edges[way]);
	}
}

// Where no choice came for long, the circle may have been gone round before it was noticed.
size_t state_search::without_rounds(std::vector<uint32_t> &answers, size_t round_from)
{
	state_image there, now;
	size_t first = 0;
	choice c;

	machine_.start(program_);
	for (size_t i = 0; i < round_from && machine_.offer(c); i++)
		machine_.answer(answers[i]);
	there.save(machine_);
	machine_.start(program_);
	for (; first < round_from && machine_.offer(c); first++) {
		if (c.count == 1) {
			now.save(machine_);
			if (now.hash() == there.hash())
				break;
		}
		machine_.answer(answers[first]);
	}
	answers.erase(answers.begin() + static_cast<ptrdiff_t>(first),
		      answers.begin() + static_cast<ptrdiff_t>(round_from));
	return first;
}

// `edges` lead there. What it comes to is what one round shows.
void state_search::go_round(const endless &e, std::vector<uint32_t> edges)
{
	size_t round_from = answers_along(edges).size();
	round_watch round;
	std::string text;

	for (const endless::way &w : e.ways)
		edges.push_back(states_[w.state].first_edge + w.edge);
	std::vector<uint32_t> answers = answers_along(edges);
	round_from = without_rounds(answers, round_from);
	const schedule way = trace(answers, round_from, round);
	if (!machine_.end_round(round)) {
		wrong_ = "a circle of states was not one when it was gone round again";
		return;
	}
	program_.outcome(machine_, text);
	const auto known = std::find_if(outcomes_.begin(), outcomes_.end(),
					[&](const search_outcome &o) { return o.text == text; });
	if (known == outcomes_.end())
		outcomes_.push_back({ text, ending::endless, NEVER, way });
	else if (known->how == ending::endless && is_shorter(way, known->shortest))
		known->shortest = way;
}

} // namespace sim
