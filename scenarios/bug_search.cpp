// SPDX-License-Identifier: GPL-2.0-only
// Looking for the sign of a bug.
// Must not know JSON or how a table is printed.
#include "scenarios/bug_search.hpp"
#include <algorithm>

namespace scenario {

// "warn" says of any function what "warn: kthread_park" says of one.
static bool covers(const term &t, const std::string &sign)
{
	return t.text == sign ||
	       (t.is_finding && t.function.empty() && sign.rfind(t.text + ": ", 0) == 0);
}

static const term *find(const std::vector<term> &terms, const std::string &sign)
{
	const auto at = std::find_if(terms.begin(), terms.end(),
				     [&](const term &t) { return covers(t, sign); });

	return at == terms.end() ? nullptr : &*at;
}

static std::vector<term> signs_of(const scenario &s)
{
	std::vector<term> signs = s.expect.sometimes;

	signs.insert(signs.end(), s.expect.always.begin(), s.expect.always.end());
	return signs;
}

// The first sign that a kernel with the fix never shows: one of the same version, if there is one.
static bug_case against(const scenario &with, const std::vector<const scenario *> &all)
{
	const std::vector<term> signs = signs_of(with);

	for (const term &sign : signs)
		for (const bool same : { true, false })
			for (const scenario *other : all)
				if (!other->kernel.without &&
				    (other->kernel.version == with.kernel.version) == same &&
				    find(other->expect.never, sign.text))
					return { &with, other, sign.text,
						 with.kernel.without | other->kernel.with, 0 };
	return { &with, nullptr, signs.empty() ? "" : signs[0].text, with.kernel.without, 0 };
}

std::vector<bug_case> bug_cases(const scenario &s)
{
	std::vector<const scenario *> all = { &s };
	std::vector<bug_case> cases;

	for (const scenario &v : s.variants)
		all.push_back(&v);
	for (size_t i = 0; i < all.size(); i++)
		if (all[i]->kernel.without || !i) {
			cases.push_back(against(*all[i], all));
			cases.back().variant = i;
		}
	return cases;
}

bug_search look_for(const scenario &s, const std::string &sign, const sim::explore_plan &plan,
		    const explore_watch &watch)
{
	scenario only = s;
	bug_search result;
	const term *t = nullptr;

	for (const auto *terms : { &s.expect.always, &s.expect.sometimes, &s.expect.never })
		if (!t)
			t = find(*terms, sign);
	only.expect = {};
	if (!t)
		return result;
	only.expect.sometimes.push_back(*t);
	only.variants.clear();
	if (!s.explore.given) {
		const run_result run = run_scenario(only, {});

		if (run.terms.at(0).verdict == judgement::holds)
			result.what = sighting::found;
		return result;
	}
	explored of = search(only, plan, {}, watch, until::all_is_decided);
	result.states = of.states;
	result.executions = of.decided_after ? of.decided_after : of.found.executions;
	const explore_result r = conclude(only, plan, std::move(of),
					  [] { return "only the verdict is asked"; });
	result.wrong = r.wrong;
	if (r.observations.at(0).yes)
		result.what = sighting::found;
	else if (r.of.cut.empty() && !plan.is_drawn() && !r.of.found.is_bounded)
		result.what = sighting::absent;
	return result;
}

} // namespace scenario
