// SPDX-License-Identifier: GPL-2.0-only
// The result of a search as a log of herd7, for its tools (mcompare7, msum7).
// It must not know the command line.
#include <algorithm>
#include "cli/search_report.hpp"
#include "scenarios/words.hpp"
#include "sim/prng.hpp"

namespace cli {

using scenario::explore_result;
using scenario::observation;

// A value or a place may hold letters, digits, '_' and '.', and begins with a letter.
static std::string herd_name(const std::string &text)
{
	std::string name;

	for (const char c : text) {
		const bool good = isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.';

		if (good)
			name += c;
		else if (!name.empty() && name.back() != '_')
			name += '_';
	}
	while (!name.empty() && name.back() == '_')
		name.pop_back();
	return name.empty() || isdigit(static_cast<unsigned char>(name[0])) ? "v" + name : name;
}

static std::string herd_value(const std::string &text)
{
	const bool is_negative = text[0] == '-';
	const std::string rest = text.substr(is_negative);
	const scenario::word *error =
		is_negative ? find_word(scenario::errno_words(), rest) : nullptr;

	if (error)
		return std::to_string(-error->value);
	if (!rest.empty() &&
	    std::all_of(rest.begin(), rest.end(), [](unsigned char c) { return isdigit(c); }))
		return text;
	return herd_name(text);
}

// "warn: kthread_park" is the value kthread_park of the place warn.
static std::string herd_state(const scenario::outcome &end)
{
	std::vector<std::string> places;
	std::string text;
	auto add = [&](std::string place, const std::string &value) {
		const auto again = std::count(places.begin(), places.end(), place);

		places.push_back(place);
		if (again)
			place += "." + std::to_string(again + 1);
		text += place + "=" + value + "; ";
	};

	for (const std::string &state : end.states) {
		const size_t equals = state.find('=');

		add(herd_name(state.substr(0, equals)), herd_value(state.substr(equals + 1)));
	}
	std::vector<std::string> briefs;
	for (const scenario::found &f : end.findings)
		briefs.push_back(f.brief);
	std::sort(briefs.begin(), briefs.end());
	briefs.erase(std::unique(briefs.begin(), briefs.end()), briefs.end());
	for (const std::string &brief : briefs) {
		const size_t colon = std::min(brief.find(": "), brief.size());
		const std::string what = brief.substr(std::min(colon + 2, brief.size()));

		add(herd_name(brief.substr(0, colon)), what.empty() ? "yes" : herd_name(what));
	}
	if (text.empty())
		return "everything=finished;";
	text.pop_back();
	return text;
}

static std::string condition_text(const observation &o)
{
	const size_t equals = o.text.find('=');
	const size_t colon = o.text.find_first_of(": ");

	if (equals != o.text.npos)
		return herd_name(o.text.substr(0, equals)) + "=" +
		       herd_value(o.text.substr(equals + 1));
	return herd_name(o.text.substr(0, colon)) + "=" +
	       (colon == o.text.npos ? "yes" : herd_name(o.text.substr(colon)));
}

// The same for the same scenario and kernel; two logs are of one test if they agree in it.
static std::string hash_text(const scenario::scenario &s, const observation &o)
{
	uint64_t hash[2] = { 1, 2 };
	char text[40];

	for (uint64_t &h : hash)
		for (const char c : s.name + s.kernel_text + s.question + o.quantifier + o.text)
			h = sim::mixed(h + static_cast<unsigned char>(c) + 1);
	snprintf(text, sizeof(text), "%016llx%016llx", static_cast<unsigned long long>(hash[0]),
		 static_cast<unsigned long long>(hash[1]));
	return text;
}

static std::string herd_test(const scenario::scenario &s, const explore_result &r,
			     const observation &o, const std::vector<bool> &did)
{
	const bool always = o.quantifier[0] == 'a', sometimes = o.quantifier[0] == 's';
	const bool counted = std::none_of(
		r.outcomes.begin(), r.outcomes.end(),
		[](const scenario::explored_outcome &e) { return e.executions == sim::NEVER; });
	const std::string name =
		s.name + "/" + (*o.quantifier ? o.quantifier : "finding") + "." + herd_name(o.text);
	const bool good = always ? !o.no_lines : sometimes ? o.yes_lines > 0 : !o.yes_lines;
	const std::string n = std::to_string(r.outcomes.size());
	const std::string yes = counted ? std::to_string(o.yes) : std::to_string(o.yes_lines),
			  no = counted ? std::to_string(o.no) : std::to_string(o.no_lines);
	std::string text = "Test " + name +
			   (always	? " Required\n"
			    : sometimes ? " Allowed\n"
					: " Forbidden\n");

	text += counted ? "Histogram (" + n + " states)\n" : "States " + n + "\n";
	for (size_t i = 0; i < r.outcomes.size(); i++) {
		const std::string state = herd_state(r.outcomes[i].end);

		text += counted ? std::to_string(r.outcomes[i].executions) +
					  (did[i] ? " *>" : " :>") + state + "\n"
				: state + "\n";
	}
	return text + (r.of.cut.empty() ? "" : "Loop ") + (good ? "Ok\n" : "No\n") +
	       "Witnesses\nPositive: " + yes + " Negative: " + no + "\nCondition " +
	       (always	    ? "forall ("
		: sometimes ? "exists ("
			    : "~exists (") +
	       condition_text(o) + ")\nObservation " + name + " " + frequency(o) + " " + yes + " " +
	       no + "\nTime " + name + " 0.00\nHash=" + hash_text(s, o) + "\n\n";
}

std::string herd_report(const scenario::scenario &s, const explore_result &r)
{
	const size_t terms = terms_of(s.expect).size();
	std::string text;

	for (size_t i = 0; i < r.observations.size(); i++) {
		const observation &o = r.observations[i];
		std::vector<bool> did;

		for (const scenario::explored_outcome &e : r.outcomes) {
			const auto &all = e.end.findings;

			did.push_back(i < terms ? e.end.holds[i]
						: std::any_of(all.begin(), all.end(),
							      [&](const scenario::found &f) {
								      return f.brief == o.text;
							      }));
		}
		text += herd_test(s, r, o, did);
	}
	return text;
}

} // namespace cli
