// SPDX-License-Identifier: GPL-2.0-only
// Edit distance between a wrong name and the valid ones, and names that are parts of others.
// Must not know what the names stand for.
#include "scenarios/nearest.hpp"

#include <algorithm>
#include <array>

namespace scenario {

namespace {

constexpr size_t longest_name = 64;
/* One edit costs this much, a change of case less: "Cpu" is nearer to "cpu" than "cpus". So is
 * "6.31" to "6.13" than "6.1". */
constexpr unsigned edit_cost = 4;
constexpr unsigned swap_cost = 3;
constexpr unsigned case_cost = 1;

char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

unsigned replace_cost(char a, char b)
{
	if (a == b)
		return 0;
	return lower(a) == lower(b) ? case_cost : edit_cost;
}

unsigned distance(std::string_view a, std::string_view b)
{
	using row = std::array<unsigned, longest_name + 1>;
	row older{}, old{}, now{};

	for (unsigned j = 0; j <= b.size(); j++)
		old[j] = j * edit_cost;
	for (size_t i = 1; i <= a.size(); i++) {
		now[0] = static_cast<unsigned>(i) * edit_cost;
		for (size_t j = 1; j <= b.size(); j++) {
			now[j] = std::min({ old[j] + edit_cost, now[j - 1] + edit_cost,
					    old[j - 1] + replace_cost(a[i - 1], b[j - 1]) });
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = std::min(now[j], older[j - 2] + swap_cost);
		}
		older = old;
		old = now;
	}
	return old[b.size()];
}

bool is_same(std::string_view a, std::string_view b)
{
	return std::equal(a.begin(), a.end(), b.begin(), b.end(),
			  [](char x, char y) { return lower(x) == lower(y); });
}

/* A part that many names share is none by which one is known. */
constexpr size_t shortest_part = 4;

bool begins(std::string_view whole, std::string_view part)
{
	return part.size() >= shortest_part && is_same(whole.substr(0, part.size()), part);
}

bool ends(std::string_view whole, std::string_view part)
{
	return part.size() >= shortest_part && part.size() <= whole.size() &&
	       is_same(whole.substr(whole.size() - part.size()), part);
}

/* Words that are longer or shorter elsewhere: "SCHED_FIFO" for "fifo", "preempt". */
std::string_view nearest_in_length(std::string_view wrong, const name_list &names)
{
	std::string_view best;

	for (std::string_view name : names) {
		if (!begins(name, wrong) && !begins(wrong, name) && !ends(wrong, name))
			continue;
		auto apart = [&](std::string_view n) {
			return std::max(n.size(), wrong.size()) - std::min(n.size(), wrong.size());
		};
		if (best.empty() || apart(name) < apart(best))
			best = name;
	}
	return best;
}

std::string_view nearest_in_letters(std::string_view wrong, const name_list &names)
{
	std::string_view best;
	/* A third of the letters may be wrong, at least one: beyond that a guess only misleads. */
	unsigned limit = std::max<unsigned>(1, static_cast<unsigned>(wrong.size()) / 3) * edit_cost;

	if (wrong.empty() || wrong.size() > longest_name)
		return best;
	for (std::string_view name : names) {
		if (name.empty() || name.size() > longest_name)
			continue;
		unsigned d = distance(wrong, name);
		/* Replacing every letter is not a likeness. */
		if (d > limit || d >= edit_cost * std::min(wrong.size(), name.size()))
			continue;
		best = name;
		if (d == 0)
			break;
		limit = d - 1;
	}
	return best;
}

} // namespace

std::string_view nearest(std::string_view wrong, const name_list &names)
{
	std::string_view name = nearest_in_letters(wrong, names);

	return name.empty() ? nearest_in_length(wrong, names) : name;
}

std::string did_you_mean(std::string_view wrong, const name_list &names)
{
	std::string_view name = nearest(wrong, names);

	return name.empty() ? std::string() : "; did you mean '" + std::string(name) + "'?";
}

std::string one_of(const name_list &names, size_t most)
{
	std::string out;

	for (size_t i = 0; i < names.size() && i < most; i++) {
		if (i)
			out += i + 1 == names.size() ? " or " : ", ";
		out += names[i];
	}
	if (names.size() > most)
		out += ", .. (" + std::to_string(names.size()) + " in all)";
	return out;
}

} // namespace scenario
