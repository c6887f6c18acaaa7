// SPDX-License-Identifier: GPL-2.0-only
// What the orders in which locks were taken can come to, in words.
// It must not know who drives a search, nor JSON.
#include "model/lockdep.hpp"
#include <algorithm>
#include <deque>
#include <string_view>
#include <tuple>
#include <utility>

namespace kernel {

void lock_graph::merge(const lock_graph &other)
{
	std::vector<int> number;

	for (const lock_class &c : other.classes_) {
		number.push_back(class_number(c));
		if (number.back() < 0)
			continue;
		lock_class &mine = classes_[static_cast<size_t>(number.back())];
		for (unsigned u = 0; u < USAGES; u++)
			if (!mine.used[u].function)
				mine.used[u] = c.used[u];
	}
	for (edge e : other.edges_) {
		const int from = number[e.from], to = number[e.to];

		e.from = static_cast<uint16_t>(from);
		e.to = static_cast<uint16_t>(to);
		if (from >= 0 && to >= 0)
			add_edge(e);
	}
}

// The same in an order of its own: what it reports does not depend on which lock was met first.
lock_graph lock_graph::in_order() const
{
	lock_graph g = *this;
	std::vector<uint16_t> number;

	std::sort(g.classes_.begin(), g.classes_.end(),
		  [](const lock_class &a, const lock_class &b) {
			  return std::tuple(std::string_view(a.name), a.object, a.offset) <
				 std::tuple(std::string_view(b.name), b.object, b.offset);
		  });
	for (const lock_class &c : classes_)
		number.push_back(static_cast<uint16_t>(g.class_number(c)));
	for (edge &e : g.edges_) {
		e.from = number[e.from];
		e.to = number[e.to];
	}
	std::sort(g.edges_.begin(), g.edges_.end(), [](const edge &a, const edge &b) {
		return std::pair(a.from, a.to) < std::pair(b.from, b.to);
	});
	return g;
}

// The shortest way along edges, over classes that are not below `lowest`; empty: none.
std::vector<const lock_graph::edge *> lock_graph::path(uint16_t from, uint16_t to,
						       uint16_t lowest) const
{
	std::vector<const edge *> by(classes_.size(), nullptr), way;
	std::deque<uint16_t> queue = { from };

	while (!queue.empty() && !by[to]) {
		const uint16_t at = queue.front();

		queue.pop_front();
		for (const edge &e : edges_)
			if (e.from == at && e.to >= lowest && !by[e.to]) {
				by[e.to] = &e;
				queue.push_back(e.to);
			}
	}
	for (uint16_t at = to; by[at]; at = by[at]->from) {
		way.insert(way.begin(), by[at]);
		if (by[at]->from == from)
			break;
	}
	return way;
}

std::string lock_graph::words_of(const place &p)
{
	std::string text = std::string(p.who) + " in " + p.function;

	for (const char *caller : p.callers)
		if (caller)
			text += std::string(" <- ") + caller;
	return text;
}

std::string lock_graph::words_of(const std::vector<const edge *> &edges) const
{
	std::string text;

	for (const edge *e : edges)
		text += "\n    " + name_of(*e) + ": " + words_of(e->where);
	return text;
}

std::string lock_graph::name_of(const edge &e) const
{
	return std::string(classes_[e.from].name) + " -> " + classes_[e.to].name;
}

std::vector<std::string> lock_graph::names_of(const std::vector<const edge *> &edges) const
{
	std::vector<std::string> names;

	for (const edge *e : edges)
		names.push_back(name_of(*e));
	return names;
}

// One a class: the shortest that comes back to it over classes that come later in order.
void lock_graph::report_cycles(std::vector<lock_report> &out) const
{
	for (uint16_t c = 0; c < classes_.size(); c++) {
		const std::vector<const edge *> cycle = path(c, c, c);

		if (cycle.empty())
			continue;
		const std::string first = cycle.front()->where.function,
				  last = cycle.back()->where.function;
		std::string chain = classes_[c].name;
		for (const edge *e : cycle)
			chain += std::string(" -> ") + classes_[e->to].name;
		const bool recursive = cycle.size() == 1;
		out.push_back({ first, last,
				(recursive ? "WARNING: possible recursive locking detected: "
					   : "WARNING: possible circular locking dependency "
					     "detected: ") +
					chain + words_of(cycle),
				"lockdep: " + chain, names_of(cycle) });
	}
}

void lock_graph::report_states(std::vector<lock_report> &out) const
{
	for (const lock_class &c : classes_)
		for (const interrupt_kind &k : INTERRUPT_KINDS) {
			const place &in = c.used[k.in], &on = c.used[k.on];
			const std::string name = k.name;

			if (!in.function || !on.function)
				continue;
			out.push_back({ in.function, on.function,
					"WARNING: inconsistent lock state: {IN-" + name +
						"-W} and {" + name + "-ON-W} usage of " + c.name +
						"\n    in the interrupt: " + words_of(in) +
						"\n    with interrupts on: " + words_of(on),
					"lockdep: " + std::string(c.name),
					{ c.name + std::string(USAGE_NAMES[k.in]),
					  c.name + std::string(USAGE_NAMES[k.on]) } });
		}
}

// A lock that an interrupt takes is held while one is waited for whose holder the same interrupt
// may come in upon.
void lock_graph::report_inversions(std::vector<lock_report> &out) const
{
	for (uint16_t a = 0; a < classes_.size(); a++)
		for (uint16_t b = 0; b < classes_.size(); b++)
			for (const interrupt_kind &k : INTERRUPT_KINDS) {
				const place &in = classes_[a].used[k.in],
					    &on = classes_[b].used[k.on];
				const std::string name = k.name;

				// What an interrupt takes itself is report_states()'.
				const bool told = classes_[b].used[k.in].function;
				if (a == b || !in.function || !on.function || told)
					continue;
				const std::vector<const edge *> way = path(a, b, 0);
				if (way.empty())
					continue;
				std::vector<std::string> parts = names_of(way);
				parts.push_back(classes_[a].name + std::string(USAGE_NAMES[k.in]));
				parts.push_back(classes_[b].name + std::string(USAGE_NAMES[k.on]));
				out.push_back({ in.function, on.function,
						"WARNING: " + name + "-safe -> " + name +
							"-unsafe lock order detected: " +
							classes_[a].name + " -> " +
							classes_[b].name + words_of(way) +
							"\n    " + classes_[a].name +
							" in the interrupt: " + words_of(in) +
							"\n    " + classes_[b].name +
							" with interrupts on: " + words_of(on),
						"lockdep: " + std::string(classes_[a].name) +
							" -> " + classes_[b].name,
						parts });
			}
}

bool lock_graph::shows(const std::string &part) const
{
	for (const edge &e : edges_)
		if (name_of(e) == part)
			return true;
	for (const lock_class &c : classes_)
		for (unsigned u = 0; u < USAGES; u++)
			if (c.used[u].function && c.name + std::string(USAGE_NAMES[u]) == part)
				return true;
	return false;
}

std::vector<lock_report> lock_graph::reports() const
{
	const lock_graph g = in_order();
	std::vector<lock_report> all;

	g.report_cycles(all);
	g.report_states(all);
	g.report_inversions(all);
	return all;
}

} // namespace kernel
