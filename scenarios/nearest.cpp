// SPDX-License-Identifier: GPL-2.0-only
// Edit distance between a wrong name and the valid ones.
// Must not know what the names stand for.
#include "scenarios/nearest.hpp"

#include <algorithm>
#include <array>

namespace scenario {

namespace {

constexpr size_t longest_name = 64;
/* One edit costs this much, a change of case less: "Cpu" is nearer to "cpu" than "cpus". */
constexpr unsigned edit_cost = 4;
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
				now[j] = std::min(now[j], older[j - 2] + edit_cost);
		}
		older = old;
		old = now;
	}
	return old[b.size()];
}

} // namespace

std::string_view nearest(std::string_view wrong, const name_list &names)
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
