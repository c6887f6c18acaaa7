// SPDX-License-Identifier: GPL-2.0-only
// Fair circles: strongly connected parts, less and less of them, until what is left is fair.
// It must not know machines, nor how the graph was found.
#include "sim/circles.hpp"
#include <algorithm>
#include <deque>

namespace sim {

namespace {

constexpr uint32_t NONE = UINT32_MAX;
constexpr size_t CUT_MAX = 300;	  // ways of a circle that is still made shorter
constexpr size_t STARTS_MAX = 64; // places at which the shortest circle of a part may begin

// Places and ways that lead from each to each.
struct part {
	std::vector<uint32_t> places, ways;
};

class finder {
public:
	explicit finder(const circle_graph &g)
		: graph_(g), place_lives_(g.places.size(), 1), way_lives_(g.ways.size(), 1),
		  begin_(g.places.size() + 1)
	{
		for (const circle_graph::way &w : g.ways)
			begin_[w.from + 1]++;
		for (size_t i = 1; i < begin_.size(); i++)
			begin_[i] += begin_[i - 1];
		std::vector<uint32_t> at(begin_.begin(), begin_.end() - 1);
		out_.resize(g.ways.size());
		for (uint32_t w = 0; w < g.ways.size(); w++) {
			out_[at[g.ways[w].from]++] = w;
			way_lives_[w] = !g.ways[w].progress;
		}
	}
	std::vector<circle> find();

private:
	std::vector<part> parts();
	void number_parts();
	bool has(circle_graph::list l, uint64_t who) const
	{
		const auto all = graph_.lists.at(l);

		return std::binary_search(all.begin(), all.end(), who);
	}
	bool is_unfair_to(const part &p, uint64_t who) const;
	uint64_t wronged(const part &p) const;
	void take_out(const part &p, uint64_t who);
	bool leave_out(circle &c) const;
	circle shortest(const part &p);
	circle tour(uint32_t from, size_t most);
	bool walk(uint32_t from, uint32_t to, circle &c);
	bool walk_to_right(uint32_t from, uint64_t who, circle &c);
	bool rights(uint32_t way, uint64_t who) const;

	template <class F> bool search(uint32_t from, circle &c, F arrived);

