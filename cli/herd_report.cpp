// SPDX-License-Identifier: GPL-2.0-only
// The result of a search as a log of herd7, for its tools (mcompare7, msum7).
// It must not know the command line.
#include <algorithm>
#include <cstring>
#include <map>
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

// A test is named by one word.
static std::string herd_test_name(const std::string &text)
{
	std::string name = text;

	for (char &c : name)
		if (!isalnum(static_cast<unsigned char>(c)) && !strchr("_.+/-", c))
			c = '_';
	return name;
}

// "warn: kthread_park" is the place warn.kthread_park; a warning anywhere is warn.
static std::string place_of(const std::string &what, const std::string &where)
{
	return herd_name(what) + (where.empty() ? "" : "." + herd_name(where));
}

static std::string without_kind(const std::string &brief)
{
	const size_t colon = std::min(brief.find(": "), brief.size());

	return brief.substr(std::min(colon + 2, brief.size()));
}

// All by which a term may ask for it.
static void add_places(const scenario::found &f, std::vector<std::string> &places)
{
	const std::string what = sim::finding_name(f.kind);

	places.push_back(place_of(what, ""));
	for (const std::string &function : { f.function, f.other })
		if (!function.empty())
			places.push_back(place_of(what, function));
	for (const std::string &function : f.within)
		places.push_back(place_of(what, function));
	if (f.function.empty())
		places.push_back(place_of(what, without_kind(f.brief)));
}

static std::string herd_state(const scenario::outcome &end)
{
	std::vector<std::string> places;
	std::string text;

	for (const std::string &state : end.states) {
		const size_t equals = state.find('=');

		text += herd_name(state.substr(0, equals)) + "=" +
			herd_value(state.substr(equals + 1)) + "; ";
	}
	for (const scenario::found &f : end.findings)
		add_places(f, places);
	std::sort(places.begin(), places.end());
	places.erase(std::unique(places.begin(), places.end()), places.end());
	for (const std::string &place : places)
		text += place + "=yes; ";
	if (text.empty())
		return "everything=finished;";
	text.pop_back();
	return text;
}

// Of two functions that race the first will do.
static std::string condition_text(const observation &o)
{
	const size_t equals = o.text.find('=');

	if (equals != o.text.npos && !o.is_finding)
		return herd_name(o.text.substr(0, equals)) + "=" +
		       herd_value(o.text.substr(equals + 1));
	const std::string where = without_kind(o.text);
	return place_of(o.text.substr(0, o.text.find(": ")), where.substr(0, where.find(" / "))) +
	       "=yes";
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

// A name has no sign.
static std::string name_of(const observation &o)
{
	const size_t minus = o.is_finding ? o.text.npos : o.text.find("=-");
	std::string text = o.text;

	if (minus != text.npos)
		text.replace(minus, 2, " minus ");
	return (*o.quantifier ? o.quantifier : "finding") + ("." + herd_name(text));
}

// Each state once for those that show it and once for others, for some outcomes differ only in what
// herd7 has no words for.
static std::map<std::pair<std::string, bool>, uint64_t> histogram(const explore_result &r,
								  const std::vector<bool> &did)
{
	std::map<std::pair<std::string, bool>, uint64_t> all;

	for (size_t i = 0; i < r.outcomes.size(); i++) {
		uint64_t &n = all[{ herd_state(r.outcomes[i].end), did[i] }];

		n = sim::sum_of_paths(n, r.outcomes[i].executions);
	}
	return all;
}

static std::string herd_test(const scenario::scenario &s, const explore_result &r,
			     const observation &o, const std::vector<bool> &did,
			     const std::string &name)
{
	// A finding that nobody named and that fails nothing may be there.
	const bool may = !*o.quantifier && o.verdict != scenario::judgement::fails;
	const bool always = o.quantifier[0] == 'a', sometimes = o.quantifier[0] == 's' || may;
	const bool counted = std::none_of(
		r.outcomes.begin(), r.outcomes.end(),
		[](const scenario::explored_outcome &e) { return e.executions == sim::NEVER; });
	const bool is_there = o.yes_lines > 0 || o.together;
	const bool good = always ? !o.no_lines : sometimes ? is_there : !is_there;
	const auto states = histogram(r, did);
	const std::string n = std::to_string(states.size());
	const std::string yes = counted ? std::to_string(o.yes) : std::to_string(o.yes_lines),
			  no = counted ? std::to_string(o.no) : std::to_string(o.no_lines);
	std::string text = "Test " + name +
			   (always	? " Required\n"
			    : sometimes ? " Allowed\n"
					: " Forbidden\n");

	text += counted ? "Histogram (" + n + " states)\n" : "States " + n + "\n";
	for (const auto &[state, executions] : states)
		text += (counted ? std::to_string(executions) + (state.second ? " *>" : " :>")
				 : "") +
			state.first + "\n";
	return text + (r.is_complete ? "" : "Loop ") + (good ? "Ok\n" : "No\n") +
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
	std::map<std::string, unsigned> times; // that a name was taken
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
		std::string name = herd_test_name(s.name) + "/" + name_of(o);
		if (const unsigned before = times[name]++)
			name += "." + std::to_string(before + 1);
		text += herd_test(s, r, o, did, name);
	}
	return text;
}

} // namespace cli