	const circle_graph &graph_;
	std::vector<uint8_t> place_lives_, way_lives_;
	std::vector<uint32_t> begin_, out_; // ways by the place they come from
	std::vector<uint32_t> part_of_;	    // by place
	std::vector<uint32_t> came_by_;	    // scratch of search()
	uint32_t parts_ = 0;
};

// Tarjan's, without recursion: a place is on top of the stack until all its ways are done.
void finder::number_parts()
{
	struct visit {
		uint32_t place, next;
	};
	const size_t n = graph_.places.size();
	std::vector<uint32_t> order(n, NONE), low(n), stack;
	std::vector<visit> way;
	uint32_t count = 0;

	part_of_.assign(n, NONE);
	parts_ = 0;
	for (uint32_t root = 0; root < n; root++) {
		if (!place_lives_[root] || order[root] != NONE)
			continue;
		way.push_back({ root, begin_[root] });
		order[root] = low[root] = count++;
		stack.push_back(root);
		while (!way.empty()) {
			visit &v = way.back();

			if (v.next < begin_[v.place + 1]) {
				const uint32_t w = out_[v.next++], to = graph_.ways[w].to;

				if (!way_lives_[w] || !place_lives_[to])
					continue;
				if (order[to] == NONE) {
					order[to] = low[to] = count++;
					stack.push_back(to);
					way.push_back({ to, begin_[to] });
				} else if (part_of_[to] == NONE) {
					low[v.place] = std::min(low[v.place], order[to]);
				}
				continue;
			}
			const uint32_t done = v.place;
			way.pop_back();
			if (!way.empty())
				low[way.back().place] = std::min(low[way.back().place], low[done]);
			if (low[done] != order[done])
				continue;
			while (part_of_[done] == NONE) {
				part_of_[stack.back()] = parts_;
				stack.pop_back();
			}
			parts_++;
		}
	}
}

std::vector<part> finder::parts()
{
	number_parts();
	std::vector<part> all(parts_);
	for (uint32_t p = 0; p < graph_.places.size(); p++)
		if (part_of_[p] != NONE)
			all[part_of_[p]].places.push_back(p);
	for (uint32_t w = 0; w < graph_.ways.size(); w++) {
		const circle_graph::way &way = graph_.ways[w];
		const uint32_t p = part_of_[way.from];

		if (way_lives_[w] && p != NONE && p == part_of_[way.to])
			all[p].ways.push_back(w);
	}
	std::erase_if(all, [](const part &p) { return p.ways.empty(); });
	return all;
}

bool finder::is_unfair_to(const part &p, uint64_t who) const
{
	bool could = false;

	for (const uint32_t w : p.ways) {
		const circle_graph::way &way = graph_.ways[w];

		if (has(way.moved, who))
			return false;
		if (way.waiting != circle_graph::UNKNOWN && !has(way.waiting, who))
			return false;
	}
	for (const uint32_t i : p.places) {
		const circle_graph::place &place = graph_.places[i];

		if (place.waiting == circle_graph::UNKNOWN)
			continue;
		if (!has(place.waiting, who))
			return false;
		could |= has(place.offered, who);
	}
	return could;
}

// Somebody whom it is unfair to; UINT64_MAX: nobody.
uint64_t finder::wronged(const part &p) const
{
	for (const uint32_t i : p.places) {
		if (graph_.places[i].waiting == circle_graph::UNKNOWN)
			continue;
		// Whoever waits everywhere waits here.
		for (const uint64_t who : graph_.lists.at(graph_.places[i].waiting))
			if (is_unfair_to(p, who))
				return who;
		break;
	}
	return UINT64_MAX;
}

// What is left is where he could not have moved.
void finder::take_out(const part &p, uint64_t who)
{
	for (const uint32_t i : p.places) {
		const circle_graph::place &place = graph_.places[i];

		place_lives_[i] =
			place.waiting == circle_graph::UNKNOWN || !has(place.offered, who);
	}
}

// Breadth first to the first way that has arrived, within a part.
template <class F> bool finder::search(uint32_t from, circle &c, F arrived)
{
	std::deque<uint32_t> queue{ from };
	std::vector<uint32_t> seen{ from };
	uint32_t last = NONE;

	while (!queue.empty() && last == NONE) {
		const uint32_t at = queue.front();

		queue.pop_front();
		for (uint32_t i = begin_[at]; i < begin_[at + 1] && last == NONE; i++) {
			const uint32_t w = out_[i], to = graph_.ways[w].to;

			if (!way_lives_[w] || !place_lives_[to] || part_of_[to] != part_of_[from])
				continue;
			if (arrived(w)) {
				last = w;
			} else if (to != from && came_by_[to] == NONE) {
				came_by_[to] = w;
				seen.push_back(to);
				queue.push_back(to);
			}
		}
	}
	const size_t begin = c.size();
	for (uint32_t w = last; w != NONE; w = came_by_[graph_.ways[w].from])
		c.push_back(w);
	std::reverse(c.begin() + static_cast<ptrdiff_t>(begin), c.end());
	for (const uint32_t place : seen)
		came_by_[place] = NONE;
	return last != NONE;
}

bool finder::walk(uint32_t from, uint32_t to, circle &c)
{
	return search(from, c, [&](uint32_t w) { return graph_.ways[w].to == to; });
}

bool finder::rights(uint32_t w, uint64_t who) const
{
	const circle_graph::way &way = graph_.ways[w];
	const circle_graph::place &to = graph_.places[way.to];

	return has(way.moved, who) ||
	       (way.waiting != circle_graph::UNKNOWN && !has(way.waiting, who)) ||
	       (to.waiting != circle_graph::UNKNOWN && !has(to.waiting, who));
}

bool finder::walk_to_right(uint32_t from, uint64_t who, circle &c)
{
	return search(from, c, [&](uint32_t w) { return rights(w, who); });
}

static part part_of(const circle_graph &g, const circle &c)
{
	part p;

	for (const uint32_t w : c) {
		p.ways.push_back(w);
		p.places.push_back(g.ways[w].to);
	}
	return p;
}

// A circle from there that is fair, and shorter than `most`; else an empty one.
circle finder::tour(uint32_t from, size_t most)
{
	circle c;

	if (!walk(from, from, c))
		return {};
	for (uint64_t who; (who = wronged(part_of(graph_, c))) != UINT64_MAX;) {
		if (!walk_to_right(from, who, c))
			return {};
		const uint32_t at = graph_.ways[c.back()].to;
		if (at != from && !walk(at, from, c))
			return {};
	}
	while (leave_out(c))
		;
	return c.size() < most ? c : circle{};
}

// Leaves out the longest circle within it that can be missed, if there is one.
bool finder::leave_out(circle &c) const
{
	for (size_t length = c.size() - 1; length && c.size() <= CUT_MAX; length--)
		for (size_t i = 0; i + length <= c.size(); i++) {
			circle less = c;

			if (graph_.ways[c[i]].from != graph_.ways[c[i + length - 1]].to)
				continue;
			less.erase(less.begin() + static_cast<ptrdiff_t>(i),
				   less.begin() + static_cast<ptrdiff_t>(i + length));
			if (wronged(part_of(graph_, less)) != UINT64_MAX)
				continue;
			c = std::move(less);
			return true;
		}
	return false;
}

circle finder::shortest(const part &p)
{
	circle best;
	size_t starts = 0;

	for (const uint32_t from : p.places) {
		if (starts++ == STARTS_MAX)
			break;
		circle c = tour(from, best.empty() ? SIZE_MAX : best.size());
		if (!c.empty())
			best = std::move(c);
	}
	return best;
}

std::vector<circle> finder::find()
{
	std::vector<circle> found;
	bool again = true;

	came_by_.assign(graph_.places.size(), NONE);
	while (again) {
		again = false;
		const std::vector<part> now = parts();

		for (const part &p : now) {
			const uint64_t who = wronged(p);

			if (who != UINT64_MAX) {
				take_out(p, who);
				again = true;
				continue;
			}
			circle c = shortest(p);
			if (!c.empty())
				found.push_back(std::move(c));
			for (const uint32_t i : p.places)
				place_lives_[i] = false;
		}
	}
	return found;
}

} // namespace

std::vector<circle> fair_circles(const circle_graph &g)
{
	return finder(g).find();
}

} // namespace sim
